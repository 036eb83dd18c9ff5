//! What an operator runs by hand: checking and signing the history, retention, legal holds.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use jiff::civil::Date;
use sqlx::PgPool;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::Config;
use crate::domain::deadline;
use crate::formats::CompanyCode;
use crate::hub::audit::{self, heads};
use crate::hub::retention::{self, Plan};
use crate::hub::store::log_retention::Hold;
use crate::serve::{pool, signer};

/// A legal hold as it is asked for.
#[derive(Debug, clap::Args)]
pub struct HoldOptions {
    /// The company whose log is held
    company: CompanyCode,
    /// Only the entries about this incident
    #[arg(long)]
    incident: Option<Uuid>,
    /// Why
    #[arg(long)]
    reason: String,
    /// Who asked for it
    #[arg(long)]
    by: String,
    /// The last day, YYYY-MM-DD; one that has passed ends a hold
    #[arg(long)]
    until: Date,
}

/// Checks every chain, and against each of `files` of signed heads, and says what it found; an
/// error when a link is broken.
pub async fn verify(config: &Config, files: &[PathBuf], key: Option<String>) -> Result<()> {
    let db = hub_pool(config)?;
    let report = audit::verify(&db, Clock::system().now()).await?;
    let mut broken = report.broken;
    println!(
        "{} events of {} incidents and {} log entries checked",
        report.events, report.incidents, report.entries
    );
    for file in files {
        let own = || Some(signer(config).ok()??.public_key());
        let key = key.clone().or_else(own).context("name the --public-key of the signed heads")?;
        let against = heads::verify_against(&db, file, &key).await?;
        println!("{} heads signed at {} compared", against.heads, against.at);
        broken.extend(against.broken);
    }
    for link in &broken {
        println!("{link}");
    }
    ensure!(broken.is_empty(), "{} chains are broken", broken.len());
    Ok(())
}

/// Writes the signed heads of all chains as they are now.
pub async fn sign_heads(config: &Config, file: &Path) -> Result<()> {
    let db = hub_pool(config)?;
    let missing = "SKADEHUB_AUDIT_KEY and SKADEHUB_AUDIT_FOLDER are missing";
    let signer = signer(config)?.context(missing)?;
    signer.write(&db, Clock::system().now(), file).await?;
    println!("signed; the public key is {}", signer.public_key());
    Ok(())
}

/// Erases what is past its time, or with `dry_run` only says what that is.
pub async fn retain(config: &Config, dry_run: bool) -> Result<()> {
    let db = hub_pool(config)?;
    for plan in retention::plan(&db).await? {
        print(&plan);
    }
    if !dry_run {
        println!("{} entries erased", retention::run(&db).await?);
    }
    Ok(())
}

fn print(Plan { company, due, holds }: &Plan) {
    for due in due {
        println!(
            "{company} {}: {} to erase, {} held, of {} to {}",
            due.kind, due.entries, due.held, due.oldest, due.newest
        );
    }
    for hold in holds {
        let what = hold.incident.map_or("the whole log".to_owned(), |id| format!("incident {id}"));
        let Hold { reason, set_by, until, .. } = hold;
        println!("{company} {what} is held until {until}, by {set_by}: {reason}");
    }
}

/// Sets a legal hold.
pub async fn hold(config: &Config, options: HoldOptions) -> Result<()> {
    let db = hub_pool(config)?;
    ensure!(!options.reason.trim().is_empty(), "a hold needs a reason");
    ensure!(!options.by.trim().is_empty(), "a hold needs somebody who asked for it");
    let until = deadline::end_of(options.until);
    let HoldOptions { company, incident, reason, by: set_by, .. } = options;
    let hold = Hold { incident, reason, set_by, until };
    let there = retention::hold(&db, &company, &hold, Clock::system().now()).await?;
    ensure!(there, "there is no company {company}, or it has no such incident");
    println!("held until {until}");
    Ok(())
}

fn hub_pool(config: &Config) -> Result<PgPool> {
    pool(config, config.hub_database_url.as_ref(), "HUB_DATABASE_URL")
}
