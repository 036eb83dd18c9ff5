//! Machine tokens: verifying those of core systems, fetching the portal's own.
//!
//! A token says which client calls and with which scopes. Which company a client
//! belongs to is the hub's to know.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::keys::{Expected, ProviderKeys, TokenError};
use crate::clock::Clock;

/// A token is fetched anew this long before it expires.
const MARGIN: SignedDuration = SignedDuration::from_secs(30);

/// Verifies access tokens (after RFC 9068) for one audience. Cloning shares the key cache.
#[derive(Clone)]
pub struct TokenVerifier {
    keys: ProviderKeys,
    audience: Arc<str>,
}

/// What a good token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenClaims {
    /// The client the token was issued to.
    pub client_id: String,
    /// The scopes it was given.
    pub scopes: Vec<String>,
}

#[derive(Deserialize)]
struct Claims {
    client_id: Option<String>,
    azp: Option<String>,
    #[serde(default)]
    scope: String,
    /// Keycloak's own mark: `Bearer` for access tokens, `ID` for ID tokens.
    typ: Option<String>,
}

impl TokenVerifier {
    /// A verifier of tokens for `audience` (`skadehub-api`).
    pub fn new(keys: ProviderKeys, audience: &str) -> Self {
        Self { keys, audience: audience.into() }
    }

    /// The claims of `token`.
    ///
    /// # Errors
    ///
    /// [`TokenError::Invalid`] for a bad token, [`TokenError::Unavailable`] when no keys can be had.
    pub async fn verify(&self, token: &str) -> Result<TokenClaims, TokenError> {
        let expected = Expected { types: &["at+jwt", "jwt"], audience: &self.audience };
        let claims: Claims = self.keys.verify(token, &expected).await?;
        if claims.typ.is_some_and(|kind| kind != "Bearer") {
            return Err(TokenError::Invalid("not an access token"));
        }
        let client_id = claims.client_id.or(claims.azp).ok_or(TokenError::Invalid("no client"))?;
        let scopes = claims.scope.split_ascii_whitespace().map(str::to_owned).collect();
        Ok(TokenClaims { client_id, scopes })
    }
}

/// The client a [`TokenSource`] asks as.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client's id at the provider.
    pub id: String,
    /// Its secret.
    pub secret: SecretString,
}

/// Our own access token by client credentials, cached until shortly before it expires.
#[derive(Clone)]
pub struct TokenSource(Arc<Source>);

struct Source {
    issuer: String,
    client: Client,
    scope: String,
    http: reqwest::Client,
    clock: Clock,
    cached: Mutex<Option<Cached>>,
}

struct Cached {
    token: SecretString,
    until: Timestamp,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    token_endpoint: String,
}

#[derive(Deserialize)]
struct Answer {
    access_token: SecretString,
    expires_in: i64,
}

impl TokenSource {
    /// A source of tokens of `client` from `issuer`, with these scopes (blank-separated).
    pub fn new(
        issuer: impl Into<String>,
        client: Client,
        scope: impl Into<String>,
        http: reqwest::Client,
        clock: Clock,
    ) -> Self {
        let (issuer, scope) = (issuer.into(), scope.into());
        Self(Arc::new(Source { issuer, client, scope, http, clock, cached: Mutex::default() }))
    }

    /// A token valid for at least half a minute. Parallel callers share one request.
    ///
    /// # Errors
    ///
    /// When the provider does not answer or refuses the client.
    pub async fn token(&self) -> anyhow::Result<SecretString> {
        let mut cached = self.0.cached.lock().await;
        let now = self.0.clock.now();
        if let Some(good) = cached.as_ref().filter(|cached| cached.until > now) {
            return Ok(good.token.clone());
        }
        let answer = self.0.fetch().await?;
        let until = now + SignedDuration::from_secs(answer.expires_in) - MARGIN;
        *cached = Some(Cached { token: answer.access_token.clone(), until });
        Ok(answer.access_token)
    }
}

impl Source {
    async fn fetch(&self) -> anyhow::Result<Answer> {
        let issuer = self.issuer.trim_end_matches('/');
        let address = format!("{issuer}/.well-known/openid-configuration");
        let found: Discovery =
            self.http.get(address).send().await?.error_for_status()?.json().await?;
        anyhow::ensure!(found.issuer == self.issuer, "the provider names itself {}", found.issuer);
        let form = [("grant_type", "client_credentials"), ("scope", &self.scope)];
        let answer = self
            .http
            .post(found.token_endpoint)
            .basic_auth(escaped(&self.client.id), Some(escaped(self.client.secret.expose_secret())))
            .form(&form)
            .send()
            .await?
            .error_for_status()?;
        Ok(answer.json().await?)
    }
}

/// RFC 6749, section 2.3.1: id and secret are form-encoded before they become Basic credentials.
fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
