//! Answering a received incident, and accepting a proposal.

use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::{Case, terms};
use super::page::{self, Forms};
use crate::app::App;
use crate::contract::Accept;
use crate::error::{Error, Result};
use crate::portal::form::{Errors, Form};
use crate::portal::page::redirect_with_flash;

/// The answer as typed. Boxes are `ja` when ticked.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Answer {
    pub version: String,
    /// `godta`, `motforslag`, `bare` or `avvis`.
    pub svar: String,
    /// Number of the proposal that is answered.
    pub forslag: String,
    pub skadenr: String,
    pub dekning: String,
    pub mva: String,
    pub avbrudd: String,
}

const FIELDS: &[(&str, &str)] = &[("/reference", "skadenr"), ("/coverage", "dekning")];

impl Answer {
    fn parse(&self) -> Result<Accept, Errors> {
        let mut errors = Errors::new();
        let reference = self.skadenr.trim().to_owned();
        if reference.is_empty() {
            errors.add("skadenr", "Skriv skadenummeret vårt. Det trengs for å akseptere.");
        }
        if self.dekning.is_empty() {
            errors
                .add("dekning", "Velg dekningsomfang. Velg «Ukjent» hvis det ikke er klart ennå.");
        }
        errors.none()?;
        Ok(Accept {
            reference,
            coverage: Some(self.dekning.clone()),
            vat_liable: Some(self.mva == "ja"),
            business_interruption: Some(self.avbrudd == "ja"),
            accept_proposal: (self.svar == "godta").then(|| self.forslag.parse().unwrap_or(0)),
            ..Accept::default()
        })
    }

    /// What the page for a counter-proposal needs to do both in one act.
    fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("skadenr", self.skadenr.trim())
            .append_pair("dekning", &self.dekning)
            .append_pair("mva", &self.mva)
            .append_pair("avbrudd", &self.avbrudd)
            .append_pair("version", &self.version)
            .finish()
    }
}

/// `POST /hendelser/{id}/svar` and `…/forslag/{n}/godta`
pub fn router() -> Router<App> {
    Router::new()
        .route("/hendelser/{id}/svar", get(page::to_page).post(answer))
        .route("/hendelser/{id}/forslag/{n}/godta", get(page::to_page).post(accept_proposal))
}

async fn answer(case: Case, Posted(input): Posted<Answer>) -> Result<Response> {
    if input.svar == "avvis" {
        return Ok(Redirect::to(&format!("{}/avvis", case.path())).into_response());
    }
    let accept = match input.parse() {
        Ok(accept) => accept,
        Err(errors) => return rejected(case, input, errors).await,
    };
    if input.svar == "motforslag" {
        let to = format!("{}/forslag?{}", case.path(), input.query());
        return Ok(Redirect::to(&to).into_response());
    }
    match case.hub.accept(case.id, &accept, terms(&input.version)).await {
        Ok(_) if accept.accept_proposal.is_some() => {
            Ok(redirect_with_flash(&case.path(), "Hendelsen er akseptert, og ansvaret er avtalt."))
        }
        Ok(_) => Ok(redirect_with_flash(&case.path(), "Hendelsen er akseptert.")),
        Err(error) => {
            page::set_back(case, error, FIELDS, |errors| Forms {
                answer: Form::rejected(input, errors),
                ..Forms::default()
            })
            .await
        }
    }
}

async fn rejected(case: Case, input: Answer, errors: Errors) -> Result<Response> {
    let forms = Forms { answer: Form::rejected(input, errors), ..Forms::default() };
    page::again(case, forms, axum::http::StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn accept_proposal(case: Case, Posted(input): Posted<Answer>) -> Result<Response> {
    let number = case.proposal.ok_or(Error::NotFound)?;
    match case.hub.accept_proposal(case.id, number, terms(&input.version)).await {
        Ok(_) => {
            let said = format!("Forslag {number} er godtatt, og ansvaret er avtalt.");
            Ok(redirect_with_flash(&case.path(), &said))
        }
        Err(error) => page::set_back(case, error, &[], |_| Forms::default()).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepting_needs_a_reference_and_a_coverage_and_says_so_in_one_round() {
        let answer = Answer { svar: "bare".into(), skadenr: "  ".into(), ..Answer::default() };
        let errors = answer.parse().expect_err("refused");
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["skadenr", "dekning"]);
    }

    #[test]
    fn only_the_agreeing_button_accepts_the_proposal_that_was_shown() {
        let typed = |svar: &str| Answer {
            svar: svar.into(),
            forslag: "2".into(),
            skadenr: " 2026-1 ".into(),
            dekning: "kasko".into(),
            ..Answer::default()
        };
        let agree = typed("godta").parse().expect("complete");
        assert_eq!((agree.accept_proposal, agree.reference.as_str()), (Some(2), "2026-1"));
        assert_eq!(typed("bare").parse().expect("complete").accept_proposal, None);
    }
}
