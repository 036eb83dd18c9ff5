//! The calls of Keycloak's Admin API that the portal makes: accounts, and secrets of clients.
//! Only the portal's own client may make them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::json;

use super::Realm;
use super::clients::Client;
use super::realm::Person;

#[derive(Deserialize)]
struct Token {
    azp: String,
    typ: String,
    exp: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    username: String,
    first_name: String,
    last_name: String,
}

#[derive(Deserialize)]
struct Enabled {
    enabled: bool,
}

#[derive(Deserialize)]
struct ByName {
    username: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByClientId {
    client_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NewClient {
    client_id: String,
    optional_client_scopes: Vec<String>,
}

/// The routes below `/admin/realms/…`.
pub(super) fn router() -> Router<Arc<Realm>> {
    Router::new()
        .route("/users", get(users).post(create))
        .route("/users/{id}", put(change))
        .route("/users/{id}/logout", post(sign_out))
        .route("/users/{id}/execute-actions-email", put(mail))
        .route("/clients", get(clients).post(create_client))
        .route("/clients/{id}/client-secret", post(rotate))
}

type Refused = (StatusCode, Json<serde_json::Value>);

/// The realm, to whoever bears an access token of the portal's own client.
fn admitted(realm: &Realm, headers: &HeaderMap) -> Result<(), Refused> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token: Option<Token> = bearer
        .and_then(|text| text.strip_prefix("Bearer "))
        .and_then(|token| realm.keys.read(token));
    let refuse = |status, error| Err((status, Json(json!({"error": error}))));
    let Some(token) = token else {
        return refuse(StatusCode::UNAUTHORIZED, "HTTP 401 Unauthorized");
    };
    if token.typ != "Bearer" || token.exp <= realm.clock.now().as_second() {
        return refuse(StatusCode::UNAUTHORIZED, "HTTP 401 Unauthorized");
    }
    if realm.client(&token.azp).is_none_or(|client| client.portal.is_none()) {
        return refuse(StatusCode::FORBIDDEN, "HTTP 403 Forbidden");
    }
    Ok(())
}

async fn users(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Query(asked): Query<ByName>,
) -> Result<Response, Refused> {
    admitted(&realm, &headers)?;
    let found = realm.person(&asked.username);
    let shown =
        found.map(|it| json!({"id": it.subject, "username": it.username, "enabled": it.enabled}));
    Ok(Json(shown.into_iter().collect::<Vec<_>>()).into_response())
}

async fn create(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Json(account): Json<Account>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers)?;
    let mut people = realm.people_mut();
    if people.iter().any(|person| person.username == account.username) {
        return Ok(StatusCode::CONFLICT);
    }
    let (given, family) = (account.first_name, account.last_name);
    people.push(Arc::new(Person::new(&account.username, given, family, "Inviterte")));
    Ok(StatusCode::CREATED)
}

async fn change(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(change): Json<Enabled>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers)?;
    let mut people = realm.people_mut();
    let found = people.iter_mut().find(|person| person.subject.to_string() == id);
    Ok(match found {
        Some(person) => {
            *person = Arc::new(Person { enabled: change.enabled, ..(**person).clone() });
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    })
}

/// The portal has ended its own sessions; those here end with the next start.
async fn sign_out(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Nobody here needs to choose a password: it is the username.
async fn mail(State(realm): State<Arc<Realm>>, headers: HeaderMap) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clients(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Query(asked): Query<ByClientId>,
) -> Result<Response, Refused> {
    admitted(&realm, &headers)?;
    let found = realm.client(&asked.client_id);
    let shown = found.map(|client| json!({"id": client.id, "clientId": client.id}));
    Ok(Json(shown.into_iter().collect::<Vec<_>>()).into_response())
}

async fn create_client(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Json(new): Json<NewClient>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers)?;
    if realm.client(&new.client_id).is_some() {
        return Ok(StatusCode::CONFLICT);
    }
    realm.clients_mut().push(Arc::new(Client::new(
        new.client_id,
        secret(),
        new.optional_client_scopes,
    )));
    Ok(StatusCode::CREATED)
}

async fn rotate(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    admitted(&realm, &headers)?;
    let mut clients = realm.clients_mut();
    let Some(client) = clients.iter_mut().find(|client| client.id == id) else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let value = secret();
    *client = Arc::new(client.with_secret(&value));
    Ok(Json(json!({"type": "secret", "value": value})).into_response())
}

fn secret() -> String {
    BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>())
}
