//! One incident: everything acknowledged is in it once, and its history tells of nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::journal::{Entry, What};
use super::versions;

/// What is wrong with the incident as `seen` by one company.
pub(super) fn findings(entries: &[&Entry], seen: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for entry in entries {
        found.extend(content(entry, seen));
    }
    for (side, company) in [("own", &seen["own"]["company"]), ("other", &seen["other"]["company"])]
    {
        let company = company.as_str().unwrap_or_default();
        if let Some(text) = versions::standing(entries, company)
            && seen[side]["vehicle"]["description"] != text
        {
            found.push(format!("{company}'s vehicle is not «{text}»"));
        }
    }
    found.extend(kinds(entries, seen));
    found.extend(chain(seen));
    found
}

/// Whether what an entry made is there once.
fn content(entry: &Entry, seen: &Value) -> Option<String> {
    let once = |what: &str, times: usize| {
        let wrong = times > 1 || (times == 0 && entry.answer().is_some());
        wrong.then(|| format!("{what} of {} is there {times} times", entry.company))
    };
    let times = |list: &str, field: &str, value: &str| {
        items(seen, list).filter(|item| item[field] == value).count()
    };
    match &entry.what {
        What::Incident { reference, .. } => {
            let own = seen["own"]["company"] == entry.company;
            let side = if own { "own" } else { "other" };
            once(
                &format!("the reference {reference}"),
                usize::from(seen[side]["reference"] == **reference),
            )
        }
        What::Message(text) => once(&format!("«{text}»"), times("messages", "text", text)),
        What::Proposal(reason) => {
            once(&format!("«{reason}»"), times("proposals", "reason", reason))
        }
        What::Claim(kid) => {
            let same = |item: &&Value| {
                let answer = entry.answer();
                item["kid"] == **kid
                    && answer.is_none_or(|told| {
                        (&told["id"], &told["totalOre"]) == (&item["id"], &item["totalOre"])
                    })
            };
            once(&format!("the claim {kid}"), items(seen, "claims").filter(same).count())
        }
        What::Payment { claim, ore } => {
            let claim = items(seen, "claims").find(|it| it["id"] == claim.to_string());
            let paid = claim.into_iter().flat_map(|claim| items(claim, "payments"));
            let same = paid.filter(|payment| payment["amountOre"] == *ore).count();
            // Two payments of one claim may have the same amount; the events are counted besides.
            once(&format!("the payment of {ore} øre"), same.min(1))
        }
        What::Description(_) | What::Act => None,
    }
}

/// As many events of each kind as were acknowledged, plus at most those whose answer was lost.
fn kinds(entries: &[&Entry], seen: &Value) -> Vec<String> {
    let mut expected: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.may_be_done()) {
        for kind in entry.events {
            let (least, most) = expected.entry(kind).or_default();
            *least += usize::from(entry.answer().is_some());
            *most += 1;
        }
    }
    for event in items(seen, "events") {
        expected.entry(event["kind"].as_str().unwrap_or_default()).or_default();
    }
    let count = |kind: &str| items(seen, "events").filter(|event| event["kind"] == kind).count();
    let wrong = expected.into_iter().filter(|(kind, (least, most))| {
        let times = count(kind);
        times < *least || times > *most
    });
    wrong
        .map(|(kind, (least, most))| {
            format!("{} events {kind}, where {least} to {most} must be", count(kind))
        })
        .collect()
}

/// Numbers without a gap, each event behind the one before it.
fn chain(seen: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let mut before = None;
    for (event, number) in items(seen, "events").zip(1..) {
        if event["seq"] != number {
            found.push(format!("event {number} has number {}", event["seq"]));
        }
        if before.is_some_and(|hash| hash != &event["previousHash"]) {
            found.push(format!("event {number} does not follow the one before it"));
        }
        before = Some(&event["hash"]);
    }
    found
}

fn items<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    value[list].as_array().into_iter().flatten()
}
