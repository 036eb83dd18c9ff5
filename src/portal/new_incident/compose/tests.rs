//! What is typed, understood: forgiving in form, strict in what it takes to send.

use super::*;
use crate::contract::{CodeItem, InsurerAnswer, Moment};
use crate::domain::registry::Outcome;
use crate::formats::Share;
use crate::portal::new_incident::lookup::{LookUp, Question};
use crate::portal::picker::Picked;

const NOW: &str = "2026-11-23T09:41:00+01:00";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn codes() -> CodeList {
    CodeList {
        name: "liability-codes".into(),
        version: "2026-1".into(),
        valid_from: jiff::civil::date(2026, 1, 1),
        valid_to: None,
        items: vec![CodeItem {
            code: "203".into(),
            title: "Venstresving foran møtende".into(),
            share_a: Some(Share::ZERO),
            share_b: Some(Share::ONE),
            ..CodeItem::default()
        }],
    }
}

fn typed() -> Draft {
    Draft {
        vehicles: Vehicles {
            reference: " 2026-100123 ".into(),
            loss_date: "20/11 26".into(),
            loss_time: "1430".into(),
            own_number: "ek 12345".into(),
            other_number: "EL-54321".into(),
            ..Vehicles::default()
        },
        circumstances: Circumstances {
            coverage: "kasko".into(),
            description: " To\r\nlinjer ".into(),
            ..Circumstances::default()
        },
        liability: Picked::of("203", false, None),
    }
}

fn answer(number: &str, outcome: Outcome, company: Option<&str>) -> LookUp {
    LookUp {
        question: Question {
            number: number.into(),
            country: "N".into(),
            day: jiff::civil::date(2026, 11, 20),
        },
        at: now(),
        answer: Some(InsurerAnswer {
            registration_number: number.into(),
            outcome,
            company: company.map(str::to_owned),
            company_name: None,
            participant: company.is_some_and(|code| code != "ALF"),
            checked_at: Moment(now()),
            since: None,
            make: None,
            also: vec![],
        }),
    }
}

fn insured(own: &str, other: &str) -> LookUps {
    LookUps {
        own: Some(answer("EK12345", Outcome::Insurer, Some(own))),
        other: Some(answer("EL54321", Outcome::Insurer, Some(other))),
    }
}

fn compose(draft: &Draft, lookups: &LookUps) -> Result<NewIncident, Vec<String>> {
    let codes = codes();
    whole(draft, &Known { own: "FJT", lookups, codes: &codes, now: now() })
        .map_err(|faults| faults.iter().map(|(_, field, _)| field.to_owned()).collect())
}

fn wrong(draft: &Draft, lookups: &LookUps) -> Vec<String> {
    compose(draft, lookups).unwrap_err()
}

#[test]
fn what_people_write_becomes_the_standard_form() {
    let new = compose(&typed(), &insured("FJT", "NLS")).unwrap();
    assert_eq!(new.reference, "2026-100123");
    assert_eq!((new.loss_date.as_str(), new.loss_time.as_deref()), ("2026-11-20", Some("14:30")));
    assert_eq!(new.own.vehicle.registration_number.as_deref(), Some("EK12345"));
    assert_eq!(new.other.vehicle.registration_number.as_deref(), Some("EL54321"));
    assert_eq!(new.description.as_deref(), Some("To\nlinjer"));
    assert_eq!((new.own.insurer_override, new.other.insurer_override), (None, None));
    assert_eq!(new.proposal.unwrap().own_role, "a");
}

#[test]
fn an_empty_draft_is_told_everything_at_once_in_the_order_of_the_steps() {
    let fields = wrong(&Draft::default(), &LookUps::default());
    let expected = ["skadenummer", "skadedato", "egen-regnr", "motpart-regnr", "dekning", "kode"];
    assert_eq!(fields, expected);
}

#[test]
fn a_loss_date_ahead_or_long_past_is_refused_but_today_is_not() {
    let on = |day: &str| {
        let mut draft = typed();
        draft.vehicles.loss_date = day.into();
        compose(&draft, &LookUps::default()).err().unwrap_or_default()
    };
    assert_eq!(on("23.11.2026"), [""; 0]);
    assert_eq!(on("24.11.2026"), ["skadedato"]);
    assert_eq!(on("22.11.2016"), ["skadedato"]);
    assert_eq!(on("23.11.2016"), [""; 0]);
}

#[test]
fn our_own_vehicle_insured_elsewhere_needs_a_reason() {
    let lookups = insured("TND", "NLS");
    assert_eq!(wrong(&typed(), &lookups), ["egen-grunn"]);
    let mut draft = typed();
    draft.vehicles.own_reason = "Byttet dagen før.".into();
    let chosen = compose(&draft, &lookups).unwrap().own.insurer_override.unwrap();
    assert_eq!(chosen.company, "FJT");
}

#[test]
fn a_reason_the_registry_makes_needless_is_not_sent() {
    let mut draft = typed();
    draft.vehicles.own_reason = "Byttet dagen før.".into();
    draft.vehicles.other_company = "NLS".into();
    let new = compose(&draft, &insured("FJT", "NLS")).unwrap();
    assert_eq!((new.own.insurer_override, new.other.insurer_override), (None, None));
}

#[test]
fn a_receiver_must_be_chosen_when_the_registry_names_none_we_can_send_to() {
    let other = |other| LookUps { other, ..insured("FJT", "NLS") };
    let down = LookUp { answer: None, ..answer("EL54321", Outcome::Unknown, None) };
    for lookups in [
        other(Some(answer("EL54321", Outcome::Unknown, None))),
        other(Some(answer("EL54321", Outcome::SelfInsured, None))),
        other(Some(answer("EL54321", Outcome::Insurer, Some("ALF")))),
        other(Some(answer("EL54321", Outcome::Insurer, Some("FJT")))),
        other(Some(down)),
    ] {
        assert_eq!(wrong(&typed(), &lookups), ["motpart-selskap"]);
    }
}

#[test]
fn another_receiver_than_the_registry_says_needs_a_reason_and_a_silent_registry_none() {
    let mut draft = typed();
    draft.vehicles.other_company = "TND".into();
    assert_eq!(wrong(&draft, &insured("FJT", "NLS")), ["motpart-grunn"]);
    let silent =
        LookUps { other: Some(answer("EL54321", Outcome::Unknown, None)), ..insured("FJT", "NLS") };
    let new = compose(&draft, &silent).unwrap();
    assert_eq!(new.other.insurer_override.unwrap().company, "TND");
}

#[test]
fn an_answer_about_another_day_or_number_counts_for_nothing() {
    let mut draft = typed();
    draft.vehicles.loss_date = "19.11.2026".into();
    assert!(compose(&draft, &insured("TND", "ALF")).is_ok());
    let mut draft = typed();
    draft.vehicles.own_number = "EK12346".into();
    assert!(compose(&draft, &insured("TND", "NLS")).is_ok());
}

#[test]
fn an_unregistered_vehicle_is_described_and_has_no_number() {
    let mut draft = typed();
    draft.vehicles.other_unregistered = YES.into();
    let fields = ["motpart-kjoretoy", "motpart-regnr", "motpart-selskap"];
    assert_eq!(wrong(&draft, &insured("FJT", "NLS")), fields);
    draft.vehicles.other_number = String::new();
    draft.vehicles.other_description = "Rød tilhenger".into();
    draft.vehicles.other_company = "NLS".into();
    let vehicle = compose(&draft, &insured("FJT", "NLS")).unwrap().other.vehicle;
    assert!(vehicle.unregistered && vehicle.country.is_none());
}

#[test]
fn without_a_proposal_none_is_sent() {
    let mut draft = typed();
    draft.liability.without = YES.into();
    assert_eq!(compose(&draft, &insured("FJT", "NLS")).unwrap().proposal, None);
}

#[test]
fn every_error_of_the_hub_finds_a_field() {
    let at = |pointer| super::faults::place(pointer).1;
    assert_eq!(at("/reference"), "skadenummer");
    assert_eq!(at("/own/insurerOverride"), "egen-grunn");
    assert_eq!(at("/other/insurerOverride/company"), "motpart-selskap");
    assert_eq!(at("/other/vehicle/registrationNumber"), "motpart-regnr");
    assert_eq!(at("/proposal/split/own"), "fri");
    assert_eq!(at("/somethingNew"), "skadenummer");
}
