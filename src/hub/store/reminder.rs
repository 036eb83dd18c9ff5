//! Reminders of a company's own duties.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::deadline::Reminder;
use crate::error::Result;
use crate::formats::CompanyCode;

/// A duty that may be given a reminder.
pub struct Waiting {
    /// The incident.
    pub incident: Uuid,
    /// The duty's name.
    pub duty: String,
    /// When its time is up.
    pub due: Timestamp,
}

/// The company's duties that are due at `until` or before and have no reminder that covers `now`, at most 200.
pub async fn waiting(
    db: &mut PgConnection,
    company: &CompanyCode,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"select p.incident_id, p.duty, p.due_at as "due_at!" from hub.incident_party p
           where p.company = $1 and p.awaiting in ('us', 'both') and p.due_at <= $3
             and coalesce((
                 select max(r.next_at) from hub.reminder r
                 where r.incident_id = p.incident_id and r.company = p.company and r.duty = p.duty
                   and r.due_at = p.due_at), '-infinity') <= $2
           order by p.due_at limit 200"#,
        company.as_str(),
        now.to_sqlx() as _,
        until.to_sqlx() as _,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting { incident: row.incident_id, duty: row.duty, due: row.due_at.to_jiff() })
        .collect())
}

/// Gives a reminder, unless another process was first.
pub async fn give(
    db: &mut PgConnection,
    company: &CompanyCode,
    waiting: &Waiting,
    reminder: Reminder,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into hub.reminder (incident_id, company, duty, due_at, number, at, next_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        waiting.incident,
        company.as_str(),
        waiting.duty,
        waiting.due.to_sqlx() as _,
        super::column::signed(reminder.number),
        now.to_sqlx() as _,
        reminder.next.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
