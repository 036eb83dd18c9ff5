//! The checker checked: each fault it is meant to find is planted, and found.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use super::campaign::Campaign;
use super::checker::{self, Feeds};
use super::journal::{Entry, Journal, Outcome, What, id};
use super::writers::{Asked, Client, new_incident};
use crate::support::database::Database;
use crate::support::machine::{Machine, Store};

/// A machine that works, and how far its feeds have been read.
struct Sound {
    machine: Machine,
    feeds: Feeds,
    _campaign: Campaign,
}

/// A client and an incident of its own.
struct Case {
    client: Client,
    incident: Uuid,
}

impl Sound {
    async fn start() -> Self {
        let campaign = Campaign::begin("planted").await;
        let machine = Machine::start(Store::Shared(Database::new())).await;
        Self { machine, feeds: Feeds::default(), _campaign: campaign }
    }

    async fn case(&self) -> Case {
        let api = self.machine.api("fagsystem-fjt").await;
        let client = Client { company: "FJT", api, journal: Arc::new(Journal::default()) };
        let sent = client.write(new_incident("FJT", "NLS", json!(null))).await;
        let Outcome::Acknowledged(sent) = sent else { panic!("{sent:?}") };
        Case { client, incident: id(&sent) }
    }

    async fn found(&mut self, case: &Case) -> String {
        checker::findings(&self.machine, &case.client.journal, &mut self.feeds).await.join("\n")
    }

    /// Does what no role of the application may do.
    async fn plant(&self, sql: &str) {
        let Store::Shared(database) = &self.machine.store else { unreachable!("it is shared") };
        let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
        superuser.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }

    /// Every row of `table` that is about to be written goes through `body` first.
    async fn before(&self, what: &str, table: &str, body: &str) {
        let sql = format!(
            "create function hub.planted() returns trigger language plpgsql as $$ begin {body} end $$;
             create trigger a_planted before {what} on {table} for each row execute function hub.planted()"
        );
        self.plant(&sql).await;
    }
}

impl Case {
    fn key(&self) -> String {
        format!("{} hei", self.incident)
    }

    async fn message(&self, text: &str) -> Outcome {
        let path = format!("/incidents/{}/messages", self.incident);
        let asked = Asked::post(self.incident, path, json!({"text": text}));
        let asked = asked.making(What::Message(text.into()), &["message_sent"]);
        self.client.write(Asked { key: Some(self.key()), ..asked }).await
    }

    /// Changes the vehicle's description on the understanding that the incident has this version.
    async fn describe(&self, text: &str, known: i64) -> Outcome {
        let body = json!({"vehicleDescription": text});
        let path = format!("/incidents/{}", self.incident);
        let asked = Asked::post(self.incident, path, body);
        let asked = asked.making(What::Description(text.into()), &["party_changed"]);
        self.client.write(Asked { method: Method::PATCH, known: Some(known), ..asked }).await
    }

    /// A sound day's work.
    async fn work(&self) {
        self.message("Hei").await;
        assert!(matches!(self.describe("Rød", 2).await, Outcome::Acknowledged(_)));
        assert!(matches!(self.describe("Blå", 2).await, Outcome::Refused(_)));
    }
}

#[tokio::test]
async fn nothing_is_found_where_nothing_is_wrong() {
    let mut sound = Sound::start().await;
    for _ in 0..2 {
        let case = sound.case().await;
        case.work().await;
        assert_eq!(sound.found(&case).await, "");
    }
}

#[tokio::test]
async fn an_event_left_out_is_found() {
    let mut sound = Sound::start().await;
    let skip = "if new.kind = 'message_sent' then return null; end if; return new;";
    sound.before("insert", "hub.event", skip).await;
    let case = sound.case().await;
    case.work().await;
    let found = sound.found(&case).await;
    assert!(found.contains("0 events message_sent, where 1 to 1 must be"), "{found}");
    assert!(found.contains("event 2: it is missing"), "by the audit: {found}");
}

#[tokio::test]
async fn an_event_that_never_reaches_the_feed_is_found() {
    let mut sound = Sound::start().await;
    let case = sound.case().await;
    sound
        .before("insert", "hub.feed", "if new.seq = 2 then return null; end if; return new;")
        .await;
    case.work().await;
    let found = sound.found(&case).await;
    let lacks = format!("NLS's feed lacks event 2 of {}", case.incident);
    assert!(found.contains(&lacks), "{found}");
}

#[tokio::test]
async fn a_version_check_removed_is_found() {
    let mut sound = Sound::start().await;
    let case = sound.case().await;
    // Every check passes where the version never moves.
    sound.before("update", "hub.incident", "new.version := old.version; return new;").await;
    for text in ["Rød", "Blå"] {
        assert!(matches!(case.describe(text, 1).await, Outcome::Acknowledged(_)));
    }
    let found = sound.found(&case).await;
    assert!(found.contains("an act on version 1 was acknowledged as version 1"), "{found}");
    assert!(found.contains("two acts were acknowledged as version 1"), "{found}");
}

#[tokio::test]
async fn an_idempotency_row_not_written_is_found() {
    let mut sound = Sound::start().await;
    let case = sound.case().await;
    sound.before("insert", "hub.idempotency", "return null;").await;
    case.message("Hei").await;
    // The answer is lost, and the client asks again under the same key.
    let path = format!("/incidents/{}/messages", case.incident);
    let (body, key) = (Some(json!({"text": "Hei"})), case.key());
    case.client.api.call(Method::POST, &path, body, &[("idempotency-key", &key)]).await.ok(201);
    let found = sound.found(&case).await;
    assert!(found.contains("«Hei» of FJT is there 2 times"), "{found}");
}

#[tokio::test]
async fn an_acknowledged_write_that_is_not_there_is_found() {
    let mut sound = Sound::start().await;
    let case = sound.case().await;
    let lost = |what: What| Entry {
        company: "FJT",
        incident: Some(case.incident),
        what,
        events: &["message_sent"],
        known: None,
        began: 0,
        ended: 1,
        outcome: Outcome::Acknowledged(Value::Null),
    };
    case.client.journal.enter(lost(What::Message("borte".into())));
    case.client.journal.enter(lost(What::Claim("2345676".into())));
    case.client.journal.enter(lost(What::Proposal("fordi".into())));
    let found = sound.found(&case).await;
    for lost in ["«borte»", "the claim 2345676", "«fordi»"] {
        assert!(found.contains(&format!("{lost} of FJT is there 0 times")), "{lost}: {found}");
    }
    assert!(found.contains("0 events message_sent, where 3 to 3 must be"), "{found}");
}

#[tokio::test]
async fn versions_against_the_order_of_things_are_found() {
    let mut sound = Sound::start().await;
    let case = sound.case().await;
    let made = |version: i64, began: u64| Entry {
        company: "FJT",
        incident: Some(case.incident),
        what: What::Act,
        events: &[],
        known: None,
        began,
        ended: began + 1,
        outcome: Outcome::Acknowledged(json!({"id": case.incident, "version": version})),
    };
    case.client.journal.enter(made(90, 100));
    case.client.journal.enter(made(91, 50));
    let found = sound.found(&case).await;
    assert!(
        found.contains("version 91 was acknowledged before an earlier one was asked for"),
        "{found}"
    );
    assert!(found.contains("reads a version before 91"), "{found}");
}
