//! SIGTERM: whoever has been let in is answered, then the process ends.

use serde_json::Value;
use tokio::task::JoinSet;

use super::campaign::Campaign;
use super::writers::new_incident;
use crate::support::database::Database;
use crate::support::machine::{Machine, Store};
use crate::support::proxy::Fault;

/// Incidents on their way while the process is told to stop; the registry is asked twice for each.
const UNDER_WAY: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_answers_everyone_who_was_let_in() {
    let mut campaign = Campaign::begin("drain").await;
    let mut machine = Machine::start(Store::Shared(Database::new())).await;
    let mut answered = 0;
    while campaign.round().is_some() {
        let sender = machine.api("fagsystem-fjt").await;
        let reader = machine.api("fagsystem-tnd").await;
        // Nothing happens to this company: it waits until the process stops.
        let waiting = tokio::spawn(async move { reader.get("/events?wait=30").await.ok(200) });
        sender.get("/incidents").await.ok(200);
        machine.stand_ins.network.set(Fault::Held);
        let mut under_way = JoinSet::new();
        for _ in 0..UNDER_WAY {
            let (api, new) = (sender.clone(), new_incident("FJT", "NLS", Value::Null));
            under_way.spawn(async move { api.post("/incidents", new.body).await.ok(201) });
        }
        machine.stand_ins.network.holds(2 * UNDER_WAY).await;
        machine.stop().await;
        machine.stand_ins.network.release();
        answered += under_way.join_all().await.len();
        assert_eq!(waiting.await.unwrap()["items"], Value::Array(Vec::new()));
        let ended = tokio::task::block_in_place(|| machine.ended());
        assert!(ended.success() && !machine.said().contains("cut off"), "{}", machine.said());
        machine.run().await;
        let there = machine.api("fagsystem-nls").await.get("/incidents?limit=200").await.ok(200);
        let there = there["items"].as_array().unwrap().len();
        assert!(there == answered || answered > 200, "{there} of {answered}");
        campaign.tell(&format!("{answered} requests under way were answered, 0 failed"));
    }
}
