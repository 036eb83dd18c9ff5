//! Sessions: the cookie, the store behind it, and the layer that says who is asking.
//!
//! The cookie holds a random id, the table only its SHA-256. A request costs one
//! read, which also brings the member as they are now, so that disabling someone
//! or changing their roles takes effect at once. It costs no write, except that
//! the time last seen is moved at most once a minute. Only the sign-in steps change the
//! record itself.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use tower_sessions::session::Id;
use uuid::Uuid;

use super::members::Member;
use super::session_store::{MEMBER, Sessions};
use crate::error::{Error, Result};

/// The cookie's name; the prefix makes browsers insist on Secure, Path=/ and no Domain.
pub const COOKIE: &str = "__Host-skadehub";

/// A session ends when nothing was asked for this long.
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// A session ends this long after sign-in, whatever happens.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(12);

/// How long a one-time code counts as fresh, for what asks for one anew.
pub const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// The record's one entry that is ours to write.
pub(super) const SIGN_IN: &str = "sign_in";

/// How far a sign-in has come. Says nothing of roles: those come with [`Current`].
#[derive(Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// The member who is signing in.
    pub member: Uuid,
    /// When the identity provider vouched for them.
    pub started_at: Timestamp,
    /// The provider's name for its session.
    pub provider_sid: Option<String>,
    /// How far it has come.
    pub stage: Stage,
    /// The browser in words, for the list of one's sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<String>,
    /// New recovery codes, sealed, in base64, until they have been shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_codes: Option<String>,
}

/// The step a sign-in has reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// The provider has vouched, the one-time code is missing.
    AwaitingCode {
        /// Where the person was going.
        back_to: String,
    },
    /// Both factors have been passed.
    Complete {
        /// When the newest code was given.
        code_at: Timestamp,
    },
}

/// The session of a request: the sign-in, and the member as they are now.
///
/// As an extractor it asks only for the first factor: for the sign-in pages alone.
/// Everything else asks [`super::role::As`].
#[derive(Clone)]
pub struct Current {
    /// How far the sign-in has come.
    pub sign_in: SignIn,
    /// The member, read with the session.
    pub member: Arc<Member>,
    /// Whether a one-time code was given within [`FRESH`].
    pub fresh: bool,
}

impl<S: Sync> FromRequestParts<S> for Current {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        parts.extensions.get::<Self>().cloned().ok_or(Error::SignedOut)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Current {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}

/// Step-up: a handler that takes it is reached only with a fresh one-time code, and sends
/// everyone else to give one. It says nothing of roles: ask [`super::role::As`] besides, and first.
#[derive(Debug, Clone, Copy)]
pub struct FreshCode;

impl<S: Sync> FromRequestParts<S> for FreshCode {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        match parts.extensions.get::<Current>() {
            Some(current) if current.fresh => Ok(Self),
            Some(current) if matches!(current.sign_in.stage, Stage::Complete { .. }) => {
                Err(Error::CodeNeeded)
            }
            _ => Err(Error::SignedOut),
        }
    }
}

/// Stores `sign_in` under a new id, so that an id known before is worth nothing after.
pub async fn advance(session: &Session, sign_in: &SignIn) -> Result<()> {
    if session.id().is_some() {
        session.cycle_id().await?;
    }
    session.insert(SIGN_IN, sign_in).await?;
    Ok(())
}

/// Stores `sign_in` under the id it has.
pub async fn note(session: &Session, sign_in: &SignIn) -> Result<()> {
    Ok(session.insert(SIGN_IN, sign_in).await?)
}

/// Layer: loads the session of the cookie, and puts an `Arc<Identity>` into the
/// extensions once both factors have been passed.
///
/// An unknown or expired cookie is left where it is: it still tells whose a late form
/// was. That, and the attributes a `__Host-` cookie needs, is why the cookie is set
/// here.
pub async fn layer(State(sessions): State<Sessions>, mut request: Request, next: Next) -> Response {
    let now = sessions.now();
    let session = Session::new(cookie_id(request.headers()), Arc::new(sessions), None);
    match current(&session, now).await {
        Ok(Some(current)) => introduce(&mut request, current),
        Ok(None) => {}
        Err(error) => return error.into_response(),
    }
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    if !session.is_modified() || response.status().is_server_error() {
        return response;
    }
    match keep(&session).await {
        Ok(cookie) => response.headers_mut().append(header::SET_COOKIE, cookie),
        Err(error) => return error.into_response(),
    };
    response
}

async fn current(session: &Session, now: Timestamp) -> Result<Option<Current>> {
    let (sign_in, member) = (session.get_value(SIGN_IN).await?, session.get_value(MEMBER).await?);
    let (Some(sign_in), Some(member)) = (sign_in, member) else { return Ok(None) };
    // A record of another version is no session: the person signs in again.
    let Ok(sign_in) = serde_json::from_value::<SignIn>(sign_in) else { return Ok(None) };
    let member = serde_json::from_value::<Member>(member).map_err(anyhow::Error::from)?;
    let fresh = match sign_in.stage {
        Stage::Complete { code_at } => now.duration_since(code_at) < FRESH,
        Stage::AwaitingCode { .. } => false,
    };
    Ok(Some(Current { sign_in, member: Arc::new(member), fresh }))
}

fn introduce(request: &mut Request, current: Current) {
    if let Stage::Complete { .. } = current.sign_in.stage {
        request.extensions_mut().insert(Arc::new(current.member.identity.clone()));
    }
    request.extensions_mut().insert(current);
}

/// Saves the record and returns the cookie for it, or the one that takes it away.
async fn keep(session: &Session) -> Result<HeaderValue> {
    let gone = session.get_value(SIGN_IN).await?.is_none();
    if !gone {
        session.save().await?;
    }
    let text = match session.id() {
        Some(id) if !gone => format!("{COOKIE}={id}; Path=/; Secure; HttpOnly; SameSite=Lax"),
        _ => format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
    };
    HeaderValue::try_from(text).map_err(|error| Error::Internal(error.into()))
}

/// The session id a request brings, if it can be one.
pub fn cookie_id(headers: &HeaderMap) -> Option<Id> {
    cookie(headers, COOKIE)?.parse().ok()
}

/// The value of the first cookie of this name.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("x__Host-skadehub=1; __Host-skadehub2=2"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; __Host-skadehub=3"));
        assert_eq!(cookie(&headers, COOKIE), Some("3"));
        assert_eq!(cookie_id(&headers), None);
    }
}
