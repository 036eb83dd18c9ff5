//! The userinfo endpoint: who the bearer of an access token is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::Realm;

#[derive(Deserialize)]
struct AccessToken {
    exp: i64,
    typ: String,
    scope: String,
    sid: Uuid,
}

/// `GET /protocol/openid-connect/userinfo`
pub(super) async fn show(State(realm): State<Arc<Realm>>, headers: HeaderMap) -> Response {
    let Some(username) = username(&realm, &headers) else {
        let scheme = "Bearer realm=\"skadehub\", error=\"invalid_token\"";
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, scheme)]).into_response();
    };
    let Some(person) = realm.person(&username) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    Json(json!({
        "sub": person.subject,
        "preferred_username": person.username,
        "name": person.name(),
        "given_name": person.given_name,
        "family_name": person.family_name,
    }))
    .into_response()
}

fn username(realm: &Realm, headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token: AccessToken = realm.keys.read(header.strip_prefix("Bearer ")?)?;
    let valid = token.typ == "Bearer"
        && token.exp > realm.clock.now().as_second()
        && token.scope.split(' ').any(|scope| scope == "openid");
    if !valid {
        return None;
    }
    realm.sessions().by_id(token.sid).map(|session| session.username.clone())
}
