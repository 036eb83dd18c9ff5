//! A row of drafts, and the draft sealed in it.

use uuid::Uuid;

use super::{Stored, owner_of};
use crate::error::{Error, Result};
use crate::portal::new_incident::draft::Draft;
use crate::portal::new_incident::lookup::LookUps;
use crate::sealed::Seal;

/// The columns a draft is read from.
pub(super) struct Row {
    pub(super) draft: Uuid,
    pub(super) version: i64,
    pub(super) body: Option<Vec<u8>>,
    pub(super) lookups: Option<Vec<u8>>,
    pub(super) edit: Uuid,
    pub(super) edit_base: i64,
    pub(super) updated_at: jiff_sqlx::Timestamp,
    pub(super) updated_by: String,
    pub(super) sent_as: Option<Uuid>,
}

impl Row {
    pub(super) fn open(self, seal: &Seal) -> Result<Stored> {
        let inconsistent = || Error::Inconsistent("draft", self.draft.to_string());
        let owner = owner_of(self.draft);
        let open = |sealed: &[u8]| seal.open(&owner, sealed).map_err(|_| inconsistent());
        let draft = match &self.body {
            Some(sealed) => serde_json::from_slice(&open(sealed)?).map_err(|_| inconsistent())?,
            None => Draft::default(),
        };
        let lookups = match &self.lookups {
            Some(sealed) => serde_json::from_slice(&open(sealed)?).unwrap_or_default(),
            None => LookUps::default(),
        };
        Ok(Stored {
            id: self.draft,
            version: self.version,
            draft,
            lookups,
            updated_at: self.updated_at.to_jiff(),
            updated_by: self.updated_by,
            edit: self.edit,
            edit_base: self.edit_base,
            sent_as: self.sent_as,
        })
    }
}
