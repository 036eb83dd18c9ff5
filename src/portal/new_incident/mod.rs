//! «Ny hendelse»: a draft, step by step, then the preview, then the sending.
//!
//! Whatever is typed is stored at once, right or wrong ([`store`]), and nothing is
//! understood before it must be ([`compose`]). No connection is held while the hub
//! is asked.

mod compose;
mod desk;
mod draft;
mod list;
mod lookup;
mod preview;
mod save;
mod send;
mod shown;
mod similar;
mod step_circumstances;
mod step_liability;
mod step_vehicles;
mod store;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The pages of drafts.
pub fn router() -> Router<App> {
    Router::new()
        .route("/hendelser/ny", get(step_vehicles::new))
        .route("/utkast", get(list::show).post(list::begin))
        .route("/utkast/{id}/slett", get(list::confirm).post(list::delete))
        .route("/utkast/{id}/lagre", post(save::save))
        .route("/utkast/{id}/kjoretoy", get(step_vehicles::show).post(step_vehicles::submit))
        .route("/utkast/{id}/hva", get(step_circumstances::show).post(step_circumstances::submit))
        .route("/utkast/{id}/ansvar", get(step_liability::show).post(step_liability::submit))
        .route("/utkast/{id}/se-over", get(preview::show))
        .route("/utkast/{id}/send", post(send::send))
}
