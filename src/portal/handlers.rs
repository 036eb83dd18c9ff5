//! A company's claims handlers as the lists offer them: read once a minute, not for every page.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use sqlx::PgPool;

use crate::auth::members;
use crate::error::Result;
use crate::formats::CompanyCode;

/// How long somebody new may be missing from the choices of a list.
const KEPT: Duration = Duration::from_mins(1);

/// The handlers of every company that was asked for lately. Cloning shares them.
#[derive(Clone)]
pub struct Handlers {
    db: PgPool,
    kept: Cache<CompanyCode, Arc<Vec<String>>>,
}

impl Handlers {
    /// The members in this database.
    pub fn new(db: PgPool) -> Self {
        Self { db, kept: Cache::builder().max_capacity(1_000).time_to_live(KEPT).build() }
    }

    /// The usernames of the company's active claims handlers, in order.
    pub(super) async fn of(&self, company: &CompanyCode) -> Result<Arc<Vec<String>>> {
        if let Some(handlers) = self.kept.get(company).await {
            return Ok(handlers);
        }
        let mut db = self.db.acquire().await?;
        let handlers = Arc::new(members::handlers(&mut db, company).await?);
        self.kept.insert(company.clone(), Arc::clone(&handlers)).await;
        Ok(handlers)
    }
}
