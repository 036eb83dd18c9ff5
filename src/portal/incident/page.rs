//! The page of an incident.

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use uuid::Uuid;

use super::act_panel::{ActPanel, Fields};
use super::answer::Answer;
use super::case::Case;
use super::claims::{self, Table};
use super::head::Head;
use super::history::{self, Entry, Teller};
use super::messages::{self, Shown as ShownMessage, Written};
use super::names::Names;
use super::parties::{self, Fact, Side};
use super::proposals::{self, Card};
use super::redirect::Onward;
use super::setback::{Setback, Shown};
use super::{acts, redirect};
use crate::app::App;
use crate::contract::{Incident, Message};
use crate::error::{Error, Result};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page};
use crate::portal::view::Choice;

/// The page. Its forms come back with what was typed.
#[derive(Template)]
#[template(path = "portal/incident/page.html")]
pub struct IncidentPage {
    frame: Frame,
    id: Uuid,
    version: i64,
    /// The other company, in short.
    them: String,
    head: Head,
    panel: ActPanel,
    sides: [Side; 2],
    story: Vec<Fact>,
    proposals_heading: &'static str,
    proposals: Vec<Card>,
    claims: Option<Table>,
    messages: Vec<ShownMessage>,
    history: Vec<Entry>,
    coverages: Vec<Choice>,
    companies: Vec<Choice>,
    may_edit: bool,
    may_write: bool,
    proposal: Option<u32>,
    /// The label of the message field.
    new_message: String,
    message_key: Uuid,
    forms: Forms,
}

/// The forms of the page, and why an act did not go through.
#[derive(Default)]
pub struct Forms {
    pub answer: Form<Answer>,
    pub redirect: Option<Form<Onward>>,
    pub message: Form<Written>,
    pub alert: Option<String>,
}

impl Forms {
    /// Everything wrong with the form that came back.
    fn errors(&self) -> &Errors {
        let redirect = self.redirect.as_ref().map(|form| &form.errors);
        [Some(&self.answer.errors), redirect, Some(&self.message.errors)]
            .into_iter()
            .flatten()
            .find(|errors| !errors.is_empty())
            .unwrap_or(&self.answer.errors)
    }
}

/// `GET /hendelser/{id}`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}", get(show))
}

async fn show(case: Case) -> Result<Response> {
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let hub = case.hub.clone();
    let page = IncidentPage::of(&incident, &names, case, Forms::default());
    let response = Page(page).into_response();
    mark_read(&hub, &incident).await;
    Ok(response)
}

/// The page again, after an act that did not go through.
pub async fn again(case: Case, forms: Forms, status: StatusCode) -> Result<Response> {
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let page = IncidentPage::of(&incident, &names, case, forms);
    Ok((status, Page(page)).into_response())
}

/// The page again with what the hub said; `fields` as in [`Setback::shown`].
pub async fn set_back(
    case: Case,
    error: Error,
    fields: &[(&str, &'static str)],
    forms: impl FnOnce(Errors) -> Forms,
) -> Result<Response> {
    let setback = Setback::of(error)?;
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let Shown { errors, alert, status } =
        setback.shown(fields, &incident, Teller { own: case.own(), names: &names });
    let forms = Forms { alert, ..forms(errors) };
    let page = IncidentPage::of(&incident, &names, case, forms);
    Ok((status, Page(page)).into_response())
}

/// `GET` of an address that only takes forms: to the page.
pub async fn to_page(case: Case) -> Redirect {
    Redirect::to(&case.path())
}

/// What opening the page does, once its data are at hand. It never fails the page.
async fn mark_read(hub: &crate::contract::Acting, incident: &Incident) {
    let own = &incident.own.company;
    let unread = |message: &&Message| message.by.company != *own && message.read_at.is_none();
    if acts::may_write(incident) {
        for message in incident.messages.iter().flatten().filter(unread) {
            if let Err(error) = hub.read_message(incident.id, message.id).await {
                tracing::warn!(%error, incident = %incident.id, "a message was not marked read");
            }
        }
    }
    if let Err(error) = hub.seen(incident.id).await {
        tracing::warn!(%error, incident = %incident.id, "the incident was not marked seen");
    }
}

impl IncidentPage {
    fn of(incident: &Incident, names: &Names, case: Case, mut forms: Forms) -> Self {
        let panel = ActPanel::of(incident, names, case.now);
        let teller = Teller { own: case.own(), names };
        forms.redirect.get_or_insert_with(|| Form::fresh(redirect::suggested(incident, names)));
        Self {
            id: incident.id,
            version: incident.version,
            them: names.short(&incident.other.company).to_owned(),
            head: Head::of(incident, names, panel.deadline.as_ref()),
            sides: parties::sides(incident, names),
            story: parties::story(incident),
            proposals_heading: proposals::heading(incident),
            proposals: proposals::cards(incident, names),
            claims: claims::table(incident, names),
            messages: messages::shown(incident, names),
            history: history::timeline(incident.events.as_deref().unwrap_or_default(), teller),
            coverages: names.codes.coverage_choices(),
            companies: redirect::choices(incident, names),
            may_edit: acts::may_edit(incident),
            may_write: acts::may_write(incident),
            proposal: acts::their_proposal(incident).map(|proposal| proposal.number),
            new_message: format!("Ny melding til {}", names.short(&incident.other.company)),
            message_key: Uuid::new_v4(),
            frame: case.frame,
            panel,
            forms,
        }
    }

    /// What was typed in an answer the page no longer asks for.
    fn lost_words(&self) -> Vec<(&'static str, &str)> {
        if self.forms.alert.is_none() {
            return Vec::new();
        }
        let answer = &self.forms.answer.input;
        let mut words = Vec::new();
        if self.panel.fields != Fields::Answer && !answer.skadenr.is_empty() {
            words.push(("Skadenummer", answer.skadenr.as_str()));
        }
        if let Some(redirect) = &self.forms.redirect
            && self.panel.fields != Fields::Redirect
            && !redirect.input.grunn.is_empty()
        {
            words.push(("Begrunnelse", redirect.input.grunn.as_str()));
        }
        if !self.may_write && !self.forms.message.input.melding.is_empty() {
            words.push(("Melding", self.forms.message.input.melding.as_str()));
        }
        words
    }
}

#[cfg(test)]
mod tests;
