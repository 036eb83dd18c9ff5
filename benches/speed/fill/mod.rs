//! Fills a database with as many incidents as asked for, the same every time.
//!
//! A few hundred incidents are played through the hub's own commands ([`world`]); every other
//! one is a copy of one of them ([`template`], [`copies`]): with ids, references, plates, KIDs
//! and dates of its own, a history of 5–20 events whose chain is hashed anew, and its place in
//! both feeds. Copies are spread over three years; the state of each is that of an incident of
//! its age, so that of a million incidents most are closed. [`load`] writes them with `COPY`.

mod copies;
mod copy;
mod draw;
mod load;
mod rows;
mod template;
mod words;
mod world;

use anyhow::Result;
use jiff::Timestamp;
use skadehub::sandbox::postgres::Postgres;

/// What to fill.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Incidents that are played.
    pub(crate) played: u32,
    /// Copies of them.
    pub(crate) copies: u32,
    /// The present.
    pub(crate) now: Timestamp,
}

/// Fills `database`, which is migrated and empty. Its statistics are fresh afterwards.
pub(crate) async fn fill(server: &Postgres, database: &str, plan: Plan) -> Result<()> {
    let urls = |role: &str| server.url(role, database);
    world::play_incidents(&urls("skadehub_owner"), &urls("skadehub_hub"), plan).await?;
    let superuser = urls("postgres");
    let templates = template::read(&superuser, plan.now).await?;
    load::load(&superuser, templates, plan).await
}
