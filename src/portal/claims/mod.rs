//! Claims: composing and sending one, and the page of a claim with its acts.

mod compose;
mod grounds;
mod input;
mod parse;
mod review;
mod sums;
mod view;

use axum::Router;

use crate::app::App;

/// `/hendelser/{id}/krav/ny` and `/krav/{id}`.
pub fn router() -> Router<App> {
    Router::new().merge(compose::router())
}
