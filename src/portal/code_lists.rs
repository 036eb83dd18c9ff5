//! The code lists in words, for every page that shows a code.

use std::sync::Arc;

use super::view::Choice;
use crate::contract::{Acting, CodeItem, CodeList};
use crate::error::Result;

/// The current code lists the pages read, at most a minute old.
#[derive(Debug, Clone)]
pub struct CodeLists {
    liability: Arc<CodeList>,
    coverages: Arc<CodeList>,
    line_types: Arc<CodeList>,
    rejection_reasons: Arc<CodeList>,
}

impl CodeLists {
    /// The lists as the hub gives them.
    pub async fn of(hub: &Acting) -> Result<Self> {
        let (liability, coverages, line_types, rejection_reasons) = tokio::try_join!(
            hub.known_code_list("liability-codes"),
            hub.known_code_list("coverages"),
            hub.known_code_list("claim-line-types"),
            hub.known_code_list("rejection-reasons"),
        )?;
        Ok(Self { liability, coverages, line_types, rejection_reasons })
    }

    /// The typeløsninger, in their order, with their version.
    pub fn liability_codes(&self) -> &CodeList {
        &self.liability
    }

    /// Title of a typeløsning. Like the others, an unknown code stands for itself.
    pub fn liability<'a>(&'a self, code: &'a str) -> &'a str {
        title(&self.liability, code)
    }

    /// Title of a coverage (dekningsomfang).
    pub fn coverage<'a>(&'a self, code: &'a str) -> &'a str {
        title(&self.coverages, code)
    }

    /// Title of a claim line's type.
    pub fn line_type<'a>(&'a self, code: &'a str) -> &'a str {
        title(&self.line_types, code)
    }

    /// Title of a reason for rejecting an incident.
    pub fn rejection_reason<'a>(&'a self, code: &'a str) -> &'a str {
        title(&self.rejection_reasons, code)
    }

    /// The types of claim lines, in their order.
    pub fn line_types(&self) -> &[CodeItem] {
        &self.line_types.items
    }

    /// The reasons for rejecting, in their order.
    pub fn rejection_reasons(&self) -> &[CodeItem] {
        &self.rejection_reasons.items
    }

    /// The coverages as choices of a select.
    pub fn coverage_choices(&self) -> Vec<Choice> {
        choices(&self.coverages)
    }

    /// The types of claim lines as choices of a select.
    pub fn line_type_choices(&self) -> Vec<Choice> {
        choices(&self.line_types)
    }

    /// The reasons for rejecting as choices.
    pub fn rejection_choices(&self) -> Vec<Choice> {
        choices(&self.rejection_reasons)
    }
}

/// The item of this code.
pub fn item<'a>(list: &'a CodeList, code: &str) -> Option<&'a CodeItem> {
    list.items.iter().find(|item| item.code == code)
}

fn title<'a>(list: &'a CodeList, code: &'a str) -> &'a str {
    item(list, code).map_or(code, |item| &item.title)
}

fn choices(list: &CodeList) -> Vec<Choice> {
    list.items.iter().map(|item| Choice::new(item.code.clone(), item.title.clone())).collect()
}

#[cfg(test)]
impl CodeLists {
    /// A few codes of each list, for the tests of pages.
    pub(in crate::portal) fn sample() -> Self {
        use crate::formats::Share;
        let list = |name: &str, items: Vec<CodeItem>| {
            Arc::new(CodeList {
                name: name.into(),
                version: "2026-1".into(),
                valid_from: jiff::civil::date(2026, 1, 1),
                valid_to: None,
                items,
            })
        };
        let named = |code: &str, title: &str| CodeItem {
            code: code.into(),
            title: title.into(),
            ..CodeItem::default()
        };
        let split = |code: &str, title: &str, a: Share| CodeItem {
            share_a: Some(a),
            share_b: Some(a.complement()),
            ..named(code, title)
        };
        let salvage = CodeItem { subtract: true, ..named("salvage", "Vrakverdi (trekkes fra)") };
        let other = CodeItem { text_required: true, ..named("other", "Annet") };
        Self {
            liability: list(
                "liability-codes",
                vec![
                    split("104", "Feltskifte", Share::ZERO),
                    split("105", "Begge skiftet felt", Share::HALF),
                    CodeItem { reason_required: true, ..named("999", "Annen fordeling") },
                ],
            ),
            coverages: list("coverages", vec![named("ansvar", "Ansvar"), named("kasko", "Kasko")]),
            line_types: list("claim-line-types", vec![named("repair", "Reparasjon"), salvage]),
            rejection_reasons: list(
                "rejection-reasons",
                vec![named("not_involved", "Kjøretøyet var ikke innblandet"), other],
            ),
        }
    }
}
