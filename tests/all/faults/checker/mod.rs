//! The checker: holds what the companies can read now against the journal, and nothing else.
//!
//! Everything it finds is a sentence; nothing found means that each acknowledged write is there
//! exactly once, that nothing is there that nobody asked for, and that versions and feeds have
//! only gone forward.

mod feed;
mod history;
mod versions;

use std::collections::{BTreeMap, BTreeSet};

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::journal::{Entry, Journal, Outcome, What, id};
use super::writers::{COMPANIES, Client};
use crate::support::machine::Machine;

pub(super) use feed::Feeds;

/// An incident as each of its companies reads it.
pub(super) type Views = BTreeMap<Uuid, Vec<(&'static str, Value)>>;

/// Reads everything the journal is about, and says what is wrong.
pub(super) async fn findings(
    machine: &Machine,
    journal: &Arc<Journal>,
    feeds: &mut Feeds,
) -> Vec<String> {
    let mut clients = Vec::new();
    for company in COMPANIES {
        let api = machine.api(&format!("fagsystem-{}", company.to_lowercase())).await;
        clients.push(Client { company, api, journal: Arc::clone(journal) });
    }
    let entries = journal.entries();
    let views = read(&clients, &entries).await;
    let mut found = journal.blunders();
    found.extend(refusals(&entries));
    found.extend(versions::findings(&entries, &views));
    for (incident, views) in &views {
        let of_it: Vec<_> = entries.iter().filter(|it| it.about() == Some(*incident)).collect();
        for (company, seen) in views {
            let told = history::findings(&of_it, seen).into_iter();
            found
                .extend(told.map(|what| format!("incident {incident}, read by {company}: {what}")));
        }
    }
    found.extend(feeds.findings(&clients, &entries, &views).await);
    found.extend(machine.broken_chains());
    found
}

/// Every incident that was acknowledged, from both sides.
async fn read(clients: &[Client], entries: &[Entry]) -> Views {
    let mut views = Views::new();
    for entry in entries {
        let (What::Incident { to, .. }, Some(answer)) = (&entry.what, entry.answer()) else {
            continue;
        };
        let path = format!("/incidents/{}?include=events,proposals,claims,messages", id(answer));
        for client in clients.iter().filter(|it| [entry.company, *to].contains(&it.company)) {
            let seen = client.read(&path).await;
            views.entry(id(answer)).or_default().push((client.company, seen));
        }
    }
    views
}

/// Nobody asks for what the rules forbid, so only a version can be in the way.
fn refusals(entries: &[Entry]) -> Vec<String> {
    let mut found = Vec::new();
    let mut acknowledged = BTreeSet::new();
    for entry in entries {
        match &entry.outcome {
            Outcome::Refused(problem)
                if entry.known.is_none() || problem["code"] != "version_conflict" =>
            {
                found.push(format!("{} was refused {:?}: {problem}", entry.company, entry.what));
            }
            Outcome::Acknowledged(answer)
                if matches!(entry.what, What::Incident { .. })
                    && !acknowledged.insert(id(answer)) =>
            {
                found.push(format!("two incidents were acknowledged as {}", id(answer)));
            }
            _ => {}
        }
    }
    found
}
