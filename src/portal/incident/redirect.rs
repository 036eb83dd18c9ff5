//! Sending a rejected incident on to another company.

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::{Case, terms};
use super::names::Names;
use super::page::{self, Forms};
use crate::app::App;
use crate::contract::{Incident, Redirect};
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::redirect_with_flash;
use crate::portal::view::Choice;

/// Where it goes, as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Onward {
    pub version: String,
    pub selskap: String,
    pub grunn: String,
}

const FIELDS: &[(&str, &str)] = &[("/company", "selskap"), ("/reason", "grunn")];

impl Onward {
    fn parse(&self) -> Result<Redirect, Errors> {
        let mut errors = Errors::new();
        if self.selskap.is_empty() {
            errors.add("selskap", "Velg selskapet som skal ha hendelsen.");
        }
        let reason = self.grunn.trim().to_owned();
        if reason.is_empty() {
            errors.add("grunn", "Skriv hvorfor hendelsen sendes videre.");
        }
        errors.none()?;
        Ok(Redirect { company: self.selskap.clone(), reason })
    }
}

/// `POST /hendelser/{id}/send-videre`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/send-videre", get(page::to_page).post(submit))
}

async fn submit(case: Case, Posted(input): Posted<Onward>) -> Result<Response> {
    let redirect = match input.parse() {
        Ok(redirect) => redirect,
        Err(errors) => {
            let redirect = Some(Form::rejected(input, errors));
            let forms = Forms { redirect, ..Forms::default() };
            return page::again(case, forms, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    match case.hub.redirect(case.id, &redirect, terms(&input.version)).await {
        Ok(incident) => {
            let names = case.names().await?;
            let to = names.company(&incident.other.company);
            Ok(redirect_with_flash(&case.path(), &format!("Hendelsen er sendt videre til {to}.")))
        }
        Err(error) => {
            page::set_back(case, error, FIELDS, |errors| Forms {
                redirect: Some(Form::rejected(input, errors)),
                ..Forms::default()
            })
            .await
        }
    }
}

/// The form as it opens: with the company the rejecting one suggested, if it takes part.
pub fn suggested(incident: &Incident, names: &Names) -> Onward {
    let code = incident.rejection.as_ref().and_then(|it| it.suggested_company.clone());
    let takes_part = code.filter(|code| names.directory.get(code).is_some_and(|it| it.active));
    Onward { selskap: takes_part.unwrap_or_default(), ..Onward::default() }
}

/// The companies it may go to: neither the own one nor the one that rejected it.
pub fn choices(incident: &Incident, names: &Names) -> Vec<Choice> {
    let mut choices = names.directory.choices(&incident.own.company);
    choices.retain(|choice| choice.value != incident.other.company);
    choices
}
