//! [`HubClient`]: the portal's only way to the hub, over one of two transports.
//!
//! In process, a request goes to the hub's own router without a socket, and the answer comes
//! back as the value it is ([`super::unwritten`]); remote, the same request goes over HTTP with
//! the portal's own token. Routes, values and errors are the same.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use secrecy::ExposeSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;
use uuid::Uuid;

use super::remembered::Remembered;
use super::unwritten::Unwritten;
use super::{Caller, Channel, Problem, Scope, Scopes};
use crate::auth::machine::TokenSource;
use crate::company_log;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// The largest answer the client reads.
const ANSWER_LIMIT: usize = 32 * 1024 * 1024;

/// A way to the hub. Cloning is cheap.
#[derive(Clone)]
pub struct HubClient {
    transport: Transport,
    remembered: Remembered,
}

#[derive(Clone)]
enum Transport {
    InProcess(Router),
    Remote(Arc<Remote>),
}

struct Remote {
    base: String,
    http: reqwest::Client,
    token: TokenSource,
}

/// The person the portal acts for.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Their company.
    pub company: CompanyCode,
    /// Their name, for the history.
    pub user: String,
    /// They may see injury records.
    pub injury: bool,
}

/// The hub, seen by one person.
#[derive(Clone)]
pub struct Acting {
    client: HubClient,
    actor: Actor,
    scopes: Scopes,
}

/// What goes with a request beside its body.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Idempotency key; a fresh one when left out.
    pub key: Option<String>,
    /// Version the caller knows (`If-Match`).
    pub version: Option<i64>,
}

impl Terms {
    /// Only the version the caller knows.
    pub fn version(version: Option<i64>) -> Self {
        Self { key: None, version }
    }
}

/// What an answer can be read as.
pub trait Answered: DeserializeOwned + Send + Sync + 'static {}

impl<T: DeserializeOwned + Send + Sync + 'static> Answered for T {}

impl HubClient {
    /// The hub in this process. `router` is the hub's API without its network layers.
    pub fn in_process(router: Router) -> Self {
        Self::over(Transport::InProcess(router))
    }

    /// A hub elsewhere; `base` is its address with `/api/v1`.
    pub fn remote(base: &str, http: reqwest::Client, token: TokenSource) -> Self {
        let base = base.trim_end_matches('/').to_owned();
        Self::over(Transport::Remote(Arc::new(Remote { base, http, token })))
    }

    fn over(transport: Transport) -> Self {
        Self { transport, remembered: Remembered::default() }
    }

    /// The hub as `actor` sees it.
    pub fn acting(&self, actor: Actor) -> Acting {
        let mut scopes = vec![Scope::Read, Scope::Write];
        if actor.injury {
            scopes.push(Scope::Injury);
        }
        Acting { client: self.clone(), actor, scopes: Scopes::from_iter(scopes) }
    }

    /// The hub as `actor` sees it who may change nothing.
    pub fn reading(&self, actor: Actor) -> Acting {
        Acting { client: self.clone(), actor, scopes: Scopes::from_iter([Scope::Read]) }
    }

    /// The hub as its administrator `user` sees it, who acts for no company.
    pub fn administering(&self, user: String) -> Acting {
        let actor = Actor { company: company_log::operator(), user, injury: false };
        Acting { client: self.clone(), actor, scopes: Scopes::from_iter([Scope::Admin]) }
    }
}

impl Acting {
    /// The person acted for.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The company acted for; none for an administrator of the hub.
    fn company(&self) -> Option<&CompanyCode> {
        (!self.scopes.has(Scope::Admin)).then_some(&self.actor.company)
    }

    pub(super) fn remembered(&self) -> &Remembered {
        &self.client.remembered
    }

    /// Reads `path` (with its query) below `/api/v1`.
    pub async fn get<T: Answered>(&self, path: &str) -> Result<T> {
        self.call(Method::GET, path, None::<&()>, Terms::default()).await
    }

    /// Posts `body`.
    pub async fn post<T: Answered>(
        &self,
        path: &str,
        body: &impl Serialize,
        terms: Terms,
    ) -> Result<T> {
        self.call(Method::POST, path, Some(body), terms).await
    }

    /// Patches with `body`.
    pub async fn patch<T: Answered>(
        &self,
        path: &str,
        body: &impl Serialize,
        terms: Terms,
    ) -> Result<T> {
        self.call(Method::PATCH, path, Some(body), terms).await
    }

    /// Puts `body` in the place of what is there.
    pub async fn put<T: Answered>(
        &self,
        path: &str,
        body: &impl Serialize,
        terms: Terms,
    ) -> Result<T> {
        self.call(Method::PUT, path, Some(body), terms).await
    }

    async fn call<T: Answered>(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        terms: Terms,
    ) -> Result<T> {
        let mut request = Request::builder().method(method.clone());
        if method == Method::POST {
            let key = terms.key.unwrap_or_else(|| Uuid::new_v4().to_string());
            request = request.header("idempotency-key", key);
        }
        if let Some(version) = terms.version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                serde_json::to_vec(body).map_err(anyhow::Error::from)?
            }
            None => Vec::new(),
        };
        match &self.client.transport {
            Transport::InProcess(router) => self.in_process(router, request, path, body).await,
            Transport::Remote(remote) => self.over_http(remote, request, path, body).await,
        }
    }

    async fn in_process<T: Answered>(
        &self,
        router: &Router,
        request: axum::http::request::Builder,
        path: &str,
        body: Vec<u8>,
    ) -> Result<T> {
        let caller = Caller::established(
            "skadehub-portal".to_owned(),
            self.company().cloned(),
            Some(self.actor.user.clone()),
            self.scopes,
            Channel::Portal,
        );
        let request = request
            .uri(path)
            .extension(caller)
            .body(Body::from(body))
            .map_err(anyhow::Error::from)?;
        let mut response = match router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        if let Some(value) = response.extensions_mut().remove::<Unwritten>() {
            return value.read().map_err(not_understood);
        }
        let status = response.status();
        let bytes = http_body_util::Limited::new(response.into_body(), ANSWER_LIMIT)
            .collect()
            .await
            .map_err(|error| anyhow::anyhow!("reading the hub's answer: {error}"))?
            .to_bytes();
        answer(status, &bytes)
    }

    async fn over_http<T: Answered>(
        &self,
        remote: &Remote,
        request: axum::http::request::Builder,
        path: &str,
        body: Vec<u8>,
    ) -> Result<T> {
        let token = remote.token.token().await.map_err(unreachable_hub)?;
        let bearer = format!("Bearer {}", token.expose_secret());
        let request = match self.company() {
            Some(company) => request.header("skadehub-company", company.as_str()),
            None => request,
        };
        let parts = request
            .uri(format!("{}{path}", remote.base))
            .header(header::AUTHORIZATION, bearer)
            .header("skadehub-user", header_text(&self.actor.user)?)
            .body(body)
            .map_err(anyhow::Error::from)?;
        let sent = reqwest::Request::try_from(parts).map_err(anyhow::Error::from)?;
        let response = remote.http.execute(sent).await.map_err(|e| unreachable_hub(e.into()))?;
        let status = response.status();
        let bytes = response.bytes().await.map_err(|e| unreachable_hub(e.into()))?;
        answer(status, &bytes)
    }
}

/// Names hold æøå: sent as UTF-8, which a header allows as opaque bytes.
fn header_text(text: &str) -> Result<HeaderValue> {
    Ok(HeaderValue::from_bytes(text.as_bytes()).map_err(anyhow::Error::from)?)
}

fn unreachable_hub(error: anyhow::Error) -> Error {
    tracing::error!(error = format!("{error:#}"), "the hub cannot be reached");
    Problem::new(503, "hub_unavailable", "Skadehub svarer ikke akkurat nå. Prøv igjen om litt.")
        .retry_after(5)
        .into()
}

fn not_understood(error: serde_json::Error) -> Error {
    anyhow::anyhow!("the hub's answer is not understood: {error}").into()
}

fn answer<T: Answered>(status: StatusCode, bytes: &[u8]) -> Result<T> {
    if status.is_success() {
        let bytes = if bytes.is_empty() { b"null" } else { bytes };
        return serde_json::from_slice(bytes).map_err(not_understood);
    }
    let problem: Problem = serde_json::from_slice(bytes)
        .map_err(|error| anyhow::anyhow!("the hub answered {status} without a problem: {error}"))?;
    Err(match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Error::Forbidden,
        _ => problem.into(),
    })
}
