//! The pages, in Norwegian. A page is one file: template struct, form, handlers.

pub mod acting;
pub mod assets;
mod audit;
pub mod claims;
pub mod code_lists;
mod company_admin;
pub mod conflict;
pub mod directory;
pub mod error_page;
pub mod form;
pub mod handlers;
pub mod help;
mod hub_admin;
pub mod incident;
mod invitation;
mod lists;
pub mod new_incident;
pub mod notice;
pub mod page;
pub mod picker;
pub mod proposal;
mod refusals;
pub mod same_origin;
pub mod sign_in;
pub mod site;
pub mod sketch;
pub mod view;
pub mod words;

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::auth::session;
use crate::error::Error;

/// Of a page, by gzip and Brotli alike: most of the gain for little of the time.
const COMPRESSION: i32 = 3;

/// The portal.
pub fn router(app: App) -> Router {
    around(app, pages())
}

/// These pages with the portal's layers, the innermost first.
///
/// What puts the identity into the request must stand outside the error page,
/// which shows the menu of the signed-in.
pub fn around(app: App, pages: Router<App>) -> Router {
    let site = Arc::new(site::Site::from(&*app.config));
    let origin = same_origin::Origin::of(&app.config.public_url);
    let gate = from_fn_with_state(app.clone(), sign_in::gate::layer);
    let sessions = from_fn_with_state(app.sessions(), session::layer);
    let notices = app.notices.clone();
    pages
        .merge(sign_in::router())
        .merge(help::router())
        .fallback(|| async { Error::NotFound })
        .layer(from_fn(page::forget_flash))
        .layer(from_fn_with_state(app.clone(), refusals::layer))
        .layer(gate)
        .layer(from_fn_with_state(origin, same_origin::layer))
        .layer(from_fn(error_page::layer))
        .layer(sessions)
        .layer(Extension(site))
        .layer(from_fn_with_state(notices, notice::layer))
        .layer(CompressionLayer::new().quality(CompressionLevel::Precise(COMPRESSION)))
        .merge(assets::router())
        .merge(sign_in::sign_out::back_channel())
        .with_state(app)
}

/// The pages of the signed-in. Each page's file has a `router()` of its own, merged here.
fn pages() -> Router<App> {
    Router::new()
        .merge(audit::router())
        .merge(claims::router())
        .merge(company_admin::router())
        .merge(hub_admin::router())
        .merge(incident::router())
        .merge(lists::router())
        .merge(new_incident::router())
        .merge(proposal::router())
}
