//! A claim and its incident for the tests of this folder, as the hub would send them.

use std::sync::Arc;

use serde_json::{Value, json};
use uuid::Uuid;

use super::case::Case;
use super::grounds::Grounds;
use crate::auth::role::{Identity, Role};
use crate::contract::{Claim, Incident};
use crate::portal::code_lists::CodeLists;
use crate::portal::page::Frame;

/// Someone of Fjordtrygd looking at `path`.
pub(super) fn frame(path: &str) -> Frame {
    let identity = Identity {
        user: Uuid::nil(),
        username: "saksbehandler.fjt".into(),
        company: Some("FJT".parse().unwrap()),
        company_name: Some("Fjordtrygd Forsikring".into()),
        roles: vec![Role::Handler],
    };
    Frame {
        identity: Some(Arc::new(identity)),
        path: path.into(),
        flash: None,
        site: Arc::default(),
        notices: Arc::default(),
    }
}

/// An accepted incident where we bear 1/4 and Tinde 3/4.
pub(super) fn incident() -> Incident {
    let party = |company: &str, reference: &str, number: &str| {
        json!({"company": company, "reference": reference, "coverage": "kasko",
            "vehicle": {"registrationNumber": number, "country": "N", "unregistered": false,
                "description": null},
            "vatLiable": false, "businessInterruption": false,
            "insurer": {"company": company, "source": "registry", "outcome": "insurer",
                "registryCompany": company, "checkedAt": null, "reason": null, "since": null}})
    };
    serde_json::from_value(json!({
        "id": Uuid::from_u128(1), "version": 7, "status": "accepted",
        "openedAt": "2026-10-12T09:14:00+02:00", "changedAt": "2026-11-02T09:30:00+01:00",
        "lossDate": "2026-10-10", "lossTime": null, "place": null, "description": null,
        "role": "sender",
        "awaiting": {"who": "them", "duty": "answer_claim", "dueAt": null, "overdue": false},
        "own": party("FJT", "2026-100087", "KH31415"),
        "other": party("TND", "T-448800", "DN54321"),
        "personalInjury": false,
        "liability": {"status": "agreed", "proposal": null, "agreed": {
            "number": 3, "code": "405", "codeVersion": "2026-1", "ownRole": "a",
            "own": {"num": 1, "den": 4}, "other": {"num": 3, "den": 4},
            "at": "2026-10-22T08:51:00+02:00"}},
        "claimTotals": {"sentOre": 0, "receivedOre": 0, "open": 0},
        "unread": 0, "portalUrl": "http://localhost:8080/hendelser/1",
    }))
    .unwrap()
}

/// Claim 1, sent by us on 02.11.2026; `changes` replace its fields.
pub(super) fn claim(changes: &Value) -> Claim {
    let mut whole = json!({
        "id": Uuid::from_u128(2), "version": 2, "incidentId": Uuid::from_u128(1), "number": 1,
        "direction": "sent", "counterpart": "TND", "reference": "2026-100087",
        "kid": "2026100087011", "dueDate": "2026-12-02", "message": null,
        "lines": [
            {"type": "repair", "grossOre": 5_000_000, "demandedOre": 3_750_000,
                "description": "Verksted, faktura 8812"},
            {"type": "salvage", "grossOre": 1_000_000, "demandedOre": -750_000, "description": null}],
        "share": {"num": 3, "den": 4}, "grossOre": 4_000_000, "totalOre": 3_000_000,
        "creditedOre": 0, "paidOre": 0, "outstandingOre": 3_000_000,
        "accountNumber": "15940233728", "status": "sent", "bookingReference": null,
        "disputeReason": null, "createdAt": "2026-11-02T09:30:00+01:00",
        "payments": [], "credits": [],
    });
    for (name, value) in changes.as_object().into_iter().flatten() {
        whole[name] = value.clone();
    }
    serde_json::from_value(whole).unwrap()
}

/// What a new claim rests on, on 23.11.2026.
pub(super) fn grounds() -> Grounds {
    let incident = incident();
    Grounds {
        agreed: incident.liability.agreed.clone().unwrap(),
        reference: "2026-100087".into(),
        other: "Tinde Forsikring".into(),
        short: "Tinde".into(),
        receiver: "Tinde Forsikring (TND, org.nr. 310\u{a0}431\u{a0}702)".into(),
        account: Some("1594\u{a0}02\u{a0}33728".into()),
        codes: CodeLists::sample(),
        today: jiff::civil::date(2026, 11, 23),
        due_days: 30,
        due: jiff::civil::date(2026, 12, 23),
        similar: Vec::new(),
        incident,
    }
}

/// The claim of [`claim`] as its page has it, on 23.11.2026.
pub(super) fn case(changes: &Value) -> Case {
    Case {
        claim: claim(changes),
        incident: incident(),
        other: "Tinde Forsikring".into(),
        short: "Tinde".into(),
        codes: CodeLists::sample(),
        now: "2026-11-23T10:00:00+01:00".parse().unwrap(),
    }
}
