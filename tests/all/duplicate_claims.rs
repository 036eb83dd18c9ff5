//! Claims that look alike, sent at the same instant: one goes through, the others are warned.

use skadehub::formats::Kid;
use skadehub::hub::commands::claim::{self, NewClaim};
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::support::exchange::{Exchange, act, repair};

/// Sends every claim at once; how many were sent, and the codes of those that were not.
///
/// Nothing can be stored until all of them have come as far as they can, so that each has looked
/// for duplicates before any other is there to be found, unless something keeps it from that.
async fn at_once(exchange: &Exchange, claims: Vec<(Uuid, NewClaim)>) -> (usize, Vec<String>) {
    let mut holder = PgConnection::connect(&exchange.database.url("postgres")).await.unwrap();
    holder.execute("begin; lock table hub.claim in share row exclusive mode").await.unwrap();
    let all = i64::try_from(claims.len()).unwrap();
    let mut sending = JoinSet::new();
    for (incident, new) in claims {
        let hub = exchange.hub.clone();
        sending.spawn(async move { claim::send(&hub, &act("FJT"), incident, new).await });
    }
    // Not by `pg_stat_activity`: what a transaction has read of it once, it does not read anew.
    let waiting = "select count(distinct pid) from pg_locks where not granted
                   and database = (select oid from pg_database where datname = current_database())";
    while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut holder).await.unwrap() < all {
        let early = sending.try_join_next();
        assert!(early.is_none(), "it did not wait: {early:?}");
    }
    holder.execute("commit").await.unwrap();
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
