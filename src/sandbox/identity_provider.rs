//! The identity provider: shaped like a Keycloak realm, and as strict.
//!
//! It stands at the path of its issuer (`/realms/skadehub`). [`authorize`] signs people in,
//! [`token`] gives out tokens, [`logout`] ends sessions at both ends. Changing to a real
//! Keycloak is a matter of configuration, so nothing here may be more lenient than that one.

mod admin;
mod authorize;
mod clients;
mod keys;
mod logout;
mod pages;
mod parameters;
pub(super) mod realm;
mod sessions;
mod token;
mod userinfo;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use anyhow::Result;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use url::Url;

use crate::auth::oidc;
use crate::clock::Clock;
use crate::sandbox::demo_world::DemoWorld;

use clients::Client;
use keys::Keys;
use realm::Person;
use sessions::Sessions;

/// Lifetime of access and ID tokens, in seconds.
pub const TOKEN_SECONDS: i64 = 300;

/// What the realm must know of its surroundings.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address by which browsers and the portal know the realm.
    pub issuer: Url,
    /// Where the key that signs tokens is kept; `None` makes a new one at every start.
    pub key_file: Option<PathBuf>,
    /// The client that people sign in through.
    pub portal: Portal,
}

/// The portal's registration. Every address must match to the letter.
#[derive(Debug, Clone)]
pub struct Portal {
    pub client_id: String,
    pub redirect_uri: String,
    pub post_logout_redirect_uri: String,
    /// Where a logout token is posted when a session ends.
    pub backchannel_logout_uri: Option<String>,
}

impl Portal {
    /// The portal at `base`, an address without a slash at the end.
    pub fn at(base: &str) -> Self {
        Self {
            client_id: "skadehub-portal".into(),
            redirect_uri: format!("{base}{}", oidc::CALLBACK),
            post_logout_redirect_uri: format!("{base}{}", oidc::SIGNED_OUT),
            backchannel_logout_uri: Some(format!("{base}{}", oidc::BACK_CHANNEL)),
        }
    }
}

/// The realm. Cloning shares the same one.
#[derive(Clone)]
pub struct IdentityProvider(Arc<Realm>);

struct Realm {
    issuer: String,
    audience: String,
    keys: Keys,
    clients: RwLock<Vec<Arc<Client>>>,
    people: RwLock<Vec<Arc<Person>>>,
    sessions: Mutex<Sessions>,
    http: reqwest::Client,
    clock: Clock,
}

impl IdentityProvider {
    /// The realm of the demonstration world.
    pub fn new(world: &DemoWorld, options: &Options, clock: Clock) -> Result<Self> {
        Ok(Self(Arc::new(Realm {
            issuer: options.issuer.as_str().trim_end_matches('/').to_owned(),
            audience: "skadehub-api".into(),
            keys: Keys::load_or_make(options.key_file.as_deref())?,
            clients: RwLock::new(
                clients::of(world, &options.portal).into_iter().map(Arc::new).collect(),
            ),
            people: RwLock::new(realm::people(world).into_iter().map(Arc::new).collect()),
            sessions: Mutex::default(),
            http: reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build()?,
            clock,
        })))
    }
}

impl Realm {
    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.clients().iter().find(|client| client.id == id).cloned()
    }

    /// Somebody who may sign in or may not any more.
    fn person(&self, username: &str) -> Option<Arc<Person>> {
        self.people().iter().find(|person| person.username == username).cloned()
    }

    fn clients(&self) -> RwLockReadGuard<'_, Vec<Arc<Client>>> {
        self.clients.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn clients_mut(&self) -> RwLockWriteGuard<'_, Vec<Arc<Client>>> {
        self.clients.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn people(&self) -> RwLockReadGuard<'_, Vec<Arc<Person>>> {
        self.people.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn people_mut(&self) -> RwLockWriteGuard<'_, Vec<Arc<Person>>> {
        self.people.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path part of the issuer, which every route and the cookie stand below.
    fn path(&self) -> &str {
        let after_scheme = self.issuer.find("://").map_or(0, |at| at + 3);
        self.issuer[after_scheme..].find('/').map_or("", |at| &self.issuer[after_scheme + at..])
    }

    fn endpoint(&self, name: &str) -> String {
        format!("{}/protocol/openid-connect/{name}", self.issuer)
    }
}

/// The routes, at the path of the issuer.
pub fn router(state: &IdentityProvider) -> Router {
    let realm = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/protocol/openid-connect/auth", get(authorize::show).post(authorize::submit))
        .route("/protocol/openid-connect/token", post(token::token))
        .route("/protocol/openid-connect/certs", get(certs))
        .route("/protocol/openid-connect/userinfo", get(userinfo::show).post(userinfo::show))
        .route("/protocol/openid-connect/logout", get(logout::get).post(logout::post))
        .route("/resources/sandbox.css", get(crate::sandbox::front::stylesheet));
    let admin = state.0.path().replacen("/realms/", "/admin/realms/", 1);
    Router::new()
        .nest(state.0.path(), realm.with_state(state.0.clone()))
        .nest(&admin, admin::router().with_state(state.0.clone()))
}

async fn discovery(State(realm): State<Arc<Realm>>) -> Json<Value> {
    let clients = realm.clients();
    let scopes: std::collections::BTreeSet<_> = clients
        .iter()
        .flat_map(|client| &client.scopes)
        .map(String::as_str)
        .chain(["openid", "profile"])
        .collect();
    Json(json!({
        "issuer": realm.issuer,
        "authorization_endpoint": realm.endpoint("auth"),
        "token_endpoint": realm.endpoint("token"),
        "userinfo_endpoint": realm.endpoint("userinfo"),
        "end_session_endpoint": realm.endpoint("logout"),
        "jwks_uri": realm.endpoint("certs"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": scopes,
        "claims_supported": ["iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "azp", "nonce", "sid", "name", "given_name", "family_name", "preferred_username"],
        "prompt_values_supported": ["none", "login"],
        "acr_values_supported": ["0", "1"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
    }))
}

async fn certs(State(realm): State<Arc<Realm>>) -> Json<Value> {
    Json(json!({ "keys": [realm.keys.public()] }))
}

#[cfg(test)]
mod tests;
