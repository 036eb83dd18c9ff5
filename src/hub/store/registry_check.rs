//! Vehicles that TFFAuto has not been asked about, because it was down when the incident was sent.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::column::company;
use crate::domain::registry::RegistryAnswer;
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, RegistrationNumber};

/// A vehicle to ask about.
pub struct Unchecked {
    /// The incident.
    pub incident: Uuid,
    /// Whose vehicle it is.
    pub side: CompanyCode,
    /// Its number.
    pub number: RegistrationNumber,
    /// Country sign.
    pub country: String,
    /// The day to ask about.
    pub loss_date: Date,
}

/// Vehicles of the incidents that `sender` opened and that are not over, oldest first, at most `limit`.
pub async fn unchecked(
    db: &mut PgConnection,
    sender: &CompanyCode,
    limit: i64,
) -> Result<Vec<Unchecked>> {
    let rows = sqlx::query!(
        r#"select i.incident_id, s.company, s.registration_number as "number!", s.country, s.loss_date
           from hub.incident_party s join hub.incident i on i.incident_id = s.incident_id
           where s.insurer_checked_at is null and s.registration_number is not null
             and s.company in (i.sender, i.counterpart) and i.sender = $1
             and i.status in ('sent', 'accepted', 'rejected')
           order by i.incident_id limit $2"#,
        sender.as_str(),
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Unchecked {
                incident: row.incident_id,
                side: company(&row.company)?,
                number: RegistrationNumber::parse(&row.number)
                    .map_err(|_| Error::Inconsistent("incident_party", row.number))?,
                country: row.country,
                loss_date: row.loss_date.to_jiff(),
            })
        })
        .collect()
}

/// Keeps the registry's answer beside the side it is about; false when somebody was first.
pub async fn keep(
    db: &mut PgConnection,
    about: &Unchecked,
    answer: &RegistryAnswer,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update hub.incident_party set insurer_outcome = $3, insurer_registry = $4,
            insurer_since = $5, insurer_checked_at = $6
         where incident_id = $1 and company = $2 and insurer_checked_at is null",
        about.incident,
        about.side.as_str(),
        answer.outcome.as_str(),
        answer.company.as_ref().map(CompanyCode::as_str),
        answer.since.map(ToSqlx::to_sqlx) as _,
        at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
