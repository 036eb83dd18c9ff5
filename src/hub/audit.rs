//! Checking the event chains: the first broken link of each, named.

use std::fmt;

use sqlx::PgPool;
use uuid::Uuid;

use super::store::chain::{self, Stored};
use super::store::event::payload_hash;
use super::store::incident::Head;
use super::store::reference;
use crate::db;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// How many incidents are read at a time.
const PAGE: i64 = 500;

/// What a check of all chains found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Incidents looked at.
    pub incidents: u64,
    /// Events looked at.
    pub events: u64,
    /// The first broken link of each chain that has one.
    pub broken: Vec<Broken>,
}

/// The first link of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The incident.
    pub incident: Uuid,
    /// Number of the event within it.
    pub seq: i64,
    /// What is wrong.
    pub fault: Fault,
}

/// Why a link does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No event has this number.
    #[error("the event is missing")]
    Missing,
    /// It does not carry the hash of the event before it.
    #[error("the event does not follow the one before it")]
    OutOfOrder,
    /// Payload or salt are not what was hashed, or one was erased without the other.
    #[error("the payload has been changed")]
    Payload,
    /// Kind, time, company or another field is not what was hashed.
    #[error("the event has been changed")]
    Fields,
    /// The incident ends with another event than its row says.
    #[error("the incident's row says that its history ends otherwise")]
    Head,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "incident {}, event {}: {}", self.incident, self.seq, self.fault)
    }
}

/// Checks every chain. Each company's transaction sees the whole history of what it opened.
pub async fn verify(db: &PgPool) -> Result<Report> {
    let mut report = Report::default();
    for company in reference::companies(db).await? {
        let code = company.code.parse();
        let code = code.map_err(|_| Error::Inconsistent("company", company.code))?;
        opened_by(db, &code, &mut report).await?;
    }
    Ok(report)
}

async fn opened_by(db: &PgPool, company: &CompanyCode, report: &mut Report) -> Result<()> {
    let mut tx = db::begin_read(db, company).await?;
    let mut after = Uuid::nil();
    loop {
        let heads = chain::heads(&mut tx, company, after, PAGE).await?;
        let Some((last, _)) = heads.last() else { break };
        after = *last;
        let ids: Vec<Uuid> = heads.iter().map(|(id, _)| *id).collect();
        let events = chain::events(&mut tx, &ids).await?;
        report.incidents += heads.len() as u64;
        report.events += events.len() as u64;
        let mut rest = events.as_slice();
        for (incident, head) in &heads {
            let length = rest.iter().take_while(|event| event.link.incident == *incident).count();
            let (own, others) = rest.split_at(length);
            rest = others;
            report.broken.extend(first_fault(own, head).map(|(seq, fault)| Broken {
                incident: *incident,
                seq,
                fault,
            }));
        }
    }
    tx.rollback().await?;
    Ok(())
}

/// The number and fault of the first link that does not hold.
fn first_fault(events: &[Stored], head: &Head) -> Option<(i64, Fault)> {
    let mut previous = vec![0; 32];
    for (event, seq) in events.iter().zip(1..) {
        if let Some(fault) = fault(event, seq, &previous) {
            return Some((seq, fault));
        }
        previous.clone_from(&event.hash);
    }
    let last = events.last().map_or(0, |event| event.link.seq);
    if last < head.seq {
        return Some((last + 1, Fault::Missing));
    }
    (last != head.seq || previous != head.hash).then_some((last, Fault::Head))
}

fn fault(event: &Stored, seq: i64, previous: &[u8]) -> Option<Fault> {
    if event.link.seq != seq {
        return Some(Fault::Missing);
    }
    if event.previous != previous {
        return Some(Fault::OutOfOrder);
    }
    let whole = match (&event.salt, &event.payload) {
        (Some(salt), Some(payload)) => payload_hash(salt, payload) == event.link.payload_hash,
        (None, None) => true,
        _ => false,
    };
    if !whole {
        return Some(Fault::Payload);
    }
    (event.link.hash(previous) != event.hash).then_some(Fault::Fields)
}
