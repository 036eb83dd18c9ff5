//! Refuses changes that another site's page caused (CSRF).
//!
//! Browsers say where a request comes from: in `Sec-Fetch-Site`, older ones in
//! `Origin` only. A change that says neither is refused too. Together with
//! cookies that are `SameSite=Lax` no tokens are needed in forms.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::contract::Problem;
use crate::error::Error;

/// The portal's own origin, for example `https://skadehub.example`.
#[derive(Debug, Clone)]
pub struct Origin(Arc<str>);

impl Origin {
    /// The origin of the public address.
    pub fn of(public_url: &str) -> Self {
        let origin = url::Url::parse(public_url).map_or_else(
            |_| public_url.to_owned(),
            |address| address.origin().ascii_serialization(),
        );
        Self(origin.into())
    }

    /// Whether a request with these headers was caused by a page of ours.
    fn caused(&self, headers: &HeaderMap) -> bool {
        match headers.get("sec-fetch-site") {
            Some(site) => site == "same-origin",
            None => headers
                .get(header::ORIGIN)
                .is_some_and(|origin| origin.as_bytes() == self.0.as_bytes()),
        }
    }
}

/// Layer of the pages: lets only our own pages change anything.
pub async fn layer(State(origin): State<Origin>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    if safe || origin.caused(request.headers()) {
        next.run(request).await
    } else {
        Error::from(Problem::new(
            403,
            "cross_site",
            "Skjemaet ble ikke sendt fra en side i Skadehub, så ingenting er gjort.",
        ))
        .into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::middleware::from_fn_with_state;
    use axum::routing::any;
    use tower::ServiceExt;

    async fn status(method: Method, headers: &[(&str, &str)]) -> StatusCode {
        let origin = Origin::of("https://skadehub.example/");
        let app = Router::new()
            .route("/", any(|| async { "done" }))
            .layer(from_fn_with_state(origin, layer));
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        app.oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn our_own_pages_may_post() {
        let own = [("sec-fetch-site", "same-origin")];
        assert_eq!(status(Method::POST, &own).await, StatusCode::OK);
        let old_browser = [("origin", "https://skadehub.example")];
        assert_eq!(status(Method::POST, &old_browser).await, StatusCode::OK);
    }

    #[tokio::test]
    async fn other_sites_may_not_change_anything() {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://skadehub.example")],
            &[("origin", "https://skadehub.example.evil.example")],
            &[("origin", "null")],
            &[],
        ] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
                assert_eq!(status(method, headers).await, StatusCode::FORBIDDEN, "{headers:?}");
            }
        }
    }

    #[tokio::test]
    async fn links_from_elsewhere_still_open() {
        let link = [("sec-fetch-site", "cross-site")];
        assert_eq!(status(Method::GET, &link).await, StatusCode::OK);
    }
}
