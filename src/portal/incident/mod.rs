//! The page of an incident, and every act on it.
//!
//! [`acts`] says what may be done, [`act_panel`] puts it into words, [`page`]
//! draws it. Each act that needs more than a button has a file of its own.

pub mod act_panel;
pub mod acts;
pub mod answer;
pub mod case;
pub mod claims;
pub mod edit;
pub mod edit_fields;
pub mod handler;
pub mod head;
pub mod history;
pub mod messages;
pub mod names;
pub mod page;
pub mod parties;
pub mod proposals;
pub mod reasoned;
pub mod redirect;
pub mod reject;
#[cfg(test)]
pub(super) mod samples;
pub mod setback;

use axum::Router;

use crate::app::App;

/// Everything at and below `/hendelser/{id}` that is about the incident itself.
pub fn router() -> Router<App> {
    Router::new()
        .merge(page::router())
        .merge(answer::router())
        .merge(redirect::router())
        .merge(messages::router())
        .merge(reasoned::router())
        .merge(reject::router())
        .merge(handler::router())
        .merge(edit::router())
}
