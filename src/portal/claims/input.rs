//! The claim form as typed: lines by number, payment, confirmations, and which button was pressed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use uuid::Uuid;

use crate::formats::{Kid, Ore, dates};

/// The most lines a claim may have.
pub(super) const MOST_LINES: usize = 100;

/// The most earlier claims a warning names.
const MOST_SIMILAR: usize = 3;

/// The form as the browser sends it.
pub(super) type Pairs = Vec<(String, String)>;

/// What was typed, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// At least one.
    pub lines: Vec<LineInput>,
    pub kid: String,
    pub due: String,
    /// Why a claim like an earlier one is sent.
    pub message: String,
    /// «Dette er et nytt krav» is ticked.
    pub is_new: bool,
    /// «Mva. skal likevel kreves» is ticked.
    pub with_vat: bool,
    /// Earlier claims that this one looks like.
    pub similar: Vec<Uuid>,
    /// Made with the form: sending twice sends once.
    pub key: Uuid,
}

/// One line as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LineInput {
    pub kind: String,
    pub text: String,
    pub amount: String,
}

/// The button that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Works out the shares again; also what a change of a field asks for.
    Recalculate,
    /// One more line.
    Add,
    /// Takes a line away, counted from 0.
    Remove(usize),
    /// On to the preview.
    Review,
    /// Back from the preview.
    Edit,
    /// Sends the claim.
    Send,
}

impl LineInput {
    /// Nothing but the type is filled in.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty() && self.amount.trim().is_empty()
    }
}

impl Action {
    /// The action of the button's value; the harmless one when it is unknown.
    pub(super) fn of(pairs: &Pairs) -> Self {
        let value = pairs.iter().find(|(name, _)| name == "handling");
        match value.map_or("", |(_, value)| value) {
            "legg-til" => Self::Add,
            "se-over" => Self::Review,
            "endre" => Self::Edit,
            "send" => Self::Send,
            other => match other.strip_prefix("fjern-").and_then(|number| number.parse().ok()) {
                Some(number @ 1..=MOST_LINES) => Self::Remove(number - 1),
                _ => Self::Recalculate,
            },
        }
    }
}

impl Input {
    /// An empty form, with one line.
    pub(super) fn empty() -> Self {
        Self {
            lines: vec![LineInput::default()],
            kid: String::new(),
            due: String::new(),
            message: String::new(),
            is_new: false,
            with_vat: false,
            similar: Vec::new(),
            key: Uuid::new_v4(),
        }
    }

    /// The form as sent. Fields it does not know are left out, and gaps between lines are closed.
    pub(super) fn of(pairs: Pairs) -> Self {
        let mut input = Self::empty();
        let mut lines = BTreeMap::<usize, LineInput>::new();
        for (name, value) in pairs {
            match name.as_str() {
                "kid" => input.kid = value,
                "forfall" => input.due = value,
                "melding" => input.message = value,
                "dublett-ja" => input.is_new = true,
                "mva-ja" => input.with_vat = true,
                "likt" if input.similar.len() < MOST_SIMILAR => {
                    input.similar.extend(value.parse::<Uuid>());
                }
                "nokkel" => input.key = value.parse().unwrap_or(input.key),
                _ => {
                    if let Some((number, field)) = line_field(&name) {
                        let line = lines.entry(number).or_default();
                        match field {
                            "type" => line.kind = value,
                            "tekst" => line.text = value,
                            "belop" => line.amount = value,
                            _ => {}
                        }
                    }
                }
            }
        }
        if !lines.is_empty() {
            input.lines = lines.into_values().collect();
        }
        input
    }

    /// Adds a line at the end, up to the limit.
    pub(super) fn add_line(&mut self) {
        if self.lines.len() < MOST_LINES {
            self.lines.push(LineInput::default());
        }
    }

    /// Takes the line away; the last one is emptied instead.
    pub(super) fn remove_line(&mut self, at: usize) {
        if at < self.lines.len() {
            self.lines.remove(at);
        }
        if self.lines.is_empty() {
            self.lines.push(LineInput::default());
        }
    }

    /// Writes what is understood in its one standard form; the rest stays as typed.
    pub(super) fn tidy(&mut self) {
        for line in &mut self.lines {
            if let Ok(amount) = Ore::parse_kroner(&line.amount) {
                line.amount = amount.kr();
            }
        }
        if let Ok(kid) = Kid::parse(&self.kid) {
            self.kid = kid.to_string();
        }
        if let Some(Ok(due)) = self.due_date() {
            self.due = dates::date(due);
        }
    }

    /// The due date; `None` when the field is empty and the rule decides.
    pub(super) fn due_date(&self) -> Option<Result<Date, dates::InvalidDate>> {
        (!self.due.trim().is_empty()).then(|| dates::parse_date(&self.due))
    }
}

/// `linje-4-belop` as `(4, "belop")`.
fn line_field(name: &str) -> Option<(usize, &str)> {
    let (number, field) = name.strip_prefix("linje-")?.split_once('-')?;
    let number = number.parse().ok().filter(|number| (1..=MOST_LINES).contains(number))?;
    Some((number, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn lines_keep_their_order_and_gaps_are_closed() {
        let input = Input::of(pairs(&[
            ("linje-10-belop", "3"),
            ("linje-2-type", "repair"),
            ("linje-2-belop", "1"),
            ("linje-2-tekst", "Verksted"),
            ("linje-101-belop", "4"),
            ("linje-x-belop", "5"),
        ]));
        let amounts: Vec<_> = input.lines.iter().map(|line| line.amount.as_str()).collect();
        assert_eq!(amounts, ["1", "3"]);
        assert_eq!(input.lines[0].kind, "repair");
        assert_eq!(input.lines[0].text, "Verksted");
    }

    #[test]
    fn a_form_has_at_least_one_line() {
        let mut input = Input::of(Vec::new());
        assert_eq!(input.lines.len(), 1);
        input.lines[0].amount = "12".into();
        input.remove_line(0);
        assert_eq!(input.lines, [LineInput::default()]);
    }

    #[test]
    fn an_unknown_button_only_recalculates() {
        let action = |value| Action::of(&pairs(&[("handling", value)]));
        assert_eq!(action("fjern-3"), Action::Remove(2));
        assert_eq!(action("fjern-0"), Action::Recalculate);
        assert_eq!(action("slett-alt"), Action::Recalculate);
        assert_eq!(action("send"), Action::Send);
    }

    #[test]
    fn what_is_understood_is_written_in_its_standard_form() {
        let mut input = Input::of(pairs(&[
            ("linje-1-belop", "kr 12.345,5 "),
            ("linje-2-belop", "tolv"),
            ("kid", "2026 1000 8701 7"),
            ("forfall", "1/2 2027"),
        ]));
        input.tidy();
        assert_eq!(input.lines[0].amount, "12\u{a0}345,50");
        assert_eq!(input.lines[1].amount, "tolv");
        assert_eq!(input.due, "01.02.2027");
    }
}
