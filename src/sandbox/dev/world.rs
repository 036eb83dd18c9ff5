//! Loads the demonstration world: directory, people, incidents.

use std::time::Instant;

use anyhow::{Context, Result};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use tokio::net::TcpListener;

use super::folder::Folder;
use super::{DATABASE, reference};
use crate::auth::members;
use crate::clock::Clock;
use crate::config::Config;
use crate::sandbox::database;
use crate::sandbox::demo_world::DemoWorld;
use crate::sandbox::incidents::{Player, Stage, play};
use crate::sandbox::postgres::Postgres;
use crate::sandbox::tffauto::{self, TffAuto};
use crate::{db, serve};

/// Incidents that the demonstration starts with.
const INCIDENTS: u32 = 300;
/// Players at once: enough to keep two cores busy.
const PLAYERS: usize = 4;

/// Prepares the database, and fills it unless an earlier run has done so to the end.
pub(super) async fn load(
    folder: &Folder,
    postgres: &Postgres,
    world: &DemoWorld,
    config: &Config,
    clock: &Clock,
) -> Result<()> {
    let loaded = folder.file("demonstration-loaded");
    if !loaded.exists() {
        database::drop(postgres, DATABASE).await?;
    }
    database::prepare(postgres, DATABASE).await?;
    let owner = db::pool(&postgres.url("skadehub_owner", DATABASE).into(), 1)?;
    reference::load(world, &owner).await?;
    let portal = db::pool(&postgres.url("skadehub_portal", DATABASE).into(), 1)?;
    people(world, &portal, clock).await?;
    if loaded.exists() {
        return Ok(());
    }
    let start = Instant::now();
    incidents(world, config, clock).await.context("making the demonstration incidents")?;
    tracing::info!(
        "made {INCIDENTS} demonstration incidents in {:.1} s",
        start.elapsed().as_secs_f32()
    );
    std::fs::write(&loaded, clock.now().to_string())
        .with_context(|| format!("can't write {}", loaded.display()))
}

/// Invites the people.
async fn people(world: &DemoWorld, portal: &PgPool, clock: &Clock) -> Result<()> {
    let mut tx = portal.begin().await?;
    for user in &world.users {
        let company = user.company.as_ref();
        let name = company.and_then(|code| world.company_name(code));
        members::invite(&mut tx, &user.username, company, name, &user.roles, clock.now())
            .await
            .with_context(|| format!("inviting {}", user.username))?;
    }
    tx.commit().await?;
    Ok(())
}

/// Plays the incidents on hubs of their own, whose clocks run through the past months.
async fn incidents(world: &DemoWorld, config: &Config, clock: &Clock) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let registry = format!("http://{}", listener.local_addr()?);
    let server = axum::serve(listener, tffauto::router(TffAuto::new(world)));
    let server = tokio::spawn(server.into_future());

    let config = Config {
        tffauto_url: Some(registry),
        hub_database_url: config.hub_database_url.as_ref().map(hurried),
        ..config.clone()
    };
    let join = || -> Result<Player> {
        let stage = Stage::default();
        let seal = config.seal_keys.expose_secret().parse()?;
        Ok(Player { hub: serve::hub(&config, stage.clock(), seal)?, stage })
    };
    let players = (0..PLAYERS).map(|_| join()).collect::<Result<Vec<_>>>()?;
    let outcome = play(&players, INCIDENTS, clock.now()).await;
    server.abort();
    outcome
}

/// The same database without waiting for the disk: an interrupted load is begun afresh anyway.
fn hurried(url: &SecretString) -> SecretString {
    format!("{}&options[synchronous_commit]=off", url.expose_secret()).into()
}
