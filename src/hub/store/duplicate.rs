//! Incidents and claims that look like the one about to be sent.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::contract::DuplicateMatch;
use crate::domain::Incident;
use crate::error::Result;
use crate::formats::{CompanyCode, Kid, Ore};

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

/// Waits until no other transaction is sending a claim that this one may be a duplicate of, and
/// keeps the others waiting until this one ends. The incident's lock is not enough: the same claim
/// may be sent on two incidents at once.
pub async fn one_at_a_time(
    db: &mut PgConnection,
    by: &CompanyCode,
    receiver: &CompanyCode,
    reference: &str,
    kid: &Kid,
    total: Ore,
) -> Result<()> {
    // Always in this order, so that no two wait for each other.
    for same in [
        format!("kid {by} {}", kid.as_str()),
        format!("sum {by} {receiver} {} {reference}", total.0),
    ] {
        sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1, 1))", same)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// Claims the company has sent that look the same: same KID, or same reference, counterpart and total.
pub async fn claims(
    db: &mut PgConnection,
    by: &CompanyCode,
    receiver: &CompanyCode,
    reference: &str,
    kid: &Kid,
    total: Ore,
) -> Result<Vec<DuplicateMatch>> {
    let rows = sqlx::query!(
        "select claim_id, incident_id, reference, kid, total_ore, created_at from hub.claim
         where claimant = $1 and (kid = $2 or (reference = $3 and receiver = $4 and total_ore = $5))
         order by created_at desc limit 5",
        by.as_str(),
        kid.as_str(),
        reference,
        receiver.as_str(),
        total.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| DuplicateMatch {
            kind: "claim".to_owned(),
            id: row.claim_id,
            incident_id: row.incident_id,
            reference: Some(row.reference),
            kid: Some(row.kid),
            total_ore: Some(row.total_ore),
            at: row.created_at.to_jiff().into(),
        })
        .collect())
}
