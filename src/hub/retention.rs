//! Retention: access to cases and log is forgotten after three months, unless a hold keeps it.

use jiff::Timestamp;
use serde_json::json;
use sqlx::PgPool;

use super::audit::companies;
use super::store::incident::exists;
use super::store::log_retention::{self as store, Due, Hold};
use crate::company_log::{self, Entry, Kind};
use crate::contract::Channel;
use crate::db;
use crate::error::Result;
use crate::formats::CompanyCode;

/// How many entries one transaction erases.
const TURN: i64 = 1_000;

/// What of one company's log is past its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Whose log.
    pub company: CompanyCode,
    /// By kind.
    pub due: Vec<Due>,
    /// What keeps some of it, or all.
    pub holds: Vec<Hold>,
}

/// What would be erased now, of every log that has something to erase or a hold.
pub async fn plan(db: &PgPool) -> Result<Vec<Plan>> {
    let mut plans = Vec::new();
    for company in logs(db).await? {
        let mut tx = db::begin_read(db, &company).await?;
        let due = store::due(&mut tx, &company).await?;
        let holds = store::holds(&mut tx, &company).await?;
        tx.rollback().await?;
        if !(due.is_empty() && holds.is_empty()) {
            plans.push(Plan { company, due, holds });
        }
    }
    Ok(plans)
}

/// Erases what is past its time in every log; how many entries.
pub async fn run(db: &PgPool) -> Result<u64> {
    let mut erased = 0;
    for company in logs(db).await? {
        erased += erase(db, &company).await?;
    }
    Ok(erased)
}

/// Erases what is past its time in one log. Any number of processes may do so at once: each
/// takes entries that no other has.
pub async fn erase(db: &PgPool, company: &CompanyCode) -> Result<u64> {
    let mut erased = 0;
    loop {
        let mut tx = db::begin(db, company).await?;
        let now = store::erase(&mut tx, company, TURN).await?;
        tx.commit().await?;
        erased += now;
        if now < TURN.unsigned_abs() {
            return Ok(erased);
        }
    }
}

/// Sets a hold, which is an entry of the same log; false when there is no such company or it has
/// no such incident.
pub async fn hold(db: &PgPool, company: &CompanyCode, hold: &Hold, at: Timestamp) -> Result<bool> {
    let known = logs(db).await?.contains(company);
    let mut tx = db::begin(db, company).await?;
    let there = match hold.incident {
        Some(incident) => exists(&mut tx, incident, company).await?,
        None => true,
    };
    if !(known && there) {
        return Ok(false);
    }
    store::hold(&mut tx, company, hold, at).await?;
    let entry = Entry {
        company,
        kind: Kind::HoldSet,
        person: Some(&hold.set_by),
        channel: Channel::System,
        at,
        incident: hold.incident,
        reference: None,
        data: json!({"reason": hold.reason, "until": hold.until.to_string()}),
    };
    company_log::append(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whose logs there are.
async fn logs(db: &PgPool) -> Result<Vec<CompanyCode>> {
    let mut logs = companies(db).await?;
    logs.push(company_log::operator());
    Ok(logs)
}
