//! Who at the own company handles the incident.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::Case;
use super::head;
use super::setback::Setback;
use crate::app::App;
use crate::contract::{Changes, Incident, Terms};
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};

#[derive(Template)]
#[template(path = "portal/incident/handler.html")]
struct HandlerPage {
    frame: Frame,
    back: String,
    name: String,
    help: String,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Input {
    saksbehandler: String,
}

/// `GET, POST /hendelser/{id}/saksbehandler`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/saksbehandler", get(show).post(submit))
}

async fn show(case: Case) -> Result<Response> {
    let incident = case.hub.incident(case.id, "").await?;
    let input = Input { saksbehandler: incident.own.handler.clone().unwrap_or_default() };
    Ok(Page(HandlerPage::of(case, &incident, Form::fresh(input))).into_response())
}

async fn submit(case: Case, Posted(input): Posted<Input>) -> Result<Response> {
    let handler = input.saksbehandler.trim().to_owned();
    let changes = Changes { handler: Some(handler.clone()), ..Changes::default() };
    let error = match case.hub.change(case.id, &changes, Terms::default()).await {
        Ok(_) if handler.is_empty() => {
            return Ok(redirect_with_flash(&case.path(), "Hendelsen er ikke tildelt noen."));
        }
        Ok(_) => {
            let said = format!("{handler} er saksbehandler.");
            return Ok(redirect_with_flash(&case.path(), &said));
        }
        Err(error) => Setback::of(error)?,
    };
    let sentence = match error {
        Setback::Invalid(problems) => {
            problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>().join(" ")
        }
        Setback::Refused(detail) => detail,
        Setback::Overtaken => "Prøv igjen.".into(),
    };
    let incident = case.hub.incident(case.id, "").await?;
    let form = Form::rejected(input, Errors::one("saksbehandler", sentence));
    let page = HandlerPage::of(case, &incident, form);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

impl HandlerPage {
    fn of(case: Case, incident: &Incident, form: Form<Input>) -> Self {
        Self {
            back: case.path(),
            name: head::name(incident),
            help: format!("For eksempel {}. Tomt felt: ikke tildelt noen.", case.hub.actor().user),
            frame: case.frame,
            form,
        }
    }
}
