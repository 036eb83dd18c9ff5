//! Incidents for the tests of this folder, as the hub would send them.

use serde_json::{Value, json};

use super::names::Names;
use crate::contract::{Company, Incident};
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;

/// A received incident with proposal 1 by the other company, not answered; `changes` replace its
/// top-level fields.
pub(in crate::portal) fn incident(changes: Value) -> Incident {
    let mut whole = json!({
        "id": "01990000-0000-7000-8000-000000000001", "version": 3, "status": "sent",
        "openedAt": "2026-11-23T08:12:00+01:00", "changedAt": "2026-11-23T08:15:00+01:00",
        "lossDate": "2026-11-20", "lossTime": "16:05",
        "place": "Fjordveien, to felt i samme retning før Bruhaugen",
        "description": "Vår forsikrede lå i høyre felt. KH31415 skiftet felt fra venstre.",
        "role": "counterpart",
        "awaiting": {"who": "us", "duty": "answer_incident",
            "dueAt": "2026-12-01T00:00:00+01:00", "overdue": false},
        "own": party("FJT", Value::Null, "KH31415", Value::Null),
        "other": party("NLS", json!("NLS-26-55810"), "EL54321", json!("kasko")),
        "personalInjury": false,
        "liability": {"status": "proposed", "proposal": proposal(1, "other", "104", "b", 1, 1),
            "agreed": null},
        "claimTotals": {"sentOre": 0, "receivedOre": 0, "open": 0},
        "unread": 1, "portalUrl": "http://localhost:8080/hendelser/1",
        "events": [], "proposals": [proposal(1, "other", "104", "b", 1, 1)],
        "claims": [], "messages": [],
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).expect("an incident of the contract")
}

/// What an incident looks like once proposal 1 is agreed; the own share is `num`/`den`.
pub(super) fn agreed(num: u32, den: u32) -> Value {
    json!({"status": "agreed", "proposal": null, "agreed": {
        "number": 1, "code": "104", "codeVersion": "2026-1", "ownRole": "b",
        "own": {"num": num, "den": den}, "other": {"num": den - num, "den": den},
        "at": "2026-11-24T09:00:00+01:00"}})
}

/// A proposal; the own share is `num`/`den`.
pub(in crate::portal) fn proposal(
    number: u32,
    by: &str,
    code: &str,
    own_role: &str,
    num: u32,
    den: u32,
) -> Value {
    json!({"number": number, "by": by, "code": code, "codeVersion": "2026-1", "ownRole": own_role,
        "split": {"own": {"num": num, "den": den}, "other": {"num": den - num, "den": den}},
        "reason": null, "at": "2026-11-23T08:12:00+01:00", "dueAt": "2026-12-01T00:00:00+01:00"})
}

/// A claim of 1 000 kroner gross with this much outstanding.
pub(super) fn claim(number: u32, direction: &str, status: &str, outstanding_ore: i64) -> Value {
    json!({"id": format!("01990000-0000-7000-8000-0000000000c{number}"), "version": 1,
        "incidentId": "01990000-0000-7000-8000-000000000001", "number": number,
        "direction": direction, "counterpart": "NLS", "reference": "2026-100087",
        "kid": "2026100087017", "dueDate": "2026-12-02", "message": null, "lines": [],
        "share": {"num": 1, "den": 2}, "grossOre": 100_000, "totalOre": 50_000, "creditedOre": 0,
        "paidOre": 50_000 - outstanding_ore, "outstandingOre": outstanding_ore,
        "accountNumber": "15940233728", "status": status, "bookingReference": null,
        "disputeReason": null, "createdAt": "2026-11-24T10:00:00+01:00",
        "payments": [], "credits": []})
}

/// Something asked for by `own` or `other`.
pub(super) fn asked(by: &str) -> Value {
    json!({"by": by, "reason": "Alt er gjort opp.", "at": "2026-11-24T10:00:00+01:00",
        "dueAt": "2026-12-02T00:00:00+01:00"})
}

/// The words of the companies and codes above.
pub(in crate::portal) fn names() -> Names {
    let company = |code: &str, name: &str| Company {
        code: code.into(),
        name: name.into(),
        organisation_number: "310425885".into(),
        active: true,
        claim_account_number: None,
    };
    let directory = Directory::from_companies(vec![
        company("FJT", "Fjordtrygd Forsikring"),
        company("NLS", "Nordlys Skadeforsikring"),
        company("TND", "Tinde Forsikring"),
    ]);
    Names { directory, codes: CodeLists::sample() }
}

fn party(company: &str, reference: Value, number: &str, coverage: Value) -> Value {
    json!({"company": company, "reference": reference,
        "vehicle": {"registrationNumber": number, "country": "N", "unregistered": false,
            "description": "personbil"},
        "coverage": coverage, "vatLiable": false, "businessInterruption": false,
        "insurer": {"company": company, "source": "registry", "outcome": "insurer",
            "registryCompany": company, "checkedAt": "2026-11-23T08:11:00+01:00", "reason": null,
            "since": "2026-03-29"}})
}
