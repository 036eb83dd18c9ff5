//! Finding work and finding cases: the overview, the lists of incidents and claims, the search.
//!
//! What a list shows is read from its address alone ([`address`]), so that an
//! address can be kept, shared and gone back to. Form fields that make no sense
//! come back with a sentence and status 422.

pub(super) mod address;
mod claim_filter;
mod claim_row;
mod claims;
mod figures;
pub(super) mod filter;
mod incident_row;
mod incidents;
mod overview;
pub(super) mod paging;
mod search;
mod take;
mod understand;
mod welcome;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// `/`, `/hendelser`, `/krav`, `/sok` and `/hendelser/{id}/ta`.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/", get(overview::show))
        .route("/hendelser", get(incidents::show))
        .route("/krav", get(claims::show))
        .route("/sok", get(search::show))
        .route("/hendelser/{id}/ta", post(take::submit))
}
