//! The pages, in Norwegian. A page is one file: template struct, form, handlers.

pub mod acting;
pub mod assets;
pub mod code_lists;
pub mod conflict;
pub mod directory;
pub mod form;
pub mod page;
pub mod site;
pub mod sketch;
pub mod view;
pub mod words;

use axum::Router;

use crate::app::App;

/// All pages.
pub fn router(app: App) -> Router {
    Router::new().merge(pages()).merge(assets::router()).with_state(app)
}

/// The pages of the signed-in. Each page's file has a `router()` of its own, merged here.
fn pages() -> Router<App> {
    Router::new()
}
