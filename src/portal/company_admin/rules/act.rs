//! Which button was pressed, and what it does to the list.

use crate::contract::HandlerRule;

/// The button that puts the rules into force.
pub(super) const APPLY: &str = "ta-i-bruk";

/// What is asked for; rules are counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The list as it is carried; also what is not understood.
    Look,
    /// A rule into the form.
    Edit(usize),
    /// The form into the list: in a rule's place, or as a new one.
    Save(Option<usize>),
    /// A rule, and where it goes.
    Swap(usize, usize),
    /// A rule away.
    Remove(usize),
    /// What the rules would have done last month.
    Try,
    /// Into force.
    Apply,
}

impl Act {
    /// The act of a button in a list of `count` rules; buttons count from 1.
    pub(super) fn of(button: &str, count: usize) -> Self {
        match button {
            "legg-til" => return Self::Save(None),
            "prov" => return Self::Try,
            APPLY => return Self::Apply,
            _ => {}
        }
        let Some((word, number)) = button.rsplit_once('-') else { return Self::Look };
        let Ok(number @ 1..) = number.parse::<usize>() else { return Self::Look };
        match (word, number - 1) {
            (_, at) if at >= count => Self::Look,
            ("endre", at) => Self::Edit(at),
            ("lagre", at) => Self::Save(Some(at)),
            ("fjern", at) => Self::Remove(at),
            ("opp", at) if at > 0 => Self::Swap(at, at - 1),
            ("ned", at) if at + 1 < count => Self::Swap(at, at + 1),
            _ => Self::Look,
        }
    }
}

/// Puts `rule` in its place, and says so.
pub(super) fn save(rules: &mut Vec<HandlerRule>, at: Option<usize>, rule: HandlerRule) -> String {
    if let Some(at) = at {
        rules[at] = rule;
        return format!("Regel {} er endret.", at + 1);
    }
    rules.push(rule);
    format!("Regel {} er lagt til.", rules.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_names_a_rule_of_the_list_and_no_other() {
        let table = [
            ("endre-1", Act::Edit(0)),
            ("lagre-2", Act::Save(Some(1))),
            ("fjern-2", Act::Remove(1)),
            ("ned-1", Act::Swap(0, 1)),
            ("opp-2", Act::Swap(1, 0)),
            ("opp-1", Act::Look),
            ("ned-2", Act::Look),
            ("fjern-3", Act::Look),
            ("fjern-0", Act::Look),
            ("fjern--1", Act::Look),
            ("", Act::Look),
        ];
        for (button, act) in table {
            assert_eq!(Act::of(button, 2), act, "{button}");
        }
    }
}
