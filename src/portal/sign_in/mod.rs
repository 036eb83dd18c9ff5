//! Sign-in, from the identity provider by way of the one-time code to where one was going.
//!
//! [`start`] goes to the provider and comes back; [`enrol`] and [`code`] ask for the
//! second factor, [`recovery`] stands in for it, [`change`] replaces it; [`sign_out`] ends
//! it at both ends, and [`sessions`] shows where else one is signed in.
//! [`gate`] is the layer that sends the signed-out here, and those who need a fresh code;
//! [`parked`] keeps what they had typed.

pub mod back;
mod browser_name;
pub mod change;
pub mod code;
pub mod enrol;
pub mod gate;
pub mod parked;
pub mod recovery;
pub mod sessions;
pub mod sign_out;
pub mod start;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;
use tower_sessions::Session;

use crate::app::App;
use crate::auth::members;
use crate::auth::role::{AnyMember, As};
use crate::auth::session::{self, Current, SignIn, Stage};
use crate::auth::totp::Outcome;
use crate::company_log::{self, Entry, Kind};
use crate::contract::Channel;
use crate::db;
use crate::error::{Error, Result};

/// The pages of sign-in.
pub fn router() -> Router<App> {
    Router::new()
        .merge(start::router())
        .merge(code::router())
        .merge(enrol::router())
        .merge(recovery::router())
        .merge(change::router())
        .merge(sessions::router())
        .merge(parked::router())
        .merge(sign_out::router())
        .route("/logg-inn/forleng", post(stay))
}

/// «Fortsett» in the warning before the session ends: being asked is all it takes.
async fn stay(As(AnyMember(_)): As<AnyMember>) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `?retur=`: where to go afterwards.
#[derive(Debug, Default, Deserialize)]
struct BackTo {
    #[serde(default)]
    retur: String,
}

/// Where the person was going when the code was asked for.
fn destination(current: &Current, asked: &str) -> String {
    match &current.sign_in.stage {
        Stage::AwaitingCode { back_to } => back_to.clone(),
        Stage::Complete { .. } => back::local(asked),
    }
}

/// Both factors are passed: a new session id, and the new stage.
async fn complete(app: &App, session: &Session, sign_in: &SignIn) -> Result<()> {
    let stage = Stage::Complete { code_at: app.clock.now() };
    session::advance(session, &SignIn { stage, ..sign_in.clone() }).await?;
    if let Stage::AwaitingCode { .. } = sign_in.stage {
        note(app, sign_in).await?;
    }
    tracing::info!(member = %sign_in.member, "signed in");
    Ok(())
}

/// A sign-in is an entry of the company's log.
async fn note(app: &App, sign_in: &SignIn) -> Result<()> {
    let member = members::find(&mut *app.portal_db.acquire().await?, sign_in.member).await?;
    let identity = member.ok_or(Error::SignedOut)?.identity;
    let company = identity.company.unwrap_or_else(company_log::operator);
    let mut tx = db::begin(&app.portal_db, &company).await?;
    let entry = Entry {
        company: &company,
        kind: Kind::SignedIn,
        person: Some(&identity.username),
        channel: Channel::Portal,
        at: app.clock.now(),
        incident: None,
        reference: None,
        data: json!({}),
    };
    company_log::append(&mut tx, entry).await?;
    Ok(tx.commit().await?)
}

/// The sentence for a code that was not accepted; `None` when it was.
fn refusal(outcome: Outcome, wrong: &str) -> Option<(StatusCode, String)> {
    match outcome {
        Outcome::Accepted => None,
        Outcome::Wrong => Some((StatusCode::UNPROCESSABLE_ENTITY, wrong.to_owned())),
        Outcome::Wait(seconds) => Some((
            StatusCode::TOO_MANY_REQUESTS,
            format!("Det har vært for mange feil koder. Prøv igjen om {}.", in_words(seconds)),
        )),
    }
}

fn in_words(seconds: u64) -> String {
    match seconds {
        1 => "ett sekund".to_owned(),
        2..=90 => format!("{seconds} sekunder"),
        _ => format!("{} minutter", seconds.div_ceil(60)),
    }
}

/// The page with this status, and when to try again if that is what it says.
fn answer(status: StatusCode, outcome: Outcome, page: impl IntoResponse) -> Response {
    let mut response = (status, page).into_response();
    if let Outcome::Wait(seconds) = outcome {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn go(to: &str) -> Response {
    Redirect::to(to).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_said_in_words() {
        let said: Vec<_> = [1, 30, 90, 91, 900].map(in_words).into();
        assert_eq!(said, ["ett sekund", "30 sekunder", "90 sekunder", "2 minutter", "15 minutter"]);
    }
}
