//! The identity provider's public keys, and the one way a token is verified.
//!
//! Keys come from the configured issuer only; what a token says about where its key
//! may be found (`jku`, `x5u`, `jwk`, `x5c`) makes it invalid. Keys are cached, kept
//! when the provider is down, and fetched once more for an unknown `kid`, by one
//! request at a time and not more often than every ten seconds.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::{Mutex, RwLock};

use crate::clock::Clock;

/// Clocks may differ by this much.
const LEEWAY: i64 = 60;

/// Keys older than this are fetched again.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// The least time between two fetches for an unknown `kid`.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// The longest token that is looked at.
const TOKEN_LIMIT: usize = 16 * 1024;

/// Why a token was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The token is not good; the reason is for the log, not for the caller.
    #[error("invalid token: {0}")]
    Invalid(&'static str),
    /// The provider's keys cannot be had.
    #[error("the identity provider's keys cannot be fetched")]
    Unavailable,
}

/// The keys of one identity provider. Cloning shares the cache.
#[derive(Clone)]
pub struct ProviderKeys(Arc<Inner>);

struct Inner {
    issuer: String,
    http: reqwest::Client,
    clock: Clock,
    keys: RwLock<Arc<Snapshot>>,
    fetching: Mutex<Option<Timestamp>>,
}

#[derive(Default)]
struct Snapshot {
    keys: HashMap<String, Key>,
    fetched_at: Option<Timestamp>,
}

struct Key {
    decoding: DecodingKey,
    algorithms: Vec<Algorithm>,
}

/// What a token must be.
pub struct Expected<'a> {
    /// Allowed header types, lower case; a token without a type passes when `"jwt"` is among them.
    pub types: &'a [&'a str],
    /// Who the token must be for.
    pub audience: &'a str,
}

#[derive(Deserialize)]
struct Times {
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

impl ProviderKeys {
    /// The keys of `issuer`, fetched when first needed.
    pub fn new(issuer: impl Into<String>, http: reqwest::Client, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            issuer: issuer.into(),
            http,
            clock,
            keys: RwLock::default(),
            fetching: Mutex::default(),
        }))
    }

    /// Verifies type, algorithm, signature, issuer, audience and times, and reads the claims.
    pub async fn verify<T: DeserializeOwned>(
        &self,
        token: &str,
        expected: &Expected<'_>,
    ) -> Result<T, TokenError> {
        let (algorithm, kid) = read_header(token, expected.types)?;
        let snapshot = self.snapshot_with(&kid).await?;
        let key = snapshot.keys.get(&kid).ok_or(TokenError::Invalid("unknown kid"))?;
        if !key.algorithms.contains(&algorithm) {
            return Err(TokenError::Invalid("algorithm is not the key's"));
        }
        let validation = validation(algorithm, &self.0.issuer, expected.audience);
        let claims = jsonwebtoken::decode::<Value>(token, &key.decoding, &validation)
            .map_err(|_| TokenError::Invalid("signature, issuer or audience"))?
            .claims;
        check_times(&claims, self.0.clock.now())?;
        serde_json::from_value(claims).map_err(|_| TokenError::Invalid("claims"))
    }

    /// The cached keys, fetched again when they are old or lack `kid`.
    async fn snapshot_with(&self, kid: &str) -> Result<Arc<Snapshot>, TokenError> {
        let cached = self.0.keys.read().await.clone();
        let age = cached.fetched_at.map(|at| self.0.clock.now().duration_since(at));
        let known = cached.keys.contains_key(kid);
        if known && age.is_some_and(|age| age < FRESH) {
            return Ok(cached);
        }
        match self.refresh(cached.fetched_at).await {
            Err(_) if known => Ok(cached),
            outcome => outcome,
        }
    }

    async fn refresh(&self, seen: Option<Timestamp>) -> Result<Arc<Snapshot>, TokenError> {
        let mut tried = self.0.fetching.lock().await;
        let cached = self.0.keys.read().await.clone();
        let now = self.0.clock.now();
        let recently = tried.is_some_and(|at| now.duration_since(at).abs() < PAUSE);
        if cached.fetched_at != seen || (recently && cached.fetched_at.is_some()) {
            return Ok(cached);
        }
        *tried = Some(now);
        let keys = self.fetch().await.map_err(|error| {
            tracing::warn!(%error, "the identity provider's keys cannot be fetched");
            TokenError::Unavailable
        })?;
        let fresh = Arc::new(Snapshot { keys, fetched_at: Some(now) });
        *self.0.keys.write().await = Arc::clone(&fresh);
        Ok(fresh)
    }

    async fn fetch(&self) -> anyhow::Result<HashMap<String, Key>> {
        let address =
            format!("{}/.well-known/openid-configuration", self.0.issuer.trim_end_matches('/'));
        let found: Discovery = self.get(&address).await?;
        anyhow::ensure!(
            found.issuer == self.0.issuer,
            "the provider names itself {}",
            found.issuer
        );
        let set: KeySet = self.get(&found.jwks_uri).await?;
        Ok(set.keys.into_iter().filter_map(usable).collect())
    }

    async fn get<T: DeserializeOwned>(&self, address: &str) -> anyhow::Result<T> {
        Ok(self.0.http.get(address).send().await?.error_for_status()?.json().await?)
    }
}

/// A key we verify with, by its id; anything else in the set is passed over.
fn usable(value: Value) -> Option<(String, Key)> {
    let jwk: Jwk = serde_json::from_value(value).ok()?;
    let signs = matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature));
    let kid = jwk.common.key_id.clone().filter(|_| signs)?;
    let mut algorithms = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => vec![Algorithm::RS256, Algorithm::PS256],
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => {
            vec![Algorithm::ES256]
        }
        _ => return None,
    };
    if let Some(named) = jwk.common.key_algorithm {
        algorithms.retain(|algorithm| format!("{algorithm:?}") == named.to_string());
    }
    let decoding = DecodingKey::from_jwk(&jwk).ok()?;
    Some((kid, Key { decoding, algorithms }))
}

/// Reads algorithm and key id, refusing everything that has no business in a header.
fn read_header(token: &str, types: &[&str]) -> Result<(Algorithm, String), TokenError> {
    let malformed = TokenError::Invalid("malformed");
    if token.len() > TOKEN_LIMIT {
        return Err(malformed);
    }
    let (first, _) = token.split_once('.').ok_or(malformed)?;
    let bytes = URL_SAFE_NO_PAD.decode(first).map_err(|_| malformed)?;
    let header: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| malformed)?;
    if ["jku", "jwk", "x5u", "x5c", "crit", "b64"].iter().any(|name| header.contains_key(*name)) {
        return Err(TokenError::Invalid("a header that is not allowed"));
    }
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let media_type = text("typ").unwrap_or("jwt").to_ascii_lowercase();
    if !types.contains(&media_type.trim_start_matches("application/")) {
        return Err(TokenError::Invalid("type"));
    }
    let algorithm = match text("alg") {
        Some("RS256") => Algorithm::RS256,
        Some("PS256") => Algorithm::PS256,
        Some("ES256") => Algorithm::ES256,
        _ => return Err(TokenError::Invalid("algorithm")),
    };
    let kid = text("kid").ok_or(TokenError::Invalid("no kid"))?;
    Ok((algorithm, kid.to_owned()))
}

fn validation(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    // Times are checked against our own clock.
    validation.validate_exp = false;
    validation
}

fn check_times(claims: &Value, now: Timestamp) -> Result<(), TokenError> {
    let times = Times::deserialize(claims).map_err(|_| TokenError::Invalid("times"))?;
    let now = now.as_second();
    if times.exp.saturating_add(LEEWAY) <= now {
        return Err(TokenError::Invalid("expired"));
    }
    let ahead = |at: Option<i64>| at.is_some_and(|at| at > now + LEEWAY);
    if ahead(times.nbf) || ahead(times.iat) {
        return Err(TokenError::Invalid("not valid yet"));
    }
    Ok(())
}
