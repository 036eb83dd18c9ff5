//! The authorization endpoint: shows the login page, and sends people back with a code.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use url::Url;

use super::clients::Client;
use super::pages;
use super::parameters::{FormParameters, Parameters};
use super::sessions::{Code, Session};
use super::{Portal, Realm};

/// The cookie that carries the session, named as Keycloak names it.
pub(super) const COOKIE: &str = "KEYCLOAK_IDENTITY";

/// An authorization request that has been found right.
struct Request<'a> {
    portal: Portal,
    query: &'a Parameters,
    scope: String,
    challenge: String,
}

enum Fault {
    /// The client or its address is unknown: nobody to send an answer to.
    Page(&'static str),
    /// The client is known and is told.
    Redirect { error: &'static str, description: &'static str },
}

/// `GET /protocol/openid-connect/auth`
pub(super) async fn show(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    uri: Uri,
    query: Parameters,
) -> Response {
    let request = match check(&realm, &query) {
        Ok(request) => request,
        Err(fault) => return refuse(&realm, &query, fault),
    };
    let now = realm.clock.now();
    let known =
        cookie(&headers).and_then(|cookie| realm.sessions().by_cookie(&cookie, now).cloned());
    let recent = |session: &Session| match query.get("max_age").and_then(|age| age.parse().ok()) {
        Some(seconds) => now.duration_since(session.signed_in_at).as_secs() <= seconds,
        None => true,
    };
    let admitted =
        |session: &Session| realm.person(&session.username).is_some_and(|person| person.enabled);
    match known.filter(recent).filter(admitted) {
        Some(session) if !query.has("prompt", "login") => back(&realm, &request, &session, false),
        _ if query.has("prompt", "none") => {
            let fault =
                Fault::Redirect { error: "login_required", description: "Login is required" };
            refuse(&realm, &query, fault)
        }
        _ => pages::login(&realm, &uri, query.get("login_hint").unwrap_or_default(), false),
    }
}

/// `POST /protocol/openid-connect/auth`: the login form, with the request still in the query.
pub(super) async fn submit(
    State(realm): State<Arc<Realm>>,
    uri: Uri,
    query: Parameters,
    FormParameters(form): FormParameters,
) -> Response {
    let request = match check(&realm, &query) {
        Ok(request) => request,
        Err(fault) => return refuse(&realm, &query, fault),
    };
    let username = form.get("username").unwrap_or_default();
    let typed = realm
        .person(username)
        .filter(|person| person.has_password(form.get("password").unwrap_or_default()));
    // A button per demonstration user: the passwords are no secret.
    let person = form.get("demo").map_or(typed, |username| realm.person(username));
    let Some(person) = person.filter(|person| person.enabled) else {
        return pages::login(&realm, &uri, username, true);
    };
    let session = realm.sessions().open(&person.username, realm.clock.now());
    let set =
        format!("{COOKIE}={}; Path={}/; HttpOnly; SameSite=Lax", session.cookie, realm.path());
    (AppendHeaders([(SET_COOKIE, set)]), back(&realm, &request, &session, true)).into_response()
}

fn check<'a>(realm: &'a Realm, query: &'a Parameters) -> Result<Request<'a>, Fault> {
    let client = query
        .get("client_id")
        .and_then(|id| realm.client(id))
        .ok_or(Fault::Page("Ukjent klient."))?;
    let portal =
        client.portal.clone().ok_or(Fault::Page("Klienten kan ikke logge inn personer."))?;
    if query.get("redirect_uri") != Some(&portal.redirect_uri) {
        return Err(Fault::Page("Ugyldig returadresse (redirect_uri)."));
    }
    let fault = |error, description| Fault::Redirect { error, description };
    if query.get("response_type") != Some("code") {
        return Err(fault("unsupported_response_type", "Only the code flow is enabled"));
    }
    if query.get("response_mode").is_some_and(|mode| mode != "query") {
        return Err(fault("invalid_request", "Invalid parameter: response_mode"));
    }
    let scope = query.get("scope").and_then(Client::grant_to_person);
    let scope = scope.ok_or(fault("invalid_scope", "Invalid scopes"))?;
    if query.get("code_challenge_method") != Some("S256") {
        return Err(fault(
            "invalid_request",
            "Missing or invalid parameter: code_challenge_method",
        ));
    }
    let challenge = query.get("code_challenge").filter(|challenge| challenge.len() == 43);
    let challenge =
        challenge.ok_or(fault("invalid_request", "Invalid parameter: code_challenge"))?.to_owned();
    Ok(Request { portal, query, scope, challenge })
}

/// Sends the browser back with a code.
fn back(realm: &Realm, request: &Request, session: &Session, fresh: bool) -> Response {
    let code = realm.sessions().issue(Code {
        client: request.portal.client_id.clone(),
        redirect_uri: request.portal.redirect_uri.clone(),
        challenge: request.challenge.clone(),
        nonce: request.query.get("nonce").map(str::to_owned),
        scope: request.scope.clone(),
        session: session.id,
        fresh,
        issued_at: realm.clock.now(),
    });
    let sid = session.id.to_string();
    answer(
        realm,
        request.query,
        &request.portal.redirect_uri,
        &[("session_state", &sid), ("code", &code)],
    )
}

fn refuse(realm: &Realm, query: &Parameters, fault: Fault) -> Response {
    match (fault, query.get("redirect_uri")) {
        (Fault::Redirect { error, description }, Some(to)) => {
            answer(realm, query, to, &[("error", error), ("error_description", description)])
        }
        (Fault::Page(reason), _) => pages::message(
            realm,
            StatusCode::BAD_REQUEST,
            "Innloggingen kan ikke fortsette",
            reason,
        ),
        (Fault::Redirect { description, .. }, None) => pages::message(
            realm,
            StatusCode::BAD_REQUEST,
            "Innloggingen kan ikke fortsette",
            description,
        ),
    }
}

/// The answer in the query of the client's address, with `state` as given and our `iss` (RFC 9207).
fn answer(realm: &Realm, query: &Parameters, to: &str, parameters: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(to) else { return StatusCode::BAD_REQUEST.into_response() };
    let mut pairs = url.query_pairs_mut();
    pairs.extend_pairs(parameters);
    if let Some(state) = query.get("state") {
        pairs.append_pair("state", state);
    }
    pairs.append_pair("iss", &realm.issuer);
    drop(pairs);
    (pages::UNCACHED, Redirect::to(url.as_str())).into_response()
}

/// The session secret in the request's cookies.
pub(super) fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies =
        headers.get_all(axum::http::header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == COOKIE)
        .map(|(_, value)| value.to_owned())
}
