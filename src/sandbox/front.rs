//! The front page of the sandbox, and the stylesheet of all its pages.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

#[derive(Clone, Template)]
#[template(path = "sandbox/front.html")]
struct FrontPage {
    portal: String,
    issuer: String,
}

/// The front page, for a portal at `portal` whose people sign in at `issuer`.
pub fn router(portal: &str, issuer: &str) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/sandbox.css", get(stylesheet))
        .with_state(FrontPage { portal: portal.to_owned(), issuer: issuer.to_owned() })
}

async fn show(State(page): State<FrontPage>) -> Response {
    draw(StatusCode::OK, &page)
}

/// The stylesheet, which the identity provider also serves at an address of its own.
pub(super) async fn stylesheet() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "text/css; charset=utf-8")],
        include_str!("../../templates/sandbox/sandbox.css"),
    )
}

/// A page of the sandbox as an answer.
pub(super) fn draw(status: StatusCode, page: &impl Template) -> Response {
    let headers = [
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
        ),
    ];
    match page.render() {
        Ok(html) => (status, headers, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a sandbox page could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
