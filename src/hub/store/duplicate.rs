//! Incidents that look like the one about to be sent.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::contract::DuplicateMatch;
use crate::domain::Incident;
use crate::error::Result;

/// What the other company has already sent about the same two vehicles and loss date.
pub async fn incidents(
    db: &mut PgConnection,
    new: &Incident,
    own_numbers: &[String],
    other_numbers: &[String],
) -> Result<Vec<DuplicateMatch>> {
    let rows = sqlx::query!(
        "select incident_id, reference, opened_at from hub.incident_party
         where company = $1 and other = $2 and role = 'counterpart' and loss_date = $3
           and status in ('sent', 'accepted', 'closed')
           and registration_number = any($4) and other_registration = any($5)
         order by opened_at desc limit 5",
        new.sender.as_str(),
        new.counterpart.as_str(),
        new.loss_date.to_sqlx() as _,
        own_numbers,
        other_numbers
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DuplicateMatch {
            kind: "incident".to_owned(),
            id: row.incident_id,
            incident_id: row.incident_id,
            reference: row.reference,
            kid: None,
            total_ore: None,
            at: row.opened_at.to_jiff().into(),
        })
        .collect())
}
