//! Recovery codes: shown once after they are made, and used when the authenticator is out of reach.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::Session;
use uuid::Uuid;

use super::{BackTo, answer, back, complete, destination, go, refusal};
use crate::app::App;
use crate::auth::session::{self, Current, FreshCode, SignIn, Stage};
use crate::auth::{recovery, totp};
use crate::error::{Error, Result};
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, redirect_with_flash};

const PATH: &str = "/logg-inn/gjenoppretting";

const WRONG: &str = "Koden er feil eller allerede brukt. Sjekk at du har skrevet alle 12 tegnene.";

#[derive(Template)]
#[template(path = "portal/sign_in/recovery_codes.html")]
struct CodesPage {
    frame: Frame,
    username: String,
    /// The codes, the one time they are shown.
    codes: Vec<String>,
    left: i64,
    /// A code was given lately, so a new set may be made.
    fresh: bool,
    back_to: String,
}

#[derive(Template)]
#[template(path = "portal/sign_in/recovery.html")]
struct UsePage {
    frame: Frame,
    username: String,
    errors: Errors,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    gjenopprettingskode: String,
}

pub fn router() -> Router<App> {
    Router::new()
        .route(PATH, get(show).post(submit))
        .route("/logg-inn/gjenoppretting/nye", post(make_new))
}

/// Makes a new set of codes, sealed for the session until they are shown.
pub(super) async fn renew(app: &App, member: Uuid) -> Result<String> {
    let codes = recovery::renew(&app.portal_db, member).await?;
    Ok(app.seal.seal_text(&owner(member), &codes.join("\n")))
}

/// Before the second factor: asks for a code. After it: shows new codes, once.
async fn show(
    State(app): State<App>,
    Query(query): Query<BackTo>,
    current: Current,
    session: Session,
    frame: Frame,
) -> Result<Response> {
    let username = current.member.identity.username.clone();
    if let Stage::AwaitingCode { .. } = current.sign_in.stage {
        return Ok(Page(UsePage { frame, username, errors: Errors::new() }).into_response());
    }
    let page = CodesPage {
        frame,
        username,
        codes: take_codes(&app, &session, &current).await?,
        left: left(&app, current.sign_in.member).await?,
        fresh: current.fresh,
        back_to: back::local(&query.retur),
    };
    Ok(Page(page).into_response())
}

/// The codes waiting to be shown; afterwards they are nowhere.
async fn take_codes(app: &App, session: &Session, current: &Current) -> Result<Vec<String>> {
    let Some(sealed) = &current.sign_in.recovery_codes else { return Ok(Vec::new()) };
    session::note(session, &SignIn { recovery_codes: None, ..current.sign_in.clone() }).await?;
    let member = current.sign_in.member;
    let codes = app
        .seal
        .open_text(&owner(member), sealed)
        .map_err(|_| Error::Inconsistent("portal.session", member.to_string()))?;
    Ok(codes.lines().map(str::to_owned).collect())
}

async fn submit(
    State(app): State<App>,
    current: Current,
    session: Session,
    frame: Frame,
    Form(input): Form<Input>,
) -> Result<Response> {
    if let Stage::Complete { .. } = current.sign_in.stage {
        return Ok(go(PATH));
    }
    let username = current.member.identity.username.clone();
    let typed = input.gjenopprettingskode.trim();
    if typed.is_empty() {
        let errors = Errors::one("gjenopprettingskode", "Skriv en gjenopprettingskode.");
        let page = Page(UsePage { frame, username, errors });
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let member = current.sign_in.member;
    let outcome = totp::try_recovery_code(&app.portal_db, member, typed, app.clock.now()).await?;
    if let Some((status, sentence)) = refusal(outcome, WRONG) {
        let errors = Errors::one("gjenopprettingskode", sentence);
        return Ok(answer(status, outcome, Page(UsePage { frame, username, errors })));
    }
    complete(&app, &session, &current.sign_in).await?;
    let used = used(left(&app, member).await?);
    Ok(redirect_with_flash(&destination(&current, ""), &used))
}

fn used(left: i64) -> String {
    match left {
        0 => "Du har brukt den siste gjenopprettingskoden. Lag nye så snart du kan.".to_owned(),
        1 => "Du har brukt en gjenopprettingskode. Det er én igjen.".to_owned(),
        left => format!("Du har brukt en gjenopprettingskode. Det er {left} igjen."),
    }
}

async fn left(app: &App, member: Uuid) -> Result<i64> {
    recovery::left(&mut *app.portal_db.acquire().await?, member).await
}

async fn make_new(
    State(app): State<App>,
    current: Current,
    _: FreshCode,
    session: Session,
) -> Result<Response> {
    let recovery_codes = Some(renew(&app, current.sign_in.member).await?);
    session::note(&session, &SignIn { recovery_codes, ..current.sign_in.clone() }).await?;
    Ok(go(PATH))
}

fn owner(member: Uuid) -> String {
    format!("portal.session recovery codes of {member}")
}
