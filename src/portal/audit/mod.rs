//! The auditor's pages: the shared history of the company's incidents, the company's own log,
//! and the check of the chains. They change nothing, and every look is an entry of the log.

mod cells;
mod check;
mod download;
mod filter;
mod list;
mod words;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// `/revisor/…`
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/revisor/historikk", get(list::history))
        .route("/revisor/historikk/fil", get(download::history))
        .route("/revisor/logg", get(list::log))
        .route("/revisor/logg/fil", get(download::log))
        .route("/revisor/kontroll", get(check::show))
}
