//! A core system: an API client with a token, as an outsider would write it.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use secrecy::ExposeSecret;
use serde_json::Value;
use skadehub::auth::machine::{Client, TokenSource};
use skadehub::clock::Clock;
use skadehub::sandbox::demo_world::DemoWorld;

/// One company's core system.
#[derive(Clone)]
pub(crate) struct Api {
    base: String,
    token: String,
    http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Api {
    /// The API at `base` (without `/api/v1`), as the demonstration client `id`.
    pub(crate) async fn new(base: &str, issuer: &str, id: &str) -> Self {
        Self::with_scopes(base, issuer, id, "").await
    }

    /// The same with a token of these scopes only.
    pub(crate) async fn with_scopes(base: &str, issuer: &str, id: &str, scopes: &str) -> Self {
        let world = DemoWorld::new();
        let known = world.api_clients.iter().find(|client| client.client_id == id).unwrap();
        let client = Client { id: id.to_owned(), secret: known.client_secret.clone().into() };
        let http = reqwest::Client::new();
        let source = TokenSource::new(issuer, client, scopes, http.clone(), Clock::system());
        let token = source.token().await.unwrap().expose_secret().to_owned();
        Self { base: format!("{base}/api/v1"), token, http }
    }

    /// A token of client `id`, with its demonstration secret unless another is given.
    pub(crate) async fn fresh_token(
        issuer: &str,
        id: &str,
        secret: Option<&str>,
    ) -> anyhow::Result<String> {
        let world = DemoWorld::new();
        let known = world.api_clients.iter().find(|client| client.client_id == id);
        let secret = secret.or(known.map(|client| client.client_secret.as_str())).unwrap();
        let client = Client { id: id.to_owned(), secret: secret.into() };
        let source = TokenSource::new(issuer, client, "", reqwest::Client::new(), Clock::system());
        Ok(source.token().await?.expose_secret().to_owned())
    }

    /// The same client with another token.
    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The same client by another way to the API, with a connection for each request.
    pub(crate) fn by_way_of(&self, base: &str) -> Self {
        let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
        Self { base: format!("{base}/api/v1"), token: self.token.clone(), http }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body), &[]).await
    }

    /// Any request, with headers of its own.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.attempt(method, path, body, headers).await.unwrap()
    }

    /// The same where the answer may never come.
    pub(crate) async fn attempt(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> reqwest::Result<Answer> {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, headers, body })
    }
}

impl Answer {
    /// The body, of an answer that must have this status.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The code of a refusal with this status.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16) -> &str {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert!(!self.body["requestId"].as_str().unwrap().is_empty());
        self.body["code"].as_str().unwrap()
    }

    /// The pointers and codes of a 422, sorted.
    #[track_caller]
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        assert_eq!(self.status, 422, "{}", self.body);
        let mut faults: Vec<_> = self.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| {
                let text = |name: &str| fault[name].as_str().unwrap().to_owned();
                (text("pointer"), text("code"))
            })
            .collect();
        faults.sort();
        faults
    }
}
