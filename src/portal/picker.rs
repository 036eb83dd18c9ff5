//! The picker of a typeløsning: find the situation, say who is A, see the split.
//!
//! Shared by a new incident and by proposals on one that is sent. The page owns
//! the form around it; `components/picker.html` draws the parts.

mod families;
mod picked;
mod roles;

use serde::Deserialize;

use families::{chips, family, in_family, matches};
pub use picked::Picked;
use roles::who_is_a;

use super::form::Errors;
use super::view::Split;
use crate::contract::{CodeItem, CodeList};
use crate::formats::Share;

/// Our share under a code, from the roles or from what was chosen freely.
pub fn own_share(item: &CodeItem, other_is_a: bool, free: &str) -> Option<Share> {
    match item.share_a {
        Some(a) if other_is_a => Some(a.complement()),
        Some(a) => Some(a),
        None => free.parse().ok(),
    }
}

fn is_free(item: &CodeItem) -> bool {
    item.share_a.is_none()
}

/// Which part of the list is asked for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Query {
    pub familie: String,
    pub ord: String,
    /// Only a part of the page is drawn anew, so the focus stays where it is.
    #[serde(skip)]
    pub part: bool,
}

/// The two parties by name.
#[derive(Debug, Clone)]
pub struct Sides {
    pub own_company: String,
    pub own_plate: String,
    pub other_company: String,
    /// «Nordlys», as in the split.
    pub other_short: String,
    pub other_plate: String,
}

/// The picker as drawn.
#[derive(Debug)]
pub struct Picker {
    /// The page's own address, and what its query keeps.
    pub path: String,
    pub keep: String,
    pub word: String,
    part: bool,
    pub chips: Vec<Chip>,
    pub cards: Vec<Card>,
    pub chosen: Option<Chosen>,
    pub free: Option<Free>,
    /// For example `2026-1`.
    pub version: String,
    pub sides: Sides,
    pub picked: Picked,
    pub errors: Errors,
}

/// A family of situations.
#[derive(Debug, PartialEq, Eq)]
pub struct Chip {
    pub slug: String,
    pub text: String,
    pub current: bool,
}

/// A situation.
#[derive(Debug)]
pub struct Card {
    pub code: String,
    pub title: String,
    pub text: String,
    /// «A 0/1 · B 1/1».
    pub share: String,
    pub checked: bool,
}

/// The situation chosen, with what follows from it.
#[derive(Debug)]
pub struct Chosen {
    pub code: String,
    pub title: String,
    /// «Hvem er A, den som kjørte rett fram?»; none where the roles are alike to all.
    pub question: Option<String>,
    pub split: Option<Split>,
    pub is_free: bool,
    pub reason_required: bool,
}

/// The code with a free split.
#[derive(Debug)]
pub struct Free {
    pub code: String,
    pub title: String,
    pub text: String,
    pub checked: bool,
    pub shares: Vec<FreeShare>,
    /// Once a share is chosen.
    pub split: Option<Split>,
}

/// A share to choose freely.
#[derive(Debug)]
pub struct FreeShare {
    pub own: Share,
    pub other: Share,
    pub checked: bool,
}

impl Picker {
    /// The picker for a page at `path`; `keep` is what its links keep of the query (`&tilbake=…`).
    pub fn new(
        codes: &CodeList,
        picked: Picked,
        query: &Query,
        sides: Sides,
        path: String,
        keep: String,
    ) -> Self {
        let family = family(codes, &picked, query);
        let word = query.ord.trim().to_owned();
        let shown = |item: &&CodeItem| {
            !is_free(item)
                && if word.is_empty() { in_family(item, &family) } else { matches(item, &word) }
        };
        let cards = codes.items.iter().filter(shown).map(|item| card(item, &picked.code)).collect();
        let chips = if word.is_empty() { chips(codes, &family) } else { chips(codes, "") };
        let chosen = codes.items.iter().find(|item| item.code == picked.code);
        Self {
            chosen: chosen.map(|item| chosen_of(item, &picked, &sides)),
            free: codes.items.iter().find(|i| is_free(i)).map(|i| free_of(i, &picked, &sides)),
            version: codes.version.clone(),
            path,
            keep,
            word,
            part: query.part,
            chips,
            cards,
            sides,
            picked,
            errors: Errors::new(),
        }
    }

    /// With what was wrong.
    #[must_use]
    pub fn rejected(mut self, errors: Errors) -> Self {
        self.errors = errors;
        self
    }

    /// Whether the page opens with the focus in the search.
    pub fn focuses(&self) -> bool {
        self.errors.is_empty() && !self.part
    }

    /// «3 treff på «bakfra»».
    pub fn hits(&self) -> String {
        match self.cards.len() {
            0 => format!("Ingen treff på «{}»", self.word),
            count => format!("{count} treff på «{}»", self.word),
        }
    }
}

/// The code that is searched for by its number, when it is one.
pub fn exact(codes: &CodeList, word: &str) -> Option<String> {
    let word = word.trim();
    codes.items.iter().find(|item| item.code == word).map(|item| item.code.clone())
}

fn card(item: &CodeItem, picked: &str) -> Card {
    let share = |share: Option<Share>| share.map(|it| it.to_string()).unwrap_or_default();
    Card {
        code: item.code.clone(),
        title: item.title.clone(),
        text: item.description.clone().unwrap_or_default(),
        share: format!("A {} · B {}", share(item.share_a), share(item.share_b)),
        checked: item.code == picked,
    }
}

fn chosen_of(item: &CodeItem, picked: &Picked, sides: &Sides) -> Chosen {
    let question = match (is_free(item), who_is_a(&item.code)) {
        (true, _) => None,
        (false, Some(who)) => Some(format!("Hvem er A, {who}?")),
        (false, None) => Some("Hvem er A?".to_owned()),
    };
    let share = own_share(item, picked.other_is_a(), &picked.share);
    Chosen {
        code: item.code.clone(),
        title: item.title.clone(),
        question,
        split: share.map(|own| Split::ours(own, !picked.other_is_a(), &sides.other_short)),
        is_free: is_free(item),
        reason_required: item.reason_required,
    }
}

fn free_of(item: &CodeItem, picked: &Picked, sides: &Sides) -> Free {
    let chosen: Option<Share> = picked.share.parse().ok();
    Free {
        code: item.code.clone(),
        title: item.title.clone(),
        text: item.description.clone().unwrap_or_default(),
        checked: item.code == picked.code,
        shares: item
            .allowed_shares
            .iter()
            .map(|&own| FreeShare { own, other: own.complement(), checked: chosen == Some(own) })
            .collect(),
        split: chosen.map(|own| Split::ours(own, !picked.other_is_a(), &sides.other_short)),
    }
}

#[cfg(test)]
mod tests;
