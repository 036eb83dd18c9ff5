//! Who looked at what is forgotten after three months; what changes rights, and what is held, is not.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use skadehub::company_log::{self, Kind};
use skadehub::hub::audit;
use skadehub::hub::retention::{self, Plan};
use skadehub::hub::store::log_retention::Hold;
use skadehub::operate;
use sqlx::{AssertSqlSafe, Executor, Row};
use uuid::Uuid;

use crate::api_story::collision;
use crate::company_log::{chained, meddle};
use crate::support::portal::Portal;

/// Longer than any three months.
const LONG_AGO: SignedDuration = SignedDuration::from_hours(93 * 24);

/// A house where Kari opened an incident and an address was changed long ago, and Ola opened the
/// incident today.
async fn house() -> (Portal, Uuid) {
    let house = Portal::start_whole().await;
    house.advance(-LONG_AGO);
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("R-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    fjt.call(reqwest::Method::GET, &path, None, &[("skadehub-user", "Kari")]).await.ok(200);
    let address = Some(json!({"noticeAddress": "post@fjordtrygd.example"}));
    fjt.call(reqwest::Method::PUT, "/company", address, &[]).await.ok(200);
    house.advance(LONG_AGO);
    let fjt = house.api("fagsystem-fjt").await;
    fjt.call(reqwest::Method::GET, &path, None, &[("skadehub-user", "Ola")]).await.ok(200);
    chained(&house.database).await;
    (house, sent["id"].as_str().unwrap().parse().unwrap())
}

/// What the log says of each entry that is not this reading of it: kind, person, whether it is erased.
async fn told(house: &Portal) -> Vec<(String, Option<String>, bool)> {
    let log = house.api("fagsystem-fjt").await.get("/log").await.ok(200);
    let told = |it: &Value| {
        let text = |name: &str| it[name].as_str().map(str::to_owned);
        (text("kind").unwrap(), text("person"), it["erased"].as_bool().unwrap())
    };
    let entries = log["items"].as_array().unwrap().iter().map(told);
    entries.filter(|(kind, ..)| !kind.starts_with("log_")).collect()
}

fn entry(kind: &str, person: Option<&str>, erased: bool) -> (String, Option<String>, bool) {
    (kind.to_owned(), person.map(str::to_owned), erased)
}

/// The log as it is when nothing has been erased.
fn whole() -> Vec<(String, Option<String>, bool)> {
    vec![
        entry("incident_viewed", Some("Ola"), false),
        entry("company_changed", None, false),
        entry("incident_viewed", Some("Kari"), false),
    ]
}

async fn hold(house: &Portal, incident: Option<Uuid>, until: Timestamp) {
    let (reason, set_by) = ("Tvist om svindel".to_owned(), "Jurist Juul".to_owned());
    let hold = Hold { incident, reason, set_by, until };
    let company = "FJT".parse().unwrap();
    let db = house.database.hub();
    assert!(retention::hold(&db, &company, &hold, house.now()).await.unwrap());
}

#[tokio::test]
async fn access_is_erased_after_three_months_and_the_chain_still_holds() {
    let (house, _) = house().await;
    let db = house.database.hub();
    let (a, b, c) = tokio::join!(retention::run(&db), retention::run(&db), retention::run(&db));
    // The house's own jobs may have been first.
    assert!(a.unwrap() + b.unwrap() + c.unwrap() <= 1);
    let mut erased = whole();
    erased[2] = entry("incident_viewed", None, true);
    assert_eq!(told(&house).await, erased);
    assert_eq!(audit::verify(&db, house.now()).await.unwrap().broken, []);
    assert_eq!(retention::run(&db).await.unwrap(), 0);
    let left: Vec<u8> = sqlx::query_scalar(
        "select convert_to(string_agg(e::text, ''), 'utf8') from log.entry e where seq = 1",
    )
    .fetch_one(&mut *skadehub::db::begin(&db, &"FJT".parse().unwrap()).await.unwrap())
    .await
    .unwrap();
    let left = String::from_utf8(left).unwrap();
    assert!(!left.contains("Kari") && !left.contains("R-1"), "{left}");
}

#[tokio::test]
async fn the_auditor_reads_of_an_erased_entry_that_it_was_and_the_check_finds_no_fault() {
    let (house, _) = house().await;
    retention::run(&house.database.hub()).await.unwrap();
    let mut auditor = house.browser();
    let page =
        house.sign_in(&mut auditor, "revisor.fjt", "/revisor/logg?type=incident_viewed").await;
    let rows = page.texts("tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(
        rows[1].contains("Hendelse åpnet") && rows[1].contains("Slettet etter tre måneder"),
        "{rows:?}"
    );
    assert!(!rows[1].contains("Skadehub"), "nobody knows who it was: {rows:?}");
    let page = auditor.get("/revisor/kontroll?kjor=ja").await;
    assert_eq!(page.text("#resultat"), "Alt henger sammen");
}

#[tokio::test]
async fn a_dry_run_tells_what_would_go_and_erases_nothing() {
    let (house, _) = house().await;
    // Under a hold, so that the house's own jobs leave it alone.
    hold(&house, None, house.now() + SignedDuration::from_hours(24)).await;
    let plan = retention::plan(&house.database.hub()).await.unwrap();
    let [Plan { company, due, holds }] = plan.as_slice() else { panic!("{plan:?}") };
    assert_eq!((company.as_str(), due.len(), holds.len()), ("FJT", 1, 1));
    assert_eq!((due[0].kind.as_str(), due[0].entries, due[0].held), ("incident_viewed", 0, 1));
    assert_eq!(due[0].oldest, due[0].newest);
    assert_eq!(holds[0].reason, "Tvist om svindel");
    hold(&house, None, house.now() - SignedDuration::from_secs(1)).await;
    operate::retain(&house.app.config, true).await.unwrap();
    operate::retain(&house.app.config, false).await.unwrap();
    assert!(told(&house).await.contains(&entry("incident_viewed", None, true)));
}

#[tokio::test]
async fn what_is_held_stays_until_the_hold_ends_and_the_log_tells_of_the_hold() {
    let (house, incident) = house().await;
    let tomorrow = house.now() + SignedDuration::from_hours(24);
    hold(&house, Some(incident), tomorrow).await;
    assert_eq!(retention::run(&house.database.hub()).await.unwrap(), 0);
    let mut log = told(&house).await;
    assert_eq!(log.remove(0), entry("hold_set", Some("Jurist Juul"), false));
    assert_eq!(log, whole());
    // Another incident's hold keeps nothing of this one.
    hold(&house, Some(incident), house.now() - SignedDuration::from_secs(1)).await;
    let fjt = house.api("fagsystem-fjt").await;
    let other = fjt.post("/incidents", collision("R-2", &house.days_ago(3))).await.ok(201);
    hold(&house, other["id"].as_str().unwrap().parse().ok(), tomorrow).await;
    retention::run(&house.database.hub()).await.unwrap();
    assert!(told(&house).await.contains(&entry("incident_viewed", None, true)));
}

#[tokio::test]
async fn nothing_is_held_for_a_company_or_an_incident_that_is_not_there() {
    let (house, incident) = house().await;
    let (reason, set_by) = ("Tvist".to_owned(), "Jurist Juul".to_owned());
    let mut hold = Hold { incident: Some(incident), reason, set_by, until: house.now() };
    let db = house.database.hub();
    for (company, named) in [("XYZ", None), ("TND", Some(incident)), ("FJT", Some(Uuid::nil()))] {
        hold.incident = named;
        let set = retention::hold(&db, &company.parse().unwrap(), &hold, house.now()).await;
        assert!(!set.unwrap(), "{company} {named:?}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_to_erase_what_is_kept() {
    let (house, incident) = house().await;
    hold(&house, Some(incident), house.now() + SignedDuration::from_hours(24)).await;
    let all = "person = null, incident_id = null, reference = null, data = null, salt = null";
    for (which, change) in [
        ("kind = 'incident_viewed' and person = 'Ola'", all),
        ("kind = 'incident_viewed' and person = 'Kari'", all),
        ("kind = 'company_changed'", all),
    ] {
        for pool in [house.database.hub(), house.database.owner()] {
            let mut tx = skadehub::db::begin(&pool, &"FJT".parse().unwrap()).await.unwrap();
            let sql = format!("update log.entry set {change} where {which}");
            let refused = tx.execute(AssertSqlSafe(sql.clone())).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
        }
    }
    // Nothing but the hold kept Kari's; and not a part of it goes.
    let kari = "kind = 'incident_viewed' and person = 'Kari'";
    for (change, refused) in [(all, false), ("person = null", true)] {
        let hub = house.database.hub();
        let mut tx = skadehub::db::begin(&hub, &"FJT".parse().unwrap()).await.unwrap();
        tx.execute("update log.hold set until = now() - interval '1 second'").await.unwrap();
        let sql = format!("update log.entry set {change} where {kari}");
        let done = tx.execute(AssertSqlSafe(sql)).await;
        assert_eq!(done.is_err(), refused, "{change}: {done:?}");
    }
    // Past the database's own refusal it is found.
    meddle(&house.database, &format!("update log.entry set {all} where kind = 'company_changed'"))
        .await;
    let broken = audit::verify(&house.database.hub(), house.now()).await.unwrap().broken;
    let told: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["log of FJT, entry 2: its payload was erased, which it should not have been"]
    );
}

#[tokio::test]
async fn program_and_database_agree_on_what_is_access_and_on_three_months() {
    let house = Portal::start_whole().await;
    let db = house.database.hub();
    for kind in Kind::ALL {
        let said: bool = sqlx::query_scalar("select log.is_access($1)")
            .bind(kind.as_str())
            .fetch_one(&db)
            .await
            .unwrap();
        assert_eq!(said, kind.is_access(), "{kind:?}");
    }
    for now in ["2026-05-31T00:30:00+02:00", "2026-03-01T00:30:00+01:00", "2028-05-29T12:00:00Z"] {
        let row =
            sqlx::query("select extract(epoch from log.access_kept_from($1::timestamptz))::bigint")
                .bind(now)
                .fetch_one(&db)
                .await
                .unwrap();
        let kept = company_log::access_kept_from(now.parse().unwrap());
        assert_eq!(row.get::<i64, _>(0), kept.as_second(), "{now}");
    }
}
