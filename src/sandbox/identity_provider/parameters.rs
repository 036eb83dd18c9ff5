//! The parameters of a request, each given at most once.

use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};

/// Parameters of a query or a form. A name given twice makes the request invalid (RFC 6749, 3.1).
#[derive(Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// The value, unless it is missing or empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| &**value)
    }

    pub(super) fn has(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|value| value.split(' ').any(|each| each == word))
    }

    fn once_each(pairs: Vec<(String, String)>) -> Result<Self, StatusCode> {
        let twice = |(at, (name, _)): (usize, &(String, String))| {
            pairs[..at].iter().any(|(earlier, _)| earlier == name)
        };
        if pairs.iter().enumerate().any(twice) {
            Err(StatusCode::BAD_REQUEST)
        } else {
            Ok(Self(pairs))
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Parameters {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| StatusCode::BAD_REQUEST)?;
        Self::once_each(query.0)
    }
}

/// The parameters in a form body.
#[derive(Debug, Default)]
pub(super) struct FormParameters(pub(super) Parameters);

impl<S: Send + Sync> FromRequest<S> for FormParameters {
    type Rejection = StatusCode;

    async fn from_request(request: Request, state: &S) -> Result<Self, StatusCode> {
        if !is_form(request.headers()) {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
        let body =
            String::from_request(request, state).await.map_err(|_| StatusCode::BAD_REQUEST)?;
        let pairs = serde_urlencoded::from_str(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
        Parameters::once_each(pairs).map(Self)
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let given =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given
        .split(';')
        .next()
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}
