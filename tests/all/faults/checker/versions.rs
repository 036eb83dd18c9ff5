//! Versions go forward: no two acts make the same one, and a later act makes a later one.

use std::collections::BTreeMap;

use super::super::journal::{Entry, What};
use super::Views;

/// An acknowledged act and the version its answer carried.
struct Made<'a> {
    version: i64,
    entry: &'a Entry,
}

/// What contradicts the order in which clients asked and were answered.
pub(super) fn findings(entries: &[Entry], views: &Views) -> Vec<String> {
    let mut made: BTreeMap<&str, Vec<Made<'_>>> = BTreeMap::new();
    for entry in entries {
        let Some(answer) = entry.answer() else { continue };
        if let (Some(object), Some(version)) = (answer["id"].as_str(), answer["version"].as_i64()) {
            made.entry(object).or_default().push(Made { version, entry });
        }
    }
    let mut found = Vec::new();
    for (object, acts) in &mut made {
        acts.sort_by_key(|act| act.version);
        found.extend(of_one(acts).into_iter().map(|what| format!("{object}: {what}")));
        let last = acts.last().map_or(0, |act| act.version);
        let now = object.parse().ok().and_then(|id| views.get(&id)).into_iter().flatten();
        for (company, seen) in now {
            if seen["version"].as_i64() < Some(last) {
                found.push(format!("{object}: {company} reads a version before {last}"));
            }
        }
    }
    found
}

fn of_one(acts: &[Made<'_>]) -> Vec<String> {
    let mut found = Vec::new();
    let mut latest_beginning = 0;
    for (place, act) in acts.iter().enumerate() {
        let version = act.version;
        if place > 0 && acts[place - 1].version == version {
            found.push(format!("two acts were acknowledged as version {version}"));
        }
        if let Some(known) = act.entry.known
            && version != known + 1
        {
            found.push(format!("an act on version {known} was acknowledged as version {version}"));
        }
        if act.entry.ended < latest_beginning {
            found.push(format!(
                "version {version} was acknowledged before an earlier one was asked for"
            ));
        }
        latest_beginning = latest_beginning.max(act.entry.began);
    }
    found
}

/// Of the descriptions a company gave its vehicle, the one with the highest version stands.
pub(super) fn standing<'a>(entries: &[&'a Entry], company: &str) -> Option<&'a str> {
    let given = entries.iter().filter(|entry| entry.company == company);
    let given = given.filter_map(|entry| match (&entry.what, entry.answer()) {
        (What::Description(text), Some(answer)) => Some((answer["version"].as_i64(), text)),
        _ => None,
    });
    given.max_by_key(|(version, _)| *version).map(|(_, text)| text.as_str())
}
