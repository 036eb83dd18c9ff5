//! The vehicle registry and the identity provider slow, hanging, cut off, and talking nonsense.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::campaign::Campaign;
use super::writers::new_incident;
use crate::support::api::Api;
use crate::support::portal::Portal;
use crate::support::proxy::Fault;

/// What may happen to a connection; the last three are answers nobody can read.
const FAULTS: [Fault; 8] = [
    Fault::Slow(Duration::from_millis(150)),
    Fault::Hanging,
    Fault::RequestCut(40),
    Fault::AnswerCut(0),
    Fault::AnswerCut(90),
    Fault::Nonsense("huh?\r\n\r\n"),
    Fault::Nonsense(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 7\r\n\r\n<html/>",
    ),
    Fault::Nonsense(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
    ),
];

/// What a request may take, however the outside world behaves: its own limit is five seconds.
const LONGEST: Duration = Duration::from_secs(12);

/// More requests at once than the pool has connections.
const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registry_that_fails_in_any_way_stops_nobody() {
    let campaign = Campaign::begin("registry").await;
    let house = Portal::start_whole().await;
    let api = house.api("fagsystem-fjt").await;
    api.get("/companies").await.ok(200);
    for fault in FAULTS {
        break_with(&house, fault);
        let mut asking = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (api, new) = (api.clone(), by_hand());
            asking.spawn(async move {
                let began = Instant::now();
                api.post("/incidents", new).await.ok(201);
                began.elapsed()
            });
        }
        // No connection to the database is held meanwhile, so that everything else goes on.
        api.get("/incidents").await.ok(200);
        let longest = asking.join_all().await.into_iter().max().unwrap();
        assert!(longest < LONGEST, "{fault:?}: {longest:?}");
        let unanswered = api.post("/incidents", by_registry()).await;
        if !matches!(fault, Fault::Slow(_)) {
            let pointer = "/other/insurerOverride".to_owned();
            assert_eq!(unanswered.faults(), [(pointer, "company_required".to_owned())]);
        }

        house.stand_ins.network.set(Fault::None);
        house.advance(SignedDuration::from_secs(31));
        // One question tries for all whether it is back; the next incident has both its answers.
        api.post("/incidents", by_registry()).await;
        api.post("/incidents", by_registry()).await.ok(201);
        campaign
            .tell(&format!("{fault:?}: {AT_ONCE} incidents sent by hand, {longest:.1?} at most"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_identity_provider_that_fails_in_any_way_keeps_out_only_those_who_come_new() {
    let campaign = Campaign::begin("identity-provider").await;
    let house = Portal::start_whole().await;
    let api = house.api("fagsystem-fjt").await;
    without_a_key(&house, &api).await;
    let mut signed_in = house.browser();
    house.sign_in(&mut signed_in, "saksbehandler.fjt", "/").await;
    for fault in FAULTS.into_iter().filter(|fault| !matches!(fault, Fault::Slow(_))) {
        let mut new = house.browser();
        let page = new.get("/logg-inn?retur=/").await;
        let form = Some("demo=saksbehandler.nls".to_owned());
        let vouched = new.once(Method::POST, page.url, form).await;
        let callback = vouched.headers["location"].to_str().unwrap().parse().unwrap();

        break_with(&house, fault);
        let began = Instant::now();
        let page = new.once(Method::GET, callback, None).await;
        assert_eq!(page.status, 503, "{fault:?}: {}", page.text("main"));
        let took = began.elapsed();
        assert!(took < LONGEST, "{fault:?}: {took:?}");
        assert_eq!(signed_in.get("/").await.status, 200, "{fault:?}");
        api.get("/incidents").await.ok(200);

        break_with(&house, Fault::None);
        house.sign_in(&mut new, "saksbehandler.nls", "/").await;
        campaign.tell(&format!("{fault:?}: told so within {took:.1?}; those signed in went on"));
    }
}

/// Before the provider's keys are known nobody's token can be told from a bad one: not a 401.
async fn without_a_key(house: &Portal, api: &Api) {
    break_with(house, Fault::AnswerCut(0));
    let keyless = api.get("/incidents").await;
    assert_eq!(keyless.refused(503), "unavailable");
    assert!(keyless.headers.contains_key("retry-after"));
    break_with(house, Fault::None);
    house.advance(SignedDuration::from_secs(11));
    api.get("/incidents").await.ok(200);
}

/// From now on, connections that are open already included.
fn break_with(house: &Portal, fault: Fault) {
    house.stand_ins.network.set(fault);
    house.stand_ins.network.cut();
}

fn by_hand() -> Value {
    new_incident("FJT", "NLS", Value::Null).body
}

fn by_registry() -> Value {
    let mut new = by_hand();
    new["other"].as_object_mut().unwrap().remove("insurerOverride");
    new
}
