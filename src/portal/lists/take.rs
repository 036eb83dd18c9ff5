//! «Ta hendelsen»: the person becomes its handler.

use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use crate::contract::{Changes, Terms};
use crate::error::{Error, Result};
use crate::portal::acting::Hub;
use crate::portal::page::redirect_with_flash;
use crate::portal::sign_in::back::local;

/// Where the button stood.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    tilbake: String,
}

/// `POST /hendelser/{id}/ta`
///
/// A colleague who was quicker keeps it; the incident's page can move it.
pub(super) async fn submit(
    Hub(hub): Hub,
    Path(id): Path<String>,
    Form(input): Form<Input>,
) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let me = hub.actor().user.clone();
    let back = local(&input.tilbake);
    let incident = hub.incident(id, "").await?;
    if let Some(other) = incident.own.handler.filter(|name| !name.is_empty() && *name != me) {
        let message = format!("{other} har allerede tatt hendelsen.");
        return Ok(redirect_with_flash(&back, &message));
    }
    let mine = Changes { handler: Some(me), ..Changes::default() };
    hub.change(id, &mine, Terms::default()).await?;
    Ok(redirect_with_flash(&back, "Du er nå saksbehandler for hendelsen."))
}
