//! Shutting a user out: at once, with open cases and drafts handed to another in the same step.

use askama::Template;
use axum::Form as Posted;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Desk;
use super::user::{found, path};
use crate::app::App;
use crate::auth::members;
use crate::auth::roster::{self, Listed};
use crate::auth::session::FreshCode;
use crate::company_log::Kind;
use crate::contract::Workload;
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};
use crate::portal::view::Choice;

/// Nobody takes over.
const NOBODY: &str = "-";

#[derive(Template)]
#[template(path = "portal/company_admin/disable.html")]
struct DisablePage {
    frame: Frame,
    member: Listed,
    left: Workload,
    drafts: i64,
    others: Vec<Choice>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    overtar: String,
}

/// `GET /selskap/brukere/{id}/steng`
pub(super) async fn show(desk: Desk, _: FreshCode, Path(member): Path<String>) -> Result<Response> {
    let member = found(&desk, &member).await?;
    Ok(Page(page(desk, member, Form::fresh(Input::default())).await?).into_response())
}

async fn page(desk: Desk, member: Listed, form: Form<Input>) -> Result<DisablePage> {
    let left = desk.hub.workload(&member.username).await?;
    let mut tx = desk.begin().await?;
    let drafts = roster::drafts(&mut tx, desk.company(), &member.username).await?;
    let others = members::handlers(&mut tx, desk.company()).await?;
    tx.rollback().await?;
    let mut choices: Vec<Choice> = others
        .into_iter()
        .filter(|name| *name != member.username)
        .map(|name| Choice::new(name.clone(), name))
        .collect();
    choices
        .push(Choice::new(NOBODY, "Ingen: hendelsene blir ikke tildelt noen, og reglene fjernes"));
    Ok(DisablePage { frame: desk.frame, member, left, drafts, others: choices, form })
}

/// `POST /selskap/brukere/{id}/steng`
pub(super) async fn submit(
    desk: Desk,
    _: FreshCode,
    Path(member): Path<String>,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let member = found(&desk, &member).await?;
    let address = path(member.member);
    let wrong = refusal(&desk, &member, &input).await?;
    if let Some(sentence) = wrong {
        let form = Form::rejected(input, Errors::one("overtar", sentence));
        return Ok(Rejected(page(desk, member, form).await?).into_response());
    }
    let to = Some(input.overtar.as_str()).filter(|name| *name != NOBODY);
    // Out first: whatever fails after this, the person is out, and the page still offers the rest.
    let drafts = shut_out(&desk, &member, to).await?;
    at_provider(&desk.app, &member.username, false).await;
    let moved = desk.hub.hand_over(&member.username, to.map(str::to_owned)).await?;
    Ok(redirect_with_flash(&address, &told(&member, &moved, drafts, to)))
}

/// What became of the desk.
fn told(member: &Listed, moved: &Workload, drafts: u64, to: Option<&str>) -> String {
    let whose =
        to.map_or_else(|| "ikke tildelt noen".to_owned(), |name| format!("gitt til {name}"));
    let cases = moved.open;
    let told = format!(
        "{} er stengt ute. {cases} åpne hendelser og {drafts} utkast er {whose}.",
        member.display_name
    );
    let rules = match moved.rules {
        1 => "1 regel for nye hendelser".to_owned(),
        many => format!("{many} regler for nye hendelser"),
    };
    match (moved.rules, to) {
        (0, _) => told,
        (_, Some(name)) => format!("{told} {rules} går nå til {name}."),
        (_, None) => format!("{told} {rules} er fjernet."),
    }
}

async fn refusal(desk: &Desk, member: &Listed, input: &Input) -> Result<Option<&'static str>> {
    if member.member == desk.admin.user {
        return Ok(Some("Du kan ikke stenge deg selv ute. Be en annen administrator."));
    }
    if input.overtar == NOBODY {
        return Ok(None);
    }
    let mut tx = desk.begin().await?;
    let handlers = members::handlers(&mut tx, desk.company()).await?;
    tx.rollback().await?;
    let known = handlers.contains(&input.overtar) && input.overtar != member.username;
    Ok((!known).then_some("Velg hvem som skal overta, eller at ingen skal det."))
}

/// In one transaction: out, signed out everywhere, drafts handed over, and noted.
async fn shut_out(desk: &Desk, member: &Listed, to: Option<&str>) -> Result<u64> {
    let mut tx = desk.begin().await?;
    let changed = roster::admit(&mut tx, desk.company(), member.member, false, desk.by()).await?;
    let drafts = match to {
        Some(to) => roster::hand_over_drafts(&mut tx, desk.company(), &member.username, to).await?,
        None => 0,
    };
    if changed {
        let data = json!({"user": member.username, "handedTo": to, "drafts": drafts});
        desk.note(&mut tx, Kind::UserDisabled, data).await?;
    }
    tx.commit().await?;
    Ok(drafts)
}

/// Opens or closes the account at the provider as well; ours decides, so a failure is only logged.
pub(in crate::portal) async fn at_provider(app: &App, username: &str, enabled: bool) {
    if let Some(accounts) = &app.accounts
        && let Err(error) = accounts.enable(username, enabled).await
    {
        tracing::error!(error = format!("{error:#}"), "an account could not be changed");
    }
}
