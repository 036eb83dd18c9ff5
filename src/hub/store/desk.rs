//! What is a company's own of an incident: who handles it, what has been seen.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;
use crate::formats::CompanyCode;

/// Sets who handles the incident; `None` for nobody.
pub async fn assign(
    db: &mut PgConnection,
    incident: Uuid,
    company: &CompanyCode,
    handler: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "insert into hub.incident_desk (incident_id, company, handler) values ($1, $2, $3)
         on conflict (incident_id, company) do update set handler = excluded.handler",
        incident,
        company.as_str(),
        handler
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives the incident to `handler` unless somebody handles it; whether it did.
pub async fn assign_if_free(
    db: &mut PgConnection,
    incident: Uuid,
    company: &CompanyCode,
    handler: &str,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into hub.incident_desk as desk (incident_id, company, handler) values ($1, $2, $3)
         on conflict (incident_id, company) do update set handler = excluded.handler
         where desk.handler is null",
        incident,
        company.as_str(),
        handler
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Marks all events seen; false when the company has no such incident.
pub async fn seen(db: &mut PgConnection, incident: Uuid, company: &CompanyCode) -> Result<bool> {
    let done = sqlx::query!(
        "insert into hub.incident_desk (incident_id, company, seen_events)
         select incident_id, company, foreign_events from hub.incident_party
         where incident_id = $1 and company = $2
         on conflict (incident_id, company) do update set seen_events = excluded.seen_events",
        incident,
        company.as_str()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
