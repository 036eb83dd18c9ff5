//! The database: what the application's roles may and may not do.

use std::task::Poll;

use rustix::process::{Pid, Signal, kill_process};
use skadehub::db;
use sqlx::Row;
use sqlx::postgres::PgPoolOptions;

use crate::support::database::Database;

#[tokio::test]
async fn the_application_connects_as_roles_that_row_level_security_binds() {
    let database = Database::new();
    for (pool, role) in [(database.hub(), "skadehub_hub"), (database.portal(), "skadehub_portal")] {
        let row = sqlx::query(
            "select current_user::text, rolsuper or rolbypassrls, pg_get_userbyid(datdba)::text
             from pg_roles join pg_database on datname = current_database() where rolname = current_user",
        );
        let row = row.fetch_one(&pool).await.unwrap();
        assert_eq!(row.get::<String, _>(0), role);
        assert!(!row.get::<bool, _>(1), "{role} passes row-level security");
        assert_ne!(row.get::<String, _>(2), role);
    }
}

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, other) = (Database::new(), Database::new());
    sqlx::query("create table mine ()").execute(&one.owner()).await.unwrap();
    let missing =
        sqlx::query("select to_regclass('mine') is null").fetch_one(&other.owner()).await.unwrap();
    assert!(missing.get::<bool, _>(0));
}

/// A pool of one connection, open and idle.
async fn warm(database: &Database) -> sqlx::PgPool {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect(&database.url("skadehub_hub"))
        .await
        .unwrap();
    sqlx::query("select 1").execute(&pool).await.unwrap();
    pool
}

/// Whether the next to use the connection is inside somebody else's transaction. Asked as a
/// simple query, whose own transaction begins with the statement; a prepared one's does not.
async fn left_open(pool: &sqlx::PgPool) -> bool {
    let row = sqlx::raw_sql(
        "select now() <> statement_timestamp()
             or coalesce(current_setting('app.company', true), '') <> ''",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    row.get(0)
}

/// Begins while the server is held still, and gives up before it can answer.
async fn give_up<T>(pool: &sqlx::PgPool, work: impl Future<Output = T>) {
    let server: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(pool).await.unwrap();
    idle(pool).await;
    let server = Pid::from_raw(server).unwrap();
    kill_process(server, Signal::STOP).unwrap();
    let mut work = Box::pin(work);
    let answered =
        std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready())).await;
    // Whatever was started beside gets to send what it has to send.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    drop(work);
    kill_process(server, Signal::CONT).unwrap();
    assert!(!answered, "given up too late to show anything");
}

/// Until the one connection is back in the pool.
async fn idle(pool: &sqlx::PgPool) {
    while pool.num_idle() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_request_given_up_while_it_begins_leaves_no_transaction_behind() {
    let database = Database::new();
    let pool = warm(&database).await;
    let company = "FJT".parse().unwrap();
    assert!(!left_open(&pool).await, "nothing is open from the start");
    give_up(&pool, db::begin(&pool, &company)).await;
    assert!(!left_open(&pool).await, "begin");
    give_up(&pool, db::begin_read(&pool, &company)).await;
    assert!(!left_open(&pool).await, "begin_read");
    give_up(&pool, db::begin_plain(&pool)).await;
    assert!(!left_open(&pool).await, "begin_plain");
}
