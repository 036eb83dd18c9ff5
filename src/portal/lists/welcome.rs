//! What people who do not handle claims see first: their role, and whom to ask.

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::auth::role::Identity;
use crate::portal::page::{Frame, Page};

#[derive(Template)]
#[template(path = "portal/lists/welcome.html")]
struct Welcome {
    frame: Frame,
    roles: String,
    company: Option<String>,
}

/// The page of `/` without a handler's role.
pub(super) fn page(frame: Frame) -> Response {
    let who = frame.identity.as_deref();
    let roles = who.map(Identity::role_words).unwrap_or_default();
    let company = who.and_then(|who| who.company_name.clone());
    Page(Welcome { frame, roles, company }).into_response()
}
