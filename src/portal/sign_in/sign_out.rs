//! Signing out at both ends, from either end.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::Session;

use super::go;
use crate::app::App;
use crate::auth::keys::TokenError;
use crate::auth::oidc::{BACK_CHANNEL, SIGNED_OUT};
use crate::auth::{session, session_store};
use crate::error::Result;
use crate::portal::page::{Frame, Page};

/// Holds the ID token, sealed, where only signing out gets to see it: the provider asks for
/// it as proof, and it is too large to read from the database with every request.
const HINT: &str = "__Secure-skadehub-id";

/// Whom ID tokens are sealed for.
const OWNER: &str = "portal id token";

/// Browsers keep no cookie larger than this.
const LARGEST_COOKIE: usize = 4096;

const HERE_ONLY: &str = "/logg-ut/ferdig?bare=her";

/// Everything the browser holds of ours.
const ALL: HeaderValue = HeaderValue::from_static(r#""cache", "cookies", "storage""#);

#[derive(Template)]
#[template(path = "portal/sign_in/signed_out.html")]
struct SignedOutPage {
    frame: Frame,
    /// The provider did not answer, so the person may still be signed in there.
    here_only: bool,
}

#[derive(Deserialize)]
struct Query {
    bare: Option<String>,
}

#[derive(Deserialize)]
struct LogoutToken {
    logout_token: String,
}

pub fn router() -> Router<App> {
    Router::new().route("/logg-ut", post(sign_out)).route(SIGNED_OUT, get(signed_out))
}

/// The provider's own call, which comes from no browser: to be merged outside the origin check.
pub fn back_channel() -> Router<App> {
    Router::new().route(BACK_CHANNEL, post(ended_there))
}

/// The cookie with the ID token; `None` when it is too large, and the provider asks instead.
pub(super) fn hint_cookie(app: &App, id_token: &str) -> Option<HeaderValue> {
    let sealed = app.seal.seal_text(OWNER, id_token);
    let age = session::ABSOLUTE.as_secs();
    let cookie =
        format!("{HINT}={sealed}; Path=/logg-ut; Secure; HttpOnly; SameSite=Lax; Max-Age={age}");
    HeaderValue::try_from(cookie).ok().filter(|cookie| cookie.len() <= LARGEST_COOKIE)
}

/// Ends the session here, then sends the browser to end it at the provider.
async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    session: Session,
) -> Result<Response> {
    leave(&app, &headers, &session).await
}

pub(super) async fn leave(app: &App, headers: &HeaderMap, session: &Session) -> Result<Response> {
    let sealed = session::cookie(headers, HINT);
    let hint = sealed.and_then(|sealed| app.seal.open_text(OWNER, sealed).ok());
    session.flush().await?;
    let there = app.provider.sign_out_url(hint.as_ref().map(|token| token.as_str())).await;
    let mut response = go(there.as_ref().map_or(HERE_ONLY, url::Url::as_str));
    response.headers_mut().insert("clear-site-data", ALL);
    Ok(response)
}

async fn signed_out(
    axum::extract::Query(query): axum::extract::Query<Query>,
    frame: Frame,
) -> Response {
    Page(SignedOutPage { frame, here_only: query.bare.is_some() }).into_response()
}

/// Back-channel logout: the session ended at the provider, so it ends here.
async fn ended_there(State(app): State<App>, Form(form): Form<LogoutToken>) -> Result<Response> {
    let ended = match app.provider.ended(&form.logout_token).await {
        Ok(ended) => ended,
        Err(error) => {
            tracing::warn!(%error, "a logout token was not accepted");
            let status = match error {
                TokenError::Invalid(_) => StatusCode::BAD_REQUEST,
                TokenError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            };
            return Ok(uncached(status));
        }
    };
    let (subject, sid) = (ended.subject.as_deref(), ended.sid.as_deref());
    let mut db = crate::db::begin_plain(&app.portal_db).await?;
    let (issuer, now) = (app.provider.issuer(), app.clock.now());
    if !session_store::use_logout_token(&mut db, &ended.jti, ended.until, now).await? {
        tracing::warn!("a logout token came a second time");
        return Ok(uncached(StatusCode::BAD_REQUEST));
    }
    let count = session_store::end_by_provider(&mut db, issuer, subject, sid, now).await?;
    db.commit().await?;
    tracing::info!(count, "the provider ended sessions");
    Ok(uncached(StatusCode::OK))
}

fn uncached(status: StatusCode) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")]).into_response()
}
