//! The situations by family, and by search.

use super::{Chip, Picked, Query, is_free};
use crate::contract::{CodeItem, CodeList};

/// The situations most collisions are, first in the picker.
const COMMON: [&str; 12] =
    ["101", "104", "105", "203", "301", "302", "305", "401", "402", "404", "405", "407"];

/// The family to show: the one asked for, else the common ones, else that of the code picked.
pub(super) fn family(codes: &CodeList, picked: &Picked, query: &Query) -> String {
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

pub(super) fn in_family(item: &CodeItem, family: &str) -> bool {
    match family {
        "vanligste" => COMMON.contains(&item.code.as_str()),
        "alle" => true,
        _ => slug(family_of(item)) == family,
    }
}

/// Every word of the search is in the code, the title, the text or the family.
pub(super) fn matches(item: &CodeItem, words: &str) -> bool {
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

pub(super) fn chips(codes: &CodeList, current: &str) -> Vec<Chip> {
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
