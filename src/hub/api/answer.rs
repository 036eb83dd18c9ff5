//! Answers: JSON with its `ETag`, a kept answer again, problems.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tower_http::request_id::RequestId;
use tracing::Instrument;
use uuid::Uuid;

use crate::contract::{Problem, Unwritten};
use crate::error::{Error, Result};
use crate::hub::store::idempotency::Answer;

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        if let Some(version) = self.version {
            tag(&mut response, version);
        }
        if self.replay {
            let yes = HeaderValue::from_static("true");
            response.headers_mut().insert("idempotent-replay", yes);
        }
        response
    }
}

/// A value, with the aggregate's version as `ETag` if it has one; [`written`] makes JSON of it.
pub fn json(
    value: impl Serialize + Send + Sync + 'static,
    version: Option<i64>,
) -> Result<Response> {
    let answer = Answer { status: 200, version, body: Vec::new(), replay: false };
    let mut response = answer.into_response();
    response.extensions_mut().insert(Unwritten::new(value));
    Ok(response)
}

/// Layer of the network: writes the value of an answer as JSON.
pub async fn written(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(value) = response.extensions_mut().remove::<Unwritten>() else { return response };
    match value.written() {
        Ok(body) => {
            *response.body_mut() = body.into();
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response
        }
        Err(error) => Error::Internal(error.into()).into_response(),
    }
}

fn tag(response: &mut Response, version: i64) {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
}

/// Layer of the API: 304 to a caller that already has the aggregate in this version (`If-None-Match`).
///
/// Only for the aggregate alone: what `include` adds (messages read, what the hub notes) grows
/// without a new version.
pub async fn unchanged(request: Request, next: Next) -> Response {
    let alone = request.method() == Method::GET && request.uri().query().is_none();
    let known = if alone { known(request.headers()) } else { Vec::new() };
    let response = next.run(request).await;
    match response.headers().get(header::ETAG) {
        Some(tag)
            if known.iter().any(|known| known == "*" || known.as_bytes() == tag.as_bytes()) =>
        {
            (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.clone())]).into_response()
        }
        _ => response,
    }
}

/// The tags of `If-None-Match`, compared weakly (RFC 9110, 13.1.2).
fn known(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    let tags = lines.flat_map(|line| line.split(',')).map(str::trim);
    tags.map(|tag| tag.strip_prefix("W/").unwrap_or(tag).to_owned()).collect()
}

/// Layer of the API: draws a [`Problem`], or a bare error status, as `application/problem+json`,
/// with the reference that finds the log lines.
pub async fn problems(request: Request, next: Next) -> Response {
    let (request, reference) = referenced(request);
    let span = tracing::info_span!(
        "api", %reference, method = %request.method(), path = request.uri().path()
    );
    let mut response = next.run(request).instrument(span).await;
    let status = response.status();
    if (!status.is_client_error() && !status.is_server_error()) || is_drawn(&response) {
        return response;
    }
    let mut problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None => bare(status),
    };
    problem.request_id = reference;
    let mut drawn = (
        status,
        [(header::CONTENT_TYPE, "application/problem+json")],
        serde_json::to_vec(&problem).unwrap_or_default(),
    )
        .into_response();
    for name in [header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            drawn.headers_mut().insert(name, value.clone());
        }
    }
    drawn
}

fn bare(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Error::NotFound.problem(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(405, "method_not_allowed", "Metoden kan ikke brukes her.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(413, "too_large", "Innholdet er for stort."),
        StatusCode::REQUEST_TIMEOUT | StatusCode::SERVICE_UNAVAILABLE => Problem::new(
            status.as_u16(),
            "unavailable",
            "Skadehub har for mye å gjøre. Prøv igjen.",
        ),
        _ if status.is_client_error() => {
            Problem::new(status.as_u16(), "bad_request", "Forespørselen ble ikke forstått.")
        }
        _ => Error::Internal(anyhow::anyhow!("bare status")).problem(),
    }
}

/// Whether the layer within has drawn the problem already.
fn is_drawn(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes() == b"application/problem+json")
}

/// The request's reference; one of our own, for the layers within too, where nobody gave one.
fn referenced(mut request: Request) -> (Request, String) {
    let given = request.extensions().get::<RequestId>();
    if let Some(text) = given.and_then(|id| id.header_value().to_str().ok()) {
        let text = text.to_owned();
        return (request, text);
    }
    let text = Uuid::now_v7().to_string();
    if let Ok(value) = HeaderValue::from_str(&text) {
        request.extensions_mut().insert(RequestId::new(value));
    }
    (request, text)
}
