//! Claims: composing and sending one, and the page of a claim with its acts.

mod act;
mod acts;
mod case;
mod compose;
mod grounds;
mod input;
mod parse;
mod review;
#[cfg(test)]
mod samples;
mod show;
mod sums;
mod view;

use axum::Router;

use crate::app::App;

/// `/hendelser/{id}/krav/ny` and `/krav/{id}`.
pub fn router() -> Router<App> {
    Router::new().merge(compose::router()).merge(show::router()).merge(acts::router())
}
