//! The network's door: a bearer token becomes a [`Caller`], within the client's rate.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use jiff::SignedDuration;

use crate::auth::keys::TokenError;
use crate::auth::machine::TokenVerifier;
use crate::contract::{Caller, Channel, Problem, Scope, Scopes};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::hub::Hub;
use crate::hub::store::{admin, reference};

/// How exact a client's last call is told.
const SEEN: SignedDuration = SignedDuration::from_mins(1);

/// What the door needs.
#[derive(Clone)]
pub struct Door {
    hub: Hub,
    verifier: Arc<TokenVerifier>,
    rates: Arc<DefaultKeyedRateLimiter<String>>,
}

impl Door {
    /// A door that lets each client through `rate` times a second, twice that in a burst.
    pub fn new(hub: Hub, verifier: TokenVerifier, rate: u32) -> Self {
        let rate = NonZeroU32::new(rate).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(rate)
            .allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(1)));
        Self { hub, verifier: Arc::new(verifier), rates: Arc::new(RateLimiter::keyed(quota)) }
    }
}

/// Layer of the network side.
pub async fn layer(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match enter(&door, request.headers()).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => {
            let mut response = error.into_response();
            if response.status() == 401 {
                let bearer = HeaderValue::from_static("Bearer");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, bearer);
            }
            response
        }
    }
}

async fn enter(door: &Door, headers: &HeaderMap) -> Result<Caller> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or(Error::SignedOut)?;
    let claims = door.verifier.verify(token).await.map_err(refused)?;
    within_rate(door, &claims.client_id)?;
    let known = reference::client(&door.hub.db, &claims.client_id).await?;
    let (company, allowed, seen) = known.ok_or(Error::Forbidden)?;
    let now = door.hub.clock.now();
    if seen.is_none_or(|seen| now.duration_since(seen) > SEEN) {
        admin::client_seen(&door.hub.db, &claims.client_id, now).await?;
    }
    let scopes = Scopes::named(claims.scopes.iter().map(String::as_str)).and(allowed);
    let company = company.map(|code| code.parse::<CompanyCode>()).transpose();
    let company =
        company.map_err(|_| Error::Inconsistent("api_client", claims.client_id.clone()))?;
    let acted_for = acted_for(headers, scopes)?;
    // The operator's own portal names no company where its administrators act.
    let channel = if scopes.has(Scope::ActFor) { Channel::Portal } else { Channel::Api };
    let user = user(headers)?;
    Ok(Caller::established(claims.client_id, acted_for.or(company), user, scopes, channel))
}

/// A bad token, unless it cannot be told whether it is bad.
fn refused(error: TokenError) -> Error {
    tracing::info!(%error, "a token was refused");
    match error {
        TokenError::Invalid(_) => Error::SignedOut,
        TokenError::Unavailable => {
            let detail = "Skadehub når ikke innloggingstjenesten akkurat nå. Prøv igjen om litt.";
            Problem::new(503, "unavailable", detail).retry_after(5).into()
        }
    }
}

fn within_rate(door: &Door, client: &String) -> Result<()> {
    let Err(until) = door.rates.check_key(client) else { return Ok(()) };
    let wait = until.wait_time_from(DefaultClock::default().now());
    let seconds = wait.max(Duration::from_secs(1)).as_secs();
    let problem = Problem::new(429, "rate_limited", "For mange forespørsler. Vent litt.");
    Err(problem.retry_after(u32::try_from(seconds).unwrap_or(60)).into())
}

/// The operator's own portal says which company it acts for; nobody else may.
fn acted_for(headers: &HeaderMap, scopes: Scopes) -> Result<Option<CompanyCode>> {
    let Some(value) = headers.get("skadehub-company") else { return Ok(None) };
    if !scopes.has(Scope::ActFor) {
        return Err(Error::Forbidden);
    }
    let code = value.to_str().ok().and_then(|text| text.parse().ok());
    code.map(Some).ok_or(Error::Forbidden)
}

/// `Skadehub-User`, at most 100 characters of UTF-8.
fn user(headers: &HeaderMap) -> Result<Option<String>> {
    let Some(value) = headers.get("skadehub-user") else { return Ok(None) };
    let name = std::str::from_utf8(value.as_bytes()).unwrap_or_default().trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        let message = "Skadehub-User skal ha 1–100 tegn.";
        let fault = crate::contract::FieldProblem::new("", "too_long", message);
        return Err(Problem::invalid(vec![fault]).into());
    }
    Ok(Some(name))
}
