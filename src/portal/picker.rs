//! The picker of a typeløsning: find the situation, say who is A, see the split.
//!
//! Shared by a new incident and by proposals on one that is sent. The page owns
//! the form around it; `components/picker.html` draws the parts.

use serde::{Deserialize, Serialize};

use super::form::Errors;
use super::view::Split;
use crate::contract::{self, CodeItem, CodeList, NewProposal};
use crate::formats::Share;

/// The situations most collisions are, first in the picker.
const COMMON: [&str; 12] =
    ["101", "104", "105", "203", "301", "302", "305", "401", "402", "404", "405", "407"];

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
            split: share.map(|own: Share| contract::Split { own, other: own.complement() }),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
        })
    }
}

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
    pub split: Split,
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

/// The family to show: the one asked for, else the common ones, else that of the code picked.
fn family(codes: &CodeList, picked: &Picked, query: &Query) -> String {
    if !query.familie.is_empty() {
        return query.familie.clone();
    }
    let item = codes.items.iter().find(|item| item.code == picked.code);
    match item.filter(|item| !is_free(item) && !COMMON.contains(&item.code.as_str())) {
        Some(item) => slug(family_of(item)),
        None => "vanligste".to_owned(),
    }
}

fn family_of(item: &CodeItem) -> &str {
    item.family.as_deref().unwrap_or("annet")
}

fn in_family(item: &CodeItem, family: &str) -> bool {
    match family {
        "vanligste" => COMMON.contains(&item.code.as_str()),
        "alle" => true,
        _ => slug(family_of(item)) == family,
    }
}

/// Every word of the search is in the code, the title, the text or the family.
fn matches(item: &CodeItem, words: &str) -> bool {
    let text = [
        item.code.as_str(),
        item.title.as_str(),
        item.description.as_deref().unwrap_or_default(),
        family_of(item),
    ]
    .join(" ")
    .to_lowercase();
    words.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

fn chips(codes: &CodeList, current: &str) -> Vec<Chip> {
    let mut families: Vec<(String, &str, usize)> = Vec::new();
    for item in &codes.items {
        let name = family_of(item);
        match families.iter_mut().find(|(_, known, _)| *known == name) {
            Some((_, _, count)) => *count += 1,
            None => families.push((slug(name), name, 1)),
        }
    }
    let common = codes.items.iter().filter(|i| COMMON.contains(&i.code.as_str())).count();
    let first = ("vanligste".to_owned(), "vanligste", common);
    let last = ("alle".to_owned(), "alle", codes.items.len());
    std::iter::once(first)
        .chain(families)
        .chain([last])
        .map(|(slug, name, count)| Chip {
            current: slug == current,
            slug,
            text: format!("{} ({count})", capitalised(name)),
        })
        .collect()
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// A family's name as part of an address.
fn slug(family: &str) -> String {
    family.to_lowercase().replace(' ', "-").replace('æ', "ae").replace('ø', "o").replace('å', "a")
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
        split: Split::ours(chosen.unwrap_or(Share::HALF), !picked.other_is_a(), &sides.other_short),
    }
}

/// Part A of the situation in words, where the two parts differ.
fn who_is_a(code: &str) -> Option<&'static str> {
    Some(match code {
        "101" | "102" | "103" => "den som ble påkjørt bakfra",
        "104" => "den som holdt sitt felt",
        "107" => "den som kjørte forbi",
        "108" => "den som ble forbikjørt",
        "201" => "den som var på egen side",
        "203" => "den som kjørte rett fram",
        "205" => "den som hadde fri vei på sin side",
        "301" => "den som kom fra høyre",
        "302" => "den som kjørte på forkjørsvei",
        "303" => "den som hadde grønt lys",
        "305" => "den som var i rundkjøringen",
        "306" => "den som var i ytre felt",
        "307" => "den som var på veien",
        "308" => "den som ikke vendte",
        "401" => "den som sto stille",
        "402" => "den som kjørte forover",
        "404" => "den som var lovlig parkert",
        "405" => "den som var ulovlig parkert",
        "406" => "den som passerte",
        "407" => "den som ikke åpnet døren",
        "501" => "den som ble truffet",
        "502" => "den som ble truffet av tilhengeren",
        "503" => "den uten teknisk svikt",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
