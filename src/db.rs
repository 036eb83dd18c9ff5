//! Pools, migrations, and the transaction that carries the tenant.
//!
//! Hub and portal have a database role and a pool each. Row-level security
//! compares the two company columns of a row with the setting `app.company`;
//! without it no row is seen.

use anyhow::Context;
use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, Transaction};
use std::time::Duration;

use crate::error::Result;
use crate::formats::CompanyCode;

/// A transaction in the name of one company.
pub type Tx = Transaction<'static, Postgres>;

/// A connection unused for this long is tried before it is used.
const RESTED: Duration = Duration::from_secs(1);
/// What the planner should think of the machine, wherever the server's own settings are from the
/// days of turning disks; and compiling a statement of a page takes longer than running it.
const PLANNER: [(&str, &str); 2] = [("random_page_cost", "1.1"), ("jit", "off")];

/// A pool of at most `size` connections, opened as they are needed.
pub fn pool(url: &SecretString, size: u32) -> anyhow::Result<PgPool> {
    let options: PgConnectOptions =
        url.expose_secret().parse().context("a database address is not understood")?;
    Ok(PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        // One that is busy shows by itself that its server lives; trying it would cost a round trip.
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options.application_name("skadehub").options(PLANNER)))
}

/// Whether the database is away or has no room at the moment, so that asking again may help.
pub fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        // Connection, resources (a full disk among them), shutting down or starting, read-only.
        sqlx::Error::Database(said) => said.code().is_some_and(|code| {
            ["08", "53", "57P", "25006"].iter().any(|class| code.starts_with(class))
        }),
        _ => false,
    }
}

/// Begins a transaction that sees `company`'s rows and no other's.
pub async fn begin(pool: &PgPool, company: &CompanyCode) -> Result<Tx> {
    // One round trip. The code is 2–8 capitals and digits, so it cannot end the string.
    let sql = format!("begin; set local app.company = '{company}'");
    to_its_end(pool, Some(sql)).await
}

/// Begins a read of `company`'s rows: one snapshot for all its statements. It ends by being
/// dropped, so that nobody waits for the end of a read.
pub async fn begin_read(pool: &PgPool, company: &CompanyCode) -> Result<Tx> {
    let sql = format!(
        "begin isolation level repeatable read read only; set local app.company = '{company}'"
    );
    to_its_end(pool, Some(sql)).await
}

/// Begins a read that is noted in the company's log: one snapshot, and the note outlives the
/// process but not a crash of the database in the same instant, so that reading stays fast.
pub async fn begin_noted(pool: &PgPool, company: &CompanyCode) -> Result<Tx> {
    let sql = format!(
        "begin isolation level repeatable read; set local app.company = '{company}';
         set local synchronous_commit = off"
    );
    to_its_end(pool, Some(sql)).await
}

/// Begins a transaction that carries no company: for tables that are no company's.
pub async fn begin_plain(pool: &PgPool) -> Result<Tx> {
    to_its_end(pool, None).await
}

/// Goes on in the name of another company, for work that is several companies' in turn.
pub async fn act_as(db: &mut PgConnection, company: &CompanyCode) -> Result<()> {
    sqlx::query_scalar!("select set_config('app.company', $1, true)", company.as_str())
        .fetch_one(db)
        .await?;
    Ok(())
}

/// Begins in a task of its own, so that a request given up meanwhile cannot stop it halfway.
///
/// `sqlx` counts a transaction only once the server has answered; one given up before that
/// would go back to the pool open, with its company set, for the next to write into. One given
/// up while it commits is harmless: the server commits, and then warns that the rollback `sqlx`
/// sends after it finds no transaction in progress.
async fn to_its_end(pool: &PgPool, sql: Option<String>) -> Result<Tx> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move {
        match sql {
            Some(sql) => pool.begin_with(AssertSqlSafe(sql)).await,
            None => pool.begin().await,
        }
    });
    Ok(begun.await.map_err(anyhow::Error::from)??)
}

/// Brings both schemas up to date, as their owner.
pub async fn migrate(owner: &PgPool) -> anyhow::Result<()> {
    let mut hub = sqlx::migrate!("migrations/hub");
    hub.dangerous_set_table_name("_hub_migration");
    hub.run(owner).await.context("migrating the hub's schema")?;
    let mut portal = sqlx::migrate!("migrations/portal");
    portal.dangerous_set_table_name("_portal_migration");
    portal.run(owner).await.context("migrating the portal's schema")?;
    Ok(())
}

/// Makes the database roles, as a superuser, where they are missing: for `dev` and tests.
/// In production the operator makes them (`docs/operations.md`).
pub async fn create_roles(admin: &PgPool) -> anyhow::Result<()> {
    sqlx::raw_sql(
        "do $$
         declare r text;
         begin
             foreach r in array array['skadehub_owner', 'skadehub_hub', 'skadehub_portal'] loop
                 if not exists (select from pg_roles where rolname = r) then
                     execute format('create role %I login', r);
                 end if;
             end loop;
             if not exists (select from pg_roles where rolname = 'skadehub_search') then
                 create role skadehub_search nologin;
             end if;
             grant skadehub_search to skadehub_owner;
         end $$",
    )
    .execute(admin)
    .await
    .context("making the database roles")?;
    Ok(())
}
