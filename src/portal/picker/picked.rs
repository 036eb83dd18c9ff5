//! What was picked, as typed, and the proposal it makes.

use serde::{Deserialize, Serialize};

use super::is_free;
use crate::contract::{CodeList, NewProposal, Split};
use crate::formats::Share;
use crate::portal::form::Errors;

/// What the picker's form sends, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Picked {
    #[serde(rename = "kode")]
    pub code: String,
    /// The code shown as chosen; stands when none of the cards in view is ticked.
    #[serde(rename = "valgt", skip_serializing)]
    shown: String,
    /// `motpart` when the other party is A.
    pub a: String,
    /// Our share, when the split is free.
    #[serde(rename = "fri")]
    pub share: String,
    #[serde(rename = "grunn")]
    pub reason: String,
    /// `ja` when there shall be no proposal.
    #[serde(rename = "uten")]
    pub without: String,
}

impl Picked {
    /// What is picked already.
    pub fn of(code: &str, other_is_a: bool, share: Option<Share>) -> Self {
        Self {
            code: code.to_owned(),
            a: if other_is_a { "motpart".to_owned() } else { "oss".to_owned() },
            share: share.map(|share| share.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// With the choice out of view put where choices are.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let shown = std::mem::take(&mut self.shown);
        if self.code.is_empty() {
            self.code = shown;
        }
        self
    }

    pub fn other_is_a(&self) -> bool {
        self.a == "motpart"
    }

    /// The proposal that was picked; what is wrong is said at the field.
    pub fn parse(&self, codes: &CodeList, nothing_picked: &str) -> Result<NewProposal, Errors> {
        let mut errors = Errors::new();
        let Some(item) = codes.items.iter().find(|item| item.code == self.code) else {
            return Err(Errors::one("kode", nothing_picked));
        };
        let share = if is_free(item) { self.share.parse().ok() } else { None };
        if is_free(item) && share.is_none() {
            errors.add("fri", "Velg en fordelingsbrøk.");
        }
        let reason = self.reason.trim();
        if item.reason_required && reason.is_empty() {
            errors.add("grunn", format!("Skriv en begrunnelse. {} krever det.", item.code));
        }
        errors.none()?;
        Ok(NewProposal {
            code: item.code.clone(),
            own_role: if self.other_is_a() { "b" } else { "a" }.to_owned(),
            split: share.map(|own: Share| Split { own, other: own.complement() }),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        })
    }
}
