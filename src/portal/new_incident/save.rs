//! «Lagre utkast»: by its button, and by the page itself while someone types.

use axum::Json;
use axum::extract::{Path, RawForm};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::desk::{Answer, Desk, Detour, Envelope, fields, garbled, saved_words};
use super::draft::{Circumstances, Part, Step, Vehicles};
use super::store::Stored;
use crate::portal::page::redirect_with_flash;
use crate::portal::picker::Picked;

/// `POST /utkast/{id}/lagre`: stores what is typed, right or wrong.
pub(super) async fn save(
    desk: Desk,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    RawForm(form): RawForm,
) -> Answer {
    let envelope: Envelope = fields(&form)?;
    let stored = match Step::of_slug(&envelope.step) {
        Some(Step::Vehicles) => store::<Vehicles>(&desk, id, &envelope, &form).await?,
        Some(Step::Circumstances) => store::<Circumstances>(&desk, id, &envelope, &form).await?,
        Some(Step::Liability) => store::<Picked>(&desk, id, &envelope, &form).await?,
        Some(Step::Preview) | None => return Err(garbled().into()),
    };
    Ok(answer(&desk, &stored, &envelope, &headers))
}

async fn store<P: Part>(
    desk: &Desk,
    id: Uuid,
    envelope: &Envelope,
    form: &[u8],
) -> Result<Stored, Detour> {
    desk.store::<P>(id, envelope, fields(form)?).await
}

/// JSON for the script, a page for the button.
fn answer(desk: &Desk, stored: &Stored, envelope: &Envelope, headers: &HeaderMap) -> Response {
    let saved = saved_words(stored.updated_at, desk.now());
    let script = headers
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    if script {
        return Json(json!({ "saved": saved })).into_response();
    }
    let to = format!("/utkast/{}/{}{}", stored.id, envelope.step, envelope.query());
    redirect_with_flash(&to, &format!("Utkastet er {saved}."))
}
