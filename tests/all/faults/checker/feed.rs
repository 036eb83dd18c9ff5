//! The feeds: every event of every incident once at each of its companies, in order, without a gap.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use super::super::journal::Entry;
use super::{Client, Views};

/// The sequencer works by itself; this is longer than it may take to start and catch up.
const PATIENCE: Duration = Duration::from_mins(1);

/// How far each company's feed has been read.
#[derive(Default)]
pub(in crate::faults) struct Feeds(BTreeMap<&'static str, i64>);

/// An event's place in the history.
type Place = (Uuid, i64);

impl Feeds {
    /// Reads on in each feed until everything is there that must be, and says what is wrong.
    pub(super) async fn findings(
        &mut self,
        clients: &[Client],
        entries: &[Entry],
        views: &Views,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for client in clients {
            let wanted = wanted(views, client.company);
            let from = self.0.entry(client.company).or_default();
            let read = read(client, from, &wanted, &mut found).await;
            found.extend(compare(client.company, &read, &wanted, entries));
        }
        found
    }
}

/// What this company's feed must hold of these incidents.
fn wanted(views: &Views, company: &str) -> BTreeSet<Place> {
    let seen = views.values().flatten().filter(|(reader, _)| *reader == company);
    seen.flat_map(|(_, incident)| incident["events"].as_array().into_iter().flatten())
        .map(place)
        .collect()
}

fn place(event: &Value) -> Place {
    let incident = event["incidentId"].as_str().unwrap().parse().unwrap();
    (incident, event["seq"].as_i64().unwrap())
}

/// Everything after `from`, which moves on; a gap between positions is found at once.
async fn read(
    client: &Client,
    from: &mut i64,
    wanted: &BTreeSet<Place>,
    found: &mut Vec<String>,
) -> Vec<(Place, Value)> {
    let mut read: Vec<(Place, Value)> = Vec::new();
    let mut missing = wanted.clone();
    let deadline = Instant::now() + PATIENCE;
    loop {
        let page = client.read(&format!("/events?after={from}&limit=200&wait=1")).await;
        let items = page["items"].as_array().unwrap();
        let next: i64 = page["next"].as_str().unwrap().parse().unwrap();
        let length = i64::try_from(items.len()).unwrap();
        if next != *from + length {
            found.push(format!(
                "{}'s feed has {length} events from {from} to {next}",
                client.company
            ));
        }
        *from = next;
        for event in items {
            missing.remove(&place(event));
            read.push((place(event), event.clone()));
        }
        if items.is_empty() && (missing.is_empty() || Instant::now() > deadline) {
            return read;
        }
    }
}

fn compare(
    company: &str,
    read: &[(Place, Value)],
    wanted: &BTreeSet<Place>,
    entries: &[Entry],
) -> Vec<String> {
    let mut found = Vec::new();
    let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
    for ((incident, number), event) in read {
        let before = last.insert(*incident, *number).unwrap_or(0);
        if *number != before + 1 {
            found.push(format!("{company}'s feed has event {number} of {incident} after {before}"));
        }
        if !wanted.contains(&(*incident, *number)) && !may_be(entries, event) {
            found.push(format!(
                "{company}'s feed has event {number} of {incident}, which nobody asked for"
            ));
        }
    }
    let there: BTreeSet<_> = read.iter().map(|(place, _)| *place).collect();
    let missing = wanted.difference(&there);
    found.extend(
        missing.map(|(incident, number)| {
            format!("{company}'s feed lacks event {number} of {incident}")
        }),
    );
    found
}

/// An incident whose sending was never answered may be there all the same.
fn may_be(entries: &[Entry], event: &Value) -> bool {
    let incident = event["incidentId"].as_str().and_then(|id| id.parse::<Uuid>().ok());
    let known = entries.iter().any(|entry| entry.about() == incident);
    !known && entries.iter().any(|entry| entry.about().is_none() && entry.may_be_done())
}
