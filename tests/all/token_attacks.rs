//! Tokens that must not be believed, each one wrong in a single way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::routing::get;
use axum::{Json, Router};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use skadehub::auth::keys::{ProviderKeys, TokenError};
use skadehub::auth::machine::TokenVerifier;
use skadehub::clock::Clock;
use tokio::net::TcpListener;

use crate::support::tokens::{self, KID, make_key, raw};

/// A provider with one key, counting how often its keys are fetched.
struct Provider {
    issuer: String,
    key: EncodingKey,
    jwk: Jwk,
    fetched: Arc<AtomicUsize>,
    verifier: TokenVerifier,
    now: Timestamp,
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let (key, jwk) = make_key();
        let fetched = Arc::new(AtomicUsize::new(0));
        let found = Json(json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/keys") }));
        let (set, count) = (Json(json!({ "keys": [jwk] })), Arc::clone(&fetched));
        let keys = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            set
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(async || found))
            .route("/keys", get(keys));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let now = Timestamp::now();
        let provided = ProviderKeys::new(&issuer, reqwest::Client::new(), Clock::new(move || now));
        let verifier = TokenVerifier::new(provided, "skadehub-api");
        Self { issuer, key, jwk, fetched, verifier, now }
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.issuer,
            "aud": "skadehub-api",
            "client_id": "fagsystem-fjt",
            "scope": "skadehub.read",
            "exp": self.at(300),
            "nbf": self.at(0),
            "iat": self.at(0),
        })
    }

    fn at(&self, seconds: i64) -> i64 {
        self.now.as_second() + seconds
    }

    fn header() -> Header {
        Header { kid: Some(KID.to_owned()), ..Header::new(Algorithm::RS256) }
    }

    /// A good token with `name` set to `value`, or left out when null.
    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[name] = value;
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        encode(&Self::header(), &claims, &self.key).unwrap()
    }

    async fn verify(&self, token: &str) -> Result<Vec<String>, TokenError> {
        self.verifier.verify(token).await.map(|claims| claims.scopes)
    }

    async fn refuses(&self, attack: &str, token: &str) {
        let verdict = self.verify(token).await;
        assert!(matches!(verdict, Err(TokenError::Invalid(_))), "{attack}: {verdict:?}");
    }
}

/// `header` over a good token's claims, signed with the provider's own key.
fn signed(provider: &Provider, header: &Value) -> String {
    tokens::signed(header, &provider.claims(), &provider.key, Algorithm::RS256)
}

#[tokio::test]
async fn a_good_token_is_believed_with_every_algorithm_we_allow() {
    let provider = Provider::start().await;
    for algorithm in [Algorithm::RS256, Algorithm::PS256] {
        let header = Header { kid: Some(KID.to_owned()), ..Header::new(algorithm) };
        let token = encode(&header, &provider.claims(), &provider.key).unwrap();
        assert_eq!(provider.verify(&token).await.unwrap(), ["skadehub.read"]);
    }
    let token = signed(&provider, &json!({ "alg": "RS256", "kid": KID, "typ": "at+jwt" }));
    assert_eq!(provider.verify(&token).await.unwrap(), ["skadehub.read"]);
}

#[tokio::test]
async fn no_signature_or_one_made_with_the_public_key_is_refused() {
    let provider = Provider::start().await;
    for alg in ["none", "None", "NONE", ""] {
        let token = raw(&json!({ "alg": alg, "kid": KID }), &provider.claims(), b"");
        provider.refuses(alg, &token).await;
    }
    let public = serde_json::to_vec(&provider.jwk).unwrap();
    let header = Header { kid: Some(KID.to_owned()), ..Header::new(Algorithm::HS256) };
    let token = encode(&header, &provider.claims(), &EncodingKey::from_secret(&public)).unwrap();
    provider.refuses("HS256 with the public key", &token).await;
    let header = Header { kid: Some(KID.to_owned()), ..Header::new(Algorithm::RS512) };
    let token = encode(&header, &provider.claims(), &provider.key).unwrap();
    provider.refuses("an algorithm not on the list", &token).await;
}

#[tokio::test]
async fn a_key_the_token_brings_itself_is_refused() {
    let provider = Provider::start().await;
    let (stranger, jwk) = make_key();
    let token = encode(&Provider::header(), &provider.claims(), &stranger).unwrap();
    provider.refuses("another's key under our kid", &token).await;
    let header = Header { jwk: Some(jwk.clone()), ..Provider::header() };
    provider
        .refuses("embedded jwk", &encode(&header, &provider.claims(), &stranger).unwrap())
        .await;
    for (name, value) in [
        ("jwk", json!(jwk)),
        ("jku", json!("http://127.0.0.1:1/keys")),
        ("x5u", json!("http://127.0.0.1:1/cert")),
        ("x5c", json!(["MIIB"])),
        ("crit", json!(["exp"])),
    ] {
        let mut header = json!({ "alg": "RS256", "kid": KID, "typ": "JWT" });
        header[name] = value;
        provider.refuses(name, &signed(&provider, &header)).await;
    }
}

#[tokio::test]
async fn a_token_for_another_purpose_is_refused() {
    let provider = Provider::start().await;
    for (attack, token) in [
        ("other audience", provider.with("aud", json!("account"))),
        ("no audience", provider.with("aud", Value::Null)),
        ("other issuer", provider.with("iss", json!("https://ond.example"))),
        ("no issuer", provider.with("iss", Value::Null)),
        ("no client", provider.with("client_id", Value::Null)),
        ("ID token", provider.with("typ", json!("ID"))),
    ] {
        provider.refuses(attack, &token).await;
    }
    for kind in ["logout+jwt", "dpop+jwt"] {
        let header = json!({ "alg": "RS256", "kid": KID, "typ": kind });
        provider.refuses(kind, &signed(&provider, &header)).await;
    }
}

#[tokio::test]
async fn a_token_counts_within_its_times_and_a_minute_around_them() {
    let provider = Provider::start().await;
    for (name, second) in [("exp", -59), ("nbf", 60), ("iat", 60)] {
        let token = provider.with(name, json!(provider.at(second)));
        assert!(provider.verify(&token).await.is_ok(), "{name} {second}");
    }
    for (name, value) in [
        ("exp", json!(provider.at(-60))),
        ("exp", Value::Null),
        ("exp", json!("soon")),
        ("nbf", json!(provider.at(61))),
        ("iat", json!(provider.at(61))),
    ] {
        provider.refuses(name, &provider.with(name, value)).await;
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_asking_for_keys() {
    let provider = Provider::start().await;
    let huge = "a".repeat(20_000);
    for text in ["", ".", "..", "a.b.c", "Bearer x", &huge, &raw(&json!({}), &json!({}), b"")] {
        provider.refuses("no token", text).await;
    }
    let token = raw(&json!({ "alg": "none" }), &provider.claims(), b"");
    provider.refuses("none", &token).await;
    assert_eq!(provider.fetched.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_once_and_not_by_everyone_at_a_time() {
    let provider = Provider::start().await;
    let good = provider.with("scope", json!("skadehub.read"));
    provider.verify(&good).await.unwrap();
    let header = Header { kid: Some("ukjent".to_owned()), ..Header::new(Algorithm::RS256) };
    let unknown = encode(&header, &provider.claims(), &provider.key).unwrap();
    let tries: Vec<_> = (0..50)
        .map(|_| {
            let (verifier, token) = (provider.verifier.clone(), unknown.clone());
            tokio::spawn(async move { verifier.verify(&token).await })
        })
        .collect();
    for outcome in tries {
        assert!(matches!(outcome.await.unwrap(), Err(TokenError::Invalid(_))));
    }
    assert!(provider.fetched.load(Ordering::SeqCst) <= 2);
}

#[tokio::test]
async fn a_provider_that_is_down_is_not_the_callers_fault() {
    let nobody = "http://127.0.0.1:1";
    let now = Timestamp::now();
    let keys = ProviderKeys::new(nobody, reqwest::Client::new(), Clock::new(move || now));
    let verifier = TokenVerifier::new(keys, "skadehub-api");
    let (key, _) = make_key();
    let exp = (now + SignedDuration::from_mins(5)).as_second();
    let claims = json!({ "iss": nobody, "aud": "skadehub-api", "exp": exp });
    let token = encode(&Provider::header(), &claims, &key).unwrap();
    assert_eq!(verifier.verify(&token).await.unwrap_err(), TokenError::Unavailable);
}
