//! The company log: who looked at what, in whose log it stands, and that it cannot be changed unseen.

use jiff::SignedDuration;
use serde_json::{Value, json};
use skadehub::hub::audit;
use skadehub::hub::audit::heads::{self, Signer};
use skadehub::hub::jobs;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::api_story::collision;
use crate::support::database::Database;
use crate::support::portal::Portal;

/// Kinds of the entries of an answer, as they come.
fn kinds(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect()
}

/// Gives every entry its place in its chain.
pub(crate) async fn chained(database: &Database) {
    while jobs::chain_logs(&database.hub()).await.unwrap() > 0 {}
}

/// Does what only somebody with the whole machine can: past the triggers and row-level security.
pub(crate) async fn meddle(database: &Database, sql: &str) {
    let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
    let sql = format!("set session_replication_role = replica; {sql}");
    superuser.execute(AssertSqlSafe(sql)).await.unwrap();
    superuser.close().await.unwrap();
}

#[tokio::test]
async fn who_looked_at_a_case_stands_in_the_own_log_and_in_no_other() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let sent = fjt.post("/incidents", collision("L-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    let kari = [("skadehub-user", "Kari Eksempel")];
    fjt.call(reqwest::Method::GET, &path, None, &kari).await.ok(200);
    let log = fjt.get("/log?kind=incident_viewed").await.ok(200);
    let entry = &log["items"][0];
    assert_eq!(log["items"].as_array().unwrap().len(), 1);
    assert_eq!(entry["person"], "Kari Eksempel");
    assert_eq!((&entry["reference"], &entry["channel"]), (&json!("L-1"), &json!("api")));
    assert_eq!(entry["incidentId"], sent["id"]);
    let theirs = nls.get("/log").await.ok(200);
    assert!(kinds(&theirs).iter().all(|kind| *kind != "incident_viewed"), "{theirs}");
}

#[tokio::test]
async fn a_case_of_others_asked_for_is_an_entry_too() {
    let house = Portal::start_whole().await;
    let (fjt, tnd) = (house.api("fagsystem-fjt").await, house.api("fagsystem-tnd").await);
    let sent = fjt.post("/incidents", collision("L-2", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    tnd.get(&path).await.refused(404);
    tnd.post(&format!("{path}/accept"), json!({"reference": "T-1"})).await.refused(404);
    let log = tnd.get("/log?kind=access_refused").await.ok(200);
    let paths: Vec<_> =
        log["items"].as_array().unwrap().iter().map(|it| &it["data"]["path"]).collect();
    assert_eq!(paths, [&json!(format!("{path}/accept")), &json!(path)]);
    assert_eq!(kinds(&fjt.get("/log?kind=access_refused").await.ok(200)), [""; 0]);
}

#[tokio::test]
async fn the_log_is_searched_by_every_field_and_paged_without_losing_any() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let mut paths = Vec::new();
    for number in 0..3 {
        let body = collision(&format!("L 3{number}"), &house.days_ago(2 + number));
        let sent = fjt.post("/incidents", body).await.ok(201);
        paths.push(format!("/incidents/{}", sent["id"].as_str().unwrap()));
    }
    for (path, person) in paths.iter().zip(["Kari", "Ola", "Kari"]) {
        house.advance(SignedDuration::from_mins(1));
        fjt.call(reqwest::Method::GET, path, None, &[("skadehub-user", person)]).await.ok(200);
    }
    let count = async |query: &str| {
        let page = fjt.get(&format!("/log?kind=incident_viewed&{query}")).await.ok(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 3);
    assert_eq!(count("person=Kari").await, 2);
    assert_eq!(count("person=kari").await, 0, "a name is exact");
    assert_eq!(count("reference=l31").await, 1);
    assert_eq!(count("channel=portal").await, 0);
    assert_eq!(count(&format!("to={}", house.days_ago(1))).await, 0);
    assert_eq!(count(&format!("from={}", house.days_ago(0))).await, 3);
    let first = fjt.get("/log?kind=incident_viewed&limit=2").await.ok(200);
    let next = first["next"].as_str().unwrap();
    let second = fjt.get(&format!("/log?kind=incident_viewed&limit=2&after={next}")).await.ok(200);
    assert_eq!(
        (first["items"].as_array().unwrap().len(), second["items"].as_array().unwrap().len()),
        (2, 1)
    );
    assert_eq!(second["next"], Value::Null);
    assert_eq!(fjt.get("/log?colour=red&channel=post").await.faults().len(), 2);
}

#[tokio::test]
async fn reading_the_log_and_taking_it_out_are_entries_of_it() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    fjt.get("/log?person=Kari").await.ok(200);
    fjt.get("/log/events?export=csv").await.ok(200);
    fjt.get("/log/verification").await.ok(200);
    let log = fjt.get("/log").await.ok(200);
    assert_eq!(kinds(&log), ["chains_verified", "history_exported", "log_viewed"]);
    assert_eq!(log["items"][2]["data"], json!({"person": "Kari"}));
}

#[tokio::test]
async fn the_shared_history_is_searched_by_person_kind_and_reference_with_own_persons_only() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let kari = [("skadehub-user", "Kari")];
    let body = Some(collision("L-4", &house.days_ago(2)));
    let sent = fjt.call(reqwest::Method::POST, "/incidents", body, &kari).await.ok(201);
    // The feed is filled in the background; its long poll ends when it is.
    let mut seen =
        nls.get("/events?after=0&wait=30").await.ok(200)["items"].as_array().unwrap().len();
    while seen < 2 {
        seen = nls.get("/events?after=0&wait=1").await.ok(200)["items"].as_array().unwrap().len();
    }
    let found = fjt.get("/log/events?person=Kari&reference=l-4&kind=incident_sent").await.ok(200);
    assert_eq!(kinds(&found), ["incident_sent"]);
    assert_eq!(found["items"][0]["incidentId"], sent["id"]);
    assert_eq!(
        (&found["items"][0]["reference"], &found["items"][0]["counterpart"]),
        (&json!("L-4"), &json!("NLS"))
    );
    assert_eq!(kinds(&nls.get("/log/events?person=Kari").await.ok(200)), [""; 0]);
    assert_eq!(
        nls.get("/log/events?reference=L-4").await.ok(200)["items"].as_array().unwrap().len(),
        2
    );
}

/// A house whose logs of two companies have some entries each.
pub(crate) async fn with_logs() -> Portal {
    let house = Portal::start_whole().await;
    for client in ["fagsystem-fjt", "fagsystem-nls"] {
        let api = house.api(client).await;
        for person in ["Kari", "Ola", "Per", "Eva"] {
            api.get(&format!("/log?person={person}")).await.ok(200);
        }
    }
    chained(&house.database).await;
    house
}

#[tokio::test]
async fn the_log_is_append_only_and_chained() {
    let house = with_logs().await;
    let report = audit::verify(&house.database.hub(), house.now()).await.unwrap();
    assert_eq!((report.entries, report.broken), (8, vec![]));
    for sql in ["update log.entry set kind = 'x'", "delete from log.entry", "truncate log.entry"] {
        let error = house.database.owner().execute(sql).await;
        // The owner is bound by the policies too: without a company there is nothing to change.
        let changed = error.map_or(0, |done| done.rows_affected());
        assert_eq!(changed, 0, "{sql}");
    }
}

#[tokio::test]
async fn a_removed_swapped_or_wrongly_erased_entry_is_found() {
    let house = with_logs().await;
    let database = &house.database;
    let found = async || {
        let report = audit::verify(&database.hub(), house.now()).await.unwrap();
        report.broken.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let erase = "update log.entry set person = null, reference = null, incident_id = null, data = null, salt = null
                 where company = 'FJT'";
    meddle(database, erase).await;
    let early = "log of FJT, entry 1: its payload was erased, which it should not have been";
    assert_eq!(found().await, [early]);
    meddle(database, "delete from log.entry where company = 'NLS' and seq = 4").await;
    assert_eq!(found().await, [early, "log of NLS, entry 4: it is missing"]);
    meddle(database, "update log.entry set seq = 4 where company = 'NLS' and seq = 2").await;
    assert_eq!(found().await, [early, "log of NLS, entry 2: it is missing"]);
}

#[tokio::test]
async fn a_chain_rewritten_from_end_to_end_is_found_by_what_was_signed() {
    let house = with_logs().await;
    let database = &house.database;
    let folder = tempfile::tempdir().unwrap();
    let key = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let signer = Signer::new(key, folder.path().to_owned()).unwrap();
    let file = signer.daily(&database.hub(), house.now()).await.unwrap().unwrap();
    assert_eq!(signer.daily(&database.hub(), house.now()).await.unwrap(), None, "once a day");
    let compare =
        async || heads::verify_against(&database.hub(), &file, &signer.public_key()).await;
    assert_eq!(compare().await.unwrap().broken, []);

    // Somebody with the whole machine takes an entry away, and makes the rest a chain again.
    let rewrite = "delete from log.entry where company = 'FJT' and seq = 2;
        update log.entry set seq = null, previous_hash = null, hash = null where company = 'FJT';
        delete from log.head where company = 'FJT';
        insert into log.waiting (company, entry_id)
        select company, entry_id from log.entry where company = 'FJT' order by at, entry_id";
    meddle(database, rewrite).await;
    chained(database).await;
    assert_eq!(
        audit::verify(&database.hub(), house.now()).await.unwrap().broken,
        [],
        "the chain alone is whole"
    );
    let told: Vec<_> = compare().await.unwrap().broken.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["log of FJT, entry 4: it is missing"]);

    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, written.replace("FJT", "NLS")).unwrap();
    assert!(compare().await.unwrap_err().to_string().contains("not signed with this key"));
}
