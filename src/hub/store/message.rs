//! Messages between the two insurers of an incident.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::contract::{Message, Moment, Sender};
use crate::domain::Incident;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// Stores a message.
pub async fn insert(
    db: &mut PgConnection,
    incident: &Incident,
    id: Uuid,
    by: super::event::By<'_>,
    text: &str,
    at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into hub.message (message_id, incident_id, sender, counterpart, by_company, by_user, at, text)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id,
        incident.id,
        incident.sender.as_str(),
        incident.counterpart.as_str(),
        by.company.as_str(),
        by.user,
        at.to_sqlx() as _,
        text
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Marks a received message read; false when it was read before.
pub async fn read(
    db: &mut PgConnection,
    incident: Uuid,
    id: Uuid,
    reader: &CompanyCode,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "update hub.message set read_at = $4
         where message_id = $1 and incident_id = $2 and by_company <> $3 and read_at is null",
        id,
        incident,
        reader.as_str(),
        at.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The messages of an incident, oldest first.
pub async fn list(
    db: &mut PgConnection,
    incident: Uuid,
    viewer: &CompanyCode,
) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        "select message_id, by_company, by_user, at, text, read_at from hub.message
         where incident_id = $1 order by at, message_id",
        incident
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let own = row.by_company == viewer.as_str();
            Message {
                id: row.message_id,
                by: Sender { company: row.by_company, user: row.by_user.filter(|_| own) },
                at: Moment(row.at.to_jiff()),
                text: row.text,
                read_at: row.read_at.map(|at| Moment(at.to_jiff())),
            }
        })
        .collect())
}

/// One message.
pub async fn one(
    db: &mut PgConnection,
    incident: Uuid,
    id: Uuid,
    viewer: &CompanyCode,
) -> Result<Message> {
    let all = list(db, incident, viewer).await?;
    all.into_iter().find(|message| message.id == id).ok_or(Error::NotFound)
}
