//! API-klienter: the company's core systems, their scopes and last use, and a new secret, shown once.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use serde_json::json;

use super::Desk;
use crate::auth::session::FreshCode;
use crate::company_log::Kind;
use crate::contract::{ApiClient, Problem};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::page::{Frame, Page};
use crate::portal::view::Tag;

#[derive(Template)]
#[template(path = "portal/company_admin/clients.html")]
pub(super) struct ClientsPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    scopes: String,
    last_use: String,
    status: Tag,
    active: bool,
}

#[derive(Template)]
#[template(path = "portal/company_admin/secret.html")]
struct SecretPage {
    frame: Frame,
    id: String,
    /// Shown once; none before it has been made.
    secret: Option<String>,
}

/// `GET /selskap/klienter`
pub(super) async fn show(desk: Desk) -> Result<Page<ClientsPage>> {
    let rows = desk.hub.own_clients().await?.into_iter().map(row).collect();
    Ok(Page(ClientsPage { frame: desk.frame, rows }))
}

fn row(client: ApiClient) -> Row {
    let (color, word) = if client.active { ("success", "Aktiv") } else { ("danger", "Slått av") };
    Row {
        name: client.name.unwrap_or_else(|| client.client_id.clone()),
        scopes: scope_words(&client.scopes),
        last_use: client.last_used_at.map_or_else(|| "Aldri".to_owned(), |at| dates::moment(at.0)),
        status: Tag::new(color, word),
        active: client.active,
        id: client.client_id,
    }
}

/// Scopes in words: «lese, skrive».
pub(in crate::portal) fn scope_words(scopes: &[String]) -> String {
    let word = |scope: &String| match scope.as_str() {
        "skadehub.read" => "lese".to_owned(),
        "skadehub.write" => "skrive".to_owned(),
        "skadehub.injury" => "personskade".to_owned(),
        "skadehub.admin" => "forvalte".to_owned(),
        "skadehub.act-for" => "opptre for selskaper".to_owned(),
        other => other.to_owned(),
    };
    scopes.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// `GET /selskap/klienter/{id}/hemmelighet`
pub(super) async fn ask(desk: Desk, _: FreshCode, Path(id): Path<String>) -> Result<Response> {
    let id = own(&desk, &id).await?;
    Ok(Page(SecretPage { frame: desk.frame, id, secret: None }).into_response())
}

/// `POST /selskap/klienter/{id}/hemmelighet`
pub(super) async fn rotate(desk: Desk, _: FreshCode, Path(id): Path<String>) -> Result<Response> {
    let id = own(&desk, &id).await?;
    let Some(accounts) = desk.app.accounts.clone() else {
        let told = "Hemmeligheter byttes ikke her i denne installasjonen. Be Skadehub om en ny.";
        return Err(Problem::new(409, "not_here", told).into());
    };
    // Noted before it is made: a secret nobody wrote down is worse than a note too many.
    let mut tx = desk.begin().await?;
    desk.note(&mut tx, Kind::ClientSecretRotated, json!({"client": id})).await?;
    tx.commit().await?;
    let secret = accounts.rotate_secret(&id).await.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "a secret could not be rotated");
        let told = "Innloggingstjenesten svarer ikke akkurat nå. Den gamle hemmeligheten gjelder fortsatt.";
        Error::from(Problem::new(503, "provider_unavailable", told).retry_after(30))
    })?;
    let secret = Some(secret.expose_secret().to_owned());
    Ok(Page(SecretPage { frame: desk.frame, id, secret }).into_response())
}

/// The id of one of the company's own clients; another's is not there.
async fn own(desk: &Desk, id: &str) -> Result<String> {
    let clients = desk.hub.own_clients().await?;
    let known = clients.into_iter().find(|client| client.client_id == id && client.active);
    known.map(|client| client.client_id).ok_or(Error::NotFound)
}
