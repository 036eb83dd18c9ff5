//! Rules in Norwegian, with the names of companies and situations where they are known.

use crate::contract::{Acting, CodeList, HandlerRule};
use crate::domain::Role;
use crate::domain::handler_rule::{LastDigit, Numbered};
use crate::error::Result;
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;

/// The numbers a rule can look at: to choose, and within a sentence.
pub(super) const NUMBERS: [(Numbered, &str, &str); 4] = [
    (Numbered::OwnReference, "Vårt skadenummer (det vi sender)", "vårt skadenummer"),
    (Numbered::OtherReference, "Motpartens skadenummer (det vi mottar)", "motpartens skadenummer"),
    (
        Numbered::OwnRegistration,
        "Registreringsnummeret til vårt kjøretøy",
        "registreringsnummeret til vårt kjøretøy",
    ),
    (
        Numbered::OtherRegistration,
        "Registreringsnummeret til motpartens kjøretøy",
        "registreringsnummeret til motpartens kjøretøy",
    ),
];

/// Names of companies and situations.
pub(in crate::portal) struct Names {
    pub(super) directory: Directory,
    lists: Option<CodeLists>,
}

impl Names {
    /// As the hub knows them.
    pub(super) async fn of(hub: &Acting) -> Result<Self> {
        let (directory, lists) = tokio::try_join!(Directory::of(hub), CodeLists::of(hub))?;
        Ok(Self { directory, lists: Some(lists) })
    }

    /// None: every code stands for itself.
    pub(in crate::portal) fn none() -> Self {
        Self { directory: Directory::from_companies(Vec::new()), lists: None }
    }

    pub(super) fn codes(&self) -> CodeList {
        self.lists.as_ref().map(|lists| lists.liability_codes().clone()).unwrap_or_default()
    }

    fn situation(&self, code: &str) -> String {
        match self.lists.as_ref().map(|lists| lists.liability(code)) {
            Some(title) if title != code => format!("{code} {title}"),
            _ => code.to_owned(),
        }
    }
}

/// The number as the API names it.
pub(super) fn code(of: Numbered) -> &'static str {
    match of {
        Numbered::OwnReference => "own_reference",
        Numbered::OtherReference => "other_reference",
        Numbered::OwnRegistration => "own_registration",
        Numbered::OtherRegistration => "other_registration",
    }
}

/// «0 2 4»
pub(super) fn digits(last: &LastDigit) -> String {
    last.among.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// What must hold, each in a few words.
pub(super) fn conditions(rule: &HandlerRule, names: &Names) -> Vec<String> {
    let mut told = Vec::new();
    told.extend(rule.role.map(|role| match role {
        Role::Sender => "Sendt av oss".to_owned(),
        Role::Counterpart => "Mottatt".to_owned(),
    }));
    let company =
        |code: &crate::formats::CompanyCode| names.directory.name(code.as_str()).to_owned();
    told.extend(rule.counterpart.as_ref().map(|code| format!("Motpart {}", company(code))));
    told.extend(rule.code.as_ref().map(|code| format!("Typeløsning {}", names.situation(code))));
    told.extend(rule.family.as_ref().map(|family| format!("Typeløsning i gruppen {family}")));
    told.extend(
        rule.branch.as_ref().map(|code| format!("TFFAuto oppgir filialen {}", company(code))),
    );
    told.extend(rule.last_digit.as_ref().map(last_digit));
    if told.is_empty() {
        told.push("Alle nye hendelser".to_owned());
    }
    told
}

fn last_digit(last: &LastDigit) -> String {
    let number = NUMBERS.iter().find(|(of, ..)| *of == last.of).map_or("", |(_, _, word)| word);
    let digits: Vec<_> = last.among.iter().map(ToString::to_string).collect();
    let digits = match digits.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} eller {last}", rest.join(", ")),
        _ => digits.concat(),
    };
    format!("Siste siffer i {number} er {digits}")
}

/// The whole list, a rule on a line.
pub(in crate::portal) fn list(rules: &[HandlerRule], names: &Names) -> String {
    if rules.is_empty() {
        return "Ingen regler".to_owned();
    }
    let line = |(number, rule): (usize, &HandlerRule)| {
        format!("{number}. {} → {}", conditions(rule, names).join(", "), rule.handler)
    };
    (1..).zip(rules).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_sentences() {
        let rules = [
            HandlerRule {
                role: Some(Role::Counterpart),
                counterpart: "NLS".parse().ok(),
                last_digit: Some(LastDigit { of: Numbered::OtherReference, among: vec![0, 2, 4] }),
                handler: "kari".into(),
                ..HandlerRule::default()
            },
            HandlerRule { handler: "ola".into(), ..HandlerRule::default() },
        ];
        assert_eq!(
            list(&rules, &Names::none()),
            "1. Mottatt, Motpart NLS, Siste siffer i motpartens skadenummer er 0, 2 eller 4 → kari\n\
             2. Alle nye hendelser → ola"
        );
        assert_eq!(list(&[], &Names::none()), "Ingen regler");
    }
}
