//! A company sees its own cases and no other's, whatever the statement: the database's side of it.

use std::collections::{BTreeMap, BTreeSet};

use skadehub::domain::HandlerRule;
use skadehub::formats::Ore;
use skadehub::hub::commands::claim::{self, ClaimAct};
use skadehub::hub::commands::{handler_rules, incident, message, reminder};
use skadehub::hub::store::feed;
use skadehub::hub::store::log_retention::Hold;
use skadehub::hub::{jobs, retention};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Row};
use uuid::Uuid;

use crate::support::database::Database;
use crate::support::exchange::{COMPANIES, Exchange, act};

/// The tables without row-level security, and why each may be without.
const OPEN_TABLES: &[(&str, &str)] = &[
    ("hub.company", "the directory, which every participant may read"),
    ("hub.api_client", "read to find out which company a token belongs to"),
    ("hub.code_list", "reference data, the same for all"),
    ("hub.outbox", "ids on their way to the feeds, no case data"),
    ("log.waiting", "ids of entries on their way into the chains, nothing of their contents"),
    ("portal.member", "read to find out which company a person belongs to"),
    ("portal.recovery_code", "hashes, read by member before a company is known"),
    ("portal.code_attempt", "times of wrong codes, counted by member before a company is known"),
    ("portal.notice", "words of Skadehub to all, no company's"),
    ("portal.logout_token", "ids of tokens used up, which say nothing of anyone"),
    ("portal.session", "read to find out who a request belongs to"),
];

/// The columns that name the companies a row belongs to.
const PARTIES: [&str; 6] = ["company", "other", "sender", "counterpart", "claimant", "receiver"];

async fn superuser(database: &Database) -> PgConnection {
    PgConnection::connect(&database.url("postgres")).await.unwrap()
}

/// Tables of ours: name, and whether row-level security is enabled and forced, with a policy.
async fn tables(database: &Database) -> Vec<(String, bool)> {
    let rows = sqlx::query(
        "select format('%s.%s', relnamespace::regnamespace, relname),
                relrowsecurity and relforcerowsecurity
                and exists (select from pg_policy where polrelid = c.oid and polroles = '{0}')
         from pg_class c
         where relnamespace in ('hub'::regnamespace, 'log'::regnamespace, 'portal'::regnamespace) and relkind in ('r', 'p')
         order by 1",
    );
    let rows = rows.fetch_all(&database.owner()).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn protected(database: &Database) -> Vec<String> {
    tables(database).await.into_iter().filter(|(_, bound)| *bound).map(|(name, _)| name).collect()
}

/// The pool of the role whose schema the table is in.
fn pool_of(database: &Database, table: &str) -> PgPool {
    if table.starts_with("portal.") { database.portal() } else { database.hub() }
}

async fn columns(database: &Database, table: &str) -> Vec<String> {
    let query = sqlx::query_scalar(
        "select column_name::text from information_schema.columns
         where format('%s.%s', table_schema, table_name) = $1 order by ordinal_position",
    );
    query.bind(table).fetch_all(&mut superuser(database).await).await.unwrap()
}

/// Whether the table's role may `what` it, or one column of it at least.
async fn granted(database: &Database, table: &str, what: &str) -> bool {
    let role = if table.starts_with("portal.") { "skadehub_portal" } else { "skadehub_hub" };
    let query = "select has_any_column_privilege($1, $2, $3)
                 from (select) one where $3 <> 'delete'
                 union all select has_table_privilege($1, $2, $3) from (select) one where $3 = 'delete'";
    let query = sqlx::query_scalar(query).bind(role).bind(table).bind(what);
    query.fetch_one(&mut superuser(database).await).await.unwrap()
}

async fn count(db: &mut PgConnection, table: &str, condition: &str) -> i64 {
    let sql = format!("select count(*) from {table} t where {condition}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await.unwrap()
}

/// Runs as the application does with `company` set; everything is taken back.
async fn begin(
    database: &Database,
    table: &str,
    company: &str,
) -> sqlx::Transaction<'static, sqlx::Postgres> {
    skadehub::db::begin(&pool_of(database, table), &company.parse().unwrap()).await.unwrap()
}

/// Cases between FJT, NLS and TND in every table; GRN takes part but has none of its own.
async fn filled() -> (Exchange, Uuid) {
    let exchange = Exchange::new().await;
    let hub = &exchange.hub;
    let why = || Some("NLS har skrevet dette".to_owned());
    let redirected = exchange.send("FJT", "NLS").await;
    message::send(hub, &act("NLS"), redirected, "NLS har skrevet dette").await.unwrap();
    incident::reject(hub, &act("NLS"), redirected, "wrong_company".into(), why(), None)
        .await
        .unwrap();
    incident::redirect(hub, &act("FJT"), redirected, "TND".parse().unwrap(), "feil".into())
        .await
        .unwrap();
    message::send(hub, &act("TND"), redirected, "TND har skrevet dette").await.unwrap();
    for (from, to) in [("FJT", "NLS"), ("NLS", "TND"), ("TND", "FJT")] {
        let rule = HandlerRule { handler: "kari".into(), ..HandlerRule::default() };
        handler_rules::change(hub, &act(from), vec![rule]).await.unwrap();
        let incident = exchange.send(from, to).await;
        exchange.accept(to, incident).await;
        let handler = Some(Some("Kari Eksempel".to_owned()));
        let nothing = skadehub::domain::event::PartyChange::default();
        incident::change(hub, &act(from), incident, nothing, handler).await.unwrap();
        let reference = exchange.reference(from, incident).await;
        let claim = exchange.claim(from, incident, reference).await;
        let pay = ClaimAct::ReportPayment(Ore(1_000), jiff::civil::date(2026, 3, 2));
        claim::act(hub, &act(to), claim, pay).await.unwrap();
        claim::act(hub, &act(from), claim, ClaimAct::Credit(Some(Ore(500)), "feil".into()))
            .await
            .unwrap();
    }
    exchange.set_clock("2026-03-31T12:00:00+02:00");
    for company in COMPANIES {
        reminder::give(hub, &company.parse().unwrap()).await.unwrap();
    }
    for company in ["FJT", "NLS", "TND"] {
        let until = hub.clock.now();
        let hold = Hold { incident: None, reason: "tvist".into(), set_by: "jurist".into(), until };
        assert!(retention::hold(&hub.db, &company.parse().unwrap(), &hold, until).await.unwrap());
    }
    while feed::sequence(&hub.db).await.unwrap() != Some(0) {}
    while jobs::chain_logs(&hub.db).await.unwrap() != 0 {}
    fill_portal(&exchange.database).await;
    (exchange, redirected)
}

async fn fill_portal(database: &Database) {
    let sql = "
        insert into portal.draft (draft, company, owner, body, edit, created_at, updated_at, updated_by)
        select gen_random_uuid(), code, 'kari', 'x', gen_random_uuid(), now(), now(), 'kari'
        from unnest(array['FJT', 'NLS', 'TND']) code;
        insert into portal.member (member, username, display_name, company, company_name, roles, created_at)
        values (md5('kari')::uuid, 'kari', 'Kari Eksempel', 'FJT', 'FJT Forsikring', '{handler}', now());
        insert into portal.users_request
            (users_request, company, member, asked_by, asked_on, reason, recorded_at)
        select gen_random_uuid(), code, md5('kari')::uuid, 'ola', now(), 'x', now()
        from unnest(array['FJT', 'NLS', 'TND']) code;
        insert into portal.parked_form (parked_form, member, path, body, created_at, keep_until)
        values (gen_random_uuid(), md5('kari')::uuid, '/x', 'x', now(), now() + interval '1 hour')";
    superuser(database).await.execute(sql).await.unwrap();
}

#[tokio::test]
async fn every_table_is_bound_by_a_policy_or_stands_on_the_list_of_those_that_need_none() {
    let database = Database::new();
    let tables: BTreeMap<_, _> = tables(&database).await.into_iter().collect();
    let open: BTreeSet<_> = OPEN_TABLES.iter().map(|(name, _)| (*name).to_owned()).collect();
    let unbound: BTreeSet<_> =
        tables.iter().filter(|(_, bound)| !**bound).map(|(name, _)| name.clone()).collect();
    assert_eq!(unbound, open);
    assert!(tables.len() > open.len() + 10);
}

/// The policies that let every row through.
async fn loose_policies(database: &Database) -> Vec<String> {
    sqlx::query_scalar(
        "select format('%s %s %s', tablename, cmd, roles) from pg_policies
         where schemaname in ('hub', 'log', 'portal') and (qual = 'true' or with_check = 'true') order by 1",
    )
    .fetch_all(&database.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn only_the_search_passes_by_the_policies() {
    let database = Database::new();
    assert_eq!(loose_policies(&database).await, ["incident_party SELECT {skadehub_search}"]);
    let definers: Vec<String> = sqlx::query_scalar(
        "select format('%s %s', oid::regproc, proowner::regrole) from pg_proc
         where prosecdef and pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)",
    )
    .fetch_all(&database.owner())
    .await
    .unwrap();
    assert_eq!(definers, ["hub.incidents_with skadehub_search"]);
}

#[tokio::test]
async fn the_applications_roles_own_nothing_and_make_nothing() {
    let database = Database::new();
    let mut superuser = superuser(&database).await;
    for role in ["skadehub_hub", "skadehub_portal", "skadehub_search"] {
        let sound: bool = sqlx::query_scalar(
            "select not (rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication)
                    and not exists (select from pg_auth_members where member = r.oid)
                    and not exists (select from pg_class where relowner = r.oid)
                    and not exists (select from pg_namespace where nspowner = r.oid)
                    and not exists (select from pg_namespace where has_schema_privilege(r.oid, oid, 'create'))
                    and not exists (select from pg_class, unnest(array['truncate', 'references', 'trigger']) what
                                    where relkind = 'r' and has_table_privilege(r.oid, pg_class.oid, what))
             from pg_roles r where rolname = $1",
        )
        .bind(role)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
        assert!(sound, "{role}");
    }
    for (pool, schema) in [(database.hub(), "hub"), (database.portal(), "portal")] {
        for ddl in [
            "create table S.mine ()",
            "drop table S.T",
            "alter table S.T disable row level security",
        ] {
            let table = if schema == "hub" { "incident" } else { "draft" };
            let ddl = ddl.replace('S', schema).replace('T', table);
            let refused = pool.execute(AssertSqlSafe(ddl.clone())).await.unwrap_err();
            let code = refused
                .as_database_error()
                .and_then(|error| error.code().map(std::borrow::Cow::into_owned));
            assert_eq!(code.as_deref(), Some("42501"), "{ddl}: {refused}");
        }
    }
    let across = database.portal().execute("select from hub.company").await.unwrap_err();
    assert!(across.to_string().contains("permission denied"), "{across}");
    let across = database.hub().execute("select from portal.member").await.unwrap_err();
    assert!(across.to_string().contains("permission denied"), "{across}");
}

/// Those of `tables`, which all have rows, that show some to a connection without a company.
async fn open_to_nobody(database: &Database, tables: &[String]) -> Vec<String> {
    let mut open = Vec::new();
    for table in tables {
        assert!(count(&mut superuser(database).await, table, "true").await > 0, "{table} is empty");
        let mut db = pool_of(database, table).acquire().await.unwrap();
        let unset = count(&mut db, table, "true").await;
        db.execute("select set_config('app.company', '', false)").await.unwrap();
        if unset + count(&mut db, table, "true").await > 0 {
            open.push(table.clone());
        }
    }
    open
}

#[tokio::test]
async fn without_a_company_nothing_is_seen_though_every_table_has_rows() {
    let (exchange, _) = filled().await;
    let tables = protected(&exchange.database).await;
    assert_eq!(open_to_nobody(&exchange.database, &tables).await, [""; 0]);
}

#[tokio::test]
async fn a_policy_dropped_loosened_or_disabled_is_found() {
    let (exchange, _) = filled().await;
    let database = &exchange.database;
    let tables = protected(database).await;
    let mut superuser = superuser(database).await;
    superuser.execute("drop policy both_parties on hub.message").await.unwrap();
    assert!(!protected(database).await.contains(&"hub.message".to_owned()));

    superuser.execute("create policy both_parties on hub.message using (true)").await.unwrap();
    assert!(loose_policies(database).await.contains(&"message ALL {public}".to_owned()));
    assert_eq!(open_to_nobody(database, &tables).await, ["hub.message"]);

    superuser.execute("alter table hub.message disable row level security").await.unwrap();
    assert!(!protected(database).await.contains(&"hub.message".to_owned()));
}

#[tokio::test]
async fn a_company_sees_every_row_of_its_own_and_none_between_two_others() {
    let (exchange, _) = filled().await;
    let database = &exchange.database;
    for table in protected(database).await {
        let columns = columns(database, &table).await;
        let parties: Vec<_> =
            columns.iter().filter(|name| PARTIES.contains(&name.as_str())).cloned().collect();
        if table == "portal.parked_form" {
            continue;
        }
        assert!(!parties.is_empty(), "{table} does not say whose its rows are");
        for company in COMPANIES {
            let own = format!("'{company}' in ({})", parties.join(", "));
            let there = count(&mut superuser(database).await, &table, &own).await;
            let mut tx = begin(database, &table, company).await;
            assert_eq!(count(&mut tx, &table, "true").await, there, "{table} as {company}");
            assert_eq!(
                count(&mut tx, &table, &format!("not ({own})")).await,
                0,
                "{table} as {company}"
            );
            assert_eq!(
                there > 0,
                company != "GRN",
                "{table} has rows of the three and none of {company}"
            );
        }
    }
}

#[tokio::test]
async fn a_parked_form_is_its_senders_alone() {
    let (exchange, _) = filled().await;
    let mut tx = exchange.database.portal().begin().await.unwrap();
    for (member, seen) in [("kari", 1), ("ola", 0)] {
        let set = format!("select set_config('app.member', md5('{member}')::uuid::text, true)");
        tx.execute(AssertSqlSafe(set)).await.unwrap();
        assert_eq!(count(&mut tx, "portal.parked_form", "true").await, seen, "{member}");
    }
}

#[tokio::test]
async fn a_company_changes_and_forges_nothing_between_two_others() {
    let (exchange, _) = filled().await;
    let database = &exchange.database;
    for table in protected(database).await {
        let mut tx = begin(database, &table, "GRN").await;
        for column in columns(database, &table).await {
            if may_update(database, &table, &column).await {
                let sql = format!("update {table} set {column} = {column}");
                let done = tx.execute(AssertSqlSafe(sql)).await.unwrap();
                assert_eq!(done.rows_affected(), 0, "{table}.{column}");
            }
        }
        if granted(database, &table, "delete").await {
            let done = tx.execute(AssertSqlSafe(format!("delete from {table}"))).await.unwrap();
            assert_eq!(done.rows_affected(), 0, "{table}");
        }
        if granted(database, &table, "insert").await {
            let row = format!("select row_to_json(t)::text from {table} t limit 1");
            let row: String = sqlx::query_scalar(AssertSqlSafe(row))
                .fetch_one(&mut superuser(database).await)
                .await
                .unwrap();
            let forge = format!(
                "insert into {table} select * from json_populate_record(null::{table}, $1::json)"
            );
            let refused =
                sqlx::query(AssertSqlSafe(forge)).bind(row).execute(&mut *tx).await.unwrap_err();
            assert!(refused.to_string().contains("row-level security"), "{table}: {refused}");
        }
    }
}

async fn may_update(database: &Database, table: &str, column: &str) -> bool {
    let role = if table.starts_with("portal.") { "skadehub_portal" } else { "skadehub_hub" };
    let query = sqlx::query_scalar("select has_column_privilege($1, $2, $3, 'update')");
    let query = query.bind(role).bind(table).bind(column);
    query.fetch_one(&mut superuser(database).await).await.unwrap()
}

#[tokio::test]
async fn after_a_redirect_neither_the_former_nor_the_new_counterpart_reads_the_other() {
    let (exchange, redirected) = filled().await;
    let database = &exchange.database;
    for (viewer, writer) in [("TND", "NLS"), ("NLS", "TND")] {
        for table in protected(database).await {
            let columns = columns(database, &table).await;
            if !columns.iter().any(|name| name == "incident_id") {
                continue;
            }
            let payload = if table == "hub.event" { "convert_from(payload, 'utf8')" } else { "''" };
            let written = format!(
                "incident_id = '{redirected}' and t::text || {payload} like '%{writer} har skrevet dette%'"
            );
            let mut tx = begin(database, &table, viewer).await;
            assert_eq!(
                count(&mut tx, &table, &written).await,
                0,
                "{viewer} reads {writer} in {table}"
            );
        }
    }
    let mut tx = begin(database, "hub.event", "TND").await;
    let first: i64 = sqlx::query_scalar("select min(seq) from hub.event where incident_id = $1")
        .bind(redirected)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    // Sent, proposed, written to and rejected were between the first two.
    assert_eq!(first, 5);
}

#[tokio::test]
async fn what_is_recorded_is_changed_by_nobody_not_even_the_owner() {
    let (exchange, _) = filled().await;
    let owner = exchange.database.owner();
    for table in ["event", "proposal", "claim_line", "credit_note"] {
        for change in [
            format!(
                "update hub.{table} set {} = 'x'",
                if table == "claim_line" || table == "credit_note" { "claimant" } else { "sender" }
            ),
            format!("delete from hub.{table}"),
            format!("truncate hub.{table} cascade"),
        ] {
            let mut tx = skadehub::db::begin(&owner, &"FJT".parse().unwrap()).await.unwrap();
            let refused = tx.execute(AssertSqlSafe(change.clone())).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
        }
    }
    for forbidden in [
        "update hub.claim set total_ore = 1",
        "update hub.payment set amount_ore = 1",
        "update hub.message set text = 'x'",
        "update hub.event set kind = 'x'",
        "update hub.proposal set share_num = 0",
        "delete from hub.incident",
        "delete from hub.claim",
        "delete from hub.message",
    ] {
        let mut tx = begin(&exchange.database, "hub.claim", "FJT").await;
        let refused = tx.execute(forbidden).await.unwrap_err();
        assert!(refused.to_string().contains("permission denied"), "{forbidden}: {refused}");
    }
}

#[tokio::test]
async fn the_feed_brings_each_event_to_both_parties_once_in_order_and_without_gaps() {
    let (exchange, _) = filled().await;
    let mut superuser = superuser(&exchange.database).await;
    assert_eq!(count(&mut superuser, "hub.outbox", "true").await, 0);
    let gaps = "select count(*) from (
                    select position, row_number() over (partition by company order by position) place from hub.feed
                ) f where position <> place";
    let gaps: i64 = sqlx::query_scalar(gaps).fetch_one(&mut superuser).await.unwrap();
    assert_eq!(gaps, 0);
    let disorder = "select count(*) from (
                        select seq, lag(seq) over (partition by company, incident_id order by position) before from hub.feed
                    ) f where before >= seq";
    let disorder: i64 = sqlx::query_scalar(disorder).fetch_one(&mut superuser).await.unwrap();
    assert_eq!(disorder, 0);
    let differ = "select count(*) from
                      (select incident_id, seq, unnest(array[sender, counterpart]) company from hub.event) e
                      full join hub.feed f using (incident_id, seq, company)
                  where e.company is distinct from f.company";
    let differ: i64 = sqlx::query_scalar(differ).fetch_one(&mut superuser).await.unwrap();
    assert_eq!(differ, 0, "an event is missing in a feed, or too much in one");
    assert!(count(&mut superuser, "hub.feed", "true").await > 40);
}
