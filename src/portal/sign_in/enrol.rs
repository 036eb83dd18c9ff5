//! Setting up the one-time code: once per person, with the same key however often the page is loaded.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use fast_qr::qr::QRBuilder;
use serde::Deserialize;
use tower_sessions::Session;

use super::{answer, back, code, complete, destination, go, recovery, refusal};
use crate::app::App;
use crate::auth::session::{Current, SignIn};
use crate::auth::totp::{self, SharedSecret};
use crate::error::{Error, Result};
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page};

#[derive(Template)]
#[template(path = "portal/sign_in/enrol.html")]
struct EnrolPage {
    frame: Frame,
    username: String,
    company: String,
    qr: Qr,
    groups: Vec<String>,
    errors: Errors,
}

/// A QR code as one SVG path, a module per unit.
pub(super) struct Qr {
    pub(super) size: usize,
    pub(super) path: String,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    kode: String,
}

pub fn router() -> Router<App> {
    Router::new().route("/logg-inn/oppsett", get(show).post(submit))
}

async fn show(State(app): State<App>, current: Current, frame: Frame) -> Result<Response> {
    match page(&app, &current, frame, Errors::new()).await? {
        Some(page) => Ok(Page(page).into_response()),
        None => Ok(go("/logg-inn/kode")),
    }
}

async fn submit(
    State(app): State<App>,
    current: Current,
    session: Session,
    frame: Frame,
    Form(input): Form<Input>,
) -> Result<Response> {
    let missing = code::missing(&input.kode).map(|sentence| Errors::one("kode", sentence));
    let Some(mut page) = page(&app, &current, frame, missing.unwrap_or_default()).await? else {
        return Ok(go("/logg-inn/kode"));
    };
    if !page.errors.is_empty() {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let (member, now) = (current.sign_in.member, app.clock.now());
    let outcome = totp::try_code(&app.portal_db, &app.seal, member, &input.kode, now).await?;
    if let Some((status, sentence)) = refusal(outcome, code::WRONG) {
        page.errors = Errors::one("kode", sentence);
        return Ok(answer(status, outcome, Page(page)));
    }
    let recovery_codes = Some(recovery::renew(&app, member).await?);
    let sign_in = SignIn { recovery_codes, ..current.sign_in.clone() };
    complete(&app, &session, &sign_in).await?;
    Ok(go(&back::with_return("/logg-inn/gjenoppretting", &destination(&current, ""))))
}

/// The page with the pending key; `None` for a person who is enrolled already.
async fn page(
    app: &App,
    current: &Current,
    frame: Frame,
    errors: Errors,
) -> Result<Option<EnrolPage>> {
    let pending = totp::pending(&app.portal_db, &app.seal, current.sign_in.member).await?;
    let Some(secret) = pending else { return Ok(None) };
    let identity = &current.member.identity;
    Ok(Some(EnrolPage {
        frame,
        username: identity.username.clone(),
        company: identity.company_name.clone().unwrap_or_else(|| "Skadehub".to_owned()),
        qr: draw(&secret)?,
        groups: secret.groups(),
        errors,
    }))
}

/// The QR code that an app reads the secret from.
pub(super) fn draw(secret: &SharedSecret) -> Result<Qr> {
    let code = QRBuilder::new(secret.url()?)
        .build()
        .map_err(|error| Error::Internal(anyhow::anyhow!("QR code: {error:?}")))?;
    let mut path = String::new();
    for y in 0..code.size {
        let row: Vec<bool> = (0..code.size).map(|x| code[y][x].value()).collect();
        dark_runs(&mut path, y, &row);
    }
    Ok(Qr { size: code.size, path })
}

/// Adds the dark runs of one row as rectangles one unit high.
fn dark_runs(path: &mut String, y: usize, row: &[bool]) {
    let mut x = 0;
    for run in row.chunk_by(|a, b| a == b) {
        if run[0] {
            let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
        }
        x += run.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_modules_become_runs() {
        let mut path = String::new();
        dark_runs(&mut path, 2, &[true, true, false, true]);
        dark_runs(&mut path, 3, &[false, false]);
        assert_eq!(path, "M0 2h2v1h-2zM3 2h1v1h-1z");
    }
}
