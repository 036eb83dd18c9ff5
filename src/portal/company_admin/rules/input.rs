//! The fields of a rule: what can be chosen, and what was.

use serde::Deserialize;

use super::super::Desk;
use super::words::{self, Names};
use crate::auth::members;
use crate::contract::{CodeItem, HandlerRule};
use crate::domain::Role;
use crate::domain::handler_rule::{LastDigit, Numbered};
use crate::error::Result;
use crate::portal::form::Errors;
use crate::portal::view::Choice;

/// Before the name of a family, where a code could stand.
const FAMILY: &str = "gruppe:";

/// What is typed, and the rules the form carries.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in super::super) struct Input {
    pub(super) version: String,
    /// JSON; empty for those in force.
    pub(super) regler: String,
    /// The button.
    pub(super) gjor: String,
    pub(super) retning: String,
    pub(super) motpart: String,
    pub(super) situasjon: String,
    pub(super) filial: String,
    pub(super) siffer_av: String,
    pub(super) siffer: String,
    pub(super) saksbehandler: String,
}

/// What can be chosen.
pub(super) struct Choices {
    pub(super) roles: Vec<Choice>,
    pub(super) counterparts: Vec<Choice>,
    pub(super) situations: Vec<Choice>,
    /// None where the company has no branches.
    pub(super) branches: Vec<Choice>,
    pub(super) numbers: Vec<Choice>,
    pub(super) handlers: Vec<Choice>,
}

impl Choices {
    pub(super) async fn of(desk: &Desk, names: &Names) -> Result<Self> {
        let branches = desk.hub.own_company().await?.branches;
        let mut tx = desk.begin().await?;
        let handlers = members::handlers(&mut tx, desk.company()).await?;
        tx.rollback().await?;
        let numbers = words::NUMBERS.map(|(of, word, _)| (words::code(of), word));
        Ok(Self {
            roles: Choice::list([("counterpart", "Mottatt"), ("sender", "Sendt av oss")]),
            counterparts: names.directory.choices(desk.company().as_str()),
            situations: situations(&names.codes().items),
            branches: Choice::list(branches.into_iter().map(|it| (it.code, it.name))),
            numbers: Choice::list(numbers),
            handlers: Choice::list(handlers.into_iter().map(|name| (name.clone(), name))),
        })
    }

    /// Whether a case can be given to this person.
    pub(super) fn handles(&self, name: &str) -> bool {
        self.handlers.iter().any(|choice| choice.is(name))
    }
}

/// Every family, then every code.
fn situations(items: &[CodeItem]) -> Vec<Choice> {
    let mut families: Vec<&str> = Vec::new();
    for family in items.iter().filter_map(|item| item.family.as_deref()) {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let families = families
        .into_iter()
        .map(|family| Choice::new(format!("{FAMILY}{family}"), format!("Gruppen {family}")));
    let codes = items
        .iter()
        .map(|item| Choice::new(item.code.clone(), format!("{} {}", item.code, item.title)));
    families.chain(codes).collect()
}

impl Input {
    /// The form of a rule as it opens.
    pub(super) fn of(rule: &HandlerRule) -> Self {
        let code = |code: &Option<crate::formats::CompanyCode>| {
            code.as_ref().map(ToString::to_string).unwrap_or_default()
        };
        let retning = match rule.role {
            Some(Role::Sender) => "sender",
            Some(Role::Counterpart) => "counterpart",
            None => "",
        };
        let family = rule.family.as_ref().map(|family| format!("{FAMILY}{family}"));
        let (of, among) = rule.last_digit.as_ref().map(|it| (it.of, words::digits(it))).unzip();
        Self {
            retning: retning.to_owned(),
            motpart: code(&rule.counterpart),
            situasjon: rule.code.clone().or(family).unwrap_or_default(),
            filial: code(&rule.branch),
            siffer_av: of.map(words::code).unwrap_or_default().to_owned(),
            siffer: among.unwrap_or_default(),
            saksbehandler: rule.handler.clone(),
            ..Self::default()
        }
    }

    /// The rule that is meant; only what could be chosen counts.
    pub(super) fn rule(&self, choices: &Choices) -> Result<HandlerRule, Errors> {
        let mut errors = Errors::new();
        let mut chosen = |field: &'static str, typed: &str, among: &[Choice]| {
            let known = typed.is_empty() || among.iter().any(|choice| choice.is(typed));
            if !known {
                errors.add(field, "Velg et av alternativene.");
            }
            Some(typed.to_owned()).filter(|typed| known && !typed.is_empty())
        };
        let role = chosen("retning", &self.retning, &choices.roles);
        let counterpart = chosen("motpart", &self.motpart, &choices.counterparts);
        let situation = chosen("situasjon", &self.situasjon, &choices.situations);
        let branch = chosen("filial", &self.filial, &choices.branches);
        let of = chosen("siffer_av", &self.siffer_av, &choices.numbers);
        let last_digit = self.last_digit(of.as_deref(), &mut errors);
        if !choices.handles(&self.saksbehandler) {
            errors.add("saksbehandler", "Velg hvem som skal få hendelsen.");
        }
        errors.none()?;
        let family = situation.as_deref().and_then(|it| it.strip_prefix(FAMILY)).map(str::to_owned);
        Ok(HandlerRule {
            counterpart: counterpart.and_then(|code| code.parse().ok()),
            role: role.map(|word| if word == "sender" { Role::Sender } else { Role::Counterpart }),
            code: situation.filter(|_| family.is_none()),
            family,
            branch: branch.and_then(|code| code.parse().ok()),
            last_digit,
            handler: self.saksbehandler.clone(),
        })
    }

    fn last_digit(&self, of: Option<&str>, errors: &mut Errors) -> Option<LastDigit> {
        let typed = self.siffer.trim();
        let between = |c: char| c.is_whitespace() || ",.;".contains(c);
        let words = typed.split(between).filter(|word| !word.is_empty() && *word != "og");
        let mut among = Vec::new();
        for digit in words.flat_map(str::chars) {
            match digit.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
                Some(digit) if !among.contains(&digit) => among.push(digit),
                Some(_) => {}
                None => errors.add("siffer", "Skriv bare sifre, for eksempel 0 2 4 6 8."),
            }
        }
        among.sort_unstable();
        match (of, among.is_empty()) {
            (Some(_), true) => {
                errors.add("siffer", "Skriv hvilke sifre nummeret kan slutte på.");
                None
            }
            (None, false) => {
                errors.add("siffer_av", "Velg hvilket nummer sifrene gjelder.");
                None
            }
            (Some(of), false) => Some(LastDigit { of: number(of)?, among }),
            (None, true) => None,
        }
    }
}

fn number(code: &str) -> Option<Numbered> {
    words::NUMBERS.into_iter().map(|(of, ..)| of).find(|of| words::code(*of) == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Choices {
        let list = |values: &[&'static str]| Choice::list(values.iter().map(|it| (*it, *it)));
        Choices {
            roles: list(&["counterpart", "sender"]),
            counterparts: list(&["NLS"]),
            situations: list(&["gruppe:kryss", "203"]),
            branches: Vec::new(),
            numbers: list(&["own_registration"]),
            handlers: list(&["kari"]),
        }
    }

    fn faults(input: &Input) -> Vec<String> {
        let errors = input.rule(&choices()).err().unwrap_or_default();
        errors.iter().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn a_rule_opens_in_the_form_as_it_was_typed() {
        let input = Input {
            retning: "counterpart".into(),
            motpart: "NLS".into(),
            situasjon: "gruppe:kryss".into(),
            siffer_av: "own_registration".into(),
            siffer: "0 2 4".into(),
            saksbehandler: "kari".into(),
            ..Input::default()
        };
        let rule = input.rule(&choices()).unwrap_or_default();
        assert_eq!(rule.family.as_deref(), Some("kryss"));
        assert_eq!(Input::of(&rule), input);
    }

    #[test]
    fn digits_are_read_as_people_write_them() {
        for typed in ["024", "0, 2 og 4", "4;2;0;0"] {
            let input = Input {
                siffer_av: "own_registration".into(),
                siffer: typed.into(),
                saksbehandler: "kari".into(),
                ..Input::default()
            };
            let rule = input.rule(&choices()).unwrap_or_default();
            assert_eq!(rule.last_digit.map(|it| it.among), Some(vec![0, 2, 4]), "{typed}");
        }
    }

    #[test]
    fn what_cannot_be_chosen_or_is_half_said_is_told_at_once() {
        let odd = Input {
            motpart: "XXX".into(),
            siffer: "to".into(),
            saksbehandler: "ola".into(),
            ..Input::default()
        };
        assert_eq!(faults(&odd), ["motpart", "siffer", "saksbehandler"]);
        let half = Input { siffer_av: "own_registration".into(), ..Input::default() };
        assert_eq!(faults(&half), ["siffer", "saksbehandler"]);
        let other = Input { siffer: "1".into(), saksbehandler: "kari".into(), ..Input::default() };
        assert_eq!(faults(&other), ["siffer_av"]);
    }
}
