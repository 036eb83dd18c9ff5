//! The fields a list of incidents is filtered by: from the address to the hub's filter.

use super::address::{AFTER, Address};
use crate::contract::{IncidentFilter, Problem};
use crate::domain::Duty;
use crate::formats::{Kid, RegistrationNumber, dates};
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::view::Choice;
use crate::portal::words;

/// Asks for the own incidents.
pub(super) const MINE: &str = "meg";
/// Asks for the incidents nobody has taken, as the hub writes it.
pub(super) const NOBODY: &str = "-";

const NOT_A_CHOICE: &str = "Velg et av alternativene i listen.";

/// Where the hub's filter comes from: pointer of its problem, and our field.
const POINTERS: [(&str, &str); 17] = [
    ("/lossDate", "skadedato"),
    ("/lossFrom", "fra"),
    ("/lossTo", "til"),
    ("/openedFrom", "apnet-fra"),
    ("/openedTo", "apnet-til"),
    ("/receivedFrom", "mottatt-fra"),
    ("/receivedTo", "mottatt-til"),
    ("/answeredFrom", "besvart-fra"),
    ("/answeredTo", "besvart-til"),
    ("/reference", "referanse"),
    ("/counterpart", "motpart"),
    ("/registrationNumber", "regnr"),
    ("/kid", "kid"),
    ("/status", "status"),
    ("/awaiting", "venter"),
    ("/handler", "saksbehandler"),
    ("/q", "tekst"),
];

/// Reads the fields of an address, and writes what was understood back in its standard form.
pub(in crate::portal) struct Reader<'a> {
    address: &'a mut Address,
    /// What was wrong, field by field.
    pub(in crate::portal) errors: Errors,
}

impl<'a> Reader<'a> {
    pub(in crate::portal) fn new(address: &'a mut Address) -> Self {
        Self { address, errors: Errors::new() }
    }

    /// The text of a field, if any.
    pub(in crate::portal) fn text(&self, name: &str) -> Option<String> {
        let text = self.address.get(name);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// One of `choices`, or nothing.
    pub(in crate::portal) fn choice(
        &mut self,
        name: &'static str,
        choices: &[Choice],
    ) -> Option<String> {
        let value = self.text(name)?;
        if choices.iter().any(|choice| choice.is(&value)) {
            return Some(value);
        }
        self.errors.add(name, NOT_A_CHOICE);
        None
    }

    /// A date as the hub writes it.
    pub(super) fn date(&mut self, name: &'static str) -> Option<String> {
        let parsed = dates::parse_date(&self.text(name)?);
        let date = self.errors.take(name, parsed)?;
        self.address.put(name, &dates::date(date));
        Some(date.to_string())
    }

    /// First and last day of a period.
    pub(in crate::portal) fn period(
        &mut self,
        from: &'static str,
        to: &'static str,
    ) -> (Option<String>, Option<String>) {
        let period = (self.date(from), self.date(to));
        if let (Some(first), Some(last)) = &period
            && first > last
        {
            self.errors.add(to, "Til-datoen er før fra-datoen. Bytt dem om, eller rett én av dem.");
        }
        period
    }

    /// A company other than the own.
    pub(super) fn counterpart(&mut self, directory: &Directory) -> Option<String> {
        let code = self.text("motpart")?;
        if directory.get(&code).is_some() {
            return Some(code);
        }
        self.errors.add("motpart", "Selskapet finnes ikke i Skadehub. Velg et i listen.");
        None
    }

    /// The handler asked for, by name.
    pub(super) fn handler(&self, me: &str) -> Option<String> {
        let handler = self.text("saksbehandler")?;
        Some(if handler == MINE { me.to_owned() } else { handler })
    }

    /// A registration number in any spelling.
    pub(super) fn registration_number(&mut self) -> Option<String> {
        let parsed = RegistrationNumber::parse(&self.text("regnr")?);
        let number = self.errors.take("regnr", parsed)?;
        self.address.put("regnr", number.as_str());
        Some(number.as_str().to_owned())
    }

    /// A KID in any spelling.
    pub(super) fn kid(&mut self) -> Option<String> {
        let parsed = Kid::parse(&self.text("kid")?);
        let kid = self.errors.take("kid", parsed)?;
        self.address.put("kid", kid.as_str());
        Some(kid.as_str().to_owned())
    }
}

/// A filter that also carries the page asked for.
pub(super) fn on_page(address: &Address, filter: IncidentFilter) -> IncidentFilter {
    let after = address.get(AFTER);
    IncidentFilter { after: (!after.is_empty()).then(|| after.to_owned()), ..filter }
}

/// What the hub did not understand, at our fields; the list's heading for what has no field.
pub(super) fn errors_of(problem: &Problem) -> Errors {
    let mut errors = Errors::new();
    for error in &problem.errors {
        let field = POINTERS.iter().find(|(pointer, _)| *pointer == error.pointer);
        match field {
            Some((_, field)) => errors.add(*field, &error.message),
            None if error.pointer == "/after" => {
                errors.add("liste", "Denne siden av listen finnes ikke. Gå til første side.");
            }
            None => errors.add("liste", &error.message),
        }
    }
    errors
}

/// Saksbehandler: mine, nobody's, and the company's handlers by name.
pub(super) fn handler_choices(handlers: &[String], me: &str, chosen: &str) -> Vec<Choice> {
    let mut choices = Choice::list([(MINE, "Mine"), (NOBODY, "Ikke tildelt")]);
    let known = handlers.iter().any(|name| name == chosen) || [MINE, NOBODY, ""].contains(&chosen);
    let others = handlers.iter().filter(|name| *name != me);
    choices.extend(others.map(|it| Choice::new(it.clone(), it.clone())));
    if !known {
        choices.push(Choice::new(chosen.to_owned(), chosen.to_owned()));
    }
    choices
}

/// Sent by us, or received.
pub(super) fn role_choices() -> Vec<Choice> {
    Choice::list([("sender", "Sendt av oss"), ("counterpart", "Mottatt")])
}

/// Oppgave: the duties an incident can wait for.
pub(super) fn duty_choices() -> Vec<Choice> {
    const DUTIES: [(&str, Duty); 7] = [
        ("answer_incident", Duty::AnswerIncident),
        ("answer_proposal", Duty::AnswerProposal),
        ("propose", Duty::Propose),
        ("answer_claim", Duty::AnswerClaim),
        ("redirect_or_withdraw", Duty::RedirectOrWithdraw),
        ("answer_close", Duty::AnswerClose),
        ("answer_reopen", Duty::AnswerReopen),
    ];
    Choice::list(DUTIES.map(|(code, duty)| (code, words::duty_name(duty))))
}

/// Status of an incident.
pub(super) fn status_choices() -> Vec<Choice> {
    Choice::list([
        ("sent", "Sendt"),
        ("accepted", "Akseptert"),
        ("rejected", "Avvist"),
        ("withdrawn", "Trukket tilbake"),
        ("closed", "Avsluttet"),
    ])
}

/// Hvem venter.
pub(super) fn awaiting_choices() -> Vec<Choice> {
    Choice::list([("oss", "Venter på oss"), ("motpart", "Venter på motpart"), ("ingen", "Ingen")])
}

/// The hub's word for one of [`awaiting_choices`].
pub(super) fn awaiting(choice: &str) -> &'static str {
    match choice {
        "oss" => "us,both",
        "motpart" => "them",
        _ => "nobody",
    }
}

/// The orders of a worklist.
pub(super) fn sort_choices() -> Vec<Choice> {
    let mut choices = vec![Choice::new("due", "Frist")];
    choices.extend(calm_sort_choices());
    choices
}

/// The orders of a list that also holds what has no deadline.
pub(super) fn calm_sort_choices() -> Vec<Choice> {
    Choice::list([
        ("opened", "Nyeste først"),
        ("counterpart", "Motpart"),
        ("lossDate", "Skadedato"),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_any_form_and_shown_in_one() {
        let mut address = Address::new("/", "fra=1.2.26&til=2026-02-03");
        let mut reader = Reader::new(&mut address);
        let period = reader.period("fra", "til");
        assert_eq!(period, (Some("2026-02-01".into()), Some("2026-02-03".into())));
        assert!(reader.errors.is_empty());
        assert_eq!(address.get("fra"), "01.02.2026");
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_named_at_its_end() {
        let mut address = Address::new("/", "fra=3.2.26&til=1.2.26");
        let mut reader = Reader::new(&mut address);
        reader.period("fra", "til");
        assert!(reader.errors.of("til").is_some());
    }

    #[test]
    fn what_cannot_be_read_keeps_its_spelling() {
        let mut address = Address::new("/", "fra=i+g%C3%A5r&oppgave=alt");
        let mut reader = Reader::new(&mut address);
        assert_eq!(reader.date("fra"), None);
        assert_eq!(reader.choice("oppgave", &duty_choices()), None);
        assert_eq!(reader.errors.len(), 2);
        assert_eq!(address.get("fra"), "i går");
    }

    #[test]
    fn a_handler_who_has_left_can_still_be_asked_for() {
        let handlers = vec!["meg.selv".to_owned(), "kollega".to_owned()];
        let values: Vec<_> = handler_choices(&handlers, "meg.selv", "sluttet")
            .into_iter()
            .map(|choice| choice.value)
            .collect();
        assert_eq!(values, ["meg", "-", "kollega", "sluttet"]);
    }
}
