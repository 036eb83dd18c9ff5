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
use crate::headers::Policy;
use crate::health::{self, Databases};
use crate::hub::api::bearer::Door;
use crate::hub::audit::heads::Signer;
use crate::hub::pace::Pace;
use crate::hub::reference_data::ReferenceData;
use crate::hub::vehicle_registry::{self, VehicleRegistry};
use crate::hub::{self, Hub, Parts};
use crate::sealed::Seal;

/// How long requests under way may take once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// The part that a process runs when it doesn't run both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    Hub,
    Portal,
}

/// What one process serves.
pub struct Service {
    /// Everything at its address.
    pub router: Router,
    /// The hub whose jobs run beside, when it runs here.
    pub hub: Option<Hub>,
}

/// Serves by the configuration until the process is told to stop.
pub async fn serve(config: Config, only: Option<Part>) -> Result<()> {
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(|| format!("can't listen on {}", config.listen))?;
    let service = assemble(config, Clock::system(), only)?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    listen(vec![(listener, service.router)], service.hub, told_to_stop()?).await
}

/// Brings the database up to date, as the owner of its schemas.
pub async fn migrate(config: &Config) -> Result<()> {
    let url = config.owner_database_url.as_ref();
    db::migrate(&db::pool(url.context("SKADEHUB_OWNER_DATABASE_URL is missing")?, 1)?).await
}

/// Who signs heads, where the operator has said how.
pub(crate) fn signer(config: &Config) -> Result<Option<Signer>> {
    match (&config.audit_key, &config.audit_folder) {
        (Some(key), Some(folder)) => Ok(Some(Signer::new(key.expose_secret(), folder.clone())?)),
        (None, None) => Ok(None),
        _ => anyhow::bail!("SKADEHUB_AUDIT_KEY and SKADEHUB_AUDIT_FOLDER go together"),
    }
}

/// Builds what `only` names; without it both parts, or the portal alone before a hub elsewhere.
/// Call it inside an async runtime.
pub fn assemble(config: Config, clock: Clock, only: Option<Part>) -> Result<Service> {
    let seal: Seal = config.seal_keys.expose_secret().parse()?;
    let here = match only {
        Some(Part::Hub) => true,
        Some(Part::Portal) => false,
        None => config.hub_url.is_none(),
    };
    let hub = if here { Some(hub(&config, clock.clone(), seal.clone())?) } else { None };
    let api = hub.as_ref().map(|hub| network(hub, &config, clock.clone())).transpose()?;
    let policy = Policy::from(&config);
    let portal = match only {
        Some(Part::Hub) => None,
        Some(Part::Portal) | None => Some(portal(config, clock, seal, hub.as_ref())?),
    };
    let databases = Databases {
        hub: hub.as_ref().map(|hub| hub.db.clone()),
        portal: portal.as_ref().map(|portal| portal.portal_db.clone()),
    };
    let router = app::router(portal, api).merge(health::router(databases));
    Ok(Service { router: policy.around(router), hub })
}

/// The hub by the configuration.
pub fn hub(config: &Config, clock: Clock, seal: Seal) -> Result<Hub> {
    let db = pool(config, config.hub_database_url.as_ref(), "HUB_DATABASE_URL")?;
    let url = config.tffauto_url.as_ref().context("SKADEHUB_TFFAUTO_URL is missing")?;
    let url = url.parse().context("SKADEHUB_TFFAUTO_URL is no address")?;
    let key = config.tffauto_api_key.clone().context("SKADEHUB_TFFAUTO_API_KEY is missing")?;
    Ok(Hub::new(Parts {
        registry: VehicleRegistry::new(url, key, vehicle_registry::http_client()?, clock.clone()),
        reference: ReferenceData::new(db.clone()),
        pace: Pace::default(),
        rules: config.rules(),
        portal_url: config.public_url.clone(),
        signer: signer(config)?,
        news: watch::Sender::default(),
        db,
        clock,
        seal,
    }))
}

fn network(hub: &Hub, config: &Config, clock: Clock) -> Result<Router> {
    let verifier = auth::token_verifier(config, clock)?;
    let door = Door::new(hub.clone(), verifier, config.rate_per_second);
    Ok(hub::api::network(hub.clone(), door))
}

fn portal(config: Config, clock: Clock, seal: Seal, hub: Option<&Hub>) -> Result<App> {
    let portal_db = pool(&config, config.portal_database_url.as_ref(), "PORTAL_DATABASE_URL")?;
    let hub = match hub {
        Some(hub) => HubClient::in_process(hub::api::router(hub.clone())),
        None => {
            let url = config.hub_url.as_ref().context("SKADEHUB_HUB_URL is missing")?;
            HubClient::remote(
                url,
                auth::http_client()?,
                auth::token_source(&config, clock.clone())?,
            )
        }
    };
    App::new(Arc::new(config), clock, seal, hub, portal_db)
}

/// A pool of the configured size at `url`, which is the value of `key`.
pub(crate) fn pool(config: &Config, url: Option<&SecretString>, key: &str) -> Result<PgPool> {
    db::pool(url.with_context(|| format!("SKADEHUB_{key} is missing"))?, config.pool_size)
}

/// Serves each router at its listener and runs the hub's jobs until `stop` ends, then lets
/// requests under way finish.
pub async fn listen(
    servers: Vec<(TcpListener, Router)>,
    hub: Option<Hub>,
    stop: impl Future<Output = ()>,
) -> Result<()> {
    let working = hub.clone();
    let jobs = tokio::spawn(async {
        if let Some(hub) = working {
            hub::jobs::run(hub).await;
        }
    });
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
    if let Some(hub) = hub {
        // Those who wait for news are answered instead of cut off.
        hub.news.send_replace(true);
    }
    let drained = tokio::time::timeout(DRAIN, async { while tasks.join_next().await.is_some() {} });
    if drained.await.is_err() {
        tracing::warn!("some requests were cut off after {} s", DRAIN.as_secs());
    }
    jobs.abort();
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
