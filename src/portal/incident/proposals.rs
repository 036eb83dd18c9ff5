//! The proposals side by side, each with what changed from the one before.

use super::names::Names;
use crate::contract::{Incident, Proposal};
use crate::domain::{IncidentStatus, LiabilityStatus};
use crate::formats::dates;
use crate::portal::view::{Split, Tag};

/// One proposal.
#[derive(Debug)]
pub struct Card {
    pub heading: String,
    /// `current` or empty.
    pub state: &'static str,
    pub tag: Tag,
    pub by: String,
    pub code: String,
    pub situation: String,
    /// What changed from the one before, or who is A.
    pub note: String,
    pub split: Split,
    pub reason: String,
}

/// «Slik ble vi enige» once agreed, else «Forslag til ansvarsfordeling».
pub fn heading(incident: &Incident) -> &'static str {
    match incident.liability.status {
        LiabilityStatus::Agreed => "Slik ble vi enige",
        _ => "Forslag til ansvarsfordeling",
    }
}

/// The proposals, oldest first.
pub fn cards(incident: &Incident, names: &Names) -> Vec<Card> {
    let proposals = incident.proposals.as_deref().unwrap_or_default();
    let before = [None].into_iter().chain(proposals.iter().map(Some));
    proposals
        .iter()
        .zip(before)
        .map(|(proposal, before)| card(incident, names, proposal, before))
        .collect()
}

fn card(incident: &Incident, names: &Names, it: &Proposal, before: Option<&Proposal>) -> Card {
    let them = names.short(&incident.other.company);
    let is_a = it.own_role == "a";
    let by = if it.by == "own" { "Oss" } else { names.company(&incident.other.company) };
    let (state, tag) = standing(incident, it.number);
    let note = match before {
        Some(before) => changed(it, before, names),
        None => {
            let a = if is_a { "oss" } else { them };
            format!("A er {a}. Vår andel: {}.", it.split.own)
        }
    };
    Card {
        heading: format!("Forslag {}", it.number),
        state,
        tag,
        by: format!("{by}, {}", dates::moment(it.at.0)),
        code: it.code.clone(),
        situation: names.situation(&it.code),
        note,
        split: Split::ours(it.split.own, is_a, them),
        reason: match &it.reason {
            Some(reason) => format!("Begrunnelse: «{reason}»"),
            None => "Uten begrunnelse.".into(),
        },
    }
}

fn standing(incident: &Incident, number: u32) -> (&'static str, Tag) {
    let liability = &incident.liability;
    if let Some(agreed) = liability.agreed.as_ref().filter(|agreed| agreed.number == number) {
        let day = dates::date(dates::oslo_date(agreed.at.0));
        return ("current", Tag::new("success", format!("Avtalt {day}")));
    }
    let stands = liability.status == LiabilityStatus::Proposed
        && liability.proposal.as_ref().is_some_and(|proposal| proposal.number == number);
    match (stands, incident.status) {
        (true, IncidentStatus::Sent | IncidentStatus::Accepted) => {
            ("current", Tag::new("info", "Gjelder nå"))
        }
        (true, _) => ("", Tag::new("neutral", "Ubesvart")),
        (false, _) => ("", Tag::new("neutral", "Besvart")),
    }
}

/// «Mot forslag 1: annen typeløsning, vår andel fra 1/1 til 1/2.»
pub fn changed(it: &Proposal, before: &Proposal, names: &Names) -> String {
    let mut changes = Vec::new();
    if it.code != before.code {
        let free = names.is_free(&it.code);
        changes.push(if free { "fri fordeling" } else { "annen typeløsning" }.to_owned());
    }
    if it.own_role != before.own_role {
        changes.push(if it.own_role == "a" { "vi er A" } else { "vi er B" }.to_owned());
    }
    if it.split.own != before.split.own {
        changes.push(format!("vår andel fra {} til {}", before.split.own, it.split.own));
    } else if !changes.is_empty() {
        changes.push(format!("vår andel fortsatt {}", it.split.own));
    }
    if changes.is_empty() {
        changes.push("uendret".into());
    }
    format!("Mot forslag {}: {}.", before.number, changes.join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::portal::incident::samples::{agreed, incident, names, proposal};

    fn three() -> Vec<Card> {
        let proposals = json!([
            proposal(1, "own", "104", "b", 1, 1),
            proposal(2, "other", "999", "b", 1, 2),
            proposal(3, "own", "105", "a", 1, 2),
            proposal(4, "own", "105", "a", 1, 2),
        ]);
        let liability = {
            let mut liability = agreed(1, 2);
            liability["agreed"]["number"] = json!(3);
            liability
        };
        let changes = json!({"status": "accepted", "proposals": proposals, "liability": liability});
        cards(&incident(changes), &names())
    }

    #[test]
    fn each_says_what_changed_from_the_one_before() {
        let notes: Vec<_> = three().into_iter().map(|card| card.note).collect();
        assert_eq!(
            notes,
            [
                "A er Nordlys. Vår andel: 1/1.",
                "Mot forslag 1: fri fordeling, vår andel fra 1/1 til 1/2.",
                "Mot forslag 2: annen typeløsning, vi er A, vår andel fortsatt 1/2.",
                "Mot forslag 3: uendret.",
            ]
        );
    }

    #[test]
    fn only_the_agreed_one_has_the_thick_edge() {
        let states: Vec<_> = three().into_iter().map(|card| (card.state, card.tag.text)).collect();
        assert_eq!(states[2], ("current", "Avtalt 24.11.2026".into()));
        assert!(states.iter().filter(|(state, _)| *state == "current").count() == 1);
    }
}
