//! Reference data as last read: the same for every company, so one reading serves all for a minute.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use super::{Acting, CodeList, Company};
use crate::error::Result;

/// How long a change of a company or a code list may go unseen on the pages.
const KEPT: Duration = Duration::from_mins(1);

/// What a client of the hub remembers. Cloning shares it.
#[derive(Clone)]
pub(super) struct Remembered {
    companies: Cache<(), Arc<Vec<Company>>>,
    code_lists: Cache<&'static str, Arc<CodeList>>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self {
            companies: Cache::builder().max_capacity(1).time_to_live(KEPT).build(),
            code_lists: Cache::builder().max_capacity(50).time_to_live(KEPT).build(),
        }
    }
}

impl Acting {
    /// The directory of companies, at most a minute old.
    pub async fn known_companies(&self) -> Result<Arc<Vec<Company>>> {
        let kept = &self.remembered().companies;
        if let Some(companies) = kept.get(&()).await {
            return Ok(companies);
        }
        let companies = Arc::new(self.companies().await?);
        kept.insert((), Arc::clone(&companies)).await;
        Ok(companies)
    }

    /// The current version of a code list, at most a minute old.
    pub async fn known_code_list(&self, name: &'static str) -> Result<Arc<CodeList>> {
        let kept = &self.remembered().code_lists;
        if let Some(list) = kept.get(name).await {
            return Ok(list);
        }
        let list = Arc::new(self.code_list(name, None).await?);
        kept.insert(name, Arc::clone(&list)).await;
        Ok(list)
    }
}
