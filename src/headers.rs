//! Security headers of every answer: pages, the API, errors.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use url::Url;

use crate::config::Config;

/// Headers that are the same in every installation.
const FIXED: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// What depends on the configuration.
#[derive(Debug)]
pub struct Policy {
    content_security: HeaderValue,
    https: bool,
}

impl From<&Config> for Policy {
    fn from(config: &Config) -> Self {
        Self { content_security: content_security(&config.oidc_issuer), https: config.is_https() }
    }
}

impl Policy {
    /// This router with the headers on whatever it answers.
    pub fn around(self, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::new(self), layer))
    }
}

/// Signing out posts a form that is redirected to the identity provider, hence its origin.
fn content_security(issuer: &str) -> HeaderValue {
    let provider = Url::parse(issuer)
        .map_or_else(|_| "'self'".to_owned(), |issuer| issuer.origin().ascii_serialization());
    let csp = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self' {provider}; base-uri 'none'; \
         object-src 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&csp).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// Layer: adds the headers. Pages are never stored; an answer that says otherwise keeps its word.
async fn layer(State(policy): State<Arc<Policy>>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, policy.content_security.clone());
    if policy.https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inline_and_nothing_foreign_may_run() {
        let csp = content_security("https://id.example/realms/skadehub");
        let csp = csp.to_str().unwrap();
        assert!(csp.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(csp.contains("form-action 'self' https://id.example;"));
        assert!(!csp.contains("unsafe"));
    }
}
