//! Editing the own side: what may change after sending.

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::{Case, terms};
use super::history::Teller;
use super::names::Names;
use super::setback::{Setback, Shown};
use super::{edit_fields, head};
use crate::app::App;
use crate::contract::Incident;
use crate::error::Result;
use crate::portal::form::Form;
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::Choice;

use edit_fields::{FIELDS, Values};

#[derive(Template)]
#[template(path = "portal/incident/edit.html")]
struct EditPage {
    frame: Frame,
    back: String,
    name: String,
    coverage_help: String,
    coverages: Vec<Choice>,
    alert: Option<String>,
    form: Form<Input>,
}

/// What is typed, and what the form showed when it opened.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Input {
    pub version: String,
    pub dekning: String,
    pub mva: String,
    pub avbrudd: String,
    pub personskade: String,
    pub kjoretoy: String,
    pub var_dekning: String,
    pub var_mva: String,
    pub var_avbrudd: String,
    pub var_personskade: String,
    pub var_kjoretoy: String,
}

impl Input {
    fn typed(&self) -> Values {
        Values {
            coverage: self.dekning.clone(),
            vat_liable: self.mva == "ja",
            business_interruption: self.avbrudd == "ja",
            personal_injury: self.personskade == "ja",
            vehicle: self.kjoretoy.trim().to_owned(),
        }
    }

    fn opened(&self) -> Values {
        Values {
            coverage: self.var_dekning.clone(),
            vat_liable: self.var_mva == "ja",
            business_interruption: self.var_avbrudd == "ja",
            personal_injury: self.var_personskade == "ja",
            vehicle: self.var_kjoretoy.clone(),
        }
    }

    /// The form as it opens.
    fn of(incident: &Incident) -> Self {
        let it = Values::of(incident);
        let yes = |ticked: bool| if ticked { "ja" } else { "" }.to_owned();
        let (mva, avbrudd) = (yes(it.vat_liable), yes(it.business_interruption));
        let personskade = yes(it.personal_injury);
        Self {
            version: incident.version.to_string(),
            var_dekning: it.coverage.clone(),
            var_mva: mva.clone(),
            var_avbrudd: avbrudd.clone(),
            var_personskade: personskade.clone(),
            var_kjoretoy: it.vehicle.clone(),
            dekning: it.coverage,
            mva,
            avbrudd,
            personskade,
            kjoretoy: it.vehicle,
        }
    }
}

/// `GET, POST /hendelser/{id}/endre`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/endre", get(show).post(submit))
}

async fn show(case: Case) -> Result<Response> {
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let form = Form::fresh(Input::of(&incident));
    Ok(Page(EditPage::of(case, &incident, &names, form, None)).into_response())
}

async fn submit(case: Case, Posted(input): Posted<Input>) -> Result<Response> {
    let changes = input.typed().changes(&input.opened());
    let saved = redirect_with_flash(&case.path(), "Opplysningene er lagret.");
    let error = match case.hub.change(case.id, &changes, terms(&input.version)).await {
        Ok(_) => return Ok(saved),
        Err(error) => Setback::of(error)?,
    };
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    if matches!(error, Setback::Overtaken) {
        return overtaken(case, input, &incident, &names).await;
    }
    Ok(drawn(case, input, &incident, &names, error))
}

/// Somebody was first. Fields nobody else touched are saved at once; the rest is asked about.
async fn overtaken(
    case: Case,
    input: Input,
    incident: &Incident,
    names: &Names,
) -> Result<Response> {
    let (typed, opened, stored) = (input.typed(), input.opened(), Values::of(incident));
    if typed.collides(&opened, &stored) {
        return Ok(edit_fields::conflict(case, incident, names, &typed, &opened).into_response());
    }
    let version = terms(&incident.version.to_string());
    match case.hub.change(case.id, &typed.changes(&opened), version).await {
        Ok(_) => Ok(redirect_with_flash(&case.path(), "Opplysningene er lagret.")),
        Err(error) => Ok(drawn(case, input, incident, names, Setback::of(error)?)),
    }
}

fn drawn(case: Case, input: Input, incident: &Incident, names: &Names, error: Setback) -> Response {
    let teller = Teller { own: case.own(), names };
    let Shown { errors, alert, status } = error.shown(FIELDS, incident, teller);
    let form = Form::rejected(input, errors);
    let page = EditPage::of(case, incident, names, form, alert);
    (status, Page(page)).into_response()
}

impl EditPage {
    fn of(
        case: Case,
        incident: &Incident,
        names: &Names,
        form: Form<Input>,
        alert: Option<String>,
    ) -> Self {
        Self {
            back: case.path(),
            name: head::name(incident),
            coverage_help: format!("For {} hos oss.", head::vehicle(&incident.own)),
            coverages: names.codes.coverage_choices(),
            frame: case.frame,
            alert,
            form,
        }
    }
}
