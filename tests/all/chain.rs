//! The history cannot be changed unseen: the check finds each kind of meddling and names it.

use skadehub::domain::Rules;
use skadehub::hub::audit::{self, Chain, Fault, Report};
use skadehub::hub::commands::incident::{self, Simple};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::support::exchange::{Exchange, act};

/// Two incidents with a history of several events; the first was redirected and has three companies.
async fn exchange() -> (Exchange, [Uuid; 2]) {
    let exchange = Exchange::new().await;
    let hub = &exchange.hub;
    let redirected = exchange.send("FJT", "NLS").await;
    incident::reject(hub, &act("NLS"), redirected, "wrong_company".into(), None, None)
        .await
        .unwrap();
    let to = "TND".parse().unwrap();
    incident::redirect(hub, &act("FJT"), redirected, to, "feil selskap".into()).await.unwrap();
    let other = exchange.send("TND", "FJT").await;
    exchange.accept("FJT", other).await;
    incident::simple(hub, &act("FJT"), other, Simple::Close, None).await.unwrap();
    (exchange, [redirected, other])
}

/// Does what only somebody with the whole machine can: past the triggers and row-level security.
async fn meddle(exchange: &Exchange, sql: &str) {
    let mut superuser = PgConnection::connect(&exchange.database.url("postgres")).await.unwrap();
    let sql = format!("set session_replication_role = replica; {sql}");
    superuser.execute(AssertSqlSafe(sql)).await.unwrap();
    superuser.close().await.unwrap();
}

async fn verified(exchange: &Exchange) -> Report {
    audit::verify(&exchange.hub.db, exchange.hub.clock.now()).await.unwrap()
}

/// A sound history to meddle with over and over.
struct Sound {
    exchange: Exchange,
    incident: Uuid,
}

impl Sound {
    async fn new() -> Self {
        let (exchange, [_, incident]) = exchange().await;
        let keep = "create table kept_event as table hub.event; create table kept_incident as table hub.incident";
        meddle(&exchange, keep).await;
        Self { exchange, incident }
    }

    /// What the check says after `sql`, with `$` for the incident; the history is sound again afterwards.
    async fn found(&self, sql: &str) -> Vec<(i64, Fault)> {
        meddle(&self.exchange, &sql.replace('$', &format!("'{}'", self.incident))).await;
        let report = verified(&self.exchange).await;
        let restore = "delete from hub.event; insert into hub.event table kept_event;
                       delete from hub.incident; insert into hub.incident table kept_incident";
        meddle(&self.exchange, restore).await;
        let chain = Chain::Incident(self.incident);
        assert!(report.broken.iter().all(|broken| broken.chain == chain), "no other");
        report.broken.iter().map(|broken| (broken.seq, broken.fault)).collect()
    }
}

#[tokio::test]
async fn a_history_nobody_touched_holds_across_a_redirect() {
    let (exchange, [redirected, _]) = exchange().await;
    let report = verified(&exchange).await;
    assert_eq!((report.incidents, report.events), (2, 11), "{report:?}");
    assert_eq!(report.broken, []);
    let heads: i64 =
        sqlx::query_scalar("select event_seq from hub.incident where incident_id = $1")
            .bind(redirected)
            .fetch_one(
                &mut *skadehub::db::begin(&exchange.hub.db, &"FJT".parse().unwrap()).await.unwrap(),
            )
            .await
            .unwrap();
    assert_eq!(heads, 5);
}

#[tokio::test]
async fn a_changed_payload_is_found() {
    let sound = Sound::new().await;
    let sql = "update hub.event set payload = convert_to(replace(convert_from(payload, 'utf8'), 'FJT', 'GRN'), 'utf8')
               where incident_id = $ and seq = 1";
    assert_eq!(sound.found(sql).await, [(1, Fault::Payload)]);
}

#[tokio::test]
async fn one_flipped_bit_is_found_wherever_it_is() {
    let sound = Sound::new().await;
    for (column, fault) in [
        ("payload", Fault::Payload),
        ("salt", Fault::Payload),
        ("payload_hash", Fault::Payload),
        ("previous_hash", Fault::OutOfOrder),
        ("hash", Fault::Fields),
    ] {
        let sql = format!(
            "update hub.event set {column} = set_bit({column}, 0, 1 - get_bit({column}, 0))
             where incident_id = $ and seq = 3"
        );
        assert_eq!(sound.found(&sql).await, [(3, fault)], "{column}");
    }
}

#[tokio::test]
async fn every_changed_field_is_found() {
    let sound = Sound::new().await;
    for change in [
        "kind = 'incident_rejected'",
        "by_company = 'GRN'",
        "by_company = null",
        "channel = 'portal'",
        "at = at + interval '1 microsecond'",
        "event_id = gen_random_uuid()",
        "counterpart = 'GRN'",
    ] {
        let sql = format!("update hub.event set {change} where incident_id = $ and seq = 3");
        assert_eq!(sound.found(&sql).await, [(3, Fault::Fields)], "{change}");
    }
    // An event of other parties is hidden from these two, which leaves a hole.
    let hidden = "update hub.event set sender = 'GRN' where incident_id = $ and seq = 3";
    assert_eq!(sound.found(hidden).await, [(3, Fault::Missing)]);
}

#[tokio::test]
async fn a_removed_event_is_found() {
    let sound = Sound::new().await;
    let remove = |seq: i64| format!("delete from hub.event where incident_id = $ and seq = {seq}");
    assert_eq!(sound.found(&remove(1)).await, [(1, Fault::Missing)]);
    assert_eq!(sound.found(&remove(4)).await, [(4, Fault::Missing)]);
    assert_eq!(sound.found(&remove(6)).await, [(6, Fault::Missing)], "the last one too");
    let renumbered = format!(
        "{}; update hub.event set seq = seq - 1 where incident_id = $ and seq > 4",
        remove(4)
    );
    assert_eq!(sound.found(&renumbered).await, [(4, Fault::OutOfOrder)]);
    assert_eq!(
        sound.found("delete from hub.event where incident_id = $").await,
        [(1, Fault::Missing)]
    );
}

#[tokio::test]
async fn swapped_events_are_found() {
    let sound = Sound::new().await;
    let sql = "update hub.event set seq = -2 where incident_id = $ and seq = 2;
               update hub.event set seq = 2 where incident_id = $ and seq = 3;
               update hub.event set seq = 3 where incident_id = $ and seq = -2";
    assert_eq!(sound.found(sql).await, [(2, Fault::OutOfOrder)]);
}

#[tokio::test]
async fn a_head_that_does_not_fit_is_found() {
    let sound = Sound::new().await;
    let sql = "update hub.incident set event_hash = sha256(event_hash) where incident_id = $";
    assert_eq!(sound.found(sql).await, [(6, Fault::Head)]);
    let sql = "update hub.incident set event_seq = 5 where incident_id = $";
    assert_eq!(sound.found(sql).await, [(6, Fault::Head)]);
}

#[tokio::test]
async fn an_erased_payload_leaves_the_chain_whole_but_only_with_its_salt() {
    let sound = Sound::new().await;
    let erase = |columns: &str| format!("update hub.event set {columns} where incident_id = $");
    assert_eq!(sound.found(&erase("payload = null, salt = null")).await, []);
    assert_eq!(sound.found(&erase("payload = null")).await, [(1, Fault::Payload)]);
}

#[tokio::test]
async fn every_broken_chain_is_named_in_words() {
    let (exchange, incidents) = exchange().await;
    meddle(&exchange, "update hub.event set kind = 'x' where seq = 2").await;
    let mut broken = verified(&exchange).await.broken;
    broken.sort_by_key(|broken| broken.chain.clone());
    let told: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert_eq!(told, incidents.map(|id| format!("incident {id}, event 2: it has been changed")));
    assert_eq!(exchange.hub.rules, Rules::default());
}
