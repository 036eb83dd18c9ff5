//! What the hub does by itself: the feed's sequencer, overdue duties, reminders, look-ups made
//! again, old idempotency keys, retention.
//!
//! Any number of processes run these; the database decides who does what.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;

use super::store::{self};
use super::{Hub, commands, retention};
use crate::company_log;
use crate::db;
use crate::error::Result;
use crate::formats::CompanyCode;

/// How often to look although nothing was announced.
const AT_LEAST: Duration = Duration::from_secs(1);
/// How many entries of logs get their place in one turn.
const LOG_TURN: i64 = 2_000;
/// How often duties and old keys are looked over.
const ROUND: Duration = Duration::from_secs(30);

/// Runs the jobs until the task is dropped.
pub async fn run(hub: Hub) {
    tokio::join!(sequencer(&hub), chainer(&hub), rounds(&hub));
}

/// Moves committed events into the feeds, woken by the database.
async fn sequencer(hub: &Hub) {
    let mut ear = listener(hub).await;
    loop {
        match store::feed::sequence(&hub.db).await {
            Ok(Some(moved)) if moved > 0 => {
                hub.news.send_modify(|_| {});
                continue;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the feed could not be moved"),
        }
        match &mut ear {
            Some(listening) => {
                if let Ok(Err(_)) = tokio::time::timeout(AT_LEAST, listening.recv()).await {
                    ear = listener(hub).await;
                }
            }
            None => {
                tokio::time::sleep(AT_LEAST).await;
                ear = listener(hub).await;
            }
        }
        // Another process may have moved what was announced.
        hub.news.send_modify(|_| {});
    }
}

async fn listener(hub: &Hub) -> Option<PgListener> {
    let mut ear = PgListener::connect_with(&hub.db).await.ok()?;
    ear.listen("hub_outbox").await.ok()?;
    Some(ear)
}

/// Gives the entries of the company logs their places.
async fn chainer(hub: &Hub) {
    loop {
        match chain_logs(&hub.db).await {
            Ok(moved) if moved > 0 => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the company logs could not be chained"),
        }
        tokio::time::sleep(AT_LEAST).await;
    }
}

/// One turn of the logs' sequencer; how many entries got their place.
pub async fn chain_logs(db: &PgPool) -> Result<usize> {
    let mut tx = db::begin_plain(db).await?;
    let waiting = store::log_chain::waiting(&mut tx, LOG_TURN).await?.unwrap_or_default();
    let mut logs: BTreeMap<&str, Vec<&store::log_chain::Waiting>> = BTreeMap::new();
    for entry in &waiting {
        logs.entry(&entry.company).or_default().push(entry);
    }
    for (company, entries) in logs {
        let company = store::column::company(company)?;
        db::act_as(&mut tx, &company).await?;
        store::log_chain::chain_up(&mut tx, &company, &entries).await?;
    }
    tx.commit().await?;
    Ok(waiting.len())
}

async fn rounds(hub: &Hub) {
    loop {
        if let Err(error) = round(hub).await {
            tracing::warn!(%error, "a round of jobs failed");
        }
        if let Some(signer) = &hub.signer
            && let Err(error) = signer.daily(&hub.db, hub.clock.now()).await
        {
            tracing::error!(error = format!("{error:#}"), "the heads could not be signed");
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// One round, for every company in turn; what fails for one does not keep the others waiting.
pub async fn round(hub: &Hub) -> Result<()> {
    let data = hub.reference.snapshot().await?;
    for company in &data.companies {
        let code = store::column::company(&company.code)?;
        if let Err(error) = of_company(hub, &code).await {
            tracing::warn!(%error, company = %code, "a company's jobs failed");
        }
    }
    retention::erase(&hub.db, &company_log::operator()).await?;
    Ok(())
}

async fn of_company(hub: &Hub, company: &CompanyCode) -> Result<()> {
    commands::overdue::note(hub, company).await?;
    commands::reminder::give(hub, company).await?;
    commands::registry::check(hub, company).await?;
    let mut tx = db::begin(&hub.db, company).await?;
    store::idempotency::forget(&mut tx, company, hub.clock.now()).await?;
    tx.commit().await?;
    retention::erase(&hub.db, company).await?;
    Ok(())
}
