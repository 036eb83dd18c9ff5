//! Serving: builds the parts that run in this process, and listens until told to stop.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::app::{self, App};
use crate::clock::Clock;
use crate::config::Config;
use crate::contract::HubClient;
use crate::db;
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
    let router = assemble(config, Clock::system(), only)?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    listen(vec![(listener, router)], told_to_stop()?).await
}

/// Brings the database up to date, as the owner of its schemas.
pub async fn migrate(config: &Config) -> Result<()> {
    let url =
        config.owner_database_url.as_ref().context("SKADEHUB_OWNER_DATABASE_URL is missing")?;
    db::migrate(&db::pool(url, 1)?).await
}

/// Everything that one address serves, by the configuration.
pub fn assemble(config: Config, clock: Clock, only: Option<Part>) -> Result<Router> {
    let seal: Seal = secrecy::ExposeSecret::expose_secret(&config.seal_keys).parse()?;
    let portal = match only {
        Some(Part::Hub) => None,
        Some(Part::Portal) | None => {
            let url = config
                .portal_database_url
                .as_ref()
                .context("SKADEHUB_PORTAL_DATABASE_URL is missing")?;
            let portal_db = db::pool(url, config.pool_size)?;
            let hub = HubClient::in_process(Router::new());
            Some(App::new(Arc::new(config), clock, seal, hub, portal_db)?)
        }
    };
    Ok(app::router(portal, None))
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
