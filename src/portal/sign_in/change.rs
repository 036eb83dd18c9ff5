//! Changing to another app for one-time codes: with a fresh code of the old one, which counts
//! until the new one has given its first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::Session;

use super::enrol::{Qr, draw};
use super::{answer, code, complete, go, refusal};
use crate::app::App;
use crate::auth::session::{Current, FreshCode};
use crate::auth::{own_sessions, totp};
use crate::error::Result;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, redirect_with_flash};

const PATH: &str = "/logg-inn/ny-app";

const CHANGED: &str = "Den nye appen gjelder fra nå av. Du er logget ut alle andre steder, \
     og gjenopprettingskodene dine er de samme som før.";

#[derive(Template)]
#[template(path = "portal/sign_in/change.html")]
struct ChangePage {
    frame: Frame,
    qr: Qr,
    groups: Vec<String>,
    errors: Errors,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    kode: String,
}

pub fn router() -> Router<App> {
    Router::new().route(PATH, get(show).post(submit))
}

async fn show(
    State(app): State<App>,
    current: Current,
    _: FreshCode,
    frame: Frame,
) -> Result<Response> {
    match page(&app, &current, frame, Errors::new()).await? {
        Some(page) => Ok(Page(page).into_response()),
        None => Ok(go("/logg-inn/oppsett")),
    }
}

async fn submit(
    State(app): State<App>,
    current: Current,
    _: FreshCode,
    session: Session,
    frame: Frame,
    Form(input): Form<Input>,
) -> Result<Response> {
    let missing = code::missing(&input.kode).map(|sentence| Errors::one("kode", sentence));
    let page = page(&app, &current, frame, missing.unwrap_or_default()).await?;
    let Some(mut page) = page else { return Ok(go("/logg-inn/oppsett")) };
    if !page.errors.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let (member, now) = (current.sign_in.member, app.clock.now());
    let outcome = totp::change(&app.portal_db, &app.seal, member, &input.kode, now).await?;
    if let Some((status, sentence)) = refusal(outcome, code::WRONG) {
        page.errors = Errors::one("kode", sentence);
        return Ok(answer(status, outcome, Page(page)));
    }
    let mut db = app.portal_db.acquire().await?;
    let ended = own_sessions::end_all(&mut db, member, session.id(), now).await?;
    drop(db);
    tracing::info!(%member, ended, "the app for one-time codes was changed");
    complete(&app, &session, &current.sign_in).await?;
    Ok(redirect_with_flash("/okter", CHANGED))
}

/// The page with the new key; `None` for a person who has no app to change from.
async fn page(
    app: &App,
    current: &Current,
    frame: Frame,
    errors: Errors,
) -> Result<Option<ChangePage>> {
    let next = totp::next(&app.portal_db, &app.seal, current.sign_in.member).await?;
    let Some(secret) = next else { return Ok(None) };
    Ok(Some(ChangePage { frame, qr: draw(&secret)?, groups: secret.groups(), errors }))
}
