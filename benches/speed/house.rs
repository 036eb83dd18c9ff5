//! Everything on one machine: a private, durable PostgreSQL and the stand-ins for outside systems.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use skadehub::auth::members;
use skadehub::clock::Clock;
use skadehub::config::Config;
use skadehub::db;
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::postgres::{self, Options, Postgres};
use skadehub::sandbox::{database, tffauto};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::runtime::Runtime;

use crate::fill::{self, Plan};
use crate::stand_ins::StandIns;

/// The database of a run.
pub(crate) const DATABASE: &str = "bench";
/// Opens nothing but the made-up data.
const SEAL_KEYS: &str = "fill:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
/// Incidents that are played; every other one is a copy.
const PLAYED: u32 = 300;

/// How the server is set for measuring: memory as on a small server, everything durable.
const MEASURING: &[(&str, &str)] =
    &[("shared_buffers", "2GB"), ("effective_cache_size", "6GB"), ("max_wal_size", "4GB")];
/// While filling nothing needs to survive a crash: an unfinished fill is begun afresh.
const FILLING: &[(&str, &str)] =
    &[("fsync", "off"), ("full_page_writes", "off"), ("autovacuum", "off")];

/// A server that holds so many incidents, made if an earlier run has not done so to the end.
pub(crate) fn filled(data: &Path, incidents: u32) -> Result<Postgres> {
    let folder = data.join(incidents.to_string());
    let place = postgres::place(&folder)?;
    let done = folder.join("filled");
    if !done.exists() {
        postgres::remove(&place)?;
        fs::create_dir_all(&folder)?;
    }
    let options = Options { data: place, durable: true };
    let runtime = Runtime::new()?;
    let mut server = Postgres::start(&options)?;
    runtime.block_on(set(&server, MEASURING))?;
    if !done.exists() {
        runtime.block_on(set(&server, FILLING))?;
    }
    drop(server);
    server = Postgres::start(&options)?;
    if !done.exists() {
        runtime.block_on(fill(&server, incidents))?;
        runtime.block_on(reset(&server, FILLING))?;
        drop(server);
        server = Postgres::start(&options)?;
        fs::write(done, "")?;
    }
    Ok(server)
}

async fn fill(server: &Postgres, incidents: u32) -> Result<()> {
    let start = Instant::now();
    database::prepare(server, DATABASE).await?;
    let now = Clock::system().now();
    let plan = Plan { played: PLAYED, copies: incidents.saturating_sub(PLAYED), now };
    fill::fill(server, DATABASE, plan).await?;
    let portal = db::pool(&server.url("skadehub_portal", DATABASE).into(), 1)?;
    let (world, mut tx) = (DemoWorld::new(), portal.begin().await?);
    for user in &world.users {
        let company = user.company.as_ref();
        let name = company.and_then(|code| world.company_name(code));
        members::invite(&mut tx, &user.username, company, name, &user.roles, now).await?;
    }
    tx.commit().await?;
    eprintln!("{incidents} incidents filled in {:.0} s", start.elapsed().as_secs_f32());
    Ok(())
}

async fn set(server: &Postgres, settings: &[(&str, &str)]) -> Result<()> {
    let mut superuser = superuser(server, "postgres").await?;
    for (name, value) in settings {
        superuser.execute(AssertSqlSafe(format!("alter system set {name} = '{value}'"))).await?;
    }
    Ok(superuser.close().await?)
}

async fn reset(server: &Postgres, settings: &[(&str, &str)]) -> Result<()> {
    let mut superuser = superuser(server, "postgres").await?;
    for (name, _) in settings {
        superuser.execute(AssertSqlSafe(format!("alter system reset {name}"))).await?;
    }
    superuser.execute("checkpoint").await?;
    Ok(superuser.close().await?)
}

/// A connection past all protection.
pub(crate) async fn superuser(server: &Postgres, database: &str) -> Result<PgConnection> {
    Ok(PgConnection::connect(&server.url("postgres", database)).await?)
}

/// Runs statements of ours past all protection.
pub(crate) async fn command(server: &Postgres, sql: &str) -> Result<()> {
    let mut superuser = superuser(server, DATABASE).await?;
    for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
        superuser.execute(AssertSqlSafe(statement.to_owned())).await?;
    }
    Ok(superuser.close().await?)
}

/// What the application is configured with, as `portal` is its address.
pub(crate) fn config(server: &Postgres, stand_ins: &StandIns, portal: &str) -> Value {
    json!({
        "public_url": portal,
        "hub_database_url": server.url("skadehub_hub", DATABASE),
        "portal_database_url": server.url("skadehub_portal", DATABASE),
        "oidc_issuer": stand_ins.issuer(),
        "oidc_client_secret": "demo-portal-secret",
        "tffauto_url": stand_ins.base,
        "tffauto_api_key": tffauto::API_KEY,
        "seal_keys": SEAL_KEYS,
        "rate_per_second": 1_000_000,
    })
}

/// The same as the application reads it.
pub(crate) fn parsed(config: &Value) -> Result<Config> {
    serde_json::from_value(config.clone()).context("the configuration of the run")
}
