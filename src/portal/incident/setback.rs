//! Why an act did not go through, when the person can do something about it.

use axum::http::StatusCode;

use super::history::Teller;
use crate::contract::{FieldProblem, Incident, Problem};
use crate::error::{Error, Result};
use crate::portal::form::Errors;

/// What the hub answered instead of doing it.
#[derive(Debug)]
pub enum Setback {
    /// Something typed is wrong.
    Invalid(Vec<FieldProblem>),
    /// The rules say no: a sentence.
    Refused(String),
    /// The incident has changed since the page was opened.
    Overtaken,
}

/// A setback as a form shows it.
#[derive(Debug)]
pub struct Shown {
    pub errors: Errors,
    pub alert: Option<String>,
    pub status: StatusCode,
}

impl Setback {
    /// The setback in an error; any other error stays one.
    pub fn of(error: Error) -> Result<Self> {
        match error {
            Error::Problem(problem) if problem.status == 422 => Ok(invalid(*problem)),
            Error::Problem(problem) if problem.status == 409 => Ok(Self::Refused(problem.detail)),
            Error::Problem(problem) if problem.status == 412 => Ok(Self::Overtaken),
            other => Err(other),
        }
    }

    /// As the form shows it. `fields` are pairs of JSON Pointer and field; an error at another
    /// pointer goes into the alert. `incident` is how it stands now.
    pub fn shown(
        self,
        fields: &[(&str, &'static str)],
        incident: &Incident,
        teller: Teller,
    ) -> Shown {
        match self {
            Self::Invalid(problems) => at_fields(problems, fields),
            Self::Refused(detail) => {
                Shown { errors: Errors::new(), alert: Some(detail), status: StatusCode::CONFLICT }
            }
            Self::Overtaken => Shown {
                errors: Errors::new(),
                alert: Some(overtaken(incident, teller)),
                status: StatusCode::PRECONDITION_FAILED,
            },
        }
    }
}

fn invalid(problem: Problem) -> Setback {
    if problem.errors.is_empty() {
        Setback::Refused(problem.detail)
    } else {
        Setback::Invalid(problem.errors)
    }
}

fn at_fields(problems: Vec<FieldProblem>, fields: &[(&str, &'static str)]) -> Shown {
    let (mut errors, mut rest) = (Errors::new(), Vec::new());
    for problem in problems {
        match fields.iter().find(|(pointer, _)| *pointer == problem.pointer) {
            Some((_, field)) => errors.add(*field, problem.message),
            None => rest.push(problem.message),
        }
    }
    let alert = (!rest.is_empty()).then(|| rest.join(" "));
    Shown { errors, alert, status: StatusCode::UNPROCESSABLE_ENTITY }
}

/// What happened last, and that nothing was sent.
fn overtaken(incident: &Incident, teller: Teller) -> String {
    let events = incident.events.as_deref().unwrap_or_default();
    let last = match events.split_last() {
        Some((last, before)) => format!(
            " Sist ({}, {}): {}.",
            teller.actor(last),
            crate::formats::dates::moment(last.at.0),
            teller.sentence(last, before)
        ),
        None => String::new(),
    };
    format!(
        "Hendelsen er endret siden du åpnet siden, så ingenting er sendt.{last} Se over og prøv igjen."
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::portal::incident::samples::{incident, names};

    fn shown(error: Error) -> Shown {
        let names = names();
        let teller = Teller { own: "FJT", names: &names };
        let fields = [("/reference", "skadenr")];
        Setback::of(error).expect("a setback").shown(&fields, &incident(json!({})), teller)
    }

    #[test]
    fn an_error_of_the_hub_is_shown_at_its_field_and_the_rest_above() {
        let problem = Problem::invalid(vec![
            FieldProblem::new("/reference", "required", "Skriv skadenummeret."),
            FieldProblem::new("/somewhere", "invalid", "Noe annet er galt."),
        ]);
        let shown = shown(problem.into());
        assert_eq!(shown.errors.of("skadenr"), Some("Skriv skadenummeret."));
        assert_eq!(shown.alert.as_deref(), Some("Noe annet er galt."));
        assert_eq!(shown.status, 422);
    }

    #[test]
    fn a_refusal_is_shown_in_its_own_words() {
        let shown = shown(Problem::new(409, "withdrawn", "Hendelsen er trukket tilbake.").into());
        assert_eq!(shown.alert.as_deref(), Some("Hendelsen er trukket tilbake."));
        assert_eq!(shown.status, 409);
    }

    #[test]
    fn what_is_our_fault_stays_an_error() {
        assert!(Setback::of(Error::NotFound).is_err());
        assert!(Setback::of(anyhow::anyhow!("broken").into()).is_err());
    }
}
