//! An identity provider that answers rightly but for one thing.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::response::Redirect;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Value, json};
use skadehub::clock::Clock;
use tokio::net::TcpListener;

use super::tokens::{KID, make_key, raw, signed};

/// The person everyone signs in as here.
pub(crate) const USERNAME: &str = "saksbehandler.fjt";
/// Its subject.
pub(crate) const SUBJECT: &str = "person-1";
/// The provider's session.
pub(crate) const SID: &str = "session-1";

/// All it says in a sign-in, for a [`Change`] to spoil.
pub(crate) struct Answer {
    /// The parameters of the address it sends people back to.
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) token: Token,
}

/// A token before it is signed.
pub(crate) struct Token {
    pub(crate) header: Value,
    pub(crate) claims: Value,
    pub(crate) signature: Signature,
}

/// How a token is signed.
pub(crate) enum Signature {
    /// With the provider's key.
    Right,
    /// Not at all.
    Missing,
    /// With another's key, under the id of the provider's.
    Stranger,
    /// With the public key, as if it were a shared secret.
    PublicKey,
}

/// What is altered.
pub(crate) type Change = fn(&mut Answer);

/// The provider. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Misbehaving(Arc<Inner>);

struct Inner {
    issuer: String,
    clock: Clock,
    key: EncodingKey,
    jwk: Jwk,
    stranger: EncodingKey,
    change: Mutex<Change>,
    /// By code.
    nonces: Mutex<HashMap<String, String>>,
    keys_fetched: AtomicUsize,
}

impl Misbehaving {
    /// Listens on a port of its own, and behaves.
    pub(crate) async fn start(clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/realms/skadehub", listener.local_addr().unwrap());
        let ((key, jwk), (stranger, _)) = (make_key(), make_key());
        let provider = Self(Arc::new(Inner {
            issuer,
            clock,
            key,
            jwk,
            stranger,
            change: Mutex::new(|_| {}),
            nonces: Mutex::default(),
            keys_fetched: AtomicUsize::new(0),
        }));
        let realm = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/auth", get(authorize))
            .route("/token", post(token))
            .route("/keys", get(keys))
            .with_state(provider.clone());
        let router = Router::new().nest("/realms/skadehub", realm);
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// From now on, this is wrong and nothing else.
    pub(crate) fn alter(&self, change: Change) {
        *self.0.change.lock().unwrap() = change;
    }

    /// How often its keys have been asked for.
    pub(crate) fn keys_fetched(&self) -> usize {
        self.0.keys_fetched.load(Ordering::SeqCst)
    }

    /// A logout token, right but for `change`.
    pub(crate) fn logout_token(&self, jti: &str, change: impl Fn(&mut Token)) -> String {
        let now = self.0.clock.now().as_second();
        let mut token = Token {
            header: json!({ "alg": "RS256", "kid": KID, "typ": "logout+jwt" }),
            claims: json!({
                "iss": self.0.issuer,
                "aud": "skadehub-portal",
                "sub": SUBJECT,
                "sid": SID,
                "jti": jti,
                "iat": now,
                "exp": now + 120,
                "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
            }),
            signature: Signature::Right,
        };
        change(&mut token);
        self.sign(token)
    }

    /// The right answer to a request with this state and nonce, altered as told.
    fn answer(&self, state: &str, nonce: &str) -> Answer {
        let now = self.0.clock.now().as_second();
        let issuer = self.0.issuer.as_str();
        let query = [("state", state), ("code", "kode-1"), ("iss", issuer)];
        let mut answer = Answer {
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
            token: Token {
                header: json!({ "alg": "RS256", "kid": KID, "typ": "JWT" }),
                claims: json!({
                    "iss": issuer,
                    "aud": "skadehub-portal",
                    "azp": "skadehub-portal",
                    "sub": SUBJECT,
                    "sid": SID,
                    "nonce": nonce,
                    "acr": "1",
                    "iat": now,
                    "exp": now + 300,
                    "preferred_username": USERNAME,
                }),
                signature: Signature::Right,
            },
        };
        (*self.0.change.lock().unwrap())(&mut answer);
        answer
    }

    fn sign(&self, token: Token) -> String {
        let Token { header, mut claims, signature } = token;
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let rs256 = |key| signed(&header, &claims, key, Algorithm::RS256);
        match signature {
            Signature::Right => rs256(&self.0.key),
            Signature::Stranger => rs256(&self.0.stranger),
            Signature::Missing => raw(&header, &claims, b""),
            Signature::PublicKey => {
                let secret = serde_json::to_vec(&self.0.jwk).unwrap();
                let secret = EncodingKey::from_secret(&secret);
                signed(&header, &claims, &secret, Algorithm::HS256)
            }
        }
    }
}

async fn discovery(State(provider): State<Misbehaving>) -> Json<Value> {
    let issuer = &provider.0.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(provider): State<Misbehaving>) -> Json<Value> {
    provider.0.keys_fetched.fetch_add(1, Ordering::SeqCst);
    Json(json!({ "keys": [provider.0.jwk] }))
}

/// Everyone is signed in already.
async fn authorize(
    State(provider): State<Misbehaving>,
    Query(asked): Query<HashMap<String, String>>,
) -> Redirect {
    let answer = provider.answer(&asked["state"], &asked["nonce"]);
    let code = answer.query.get("code").cloned().unwrap_or_default();
    provider.0.nonces.lock().unwrap().insert(code, asked["nonce"].clone());
    let query = serde_urlencoded::to_string(&answer.query).unwrap();
    Redirect::to(&format!("{}?{query}", asked["redirect_uri"]))
}

/// Takes a code as often as it comes.
async fn token(
    State(provider): State<Misbehaving>,
    Form(asked): Form<HashMap<String, String>>,
) -> Json<Value> {
    let nonce = provider.0.nonces.lock().unwrap().get(&asked["code"]).cloned();
    let answer = provider.answer("", &nonce.unwrap_or_default());
    Json(json!({
        "access_token": "tilgang",
        "token_type": "Bearer",
        "expires_in": 300,
        "id_token": provider.sign(answer.token),
    }))
}
