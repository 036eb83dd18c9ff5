//! Serving: builds the parts that run in this process, and listens until told to stop.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgPool;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::{self, App};
use crate::auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::contract::HubClient;
use crate::db;
use crate::hub::api::bearer::Door;
use crate::hub::reference_data::ReferenceData;
use crate::hub::vehicle_registry::{self, VehicleRegistry};
use crate::hub::{Hub, Parts, api, jobs};
use crate::sealed::Seal;

/// How long requests under way may take once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// The part that a process runs when it doesn't run both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    Hub,
    Portal,
}

/// Serves by the configuration until the process is told to stop.
pub async fn serve(config: Config, only: Option<Part>) -> Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}", config.listen))?;
    let Assembled { router, hub } = assemble(config, Clock::system(), only)?;
    let jobs = hub.map(|hub| tokio::spawn(jobs::run(hub)));
    tracing::info!(address = %listener.local_addr()?, "serving");
    let served = listen(vec![(listener, router)], told_to_stop()?).await;
    if let Some(jobs) = jobs {
        jobs.abort();
    }
    served
}

/// Brings the database up to date, as the owner of its schemas.
pub async fn migrate(config: &Config) -> Result<()> {
    let url =
        config.owner_database_url.as_ref().context("SKADEHUB_OWNER_DATABASE_URL is missing")?;
    db::migrate(&db::pool(url, 1)?).await
}

/// What one process serves.
pub struct Assembled {
    /// Everything at its address.
    pub router: Router,
    /// The hub, where it runs here; its jobs are the caller's to run ([`jobs::run`]).
    pub hub: Option<Hub>,
}

/// Everything that one address serves, by the configuration. Call it inside an async runtime.
pub fn assemble(config: Config, clock: Clock, only: Option<Part>) -> Result<Assembled> {
    let seal: Seal = config.seal_keys.expose_secret().parse()?;
    let here = only != Some(Part::Portal) && config.hub_url.is_none();
    let hub = if here { Some(hub(&config, clock.clone(), seal.clone())?) } else { None };
    let network = match &hub {
        Some(hub) if only != Some(Part::Portal) => {
            let verifier = auth::token_verifier(&config, clock.clone())?;
            let door = Door::new(hub.clone(), verifier, config.rate_per_second);
            Some(api::network(hub.clone(), door))
        }
        _ => None,
    };
    let portal = if only == Some(Part::Hub) {
        None
    } else {
        let db = pool(&config, config.portal_database_url.as_ref(), "PORTAL_DATABASE_URL")?;
        let client = client(&config, &clock, hub.as_ref())?;
        Some(App::new(Arc::new(config), clock, seal, client, db)?)
    };
    Ok(Assembled { router: app::router(portal, network), hub })
}

/// The portal's way to the hub: in this process, or over the network.
fn client(config: &Config, clock: &Clock, hub: Option<&Hub>) -> Result<HubClient> {
    if let Some(hub) = hub {
        return Ok(HubClient::in_process(api::router(hub.clone())));
    }
    let url = config.hub_url.as_ref().context("SKADEHUB_HUB_URL is missing")?;
    let token = auth::token_source(config, clock.clone())?;
    Ok(HubClient::remote(url, auth::http_client()?, token))
}

/// The hub by the configuration.
pub fn hub(config: &Config, clock: Clock, seal: Seal) -> Result<Hub> {
    let db = pool(config, config.hub_database_url.as_ref(), "HUB_DATABASE_URL")?;
    let url = config.tffauto_url.as_ref().context("SKADEHUB_TFFAUTO_URL is missing")?;
    let key = config.tffauto_api_key.clone().context("SKADEHUB_TFFAUTO_API_KEY is missing")?;
    let url = url.parse().context("SKADEHUB_TFFAUTO_URL is no address")?;
    let registry = VehicleRegistry::new(url, key, vehicle_registry::http_client()?, clock.clone());
    let reference = ReferenceData::new(db.clone());
    let (rules, portal_url) = (config.rules(), config.public_url.clone());
    Ok(Hub::new(Parts {
        db,
        clock,
        rules,
        registry,
        seal,
        portal_url,
        reference,
        news: watch::Sender::new(()),
    }))
}

fn pool(config: &Config, url: Option<&SecretString>, key: &str) -> Result<PgPool> {
    db::pool(url.with_context(|| format!("SKADEHUB_{key} is missing"))?, config.pool_size)
}

/// Serves each router at its listener until `stop` ends, then lets requests under way finish.
pub async fn listen(
    servers: Vec<(TcpListener, Router)>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let (stopping, _) = watch::channel(false);
    let mut tasks = JoinSet::new();
    for (listener, router) in servers {
        let mut stopping = stopping.subscribe();
        let stopped = async move {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        tasks.spawn(axum::serve(listener, router).with_graceful_shutdown(stopped).into_future());
    }
    tokio::select! {
        () = stop => {}
        Some(ended) = tasks.join_next() => ended??,
    }
    stopping.send_replace(true);
    let drained = tokio::time::timeout(DRAIN, async { while tasks.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!("some requests were cut off after {} s", DRAIN.as_secs());
    }
    Ok(())
}

/// Ends at SIGINT (ctrl-C) or SIGTERM.
pub fn told_to_stop() -> Result<impl Future<Output = ()>> {
    let (mut interrupt, mut terminate) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
