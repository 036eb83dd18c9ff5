//! From the form as typed to a claim the hub takes, and from the hub's objections back to the form.

use super::grounds::Grounds;
use super::input::{Input, LineInput};
use super::sums::Sums;
use crate::contract::{CodeItem, NewClaim, NewClaimLine, Problem};
use crate::formats::{Kid, Ore, dates};
use crate::portal::form::Errors;

impl Input {
    /// The claim, or everything that is wrong with the form, in the order of the page.
    pub(super) fn parse(&self, grounds: &Grounds) -> Result<NewClaim, Errors> {
        let mut errors = Errors::new();
        let lines = self
            .filled()
            .into_iter()
            .map(|at| parse_line(at, &self.lines[at], grounds.types(), &mut errors))
            .collect();
        let sums = Sums::of(&self.lines, grounds.types(), grounds.share());
        if errors.is_empty() && !sums.gross.is_positive() {
            errors
                .add(field(self.filled()[0], "belop"), "Summen av underkravene må være over 0 kr.");
        }
        let kid = errors.take("kid", self.parse_kid());
        let due_date = self.parse_due(grounds, &mut errors);
        let vat = grounds.needs_vat_confirmation(self);
        if vat && !self.with_vat {
            errors.add("mva-ja", "Bekreft at merverdiavgiften likevel skal kreves.");
        }
        let similar = !grounds.similar.is_empty();
        if similar && !self.is_new {
            errors.add("dublett-ja", "Bekreft at dette er et nytt krav.");
        }
        let message = Some(self.message.trim().to_owned()).filter(|_| similar);
        if message.as_deref() == Some("") {
            errors.add("melding", "Skriv en melding om hvorfor kravet sendes likevel.");
        }
        errors.none()?;
        Ok(NewClaim {
            reference: grounds.reference.clone(),
            kid: kid.map(String::from).unwrap_or_default(),
            due_date,
            message,
            lines,
            confirm_duplicate: similar.then_some(true),
            confirm_vat: vat.then_some(true),
        })
    }

    /// Which lines count: those with something in them, or the first when none has.
    pub(super) fn filled(&self) -> Vec<usize> {
        let filled: Vec<usize> =
            (0..self.lines.len()).filter(|&at| !self.lines[at].is_blank()).collect();
        if filled.is_empty() { vec![0] } else { filled }
    }

    fn parse_kid(&self) -> Result<Kid, String> {
        if self.kid.trim().is_empty() {
            return Err("Skriv KID-en kravet skal betales med.".to_owned());
        }
        Kid::parse(&self.kid).map_err(|broken| broken.to_string())
    }

    fn parse_due(&self, grounds: &Grounds, errors: &mut Errors) -> Option<String> {
        let due = errors.take("forfall", self.due_date()?)?;
        if due < grounds.today {
            let today = dates::date(grounds.today);
            let sentence = format!("Forfallsdatoen er passert. Skriv {today} eller senere.");
            errors.add("forfall", sentence);
        }
        Some(due.to_string())
    }

    /// The hub's objections, each at its field; those without a field of the form come second.
    pub(super) fn objections(&self, problem: &Problem) -> (Errors, Vec<String>) {
        let filled = self.filled();
        let (mut errors, mut others) = (Errors::new(), Vec::new());
        for error in &problem.errors {
            match field_of(&error.pointer, &filled) {
                Some(field) => errors.add(field, &error.message),
                None => others.push(error.message.clone()),
            }
        }
        (errors, others)
    }
}

fn parse_line(
    at: usize,
    line: &LineInput,
    types: &[CodeItem],
    errors: &mut Errors,
) -> NewClaimLine {
    let kind = types.iter().find(|kind| kind.code == line.kind);
    if kind.is_none() {
        errors.add(field(at, "type"), "Velg hva underkravet gjelder.");
    }
    let text = line.text.trim();
    if let Some(kind) = kind.filter(|kind| kind.description_required && text.is_empty()) {
        errors.add(field(at, "tekst"), format!("Beskriv hva «{}» gjelder.", kind.title));
    }
    let gross = errors.take(field(at, "belop"), parse_amount(&line.amount)).unwrap_or_default();
    NewClaimLine {
        kind: line.kind.clone(),
        gross_ore: gross.0,
        description: Some(text.to_owned()).filter(|text| !text.is_empty()),
    }
}

/// An amount above zero, or the sentence about what is wrong with it.
pub(super) fn parse_amount(text: &str) -> Result<Ore, String> {
    match Ore::parse_kroner(text) {
        Ok(amount) if amount.is_positive() => Ok(amount),
        Ok(_) => Err("Beløpet må være over 0 kr.".to_owned()),
        Err(broken) => Err(broken.to_string()),
    }
}

/// The name, and id, of a line's field; lines count from 1 on the page.
fn field(at: usize, name: &str) -> String {
    format!("linje-{}-{name}", at + 1)
}

/// The form's field of a JSON Pointer into the claim; `filled` are the lines that were sent.
fn field_of(pointer: &str, filled: &[usize]) -> Option<String> {
    match pointer {
        "/kid" => return Some("kid".into()),
        "/dueDate" => return Some("forfall".into()),
        "/message" => return Some("melding".into()),
        "/lines" => return Some(field(filled[0], "belop")),
        _ => {}
    }
    let (number, name) = pointer.strip_prefix("/lines/")?.split_once('/')?;
    let at = *filled.get(number.parse::<usize>().ok()?)?;
    match name {
        "type" => Some(field(at, "type")),
        "grossOre" => Some(field(at, "belop")),
        "description" => Some(field(at, "tekst")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::FieldProblem;

    #[test]
    fn an_objection_finds_its_field_past_the_empty_lines() {
        let line = |amount: &str| LineInput { amount: amount.into(), ..LineInput::default() };
        let input = Input { lines: vec![line("1"), line(" "), line("2")], ..Input::empty() };
        let problem = Problem::invalid(vec![
            FieldProblem::new("/lines/1/grossOre", "amount_not_positive", "For lite."),
            FieldProblem::new("/dueDate", "due_date_past", "Passert."),
            FieldProblem::new("/reference", "required", "Mangler."),
        ]);
        let (errors, others) = input.objections(&problem);
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["linje-3-belop", "forfall"]);
        assert_eq!(others, ["Mangler."]);
    }

    #[test]
    fn an_amount_is_above_zero() {
        assert_eq!(parse_amount("kr 12.345,50"), Ok(Ore(1_234_550)));
        assert_eq!(parse_amount("0,00"), Err("Beløpet må være over 0 kr.".to_owned()));
        assert!(parse_amount("").is_err());
    }
}
