//! What the pages ask of a database with thousands of incidents, as it is really asked.
//!
//! `auto_explain` tells how PostgreSQL ran every statement of every page, the nested ones too,
//! in the name of the application's roles and under row-level security. None may read a growing
//! table from end to end, nor many rows to show a few.

use std::collections::BTreeSet;

use jiff::ToSpan;
use serde_json::Value;
use skadehub::formats::dates;
use skadehub::hub::audit;
use sqlx::{Connection, Executor, PgConnection};

use crate::fill::Plan;
use crate::support::api::Api;
use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::portal::Portal;

/// So many that reading a company's incidents to show a page of them is told from reading the page.
const COPIES: u32 = 6_000;

/// Tables that do not grow with the incidents: what is there is soon gone again, as sessions, drafts
/// and the outbox, or is few by nature.
const SMALL: [&str; 10] = [
    "company",
    "api_client",
    "code_list",
    "outbox",
    "member",
    "session",
    "recovery_code",
    "code_attempt",
    "parked_form",
    "draft",
];

/// Filled by the jobs while the pages are read, after the statistics were made: the planner still
/// takes it for empty, and what it does then says nothing of a day at work.
const UNSETTLED: &str = "reminder";

/// A table that fits on a page of the database's is read whole by whoever reads it.
const A_PAGE: f64 = 100.0;

/// A page shows 50 rows, a count stops at 1 001: nothing needs to read more than this at once.
const MOST_ROWS: f64 = 2_000.0;

/// A prepared statement may get a plan for any parameters after five executions.
const TIMES: usize = 6;

/// A statement that read too much.
fn faults(log: &str) -> BTreeSet<String> {
    let mut faults = BTreeSet::new();
    for plan in plans(log) {
        let mut nodes = Vec::new();
        gather(&plan["Plan"], &mut nodes);
        for node in nodes {
            let Some(table) = node["Relation Name"].as_str() else { continue };
            let read = rows_read(node);
            let whole = node["Node Type"] == "Seq Scan" && read > A_PAGE;
            let judged = table != UNSETTLED && !SMALL.contains(&table);
            if judged && (whole || read > MOST_ROWS) {
                let how = node["Node Type"].as_str().unwrap();
                faults.insert(format!("{how} of {table}, {read} rows: {}", plan["Query Text"]));
            }
        }
    }
    faults
}

fn rows_read(node: &Value) -> f64 {
    let number = |name: &str| node[name].as_f64().unwrap_or_default();
    let removed = number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
    (number("Actual Rows") + removed) * number("Actual Loops")
}

fn plans(log: &str) -> Vec<Value> {
    let mut plans = Vec::new();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        if !line.ends_with("plan:") {
            continue;
        }
        let mut json = String::new();
        while let Some(more) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(&more[1..]);
            json.push('\n');
        }
        plans.push(serde_json::from_str(&json).unwrap());
    }
    plans
}

fn gather<'a>(node: &'a Value, nodes: &mut Vec<&'a Value>) {
    nodes.push(node);
    for child in node["Plans"].as_array().into_iter().flatten() {
        gather(child, nodes);
    }
}

const WORKLISTS: [&str; 11] = [
    "fane=",
    "fane=motpart",
    "fane=krav",
    "fane=utlopt",
    "fane=avsluttet",
    "saksbehandler=meg",
    "saksbehandler=-",
    "oppgave=answer_claim",
    "motpart=TND",
    "rolle=sender",
    "sorter=lossDate",
];
const INCIDENTS: [&str; 10] = [
    "",
    "rolle=counterpart",
    "status=sent",
    "status=rejected",
    "status=closed",
    "saksbehandler=meg",
    "saksbehandler=-",
    "motpart=SKG",
    "sorter=lossDate",
    "sorter=counterpart",
];
const CLAIMS: [&str; 8] = [
    "",
    "retning=sent",
    "retning=received",
    "status=disputed",
    "motpart=NLS",
    "forfalt=true",
    "forfalt=false",
    "sorter=due",
];
const SEARCHES: [&str; 11] = [
    "q=2026-00005990",
    "q=AR12345",
    "q=26300004175",
    "q=glatt+f%C3%B8re",
    "q=fotgjenger",
    "q=kunde",
    "q=5990",
    "q=finnes+ikke",
    "q=tnd",
    "venter=oss",
    "referanse=2026-00005990",
];

/// Every list with each of its filters and orders, and every search.
fn addresses(portal: &Portal) -> Vec<String> {
    let today = dates::oslo_date(portal.now());
    let day = |ago: i64| today.checked_sub(ago.days()).unwrap().to_string();
    let (from, to) = (day(40), day(33));
    let all = |page: &str, filters: &[&str]| -> Vec<String> {
        filters.iter().map(|filter| format!("{page}?{filter}")).collect()
    };
    let periods = [
        format!("/?fra={from}&til={to}"),
        format!("/hendelser?fra={from}&til={to}"),
        format!("/sok?apnet-fra={from}&apnet-til={to}"),
        format!("/sok?q={}", day(3)),
        "/utkast".to_owned(),
    ];
    let lists = [
        all("/", &WORKLISTS),
        all("/hendelser", &INCIDENTS),
        all("/krav", &CLAIMS),
        all("/sok", &SEARCHES),
        periods.to_vec(),
    ];
    lists.concat()
}

/// The auditor's lists, with the filters that are looked up and not read through.
const AUDITS: [&str; 6] = [
    "/revisor/logg?",
    "/revisor/logg?type=incident_viewed",
    "/revisor/logg?person=person-3",
    "/revisor/historikk?",
    "/revisor/historikk?type=incident_sent",
    "/revisor/historikk?skadenummer=2026-00005990",
];

/// A log as after some days of work, and statistics of it.
async fn looked_at(database: &Database) {
    let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
    let statements = [
        "insert into log.entry (company, entry_id, kind, channel, at, person, incident_id, data, salt,
             payload_hash, seq, previous_hash, hash)
         select p.company, gen_random_uuid(), 'incident_viewed', 'portal',
             now() - interval '1 minute' * row_number() over (), 'person-' || row_number() over () % 20,
             p.incident_id, '{}', 's', 'p', 1000000 + row_number() over (), 'h', 'h'
         from hub.incident_party p",
        "analyze log.entry",
    ];
    for statement in statements {
        superuser.execute(statement).await.unwrap();
    }
}

/// Opens each page, and of lists without a filter the next page and the first case.
async fn visit(browser: &mut Browser, addresses: &[String]) {
    for address in addresses {
        let page = browser.get(address).await;
        assert!(page.status.is_success(), "{address}: {}", page.status);
        let more = page.attributes("a[rel=next]", "href").into_iter().next();
        let case = page.attributes("main tbody a", "href").into_iter().next();
        let unfiltered = address.ends_with(['?', '=']);
        for link in more.into_iter().chain(case).filter(|_| unfiltered) {
            let page = browser.get(&link).await;
            assert!(page.status.is_success(), "{link}: {}", page.status);
        }
    }
}

/// The first page of a search for words, by the API.
async fn newest_with(api: &Api, words: &str) -> Vec<String> {
    let query = serde_urlencoded::to_string([("q", words), ("limit", "50")]).unwrap();
    let found = api.get(&format!("/incidents?{query}")).await.ok(200);
    let items = found["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// The same, read past everything that makes it fast or safe.
async fn expected(database: &Database, words: &str) -> Vec<String> {
    let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
    let patterns: Vec<String> = words.split(' ').map(|word| format!("%{word}%")).collect();
    sqlx::query_scalar(
        "select incident_id::text from hub.incident_party
         where company = 'FJT' and search_text like all ($1)
         order by opened_at desc, incident_id desc limit 50",
    )
    .bind(patterns)
    .fetch_all(&mut superuser)
    .await
    .unwrap()
}

#[tokio::test]
async fn copies_have_histories_that_verify_and_places_in_both_feeds() {
    let database = Database::new();
    database.fill(Plan { played: 40, copies: 200, now: jiff::Timestamp::now() }).await;
    let report = audit::verify(&database.hub(), jiff::Timestamp::now()).await.unwrap();
    assert_eq!(report.broken, []);
    assert!(report.incidents >= 240, "{} incidents", report.incidents);
    assert!(report.events > 200 * 5, "{} events", report.events);
    let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
    let feeds: i64 = sqlx::query_scalar("select count(*) from hub.feed")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert_eq!(u64::try_from(feeds).unwrap(), 2 * report.events);
}

#[tokio::test]
async fn no_page_reads_a_growing_table_from_end_to_end() {
    let database = Database::new();
    let now = jiff::Timestamp::now();
    database.fill(Plan { played: 100, copies: COPIES, now }).await;
    looked_at(&database).await;
    database.explain();
    let portal = Portal::start_on(database).await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, "saksbehandler.fjt", "/hjelp").await;
    let mut auditor = portal.browser();
    portal.sign_in(&mut auditor, "revisor.fjt", "/hjelp").await;
    let (addresses, audits) = (addresses(&portal), AUDITS.map(str::to_owned));
    for _ in 0..TIMES {
        visit(&mut browser, &addresses).await;
        visit(&mut auditor, &audits).await;
    }
    let api = portal.api("fagsystem-fjt").await;
    for path in [
        "/events?after=100&limit=50",
        "/incidents?changedSince=2026-01-01T00:00:00Z",
        "/claims?limit=10",
    ] {
        api.get(path).await.ok(200);
    }
    let rules = serde_json::json!({"rules": [{"family": "kryss", "handler": "kari"}]});
    let tried = api.post("/handler-rules/trial", rules).await.ok(200);
    assert!(tried["total"].as_i64() > Some(0), "{tried}");
    // Before the reading that is meant to be slow.
    let log = Database::log();
    for words in ["kunde", "fotgjengere", "storgata kunde", "5990", "finnes ikke"] {
        let (found, expected) =
            (newest_with(&api, words).await, expected(&portal.database, words).await);
        assert_eq!(found, expected, "{words}");
    }
    let told = plans(&log).len();
    assert!(told > 500, "only {told} statements were told of");
    let faults = faults(&log);
    assert!(faults.is_empty(), "{}", faults.into_iter().collect::<Vec<_>>().join("\n\n"));
}
