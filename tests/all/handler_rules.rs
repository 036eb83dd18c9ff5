//! A company's rules decide who gets a new incident, and are tried before they are in force.

use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use skadehub::domain::handler_rule::{LastDigit, Numbered};
use skadehub::domain::{HandlerRule, Role};
use skadehub::hub::commands::{handler_rules, incident};
use uuid::Uuid;

use crate::api_story::collision;
use crate::support::browser::{Browser, Page};
use crate::support::exchange::{Exchange, act};
use crate::support::portal::Portal;

const PAGE: &str = "/selskap/regler";

fn to(handler: &str) -> HandlerRule {
    HandlerRule { handler: handler.into(), ..HandlerRule::default() }
}

async fn rules(exchange: &Exchange, company: &str, rules: Vec<HandlerRule>) {
    handler_rules::change(&exchange.hub, &act(company), rules).await.unwrap();
}

async fn handler(exchange: &Exchange, company: &str, incident: Uuid) -> Option<String> {
    exchange.seen_by(company, incident).await.own.handler
}

/// What the newest entry of this kind says.
async fn logged(house: &Portal, kind: &str) -> Value {
    let log = house.api("fagsystem-fjt").await.get(&format!("/log?kind={kind}")).await.ok(200);
    log["items"][0].clone()
}

#[tokio::test]
async fn a_new_incident_goes_to_whom_each_partys_own_rules_name() {
    let exchange = Exchange::new().await;
    let sent = HandlerRule { role: Some(Role::Sender), ..to("sender.fjt") };
    rules(&exchange, "FJT", vec![sent, to("alle.fjt")]).await;
    let received = HandlerRule {
        role: Some(Role::Counterpart),
        counterpart: Some("FJT".parse().unwrap()),
        code: Some("405".into()),
        ..to("mottak.nls")
    };
    let digit = LastDigit { of: Numbered::OtherReference, among: vec![7] };
    let seven = HandlerRule { last_digit: Some(digit), ..to("sju.nls") };
    rules(&exchange, "NLS", vec![seven, received]).await;
    let plain = exchange.send_about("FJT", "NLS", "F-26-1", "AA12345").await;
    assert_eq!(handler(&exchange, "FJT", plain).await.as_deref(), Some("sender.fjt"));
    assert_eq!(handler(&exchange, "NLS", plain).await.as_deref(), Some("mottak.nls"));
    let seventh = exchange.send_about("FJT", "NLS", "F-26-7", "AA12345").await;
    assert_eq!(handler(&exchange, "NLS", seventh).await.as_deref(), Some("sju.nls"));
    let unruled = exchange.send("TND", "GRN").await;
    assert_eq!(handler(&exchange, "TND", unruled).await, None);
    assert_eq!(handler(&exchange, "GRN", unruled).await, None);
    let back = exchange.send("NLS", "FJT").await;
    assert_eq!(handler(&exchange, "FJT", back).await.as_deref(), Some("alle.fjt"));
    assert_eq!(handler(&exchange, "NLS", back).await, None, "none of its rules fits what it sends");
}

#[tokio::test]
async fn after_a_redirect_the_new_counterparts_rules_decide_and_the_senders_handler_stays() {
    let exchange = Exchange::new().await;
    rules(&exchange, "FJT", vec![to("alle.fjt")]).await;
    let proposed = HandlerRule { code: Some("405".into()), ..to("forslag.tnd") };
    rules(&exchange, "TND", vec![proposed]).await;
    let incident = exchange.send("FJT", "NLS").await;
    let keep = Some(Some("kari.fjt".to_owned()));
    let nothing = skadehub::domain::event::PartyChange::default();
    let hub = &exchange.hub;
    incident::change(hub, &act("FJT"), incident, nothing, keep).await.unwrap();
    let why = Some("ikke oss".to_owned());
    incident::reject(hub, &act("NLS"), incident, "wrong_company".into(), why, None).await.unwrap();
    let on = "TND".parse().unwrap();
    incident::redirect(hub, &act("FJT"), incident, on, "feil".into()).await.unwrap();
    assert_eq!(handler(&exchange, "TND", incident).await.as_deref(), Some("forslag.tnd"));
    assert_eq!(handler(&exchange, "FJT", incident).await.as_deref(), Some("kari.fjt"));
}

#[tokio::test]
async fn the_api_says_every_fault_of_a_rule_at_once_and_refuses_who_comes_second() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let odd = json!({"rules": [{"counterpart": "XXX", "code": "000", "role": "third", "more": 1,
        "lastDigit": {"among": [10]}}]});
    let refused = fjt.call(Method::PUT, "/handler-rules", Some(odd), &[]).await;
    let mut pointers: Vec<_> = refused.faults().into_iter().map(|(pointer, _)| pointer).collect();
    pointers.sort_unstable();
    let expected =
        ["code", "counterpart", "handler", "lastDigit/among", "lastDigit/of", "more", "role"];
    assert_eq!(pointers, expected.map(|name| format!("/rules/0/{name}")));
    let rule = json!({"rules": [{"family": "kryss", "handler": "kari.fjt"}]});
    let first =
        fjt.call(Method::PUT, "/handler-rules", Some(rule.clone()), &[("if-match", "\"0\"")]);
    assert_eq!(first.await.ok(200)["version"], 1);
    let second = fjt.call(
        Method::PUT,
        "/handler-rules",
        Some(json!({"rules": []})),
        &[("if-match", "\"0\"")],
    );
    assert_eq!(second.await.refused(412), "version_conflict");
    let same = fjt.call(Method::PUT, "/handler-rules", Some(rule), &[]).await.ok(200);
    assert_eq!(same["version"], 1, "the same again is no change");
    assert_eq!(logged(&house, "handler_rules_changed").await["data"]["before"], json!([]));
    assert_eq!(fjt.get("/handlers/kari.fjt").await.ok(200), json!({"open": 0, "rules": 1}));
    let nls = house.api("fagsystem-nls").await.get("/handler-rules").await.ok(200);
    assert_eq!(nls["rules"], json!([]), "another company's rules are its own");
}

async fn house() -> (Portal, Browser) {
    let house = Portal::start_whole().await;
    let mut admin = house.browser();
    let page = house.sign_in(&mut admin, "admin.fjt", PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    (house, admin)
}

/// Presses a button of a page, with these fields besides what the page carries.
async fn press(admin: &mut Browser, page: &Page, button: &str, fields: &[(&str, &str)]) -> Page {
    let carried = |name: &str| page.attributes(&format!("input[name={name}]"), "value").remove(0);
    let (version, rules) = (carried("version"), carried("regler"));
    let own = [("version", version.as_str()), ("regler", rules.as_str()), ("gjor", button)];
    admin.post(PAGE, &[&own[..], fields].concat()).await
}

/// The conditions and the handler of each rule.
fn listed(page: &Page) -> Vec<String> {
    let cells = page.texts("tbody td");
    cells.chunks(4).map(|row| format!("{} → {}", row[1], row[2])).collect()
}

#[tokio::test]
async fn rules_are_made_ordered_tried_and_only_then_in_force() {
    let (house, mut admin) = house().await;
    let page = admin.get(PAGE).await;
    assert!(page.text(".sh-empty").contains("ikke tildelt noen"));
    let empty = press(&mut admin, &page, "legg-til", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.attributes(".ds-error-summary a", "href"), ["#saksbehandler"]);
    let all = [("saksbehandler", "personskade.fjt")];
    let page = press(&mut admin, &page, "legg-til", &all).await;
    let odd = [("saksbehandler", "saksbehandler.nls"), ("retning", "counterpart")];
    let refused = press(&mut admin, &page, "legg-til", &odd).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "only a handler of the company");
    let received =
        [("saksbehandler", "saksbehandler.fjt"), ("motpart", "NLS"), ("situasjon", "gruppe:kryss")];
    let page = press(&mut admin, &page, "legg-til", &received).await;
    assert_eq!(page.texts("tbody .ds-tag"), ["Nås aldri"], "after one that fits everything");
    let page = press(&mut admin, &page, "opp-2", &[]).await;
    assert_eq!(
        listed(&page),
        [
            "Motpart Nordlys SkadeforsikringTypeløsning i gruppen kryss → saksbehandler.fjt",
            "Alle nye hendelser → personskade.fjt"
        ]
    );
    assert!(page.text(".sh-flash").contains("ikke før du tar reglene i bruk"));
    let opened = press(&mut admin, &page, "endre-1", &[]).await;
    assert_eq!(opened.attributes("#motpart option[selected]", "value"), ["NLS"]);
    let changed = [("saksbehandler", "saksbehandler.fjt"), ("motpart", "TND")];
    let page = press(&mut admin, &page, "lagre-1", &changed).await;
    assert!(listed(&page)[0].starts_with("Motpart Tinde"), "{:?}", listed(&page));

    let trial = press(&mut admin, &page, "prov", &[]).await;
    assert!(trial.text(".sh-head p").contains("Ingenting er endret ennå"), "{}", trial.html);
    assert!(
        admin.get(PAGE).await.text(".sh-empty").contains("Ingen regler"),
        "nothing is in force"
    );
    let done = press(&mut admin, &trial, "ta-i-bruk", &[]).await;
    assert!(done.text(".sh-flash").contains("tatt i bruk"), "{}", done.html);
    assert_eq!(listed(&done), listed(&page));
    let entry = logged(&house, "handler_rules_changed").await;
    assert_eq!(entry["person"], "admin.fjt");
    assert_eq!(entry["data"]["after"][1], json!({"handler": "personskade.fjt"}));
    let mut auditor = house.browser();
    let log = house
        .sign_in(&mut auditor, "revisor.fjt", "/revisor/logg?type=handler_rules_changed")
        .await;
    assert!(log.text("tbody").contains("1. Motpart TND → saksbehandler.fjt"), "{}", log.html);

    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("R-1", &house.days_ago(2))).await.ok(201);
    assert_eq!(sent["own"]["handler"], "personskade.fjt");
    let told = logged(&house, "handler_changed").await;
    assert_eq!((&told["channel"], &told["data"]["rule"]), (&"system".into(), &2.into()));
    let page = press(&mut admin, &done, "fjern-1", &[]).await;
    assert_eq!(listed(&page), ["Alle nye hendelser → personskade.fjt"]);
}

#[tokio::test]
async fn the_trial_tells_who_would_have_got_last_months_incidents_and_gives_none_of_them_away() {
    let (house, _) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    for reference in ["T-1", "T-2", "T-4"] {
        fjt.post("/incidents", collision(reference, &house.days_ago(2))).await.ok(201);
    }
    let nls = house.api("fagsystem-nls").await;
    let received = nls.get("/incidents").await.ok(200)["items"].as_array().unwrap().len();
    assert_eq!(received, 3);
    // Into the month after.
    let month = |house: &Portal| house.days_ago(0)[..7].to_owned();
    let before = month(&house);
    while month(&house) == before {
        house.advance(SignedDuration::from_hours(24));
    }
    let fjt = house.api("fagsystem-fjt").await;
    fjt.post("/incidents", collision("T-6", &house.days_ago(2))).await.ok(201);
    let even = json!({"rules": [
        {"lastDigit": {"of": "own_reference", "among": [2, 4, 6]}, "handler": "kari.fjt"},
        {"role": "counterpart", "handler": "ola.fjt"}]});
    let trial = fjt.post("/handler-rules/trial", even).await.ok(200);
    assert_eq!(trial["from"], format!("{before}-01"));
    assert_eq!(trial["total"], 3, "this month's is not among them");
    let counts =
        json!([{"handler": "kari.fjt", "incidents": 2}, {"handler": null, "incidents": 1}]);
    assert_eq!(trial["byHandler"], counts);
    let told = |it: &Value| (it["reference"].clone(), it["rule"].clone());
    let told: Vec<_> = trial["incidents"].as_array().unwrap().iter().map(told).collect();
    assert!(
        told.contains(&("T-4".into(), 1.into())) && told.contains(&("T-1".into(), Value::Null))
    );
    let there = fjt.get("/incidents").await.ok(200);
    let given =
        there["items"].as_array().unwrap().iter().filter(|it| !it["own"]["handler"].is_null());
    assert_eq!(given.count(), 0);
    assert_eq!(fjt.get("/handler-rules").await.ok(200)["version"], 0);

    let nls = house.api("fagsystem-nls").await;
    let situation = json!({"rules": [
        {"role": "counterpart", "lastDigit": {"of": "other_reference", "among": [1]}, "handler": "pål.nls"},
        {"code": "203", "family": "møtende", "handler": "per.nls"}]});
    let trial = nls.post("/handler-rules/trial", situation).await.ok(200);
    assert_eq!(trial["total"], 3);
    let counts =
        json!([{"handler": "per.nls", "incidents": 2}, {"handler": "pål.nls", "incidents": 1}]);
    assert_eq!(trial["byHandler"], counts, "by the proposal they came with");
}

#[tokio::test]
async fn of_two_administrators_the_slower_chooses_between_the_two_lists() {
    let (house, mut admin) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    let page = admin.get(PAGE).await;
    let page = press(&mut admin, &page, "legg-til", &[("saksbehandler", "personskade.fjt")]).await;
    let other = json!({"rules": [{"role": "sender", "handler": "saksbehandler.fjt"}]});
    fjt.call(Method::PUT, "/handler-rules", Some(other), &[]).await.ok(200);
    let slower = press(&mut admin, &page, "ta-i-bruk", &[]).await;
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    let both = slower.texts("fieldset .sh-prose");
    assert_eq!(
        both,
        ["1. Alle nye hendelser → personskade.fjt", "1. Sendt av oss → saksbehandler.fjt"]
    );
    let form = slower.form(PAGE);
    let pairs: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let done = admin.post(PAGE, &pairs).await;
    assert!(done.text(".sh-flash").contains("tatt i bruk"), "{}", done.html);
    assert_eq!(listed(&done), ["Alle nye hendelser → personskade.fjt"]);
}

#[tokio::test]
async fn no_rule_goes_on_naming_whoever_is_shut_out() {
    let (house, mut admin) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    let put = async |rules: Value| {
        fjt.call(Method::PUT, "/handler-rules", Some(json!({"rules": rules})), &[]).await.ok(200)
    };
    put(
        json!([{"role": "sender", "handler": "saksbehandler.fjt"}, {"handler": "personskade.fjt"}]),
    )
    .await;
    let address = format!("/selskap/brukere/{}", house.member("saksbehandler.fjt").await);
    let fewer = [("navn", "Per"), ("version", "1"), ("revisor", "ja")];
    let refused = admin.post(&address, &fewer).await;
    assert!(refused.text("#roller-feil").contains("Endre reglene"), "{}", refused.html);
    let page = admin.get(&format!("{address}/steng")).await;
    assert_eq!(page.texts(".sh-facts dd")[2], "1");
    let page = admin.post(&format!("{address}/steng"), &[("overtar", "personskade.fjt")]).await;
    assert!(
        page.text(".sh-flash").contains("1 regel for nye hendelser går nå til personskade.fjt"),
        "{}",
        page.html
    );
    let rules = fjt.get("/handler-rules").await.ok(200);
    assert_eq!(rules["rules"][0]["handler"], "personskade.fjt");
    assert_eq!(logged(&house, "handler_rules_changed").await["person"], "admin.fjt");
    let address = format!("/selskap/brukere/{}", house.member("personskade.fjt").await);
    let page = admin.post(&format!("{address}/steng"), &[("overtar", "-")]).await;
    assert!(
        page.text(".sh-flash").contains("2 regler for nye hendelser er fjernet"),
        "{}",
        page.html
    );
    assert_eq!(fjt.get("/handler-rules").await.ok(200)["rules"], json!([]));

    put(json!([{"handler": "personskade.fjt"}])).await;
    let page = admin.get(PAGE).await;
    assert_eq!(page.texts("tbody .ds-tag"), ["Ikke saksbehandler"]);
    let refused = press(&mut admin, &page, "ta-i-bruk", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text("#avslag").contains("ikke lenger er saksbehandler"));
}
