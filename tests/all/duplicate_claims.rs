//! Claims that look alike, sent at the same instant: one goes through, the others are warned.

use skadehub::formats::Kid;
use skadehub::hub::commands::claim::{self, NewClaim};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::exchange::{Exchange, act, repair};

/// Sends every claim at once; how many were sent, and the codes of those that were not.
async fn at_once(exchange: &Exchange, claims: Vec<(Uuid, NewClaim)>) -> (usize, Vec<String>) {
    let mut sending = JoinSet::new();
    for (incident, new) in claims {
        let hub = exchange.hub.clone();
        sending.spawn(async move { claim::send(&hub, &act("FJT"), incident, new).await });
    }
    let (mut sent, mut refused) = (0, Vec::new());
    while let Some(done) = sending.join_next().await {
        match done.unwrap() {
            Ok(_) => sent += 1,
            Err(error) => refused.push(error.code().unwrap().to_owned()),
        }
    }
    (sent, refused)
}

#[tokio::test]
async fn of_claims_with_one_kid_on_several_incidents_only_the_first_is_sent_unconfirmed() {
    let exchange = Exchange::new().await;
    let mut claims = Vec::new();
    for counterpart in ["NLS", "NLS", "NLS", "TND", "TND", "GRN"] {
        let incident = exchange.send("FJT", counterpart).await;
        exchange.accept(counterpart, incident).await;
        let reference = exchange.reference("FJT", incident).await;
        claims.push((incident, repair(reference, "2345676")));
    }
    let (sent, refused) = at_once(&exchange, claims).await;
    assert_eq!((sent, refused), (1, vec!["duplicate_suspected".to_owned(); 5]));
}

#[tokio::test]
async fn of_claims_with_one_reference_counterpart_and_sum_only_the_first_is_sent_unconfirmed() {
    let exchange = Exchange::new().await;
    let kids = (1_000..).map(|n: u32| n.to_string()).filter(|text| Kid::parse(text).is_ok());
    let mut claims = Vec::new();
    for (vehicle, kid) in ["AA10001", "AA10002", "AA10003", "AA10004"].iter().zip(kids) {
        let incident = exchange.send_about("FJT", "NLS", "PILE-UP", vehicle).await;
        exchange.accept("NLS", incident).await;
        claims.push((incident, repair("PILE-UP".to_owned(), &kid)));
    }
    let (sent, refused) = at_once(&exchange, claims).await;
    assert_eq!((sent, refused), (1, vec!["duplicate_suspected".to_owned(); 3]));
}
