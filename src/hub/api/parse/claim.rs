//! The body of a new claim.

use super::super::input::{Errors, Fields};
use super::{Against, LONG, REFERENCE, SHORT, amount};
use crate::domain::claim::NewLine;
use crate::formats::{Kid, Ore};
use crate::hub::commands::claim::NewClaim;

impl Against<'_> {
    /// `POST /incidents/{id}/claims`.
    pub fn new_claim(&self, fields: &mut Fields, errors: &mut Errors) -> Option<NewClaim> {
        let reference = fields.required(errors, "reference", REFERENCE);
        let kid = kid(fields, errors);
        let due = fields.date(errors, "dueDate");
        if due.is_some_and(|due| due < self.today) {
            fields.fault(errors, "dueDate", "due_date_past", "Forfallsdatoen er passert.");
        }
        let message = fields.text(errors, "message", LONG);
        let confirm_duplicate = fields.boolean(errors, "confirmDuplicate").unwrap_or_default();
        if confirm_duplicate && message.is_none() {
            fields.fault(
                errors,
                "message",
                "message_required",
                "Skriv en melding om hvorfor kravet sendes likevel.",
            );
        }
        let lines = self.lines(fields, errors);
        Some(NewClaim {
            reference,
            kid: kid?,
            due,
            message,
            lines,
            confirm_duplicate,
            confirm_vat: fields.boolean(errors, "confirmVat").unwrap_or_default(),
        })
    }

    fn lines(&self, fields: &mut Fields, errors: &mut Errors) -> Vec<NewLine> {
        let before = errors.len();
        let objects = fields.objects(errors, "lines", 100);
        if objects.is_empty() && errors.len() == before {
            fields.fault(errors, "lines", "required", "Kravet må ha minst ett underkrav.");
        }
        objects.into_iter().map(|line| self.line(line, errors)).collect()
    }

    fn line(&self, mut line: Fields, errors: &mut Errors) -> NewLine {
        let kind = line.required(errors, "type", SHORT);
        let code = self.data.code("claim-line-types", &kind, self.today);
        if code.is_none() && !kind.is_empty() {
            line.fault(errors, "type", "unknown_line_type", "Typen underkrav finnes ikke.");
        }
        let gross = amount(&mut line, errors, "grossOre", true).unwrap_or(Ore::ZERO);
        let description = line.text(errors, "description", SHORT);
        if code.is_some_and(|code| code.description_required) && description.is_none() {
            line.fault(errors, "description", "required", "Beskriv hva underkravet gjelder.");
        }
        line.end(errors);
        NewLine { subtract: code.is_some_and(|code| code.subtract), kind, gross, description }
    }
}

fn kid(fields: &mut Fields, errors: &mut Errors) -> Option<Kid> {
    let text = fields.required(errors, "kid", SHORT);
    if text.is_empty() {
        return None;
    }
    match Kid::parse(&text) {
        Ok(kid) => Some(kid),
        Err(error) => {
            fields.fault(errors, "kid", "invalid_kid", error.to_string());
            None
        }
    }
}
