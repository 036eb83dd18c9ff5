//! Companies and code lists, read from the database at most every few seconds.

use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use moka::future::Cache;
use sqlx::PgPool;

use super::store::reference;
use crate::contract::{CodeItem, CodeList, Company};
use crate::domain::LiabilityCode;
use crate::domain::liability::CodeSplit;
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, Share};

/// How old an answer may be: a change by the hub administrator shows within this time.
const AGE: Duration = Duration::from_secs(5);

/// A cached reader of the reference data.
#[derive(Clone)]
pub struct ReferenceData {
    db: PgPool,
    cache: Cache<(), Arc<Snapshot>>,
}

/// The reference data at one moment.
#[derive(Debug)]
pub struct Snapshot {
    /// Every company, by code.
    pub companies: Vec<Company>,
    /// Every version of every code list, the newest first within a name.
    pub code_lists: Vec<CodeList>,
}

impl ReferenceData {
    /// Reads from `db`.
    pub fn new(db: PgPool) -> Self {
        Self { db, cache: Cache::builder().max_capacity(1).time_to_live(AGE).build() }
    }

    /// The data now.
    pub async fn snapshot(&self) -> Result<Arc<Snapshot>> {
        let read = async {
            let companies = reference::companies(&self.db).await?;
            let code_lists = reference::code_lists(&self.db).await?;
            Ok::<_, Error>(Arc::new(Snapshot { companies, code_lists }))
        };
        self.cache.try_get_with((), read).await.map_err(|error| {
            // One reading for all who wait for it: each is told of it, none can own it.
            tracing::warn!(%error, "the reference data could not be read");
            error.problem().into()
        })
    }
}

impl Snapshot {
    /// A company, whether it takes part or not.
    pub fn company(&self, code: &str) -> Option<&Company> {
        self.companies.iter().find(|company| company.code == code)
    }

    /// Whether the company takes part in the exchange now.
    pub fn takes_part(&self, code: &CompanyCode) -> bool {
        self.company(code.as_str()).is_some_and(|company| company.active)
    }

    /// A code list by name: the version asked for, or the one used on `day`.
    pub fn code_list(&self, name: &str, version: Option<&str>, day: Date) -> Option<&CodeList> {
        self.code_lists.iter().filter(|list| list.name == name).find(|list| match version {
            Some(version) => list.version == version,
            None => list.valid_from <= day && list.valid_to.is_none_or(|last| day <= last),
        })
    }

    /// A code of a list, as it is used on `day`.
    pub fn code(&self, name: &str, code: &str, day: Date) -> Option<&CodeItem> {
        self.code_list(name, None, day)?.items.iter().find(|item| item.code == code)
    }

    /// A liability code, as it is used on `day`.
    pub fn liability_code(&self, code: &str, day: Date) -> Option<LiabilityCode> {
        let list = self.code_list("liability-codes", None, day)?;
        let item = list.items.iter().find(|item| item.code == code)?;
        let split = match item.share_a {
            Some(a) => CodeSplit::Fixed(a),
            None => CodeSplit::Free(shares(item)),
        };
        Some(LiabilityCode {
            code: item.code.clone(),
            version: list.version.clone(),
            split,
            reason_required: item.reason_required,
        })
    }
}

fn shares(item: &CodeItem) -> Vec<Share> {
    item.allowed_shares.clone()
}
