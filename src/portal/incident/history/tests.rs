//! Every kind of event has its sentence, seen from the own company.

use serde_json::{Value, json};

use super::*;
use crate::portal::incident::samples::names;

fn event(kind: &str, company: Option<&str>, at: &str, data: Value) -> Event {
    serde_json::from_value(json!({
        "id": "01990000-0000-7000-8000-0000000000e1", "seq": 1,
        "incidentId": "01990000-0000-7000-8000-000000000001", "kind": kind, "at": at,
        "by": {"company": company, "channel": if company.is_some() { "portal" } else { "system" }},
        "data": data, "hash": "", "previousHash": ""}))
    .expect("an event of the contract")
}

fn told(kind: &str, by: &str, data: Value) -> String {
    let names = names();
    let company = if by.is_empty() { None } else { Some(by) };
    let event = event(kind, company, "2026-11-23T08:12:00+01:00", data);
    Teller { own: "FJT", names: &names }.sentence(&event, &[])
}

/// Every kind the domain writes, read from its source.
fn kinds() -> Vec<&'static str> {
    include_str!("../../../domain/event/data.rs")
        .lines()
        .filter_map(|line| line.split_once("=> \"")?.1.split_once("\",").map(|(kind, _)| kind))
        .collect()
}

#[test]
fn every_kind_of_the_domain_has_a_sentence() {
    assert!(kinds().len() >= 26, "the kinds are read from the source: {:?}", kinds());
    for kind in kinds() {
        for by in ["FJT", "NLS", ""] {
            let sentence = told(kind, by, json!({}));
            assert!(!sentence.starts_with("Ny oppføring"), "{kind}");
        }
    }
}

#[test]
fn an_unknown_kind_is_shown_rather_than_hidden() {
    assert_eq!(told("something_new", "NLS", json!({})), "Ny oppføring: something_new");
}

#[test]
fn sentences_are_seen_from_the_own_company() {
    let shares = json!({"FJT": {"num": 1, "den": 4}, "NLS": {"num": 3, "den": 4}});
    let table = [
        ("incident_sent", "NLS", json!({"to": "FJT"}), "Hendelse sendt til oss"),
        (
            "incident_sent",
            "FJT",
            json!({"to": "NLS"}),
            "Hendelse sendt til Nordlys Skadeforsikring",
        ),
        (
            "proposal_made",
            "NLS",
            json!({"number": 1, "code": "104", "shares": shares}),
            "Forslag 1: 104 Feltskifte, oss 1/4",
        ),
        (
            "incident_rejected",
            "NLS",
            json!({"reason": "other", "text": "Bilen var stjålet.", "suggestedCompany": "TND"}),
            "Hendelsen avvist: Annet. «Bilen var stjålet.» Foreslått mottaker: Tinde Forsikring",
        ),
        (
            "party_changed",
            "FJT",
            json!({"coverage": "kasko", "vatLiable": true, "vehicleDescription": null}),
            "Dekningsomfang: Kasko, Oppgavepliktig: ja, Beskrivelse av kjøretøyet fjernet",
        ),
        (
            "claim_sent",
            "NLS",
            json!({"number": 2, "totalOre": 973_500, "confirmed": ["duplicate"]}),
            "Krav 2 sendt til oss, 9\u{a0}735,00\u{a0}kr. Bekreftet som nytt krav",
        ),
        (
            "claim_registered",
            "NLS",
            json!({"number": 1, "reference": "77120"}),
            "Krav 1 registrert, bilag 77120",
        ),
        (
            "deadline_passed",
            "",
            json!({"company": "FJT", "duty": "answer_incident"}),
            "Fristen vår gikk ut: svar på hendelsen",
        ),
        (
            "registry_differs",
            "",
            json!({"side": "FJT", "company": "TND"}),
            "TFFAuto oppgir nå Tinde Forsikring for kjøretøyet vårt",
        ),
    ];
    for (kind, by, data, expected) in table {
        assert_eq!(told(kind, by, data), expected, "{kind}");
    }
}

#[test]
fn one_act_is_one_entry_and_the_newest_is_first() {
    let names = names();
    let shares = json!({"FJT": {"num": 1, "den": 2}, "NLS": {"num": 1, "den": 2}});
    let proposal = json!({"number": 2, "code": "105", "shares": shares});
    let events = [
        event("incident_sent", Some("FJT"), "2026-11-20T08:00:00+01:00", json!({"to": "NLS"})),
        event("incident_accepted", Some("NLS"), "2026-11-23T08:12:00+01:00", json!({})),
        event("proposal_made", Some("NLS"), "2026-11-23T08:12:00+01:00", proposal),
        event("proposal_accepted", Some("FJT"), "2026-11-24T08:12:00+01:00", json!({"number": 2})),
    ];
    let entries = timeline(&events, Teller { own: "FJT", names: &names });
    let texts: Vec<_> = entries.iter().map(|entry| (entry.who, &*entry.text)).collect();
    assert_eq!(
        texts,
        [
            ("own", "Forslag 2 godtatt: ansvar avtalt, oss 1/2"),
            ("other", "Hendelsen akseptert. Forslag 2: 105 Begge skiftet felt, oss 1/2"),
            ("own", "Hendelse sendt til Nordlys Skadeforsikring"),
        ]
    );
    assert_eq!(entries[1].by, "Nordlys Skadeforsikring, portal");
}
