//! Messages between the two insurers of an incident.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::answer::json;
use super::extract::{CaseAct, Reader, Writer, identifier};
use super::incidents::{nothing, there};
use super::query::Part;
use crate::contract::{Message, NewMessage, Page};
use crate::db;
use crate::error::Result;
use crate::hub::{Hub, commands, store};

/// The messages, oldest first.
#[utoipa::path(get, path = "/incidents/{id}/messages", tag = "Meldinger",
    params(("id" = Uuid, Path), ("limit" = Option<u8>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<Message>)))]
pub async fn list(
    State(hub): State<Hub>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let id = identifier(&id)?;
    let part = Part::asked(raw.as_deref());
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    there(&mut tx, id, &reader.company).await?;
    let part = part?;
    let items = store::message::list(&mut tx, id, &reader.company).await?;
    drop(tx);
    json(part.of(items), None)
}

/// Send a message.
#[utoipa::path(post, path = "/incidents/{id}/messages", tag = "Meldinger", params(("id" = Uuid, Path)),
    request_body = NewMessage, responses((status = 201, body = Message)))]
pub async fn send(case: CaseAct) -> Result<Response> {
    let (hub, act, id, text) =
        case.incident(|fields, errors| fields.required(errors, "text", 4000)).await?;
    Ok(commands::message::send(&hub, &act, id, &text).await?.into_response())
}

/// Mark a received message read.
#[utoipa::path(post, path = "/incidents/{id}/messages/{message}/read", tag = "Meldinger",
    params(("id" = Uuid, Path), ("message" = Uuid, Path)), responses((status = 200, body = Message)))]
pub async fn read(
    State(hub): State<Hub>,
    Path((id, message)): Path<(String, String)>,
    writer: Writer,
) -> Result<Response> {
    let (act, id, ()) = writer.on_incident(&hub, &id, nothing).await?;
    let message = identifier(&message)?;
    Ok(commands::message::read(&hub, &act, id, message).await?.into_response())
}
