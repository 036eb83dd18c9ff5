//! The page for a proposal on an incident that is sent: the first, a new one, or one against the
//! other's, perhaps while accepting the incident in the same act.

mod input;
mod shown;

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{self, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use uuid::Uuid;

use super::form::Errors;
use super::incident::case::Case;
use super::incident::history::Teller;
use super::incident::names::Names;
use super::incident::setback::Setback;
use super::page::{Frame, Page, redirect_with_flash};
use super::picker::{self, Picker, Query};
use super::view::{Choice, Deadline};
use crate::app::App;
use crate::contract::{Incident, NewProposal, Terms};
use crate::error::Result;
use input::{Input, accepts, as_picked};
use shown::{Standing, change, reference, sides, standing};

/// Where the hub's errors belong.
const FIELDS: &[(&str, &str)] = &[
    ("/code", "kode"),
    ("/ownRole", "a"),
    ("/split", "fri"),
    ("/reason", "grunn"),
    ("/counterProposal/code", "kode"),
    ("/counterProposal/ownRole", "a"),
    ("/counterProposal/split", "fri"),
    ("/counterProposal/reason", "grunn"),
    ("/reference", "skadenr"),
    ("/coverage", "dekning"),
];

#[derive(Template)]
#[template(path = "portal/proposal.html")]
struct ProposalPage {
    frame: Frame,
    /// The incident's page.
    back: String,
    reference: String,
    title: &'static str,
    button: String,
    standing: Option<Standing>,
    /// «Mot forslag 1: annen typeløsning, vår andel fra 1/1 til 1/2.»
    change: Option<String>,
    /// Accepting the incident in the same act.
    accepting: bool,
    coverages: Vec<Choice>,
    input: Input,
    version: i64,
    /// Makes a second click harmless.
    key: Uuid,
    picker: Picker,
    deadline: Deadline,
    alert: Option<String>,
}

impl ProposalPage {
    /// The incident's name in the trail.
    fn crumb(&self) -> &str {
        if self.reference.is_empty() { "Hendelsen" } else { &self.reference }
    }
}

/// What stood in the way.
#[derive(Default)]
struct Outcome {
    status: StatusCode,
    errors: Errors,
    alert: Option<String>,
}

/// `GET, POST /hendelser/{id}/forslag`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/forslag", get(show).post(submit))
}

async fn show(
    State(app): State<App>,
    case: Case,
    headers: HeaderMap,
    query: Result<extract::Query<Input>, QueryRejection>,
) -> Result<Response> {
    let mut input = query.map(|query| query.0).unwrap_or_default();
    input.part = headers.contains_key("hx-request");
    let incident = case.whole().await?;
    if input.picked.code.is_empty()
        && let Some(standing) = &incident.liability.proposal
    {
        input.picked = as_picked(standing);
    }
    page(&app, &case, &incident, input, Outcome::default()).await
}

async fn submit(
    State(app): State<App>,
    case: Case,
    Form(mut input): Form<Input>,
) -> Result<Response> {
    input.picked = std::mem::take(&mut input.picked).settled();
    let names = case.names().await?;
    let incident = case.whole().await?;
    let codes = names.codes.liability_codes();
    if !input.to_family.is_empty() {
        input.familie = std::mem::take(&mut input.to_family);
        input.ord.clear();
        return page(&app, &case, &incident, input, Outcome::default()).await;
    }
    if input.act == "sok" || (input.act.is_empty() && input.ord != input.shown) {
        if let Some(code) = picker::exact(codes, &input.ord) {
            input.picked.code = code;
        }
        return page(&app, &case, &incident, input, Outcome::default()).await;
    }
    input.ord = std::mem::take(&mut input.shown);
    if input.act == "vis" {
        return page(&app, &case, &incident, input, Outcome::default()).await;
    }
    match input.parse(&incident, codes) {
        Ok(proposal) => send(&app, &case, &incident, &names, input, proposal).await,
        Err(errors) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            page(&app, &case, &incident, input, Outcome { status, errors, alert: None }).await
        }
    }
}

async fn send(
    app: &App,
    case: &Case,
    incident: &Incident,
    names: &Names,
    input: Input,
    proposal: NewProposal,
) -> Result<Response> {
    let terms = Terms {
        key: input.key.parse::<Uuid>().ok().map(|key| key.to_string()),
        version: input.version.parse().ok(),
    };
    let accepting = accepts(incident);
    let sent = if accepting {
        case.hub.accept(case.id, &input.accept(proposal), terms).await
    } else {
        case.hub.propose(case.id, &proposal, terms).await
    };
    match sent {
        Ok(after) => {
            let them = names.company(&after.other.company);
            let said = if accepting {
                format!("Hendelsen er akseptert, og forslaget er sendt til {them}.")
            } else {
                format!("Forslaget er sendt til {them}.")
            };
            Ok(redirect_with_flash(&case.path(), &said))
        }
        Err(error) => {
            let setback = Setback::of(error)?;
            let now = case.whole().await?;
            let shown = setback.shown(FIELDS, &now, Teller { own: case.own(), names });
            let outcome =
                Outcome { status: shown.status, errors: shown.errors, alert: shown.alert };
            page(app, case, &now, input, outcome).await
        }
    }
}

async fn page(
    app: &App,
    case: &Case,
    incident: &Incident,
    mut input: Input,
    outcome: Outcome,
) -> Result<Response> {
    let names = case.names().await?;
    // A page that was overtaken goes on from how the incident stands now.
    if input.version.is_empty() || outcome.status == StatusCode::PRECONDITION_FAILED {
        input.version = incident.version.to_string();
    }
    let them = names.company(&incident.other.company).to_owned();
    let accepting = accepts(incident);
    let against = incident.liability.proposal.as_ref().is_some_and(|it| it.by == "other");
    let query = Query { familie: input.familie.clone(), ord: input.ord.clone(), part: input.part };
    let path = format!("{}/forslag", case.path());
    let codes = names.codes.liability_codes();
    let picker = Picker::new(
        codes,
        input.picked.clone(),
        &query,
        sides(incident, &names),
        path,
        input.keep(),
    );
    let mut frame = case.frame.clone();
    "/hendelser".clone_into(&mut frame.path);
    let page = ProposalPage {
        frame,
        back: case.path(),
        reference: reference(incident),
        title: title(accepting, against),
        button: format!("{} til {them}", title(accepting, against)),
        standing: standing(incident, &names),
        change: change(incident, &input.picked, &names),
        accepting,
        coverages: names.codes.coverage_choices(),
        version: input.version.parse().unwrap_or(incident.version),
        key: Uuid::new_v4(),
        picker: picker.rejected(outcome.errors),
        deadline: Deadline::new(app.config.rules().answer_due(case.now), case.now),
        alert: outcome.alert,
        input,
    };
    Ok((outcome.status, Page(page)).into_response())
}

fn title(accepting: bool, against: bool) -> &'static str {
    match (accepting, against) {
        (true, true) => "Aksepter og send motforslag",
        (true, false) => "Aksepter og send forslag",
        (false, true) => "Send motforslag",
        (false, false) => "Send forslag",
    }
}
