//! To the identity provider and back.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use tower_sessions::Session;

use super::{BackTo, back, browser_name, complete, go, sign_out};
use crate::app::App;
use crate::auth::members::{self, Member};
use crate::auth::oidc::{Answer, CALLBACK, Doubt, OidcError, PATIENCE, Pending, Vouched};
use crate::auth::session::{self, Current, SignIn, Stage, cookie};
use crate::error::{Error, Result};
use crate::portal::page::{Frame, Page};

/// A cookie per started sign-in, so that two tabs do not disturb each other.
const COOKIE: &str = "__Secure-skadehub-start-";

/// Whom started sign-ins are sealed for.
const OWNER: &str = "portal sign-in";

#[derive(Template)]
#[template(path = "portal/sign_in/failed.html")]
struct FailedPage {
    frame: Frame,
    unavailable: bool,
    /// What went wrong, in one sentence.
    why: &'static str,
    again: String,
}

#[derive(Template)]
#[template(path = "portal/sign_in/unknown.html")]
struct UnknownPage {
    frame: Frame,
}

pub fn router() -> Router<App> {
    Router::new()
        .route("/logg-inn", get(start))
        .route(CALLBACK, get(returned))
        .route("/logg-inn/ukjent", get(unknown))
}

/// Whoever is on the way already goes on; everyone else goes to the provider.
async fn start(
    State(app): State<App>,
    Query(query): Query<BackTo>,
    current: Option<Current>,
    frame: Frame,
) -> Result<Response> {
    let back_to = back::local(&query.retur);
    if let Some(current) = current {
        return Ok(go(&next_step(&current.sign_in, &current.member, &back_to)));
    }
    match app.provider.start(back_to.clone()).await {
        Ok((url, pending)) => {
            let cookie = start_cookie(&app, &pending)?;
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response())
        }
        Err(error) => Ok(failed(frame, &error, &back_to)),
    }
}

/// `/logg-inn/retur`: the provider's answer.
async fn returned(
    State(app): State<App>,
    Query(answer): Query<Answer>,
    headers: HeaderMap,
    session: Session,
    frame: Frame,
) -> Result<Response> {
    let Some(pending) = pending(&app, &headers, &answer) else {
        let error = OidcError::Refused(Doubt::Elsewhere, "not started by this browser".to_owned());
        return Ok(failed(frame, &error, "/"));
    };
    let vouched = match app.provider.finish(&pending, &answer).await {
        Ok(vouched) => vouched,
        Err(error) => return Ok(failed(frame, &error, &pending.back_to)),
    };
    let mut db = app.portal_db.acquire().await?;
    let member = members::sign_in(&mut db, &vouched.person, app.clock.now()).await?;
    drop(db);
    let Some(member) = member else {
        tracing::info!(subject = vouched.person.subject, "signed in without membership");
        return Ok(forget(&pending, "/logg-inn/ukjent"));
    };
    let sign_in = awaiting_code(&app, &member, &vouched, &pending, &headers);
    let next = if vouched.second_factor {
        complete(&app, &session, &sign_in).await?;
        pending.back_to.clone()
    } else {
        session::advance(&session, &sign_in).await?;
        next_step(&sign_in, &member, "/")
    };
    let mut response = forget(&pending, &next);
    if let Some(hint) = sign_out::hint_cookie(&app, &vouched.id_token) {
        response.headers_mut().append(header::SET_COOKIE, hint);
    }
    Ok(response)
}

async fn unknown(frame: Frame) -> Response {
    (StatusCode::FORBIDDEN, Page(UnknownPage { frame })).into_response()
}

fn next_step(sign_in: &SignIn, member: &Member, back_to: &str) -> String {
    match sign_in.stage {
        Stage::Complete { .. } => back_to.to_owned(),
        Stage::AwaitingCode { .. } if member.enrolled => "/logg-inn/kode".to_owned(),
        Stage::AwaitingCode { .. } => "/logg-inn/oppsett".to_owned(),
    }
}

fn awaiting_code(
    app: &App,
    member: &Member,
    vouched: &Vouched,
    pending: &Pending,
    headers: &HeaderMap,
) -> SignIn {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    SignIn {
        member: member.identity.user,
        started_at: app.clock.now(),
        provider_sid: vouched.sid.clone(),
        stage: Stage::AwaitingCode { back_to: pending.back_to.clone() },
        browser: agent.and_then(browser_name::in_words),
        recovery_codes: None,
    }
}

/// The started sign-in this answer belongs to, if this browser started it.
fn pending(app: &App, headers: &HeaderMap, answer: &Answer) -> Option<Pending> {
    let name = cookie_name(answer.state.as_deref()?)?;
    let text = app.seal.open_text(OWNER, cookie(headers, &name)?).ok()?;
    serde_json::from_str(&text).ok()
}

fn start_cookie(app: &App, pending: &Pending) -> Result<HeaderValue> {
    let text = serde_json::to_string(pending).map_err(anyhow::Error::from)?;
    let sealed = app.seal.seal_text(OWNER, &text);
    set_cookie(&pending.state, &sealed, PATIENCE.as_secs())
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("the state does not fit a cookie's name")))
}

fn forget(pending: &Pending, to: &str) -> Response {
    let mut response = go(to);
    if let Some(gone) = set_cookie(&pending.state, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

fn set_cookie(state: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
    let name = cookie_name(state)?;
    let attributes = format!("Path={CALLBACK}; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    HeaderValue::try_from(format!("{name}={value}; {attributes}")).ok()
}

fn cookie_name(state: &str) -> Option<String> {
    let start = state.get(..12)?;
    let plain = start.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    plain.then(|| format!("{COOKIE}{start}"))
}

/// Says that it did not work and offers another try; the reason is for the log.
fn failed(frame: Frame, error: &OidcError, back_to: &str) -> Response {
    tracing::warn!(%error, "sign-in failed");
    let again = back::sign_in_and_back_to(back_to);
    let unavailable = matches!(error, OidcError::Unavailable(_));
    let page = Page(FailedPage { frame, unavailable, why: why(error), again });
    if unavailable {
        let retry = [(header::RETRY_AFTER, HeaderValue::from_static("10"))];
        return (StatusCode::SERVICE_UNAVAILABLE, retry, page).into_response();
    }
    (StatusCode::BAD_REQUEST, page).into_response()
}

fn why(error: &OidcError) -> &'static str {
    match error {
        OidcError::Unavailable(_) => {
            "Tjenesten som sjekker hvem du er, svarer ikke akkurat nå; det er ikke noe galt med kontoen din."
        }
        OidcError::Refused(Doubt::Elsewhere, _) => {
            "Svaret hørte ikke til en innlogging som er i gang i denne nettleseren."
        }
        OidcError::Refused(Doubt::Late, _) => {
            "Det tok mer enn ti minutter, og da må innloggingen begynne på nytt."
        }
        OidcError::Refused(Doubt::Declined, _) => "Innloggingstjenesten slapp deg ikke inn.",
        OidcError::Refused(Doubt::Unproven, _) => {
            "Vi kunne ikke stole på svaret fra innloggingstjenesten, så ingen er logget inn."
        }
    }
}
