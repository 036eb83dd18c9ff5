//! Checking the chains, of the incidents and of the company logs: the first broken link of
//! each, named.

pub mod heads;
mod walk;

use std::fmt;

use jiff::Timestamp;
use sqlx::PgPool;
use uuid::Uuid;

pub use walk::Fault;
use walk::{Found, Walk};

use super::store::chain::{self, Head, Stored};
use super::store::event::payload_hash;
use super::store::log_chain::{self, Link, Payload};
use super::store::reference;
use crate::company_log;
use crate::db;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// How many incidents are read at a time.
const PAGE: i64 = 500;

/// How many entries of a log are read at a time.
const ENTRIES: i64 = 2_000;

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Incidents looked at.
    pub incidents: u64,
    /// Events looked at.
    pub events: u64,
    /// Entries of company logs looked at.
    pub entries: u64,
    /// The first broken link of each chain that has one.
    pub broken: Vec<Broken>,
}

/// One chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chain {
    /// The history of an incident.
    Incident(Uuid),
    /// The log of a company.
    Log(CompanyCode),
}

/// The first link of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The chain.
    pub chain: Chain,
    /// Number of the link within it.
    pub seq: i64,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.chain {
            Chain::Incident(id) => write!(f, "incident {id}, event {}: {}", self.seq, self.fault),
            Chain::Log(company) => {
                write!(f, "log of {company}, entry {}: {}", self.seq, self.fault)
            }
        }
    }
}

/// Checks every chain, as of `now`.
pub async fn verify(db: &PgPool, now: Timestamp) -> Result<Report> {
    let mut report = Report::default();
    for company in companies(db).await? {
        opened_by(db, &company, None, &mut report).await?;
        log_of(db, &company, now, &mut report).await?;
    }
    log_of(db, &company_log::operator(), now, &mut report).await?;
    Ok(report)
}

/// Checks the chains that concern one company: its log, and the incidents it is a party of.
pub async fn verify_company(db: &PgPool, company: &CompanyCode, now: Timestamp) -> Result<Report> {
    let mut report = Report::default();
    // Of an incident that was redirected only its sender sees the whole history.
    for sender in companies(db).await? {
        let with = (sender != *company).then_some(company);
        opened_by(db, &sender, with, &mut report).await?;
    }
    log_of(db, company, now, &mut report).await?;
    Ok(report)
}

/// Every company that has a log or incidents.
pub(super) async fn companies(db: &PgPool) -> Result<Vec<CompanyCode>> {
    let known = reference::companies(db).await?;
    known
        .into_iter()
        .map(|company| {
            company.code.parse().map_err(|_| Error::Inconsistent("company", company.code))
        })
        .collect()
}

async fn opened_by(
    db: &PgPool,
    sender: &CompanyCode,
    counterpart: Option<&CompanyCode>,
    report: &mut Report,
) -> Result<()> {
    let mut tx = db::begin_read(db, sender).await?;
    let mut after = Uuid::nil();
    loop {
        let heads = chain::heads(&mut tx, sender, counterpart, after, PAGE).await?;
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
                chain: Chain::Incident(*incident),
                seq,
                fault,
            }));
        }
    }
    tx.rollback().await?;
    Ok(())
}

fn first_fault(events: &[Stored], head: &Head) -> Option<(i64, Fault)> {
    let mut walk = Walk::new();
    for event in events {
        let whole = match (&event.salt, &event.payload) {
            (Some(salt), Some(payload)) => payload_hash(salt, payload) == event.link.payload_hash,
            (None, None) => true,
            _ => false,
        };
        let payload = (!whole).then_some(Fault::Payload);
        walk.step(&Found {
            seq: event.link.seq,
            previous: &event.previous,
            hash: &event.hash,
            payload,
            computed: event.link.hash(&event.previous),
        });
    }
    walk.end(head)
}

async fn log_of(
    db: &PgPool,
    company: &CompanyCode,
    now: Timestamp,
    report: &mut Report,
) -> Result<()> {
    let kept_from = company_log::access_kept_from(now);
    let mut tx = db::begin_read(db, company).await?;
    let head = log_chain::head(&mut tx, company).await?;
    let (mut walk, mut after) = (Walk::new(), 0);
    loop {
        let links = log_chain::links(&mut tx, company, after, ENTRIES).await?;
        let Some(last) = links.last() else { break };
        after = last.seq;
        report.entries += links.len() as u64;
        for link in &links {
            walk.step(&Found {
                seq: link.seq,
                previous: &link.previous,
                hash: &link.hash,
                payload: payload_of(link, kept_from),
                computed: link.fields(company).hash(&link.previous),
            });
        }
    }
    tx.rollback().await?;
    let chain = || Chain::Log(company.clone());
    report.broken.extend(walk.end(&head).map(|(seq, fault)| Broken { chain: chain(), seq, fault }));
    Ok(())
}

fn payload_of(link: &Link, kept_from: Timestamp) -> Option<Fault> {
    match link.payload() {
        Payload::Whole => None,
        Payload::Changed => Some(Fault::Payload),
        Payload::Erased => (!link.is_erasable(kept_from)).then_some(Fault::Erased),
    }
}
