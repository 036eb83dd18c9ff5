//! Requests sent one to five times at once under one key, over connections that are cut.

use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::campaign::Campaign;
use super::checker::{self, Feeds};
use super::journal::{Journal, Outcome, What, id};
use super::writers::{Asked, Client, new_incident};
use crate::support::api::Api;
use crate::support::database::Database;
use crate::support::machine::{Machine, Store};
use crate::support::proxy::{Fault, Proxy};

/// Requests of one round, and how many of them are under way at a time.
const REQUESTS: usize = 96;
const AT_A_TIME: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_sent_many_times_over_broken_connections_is_done_once() {
    let mut campaign = Campaign::begin("duplicates").await;
    let machine = Machine::start(Store::Shared(Database::new())).await;
    let proxy = Proxy::before(&machine.base).await;
    let mut feeds = Feeds::default();
    let (mut requests, mut copies) = (0, 0);
    while let Some(mut rng) = campaign.round() {
        let mut drawn = StdRng::from_rng(&mut rng);
        proxy.draw(move || fault(&mut drawn));
        let journal = Arc::new(Journal::default());
        let api = machine.api("fagsystem-fjt").await;
        let client = Client { company: "FJT", api, journal: Arc::clone(&journal) };
        let broken = client.api.by_way_of(&proxy.base);
        let sent = client.write(new_incident("FJT", "NLS", Value::Null)).await;
        let Outcome::Acknowledged(sent) = sent else { panic!("{sent:?}") };
        for _ in 0..REQUESTS / AT_A_TIME {
            let mut under_way = JoinSet::new();
            for _ in 0..AT_A_TIME {
                let times = rng.random_range(1..=5);
                (requests, copies) = (requests + 1, copies + times);
                under_way.spawn(many(client.clone(), broken.clone(), id(&sent), times));
            }
            under_way.join_all().await;
        }
        let found = checker::findings(&machine, &journal, &mut feeds).await;
        campaign.tell(&format!(
            "{requests} requests sent {copies} times and once more; {}; {} lost or doubled",
            journal.summary(),
            found.len()
        ));
        campaign.none(&found);
    }
}

/// Three of four connections break somewhere.
fn fault(rng: &mut StdRng) -> Fault {
    match rng.random_range(0..4) {
        0 => Fault::None,
        1 => Fault::RequestCut(rng.random_range(0..1_600)),
        2 => Fault::AnswerCut(rng.random_range(0..600)),
        // The request goes through whole, and nothing comes back.
        _ => Fault::AnswerCut(0),
    }
}

/// Sends a message so many times at once, and then until it is answered for good.
async fn many(client: Client, broken: Api, incident: Uuid, times: usize) {
    let text = format!("Melding {}", Uuid::now_v7());
    let path = format!("/incidents/{incident}/messages");
    let asked = Asked::post(incident, path, json!({"text": text}));
    let asked = asked.making(What::Message(text), &["message_sent"]);
    let (path, key) = (asked.path.clone(), asked.key.clone().unwrap());
    let send = |api: Api, body: Value| {
        let (path, key) = (path.clone(), key.clone());
        async move { api.attempt(Method::POST, &path, Some(body), &[("idempotency-key", &key)]).await }
    };
    let mut copies = JoinSet::new();
    for _ in 0..times {
        copies.spawn(send(broken.clone(), asked.body.clone()));
    }
    let copies = copies.join_all().await;
    let Outcome::Acknowledged(told) = client.write(asked).await else { panic!("{key}") };
    for answer in copies.into_iter().flatten() {
        match answer.status.as_u16() {
            201 => assert_eq!(answer.body, told, "a copy was told otherwise"),
            409 => assert_eq!(answer.body["code"], "in_progress"),
            status => assert_eq!(status, 503, "{}", answer.body),
        }
    }
    loop {
        let other = send(client.api.clone(), json!({"text": "noe annet"})).await.unwrap();
        // A copy that was cut off may not have noticed yet.
        if other.status != 409 {
            return assert_eq!(other.refused(422), "idempotency_key_reused");
        }
    }
}
