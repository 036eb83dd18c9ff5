//! The logout endpoint: ends the session here and tells the clients (back-channel logout).

use std::sync::Arc;

use anyhow::Result;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;
use url::Url;
use uuid::Uuid;

use super::authorize::{COOKIE, cookie};
use super::parameters::{FormParameters, Parameters};
use super::sessions::Session;
use super::{Realm, pages};

const TITLE: &str = "Logg ut";

#[derive(Deserialize)]
struct IdTokenHint {
    iss: String,
    azp: String,
    sid: Uuid,
    typ: String,
}

/// `GET /protocol/openid-connect/logout`
pub(super) async fn get(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    query: Parameters,
) -> Response {
    end(&realm, &headers, &query).await
}

/// `POST /protocol/openid-connect/logout`
pub(super) async fn post(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    form: FormParameters,
) -> Response {
    end(&realm, &headers, &form.0).await
}

async fn end(realm: &Realm, headers: &HeaderMap, parameters: &Parameters) -> Response {
    let hint = match parameters.get("id_token_hint") {
        Some(token) => match read_hint(realm, token) {
            Some(hint) => Some(hint),
            None => return refuse(realm, "Ugyldig parameter: id_token_hint."),
        },
        None => None,
    };
    let client = hint.as_ref().map(|hint| hint.azp.as_str()).or(parameters.get("client_id"));
    let back = match (parameters.get("post_logout_redirect_uri"), client) {
        (Some(uri), Some(client)) if registered(realm, client, uri) => Url::parse(uri).ok(),
        (Some(_), _) => return refuse(realm, "Ugyldig returadresse (post_logout_redirect_uri)."),
        (None, _) => None,
    };
    let in_browser = cookie(headers).and_then(|cookie| {
        realm.sessions().by_cookie(&cookie, realm.clock.now()).map(|session| session.id)
    });
    // Without a hint the request may come from anywhere, so the person is asked.
    if hint.is_none() && in_browser.is_some() && parameters.get("confirm").is_none() {
        return pages::confirm_logout(realm, parameters);
    }
    if let Some(id) = hint.map(|hint| hint.sid).or(in_browser) {
        let ended = realm.sessions().close(id);
        if let Some(session) = ended {
            tell_clients(realm, &session).await;
        }
    }
    let forget = [(
        SET_COOKIE,
        format!("{COOKIE}=; Path={}/; HttpOnly; SameSite=Lax; Max-Age=0", realm.path()),
    )];
    (forget, leave(realm, back, parameters.get("state"))).into_response()
}

fn read_hint(realm: &Realm, token: &str) -> Option<IdTokenHint> {
    let hint: IdTokenHint = realm.keys.read(token)?;
    (hint.iss == realm.issuer && hint.typ == "ID").then_some(hint)
}

fn registered(realm: &Realm, client: &str, uri: &str) -> bool {
    let portal = realm.client(client).and_then(|client| client.portal.clone());
    portal.is_some_and(|portal| portal.post_logout_redirect_uri == uri)
}

fn leave(realm: &Realm, back: Option<Url>, state: Option<&str>) -> Response {
    let Some(mut back) = back else {
        return pages::message(realm, StatusCode::OK, TITLE, "Du er logget ut.");
    };
    if let Some(state) = state {
        back.query_pairs_mut().append_pair("state", state);
    }
    Redirect::to(back.as_str()).into_response()
}

fn refuse(realm: &Realm, reason: &str) -> Response {
    pages::message(realm, StatusCode::BAD_REQUEST, TITLE, reason)
}

/// Posts a logout token to every client of the session. One that can't be reached is passed over.
pub(super) async fn tell_clients(realm: &Realm, session: &Session) {
    let clients = session.clients.iter().filter_map(|id| realm.client(id)?.portal.clone());
    for portal in clients {
        let Some(to) = &portal.backchannel_logout_uri else { continue };
        let told = match logout_token(realm, &portal.client_id, session) {
            Ok(token) => realm.http.post(to).form(&[("logout_token", token)]).send().await,
            Err(error) => {
                tracing::error!(%error, "a logout token could not be signed");
                continue;
            }
        };
        match told.and_then(reqwest::Response::error_for_status) {
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, client = portal.client_id, "back-channel logout failed");
            }
        }
    }
}

/// A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4).
fn logout_token(realm: &Realm, client: &str, session: &Session) -> Result<String> {
    let now = realm.clock.now().as_second();
    let claims = json!({
        "iss": realm.issuer,
        "sub": realm.person(&session.username).map(|person| person.subject),
        "aud": client,
        "iat": now,
        "exp": now + 120,
        "jti": Uuid::new_v4(),
        "sid": session.id,
        "typ": "Logout",
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    realm.keys.sign("logout+jwt", &claims)
}
