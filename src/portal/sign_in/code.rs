//! The one-time code: at sign-in, and again where a fresh one is asked for.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::Session;

use super::{BackTo, answer, back, complete, destination, go, refusal};
use crate::app::App;
use crate::auth::session::{Current, Stage};
use crate::auth::totp;
use crate::error::Result;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page};

/// What is wrong with a code, whichever way it is wrong.
pub(super) const WRONG: &str = "Koden er feil, for gammel eller allerede brukt. Vent til appen viser en ny kode, og skriv den.";

#[derive(Template)]
#[template(path = "portal/sign_in/code.html")]
struct CodePage {
    frame: Frame,
    username: String,
    /// Signed in already: a fresh code is wanted, and there is no recovery code for that.
    step_up: bool,
    back_to: String,
    errors: Errors,
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    kode: String,
    #[serde(default)]
    retur: String,
}

pub fn router() -> Router<App> {
    Router::new().route("/logg-inn/kode", get(show).post(submit))
}

async fn show(Query(query): Query<BackTo>, current: Current, frame: Frame) -> Response {
    if !current.member.enrolled {
        return go("/logg-inn/oppsett");
    }
    Page(page(frame, &current, &query.retur, Errors::new())).into_response()
}

async fn submit(
    State(app): State<App>,
    current: Current,
    session: Session,
    frame: Frame,
    Form(input): Form<Input>,
) -> Result<Response> {
    if !current.member.enrolled {
        return Ok(go("/logg-inn/oppsett"));
    }
    if let Some(missing) = missing(&input.kode) {
        let page = page(frame, &current, &input.retur, Errors::one("kode", missing));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
    }
    let (db, now) = (&app.portal_db, app.clock.now());
    let outcome = totp::try_code(db, &app.seal, current.sign_in.member, &input.kode, now).await?;
    if let Some((status, sentence)) = refusal(outcome, WRONG) {
        let page = page(frame, &current, &input.retur, Errors::one("kode", sentence));
        return Ok(answer(status, outcome, Page(page)));
    }
    complete(&app, &session, &current.sign_in).await?;
    Ok(go(&destination(&current, &input.retur)))
}

/// What is typed must be six digits before it counts as a try.
pub(super) fn missing(typed: &str) -> Option<&'static str> {
    let digits: Vec<char> = typed.chars().filter(|c| !c.is_whitespace()).collect();
    match digits.as_slice() {
        [] => Some("Skriv koden fra appen."),
        six if six.len() == 6 && six.iter().all(char::is_ascii_digit) => None,
        _ => Some("Koden er på 6 sifre."),
    }
}

fn page(frame: Frame, current: &Current, asked: &str, errors: Errors) -> CodePage {
    CodePage {
        frame,
        username: current.member.identity.username.clone(),
        step_up: matches!(current.sign_in.stage, Stage::Complete { .. }),
        back_to: back::local(asked),
        errors,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_digits_count_as_a_try() {
        for typed in ["123456", "123 456", " 123456 "] {
            assert_eq!(missing(typed), None, "{typed}");
        }
        for typed in ["", " ", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(missing(typed).is_some(), "{typed}");
        }
    }
}
