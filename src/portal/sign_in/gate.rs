//! The layer that sends the signed-out to sign-in and back, and those who need a fresh code to give
//! one, without losing what they typed.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::{back, go, parked};
use crate::app::App;
use crate::auth::session::{Current, cookie_id};
use crate::contract::Problem;
use crate::error::{Error, Result};

/// The largest form that is kept.
const LARGEST: usize = 1024 * 1024;

/// What a request is turned away to.
#[derive(Clone, Copy)]
enum Door {
    SignIn,
    Code,
}

/// What is needed to keep a form, should its sender turn out to be signed out.
struct Late {
    path: String,
    body: Bytes,
    headers: HeaderMap,
    current: Option<Current>,
}

/// Layer around the pages, within the one that draws errors: turns «not signed in» into a
/// way to sign-in and back.
pub async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let (headers, uri) = (request.headers().clone(), request.uri().clone());
        let response = next.run(request).await;
        let Some(door) = door(&response) else { return response };
        return lead(door, &headers, &page_of(&headers, &uri, &app.config.public_url));
    }
    let (request, late) = match hold(request).await {
        Ok(held) => held,
        Err(status) => return status.into_response(),
    };
    let response = next.run(request).await;
    let Some(door) = door(&response).filter(|_| !wants_json(&late.headers)) else {
        return response;
    };
    match keep(&app, &late).await {
        Ok(Some(id)) => lead(door, &late.headers, &parked::address(id)),
        Ok(None) => {
            lead(door, &late.headers, &referring_page(&late.headers, &app.config.public_url))
        }
        Err(error) => error.into_response(),
    }
}

/// Reads the body of a form, so that it can be kept after the handler has had it.
async fn hold(request: Request) -> Result<(Request, Late), StatusCode> {
    let (parts, body) = request.into_parts();
    let mut late = Late {
        path: path_and_query(&parts.uri),
        body: Bytes::new(),
        headers: parts.headers.clone(),
        current: parts.extensions.get::<Current>().cloned(),
    };
    if !is_form(&parts.headers) {
        return Ok((Request::from_parts(parts, body), late));
    }
    late.body = to_bytes(body, LARGEST).await.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    Ok((Request::from_parts(parts, Body::from(late.body.clone())), late))
}

/// Keeps the form for the member whose session it came from, also when that has ended.
async fn keep(app: &App, late: &Late) -> Result<Option<Uuid>> {
    if late.body.is_empty() {
        return Ok(None);
    }
    let member = match (&late.current, cookie_id(&late.headers)) {
        (Some(current), _) => Some(current.sign_in.member),
        (None, Some(id)) => app.sessions().former_member(id).await?,
        (None, None) => None,
    };
    match member {
        Some(member) => Ok(Some(parked::park(app, member, &late.path, &late.body).await?)),
        None => Ok(None),
    }
}

fn door(response: &Response) -> Option<Door> {
    if response.status() != StatusCode::UNAUTHORIZED {
        return None;
    }
    match &*response.extensions().get::<Problem>()?.code {
        Error::CODE_NEEDED => Some(Door::Code),
        _ => Some(Door::SignIn),
    }
}

/// To the door; a fragment cannot follow a redirect to another site, so the page itself is sent.
fn lead(door: Door, headers: &HeaderMap, back_to: &str) -> Response {
    let to = match door {
        Door::SignIn => back::sign_in_and_back_to(back_to),
        Door::Code => back::with_return("/logg-inn/kode", back_to),
    };
    if is_htmx(headers) {
        return ([(HeaderName::from_static("hx-redirect"), to)], ()).into_response();
    }
    go(&to)
}

/// The page a GET stands for: itself, or the page a fragment was asked from.
fn page_of(headers: &HeaderMap, uri: &Uri, public_url: &str) -> String {
    match text(headers, "hx-current-url").filter(|_| is_htmx(headers)) {
        Some(address) => back::of_address(address, public_url),
        None => back::local(&path_and_query(uri)),
    }
}

fn referring_page(headers: &HeaderMap, public_url: &str) -> String {
    back::of_address(text(headers, "referer").unwrap_or_default(), public_url)
}

fn path_and_query(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn is_htmx(headers: &HeaderMap) -> bool {
    text(headers, "hx-request") == Some("true")
}

/// An autosave: the page it comes from still holds what was typed.
fn wants_json(headers: &HeaderMap) -> bool {
    text(headers, "accept") == Some("application/json")
}

fn is_form(headers: &HeaderMap) -> bool {
    text(headers, header::CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}
