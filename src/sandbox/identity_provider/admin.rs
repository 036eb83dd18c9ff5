//! The calls of Keycloak's Admin API that the portal makes: accounts, and secrets of clients.
//! A token opens what its roles of `realm-management` are for, which only the portal's has.

use std::collections::HashMap;
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
use super::logout::tell_clients;
use super::realm::Person;

#[derive(Deserialize)]
struct Token {
    typ: String,
    exp: i64,
    #[serde(default)]
    resource_access: HashMap<String, Access>,
}

#[derive(Deserialize)]
struct Access {
    roles: Vec<String>,
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

/// Lets in whoever bears an access token with this role.
fn admitted(realm: &Realm, headers: &HeaderMap, role: &str) -> Result<(), Refused> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token: Option<Token> = bearer
        .and_then(|text| text.strip_prefix("Bearer "))
        .and_then(|token| realm.keys.read(token));
    let now = realm.clock.now().as_second();
    let Some(token) = token.filter(|token| token.typ == "Bearer" && token.exp > now) else {
        return Err(refused(StatusCode::UNAUTHORIZED, "HTTP 401 Unauthorized"));
    };
    let access = token.resource_access.get("realm-management");
    if access.is_some_and(|access| access.roles.iter().any(|held| held == role)) {
        return Ok(());
    }
    Err(refused(StatusCode::FORBIDDEN, "HTTP 403 Forbidden"))
}

fn refused(status: StatusCode, error: &str) -> Refused {
    (status, Json(json!({"error": error})))
}

/// The person of this id.
fn found(realm: &Realm, id: &str) -> Result<Arc<Person>, Refused> {
    let person = realm.people().iter().find(|person| person.subject.to_string() == id).cloned();
    person.ok_or_else(|| refused(StatusCode::NOT_FOUND, "User not found"))
}

async fn users(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Query(asked): Query<ByName>,
) -> Result<Response, Refused> {
    admitted(&realm, &headers, "view-users")?;
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
    admitted(&realm, &headers, "manage-users")?;
    let mut people = realm.people_mut();
    let username = account.username.to_lowercase();
    if people.iter().any(|person| person.username == username) {
        return Err(refused(StatusCode::CONFLICT, "User exists with same username"));
    }
    let (given, family) = (account.first_name, account.last_name);
    people.push(Arc::new(Person::new(&username, given, family, "Inviterte")));
    Ok(StatusCode::CREATED)
}

async fn change(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Json(change): Json<Enabled>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers, "manage-users")?;
    let known = found(&realm, &id)?;
    let changed = Arc::new(Person { enabled: change.enabled, ..(*known).clone() });
    for person in realm.people_mut().iter_mut().filter(|person| person.subject == known.subject) {
        *person = Arc::clone(&changed);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Ends every session of a person, and tells the clients.
async fn sign_out(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers, "manage-users")?;
    let person = found(&realm, &id)?;
    let ended = realm.sessions().close_all(&person.username);
    for session in &ended {
        tell_clients(&realm, session).await;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Nobody here needs to choose a password: it is the username.
async fn mail(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers, "manage-users")?;
    found(&realm, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn clients(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Query(asked): Query<ByClientId>,
) -> Result<Response, Refused> {
    admitted(&realm, &headers, "view-clients")?;
    let found = realm.client(&asked.client_id);
    let shown = found.map(|client| json!({"id": client.id, "clientId": client.id}));
    Ok(Json(shown.into_iter().collect::<Vec<_>>()).into_response())
}

async fn create_client(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    Json(new): Json<NewClient>,
) -> Result<StatusCode, Refused> {
    admitted(&realm, &headers, "manage-clients")?;
    if realm.client(&new.client_id).is_some() {
        return Err(refused(StatusCode::CONFLICT, "Client already exists"));
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
    admitted(&realm, &headers, "manage-clients")?;
    let mut clients = realm.clients_mut();
    let found = clients.iter_mut().find(|client| client.id == id);
    let client = found.ok_or_else(|| refused(StatusCode::NOT_FOUND, "Could not find client"))?;
    let value = secret();
    *client = Arc::new(client.with_secret(&value));
    Ok(Json(json!({"type": "secret", "value": value})).into_response())
}

fn secret() -> String {
    BASE64URL_NOPAD.encode(&rand::random::<[u8; 32]>())
}
