//! The page of an incident in its states.

use axum::http::{Method, Request};
use scraper::{Html, Selector};
use serde_json::{Value, json};

use super::*;
use crate::contract::{Actor, HubClient};
use crate::portal::incident::samples::{agreed, asked, claim, incident, names, proposal};

/// The page of an incident with these changes, as saksbehandler.fjt sees it on 23.11.2026.
pub(super) fn drawn(changes: Value, forms: Forms) -> String {
    let actor =
        Actor { company: "FJT".parse().unwrap(), user: "saksbehandler.fjt".into(), injury: false };
    let incident = incident(changes);
    let request = Request::builder()
        .method(Method::GET)
        .uri(format!("/hendelser/{}", incident.id))
        .body(())
        .unwrap();
    let case = Case {
        id: incident.id,
        proposal: None,
        hub: HubClient::in_process(axum::Router::new()).acting(actor),
        frame: Frame::of(&request.into_parts().0),
        now: "2026-11-23T10:00:00+01:00".parse().unwrap(),
    };
    IncidentPage::of(&incident, &names(), case, forms).render().unwrap()
}

fn states() -> Vec<Value> {
    let accepted = |liability: Value| json!({"status": "accepted", "liability": liability});
    let mut with_claims = accepted(agreed(1, 2));
    with_claims["claims"] = json!([claim(1, "sent", "sent", 1), claim(2, "received", "sent", 1)]);
    let mut asked_for = accepted(agreed(1, 2));
    asked_for["closing"] = asked("other");
    asked_for["reopening"] = asked("other");
    vec![
        json!({}),
        json!({"role": "sender", "status": "rejected", "rejection": {"reason": "other",
            "text": "Stjålet", "suggestedCompany": "TND", "at": "2026-11-23T09:00:00+01:00"}}),
        json!({"status": "withdrawn"}),
        accepted(json!({"status": "none"})),
        accepted(json!({"status": "proposed", "proposal": proposal(2, "other", "105", "a", 1, 2)})),
        with_claims,
        asked_for,
    ]
}

fn all(html: &Html, selector: &str, attr: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    html.select(&selector).filter_map(|it| it.attr(attr)).map(str::to_owned).collect()
}

#[test]
fn every_state_is_drawn_with_unique_ids_and_at_most_one_filled_button() {
    for changes in states() {
        let html = Html::parse_document(&drawn(changes.clone(), Forms::default()));
        let mut ids = all(&html, "[id]", "id");
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "{changes}");
        let filled = all(&html, "main .ds-button:not([data-variant])", "class");
        assert!(filled.len() <= 1, "{changes}");
    }
}

#[test]
fn every_form_of_an_act_carries_the_version() {
    for changes in states() {
        let html = Html::parse_document(&drawn(changes, Forms::default()));
        let forms = Selector::parse("section[aria-labelledby=tur] form").unwrap();
        let version = Selector::parse("input[name=version][value='3']").unwrap();
        for form in html.select(&forms) {
            assert_eq!(form.select(&version).count(), 1);
        }
    }
}

#[test]
fn the_suggested_company_is_chosen_and_the_rejecting_one_is_not_offered() {
    let html = Html::parse_document(&drawn(states().remove(1), Forms::default()));
    assert_eq!(all(&html, "#selskap option[selected]", "value"), ["TND"]);
    assert!(!all(&html, "#selskap option", "value").contains(&"NLS".to_owned()));
}

#[test]
fn a_refused_answer_keeps_what_was_typed_and_says_why() {
    let typed = Answer { skadenr: "2026-100087".into(), ..Answer::default() };
    let forms = || Forms {
        answer: Form::fresh(typed.clone()),
        alert: Some("Noe gikk i veien.".into()),
        ..Forms::default()
    };
    let html = Html::parse_document(&drawn(json!({}), forms()));
    assert_eq!(all(&html, "#skadenr", "value"), ["2026-100087"]);
    assert_eq!(all(&html, "#avslag", "role"), ["alert"]);
    // The form is gone once the incident is withdrawn; the words are not.
    let gone = drawn(json!({"status": "withdrawn"}), forms());
    assert!(gone.contains("Noe gikk i veien.") && gone.contains("2026-100087"));
}

#[test]
fn what_people_type_is_never_markup() {
    let message = json!([{"id": "01990000-0000-7000-8000-0000000000a1",
        "by": {"company": "NLS"}, "at": "2026-11-23T08:15:00+01:00",
        "text": "<script>alert(1)</script>", "readAt": null}]);
    let html = drawn(json!({"messages": message, "place": "<b>her</b>"}), Forms::default());
    assert!(!html.contains("<script>alert") && !html.contains("<b>her"));
}
