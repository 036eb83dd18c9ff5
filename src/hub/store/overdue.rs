//! Duties past their time that have no event yet.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;
use crate::formats::CompanyCode;

/// Incidents where the company's own duty is past due and not noted, at most 200.
pub async fn unnoted(
    db: &mut PgConnection,
    company: &CompanyCode,
    now: Timestamp,
) -> Result<Vec<Uuid>> {
    let rows = sqlx::query_scalar!(
        "select incident_id from hub.incident_party
         where company = $1 and awaiting in ('us', 'both') and due_at <= $2 and not overdue_noted
         order by due_at limit 200",
        company.as_str(),
        now.to_sqlx() as _
    );
    Ok(rows.fetch_all(db).await?)
}

/// Marks it noted, for both parties when the duty is both's; false when somebody was first.
pub async fn mark(
    db: &mut PgConnection,
    incident: Uuid,
    company: &CompanyCode,
    both: bool,
) -> Result<bool> {
    let done = sqlx::query!(
        "update hub.incident_party set overdue_noted = true
         where incident_id = $1 and (company = $2 or $3) and not overdue_noted",
        incident,
        company.as_str(),
        both
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}
