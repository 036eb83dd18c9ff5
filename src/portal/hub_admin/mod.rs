//! The hub administrator's pages: companies, API clients, code lists, notices to all. No case is
//! shown here.

mod clients;
mod code_csv;
mod code_lists;
mod companies;
mod company_form;
mod first_administrator;
mod notices;
mod request;
mod users;
mod visit;

use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use super::form::Errors;
use super::page::Page;
use crate::app::App;
use crate::contract::Problem;
use crate::error::{Error, Result};

/// `/forvaltning/…`
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/forvaltning/selskaper", get(companies::show))
        .route("/forvaltning/selskaper/nytt", get(companies::new).post(companies::add))
        .route("/forvaltning/selskaper/{code}", get(companies::edit).post(companies::submit))
        .route(
            "/forvaltning/selskaper/{code}/administrator",
            get(first_administrator::show).post(first_administrator::submit),
        )
        .route("/forvaltning/selskaper/{code}/brukere", get(users::show).post(users::ask))
        .route("/forvaltning/selskaper/{code}/brukere/{id}", get(users::user))
        .route("/forvaltning/selskaper/{code}/brukere/{id}/nullstill", post(users::reset))
        .route("/forvaltning/selskaper/{code}/brukere/{id}/steng", post(users::disable))
        .route("/forvaltning/klienter", get(clients::show))
        .route("/forvaltning/klienter/ny", get(clients::new).post(clients::add))
        .route("/forvaltning/klienter/{id}", get(clients::edit).post(clients::submit))
        .route("/forvaltning/kodeverk", get(code_lists::show))
        .route("/forvaltning/kodeverk/{name}/fil", get(code_lists::file))
        .route("/forvaltning/kodeverk/{name}/ny", get(code_lists::new).post(code_lists::submit))
        .route("/forvaltning/meldinger", get(notices::show).post(notices::add))
        .route("/forvaltning/meldinger/{id}/ta-ned", post(notices::take_down))
}

/// What the hub said no to: errors at our fields, or a sentence for the whole form.
struct Setback {
    errors: Errors,
    alert: Option<String>,
    overtaken: bool,
}

impl Setback {
    /// The setback in an error; `fields` are pairs of JSON Pointer and field.
    fn of(error: Error, fields: &[(&str, &'static str)]) -> Result<Self> {
        let Error::Problem(problem) = error else { return Err(error) };
        match problem.status {
            422 => Ok(Self::at_fields(&problem, fields)),
            409 => {
                Ok(Self { errors: Errors::new(), alert: Some(problem.detail), overtaken: false })
            }
            412 => Ok(Self { errors: Errors::new(), alert: None, overtaken: true }),
            _ => Err(Error::Problem(problem)),
        }
    }

    fn at_fields(problem: &Problem, fields: &[(&str, &'static str)]) -> Self {
        let mut errors = Errors::new();
        let mut rest = Vec::new();
        for fault in &problem.errors {
            match fields.iter().find(|(pointer, _)| *pointer == fault.pointer) {
                Some((_, field)) => errors.add(*field, &fault.message),
                None => rest.push(fault.message.clone()),
            }
        }
        let alert = (!rest.is_empty()).then(|| rest.join(" "));
        Self { errors, alert, overtaken: false }
    }
}

/// A form that comes back: 422 with errors at fields, 409 with a sentence alone.
fn sent_back<T: askama::Template>(page: T, alert: bool) -> Response {
    let status = if alert { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, Page(page)).into_response()
}
