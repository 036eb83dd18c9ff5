//! Which panel each state shows, and what it says.

use serde_json::{Value, json};

use super::*;
use crate::portal::incident::samples::{agreed, asked, claim, incident, names, proposal};

fn panel(changes: Value) -> ActPanel {
    let now = "2026-11-23T10:00:00+01:00".parse().unwrap();
    ActPanel::of(&incident(changes), &names(), now)
}

fn awaiting(who: &str, duty: &str) -> Value {
    json!({"who": who, "duty": duty, "dueAt": "2026-12-01T00:00:00+01:00", "overdue": false})
}

fn proposed(by: &str) -> Value {
    json!({"status": "proposed", "proposal": proposal(2, by, "105", "a", 1, 2)})
}

#[test]
fn the_heading_says_whose_turn_it_is_to_do_what() {
    let nothing = json!({"who": "nobody", "duty": "none", "dueAt": null, "overdue": false});
    let table = [
        (json!({}), true, "Det er vår tur: svar innen mandag 30.11"),
        (
            json!({"role": "sender", "awaiting": awaiting("them", "answer_incident")}),
            false,
            "Vi venter på Nordlys Skadeforsikring: svar på hendelsen innen mandag 30.11",
        ),
        (
            json!({"role": "sender", "status": "rejected", "awaiting": awaiting("us", "redirect_or_withdraw")}),
            true,
            "Det er vår tur: send videre eller trekk tilbake innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": proposed("other"), "awaiting": awaiting("us", "answer_proposal")}),
            true,
            "Det er vår tur: svar på forslag 2 innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": proposed("own"), "awaiting": awaiting("them", "answer_proposal")}),
            false,
            "Vi venter på Nordlys Skadeforsikring: svar på forslag 2 innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": {"status": "none"}, "awaiting": awaiting("both", "propose")}),
            true,
            "Begge kan foreslå ansvarsfordeling innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": agreed(1, 2), "closing": asked("other"), "awaiting": awaiting("us", "answer_close")}),
            true,
            "Det er vår tur: svar på ønsket om avslutning innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": agreed(1, 2), "claims": [claim(2, "received", "sent", 50_000)], "awaiting": awaiting("us", "answer_claim")}),
            true,
            "Det er vår tur: svar på krav 2 innen mandag 30.11",
        ),
        (
            json!({"status": "accepted", "liability": agreed(1, 2), "awaiting": nothing}),
            false,
            "Ansvaret er avtalt. Ingen venter på svar nå",
        ),
        (
            json!({"status": "rejected", "awaiting": awaiting("them", "redirect_or_withdraw")}),
            false,
            "Vi venter på Nordlys Skadeforsikring: avgjørelse om hendelsen vi avviste innen \
             mandag 30.11",
        ),
        (
            json!({"status": "withdrawn", "awaiting": nothing}),
            false,
            "Hendelsen er trukket tilbake",
        ),
    ];
    for (changes, ours, heading) in table {
        let panel = panel(changes);
        assert_eq!((panel.ours, panel.heading.as_str()), (ours, heading));
    }
}

#[test]
fn a_passed_deadline_is_said_in_the_heading() {
    let late = json!({"who": "us", "duty": "answer_incident",
        "dueAt": "2026-11-21T00:00:00+01:00", "overdue": true});
    let panel = panel(json!({"awaiting": late}));
    assert_eq!(panel.heading, "Det er vår tur: svar. Fristen var fredag 20.11");
}

#[test]
fn every_answer_says_what_it_leads_to() {
    let panel = panel(json!({}));
    let consequences: Vec<_> = panel.steps.iter().map(|step| &*step.consequence).collect();
    assert_eq!(
        consequences,
        [
            "Vi er rett part og bærer 1/1 (100\u{a0}%). Nordlys kan sende krav.",
            "Vi er rett part, men foreslår en annen fordeling. Nordlys får 7 dager.",
            "Vi er rett part. Forslaget står til 30.11.2026.",
            "Vi er ikke rett part. Du velger grunn på neste side.",
        ]
    );
    assert_eq!(panel.fields, Fields::Answer);
}

#[test]
fn a_page_has_at_most_one_filled_button_and_it_leads_on() {
    for changes in [
        json!({}),
        json!({"status": "accepted", "liability": agreed(1, 2)}),
        json!({"status": "accepted", "liability": agreed(1, 1)}),
        json!({"role": "sender"}),
        json!({"status": "closed"}),
    ] {
        let panel = panel(changes);
        let filled: Vec<_> =
            panel.steps.iter().chain(&panel.others).filter(|step| step.filled).collect();
        assert!(filled.len() <= 1 && filled.iter().all(|step| step.is_way_on));
    }
}

#[test]
fn a_frozen_view_has_no_acts() {
    let panel = panel(json!({"status": "rejected",
        "awaiting": awaiting("them", "redirect_or_withdraw")}));
    assert!(panel.steps.is_empty() && panel.others.is_empty());
}
