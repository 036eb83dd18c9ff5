//! The token endpoint: codes to tokens for people, credentials to tokens for machines.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::clients::{Client, roles_of};
use super::pages::UNCACHED;
use super::parameters::{FormParameters, Parameters};
use super::realm::{Person, subject};
use super::sessions::{Code, Session};
use super::{Realm, TOKEN_SECONDS};

/// An error of the token endpoint (RFC 6749, section 5.2).
struct Fault(StatusCode, &'static str, String);

impl Fault {
    fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, error, description.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let Self(status, error, description) = self;
        let body = Json(json!({ "error": error, "error_description": description }));
        let mut response = (status, UNCACHED, body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = header::HeaderValue::from_static("Basic realm=\"skadehub\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// `POST /protocol/openid-connect/token`
pub(super) async fn token(
    State(realm): State<Arc<Realm>>,
    headers: HeaderMap,
    form: Result<FormParameters, StatusCode>,
) -> Response {
    let Ok(FormParameters(form)) = form else {
        return Fault::new("invalid_request", "Invalid form").into_response();
    };
    match grant(&realm, &headers, &form) {
        Ok(tokens) => (UNCACHED, Json(tokens)).into_response(),
        Err(fault) => fault.into_response(),
    }
}

fn grant(realm: &Realm, headers: &HeaderMap, form: &Parameters) -> Result<Value, Fault> {
    let Some(client) = realm.authenticate(headers, form) else {
        let description = "Invalid client or Invalid client credentials".into();
        return Err(Fault(StatusCode::UNAUTHORIZED, "invalid_client", description));
    };
    match form.get("grant_type") {
        Some("authorization_code") => for_person(realm, &client, form),
        Some("client_credentials") => for_machine(realm, &client, form.get("scope")),
        Some(_) => Err(Fault::new("unsupported_grant_type", "Unsupported grant_type")),
        None => Err(Fault::new("invalid_request", "Missing form parameter: grant_type")),
    }
}

fn for_person(realm: &Realm, client: &Client, form: &Parameters) -> Result<Value, Fault> {
    let code =
        form.get("code").ok_or_else(|| Fault::new("invalid_request", "Missing parameter: code"))?;
    let redeemed = realm.sessions().redeem(code, realm.clock.now());
    let (code, session) = redeemed.ok_or_else(|| Fault::new("invalid_grant", "Code not valid"))?;
    if code.client != client.id {
        return Err(Fault::new("invalid_grant", "Auth error"));
    }
    if form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(Fault::new("invalid_grant", "Incorrect redirect_uri"));
    }
    let verifier = form
        .get("code_verifier")
        .ok_or_else(|| Fault::new("invalid_grant", "PKCE code verifier not specified"))?;
    if !verifies(verifier, &code.challenge) {
        return Err(Fault::new("invalid_grant", "PKCE verification failed: Code mismatch"));
    }
    let person = realm
        .person(&session.username)
        .ok_or_else(|| Fault::new("invalid_grant", "User not found"))?;
    let access = sign(realm, &access_claims_of(realm, &code, &session, &person))?;
    let mut tokens = answer(&access, &code.scope);
    tokens["id_token"] = sign(realm, &id_claims(realm, &code, &session, &person, &access))?.into();
    tokens["session_state"] = session.id.to_string().into();
    Ok(tokens)
}

fn for_machine(realm: &Realm, client: &Client, asked: Option<&str>) -> Result<Value, Fault> {
    let scope = client
        .grant(asked)
        .map_err(|asked| Fault::new("invalid_scope", format!("Invalid scopes: {asked}")))?;
    let name = format!("service-account-{}", client.id);
    let mut claims = common_claims(realm, &subject(&name), &client.id);
    let scopes = || scope.split(' ');
    // As in the realm of `deploy/keycloak`: what opens the Admin API opens nothing at the API.
    if scopes().any(|scope| roles_of(scope).is_none()) {
        claims["aud"] = realm.audience.as_str().into();
    }
    let roles: Vec<_> = scopes().filter_map(roles_of).flatten().collect();
    if !roles.is_empty() {
        claims["resource_access"] = json!({"realm-management": {"roles": roles}});
    }
    claims["typ"] = "Bearer".into();
    claims["acr"] = "1".into();
    claims["client_id"] = client.id.as_str().into();
    claims["preferred_username"] = name.into();
    claims["scope"] = scope.as_str().into();
    Ok(answer(&sign(realm, &claims)?, &scope))
}

fn answer(access: &str, scope: &str) -> Value {
    json!({
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "refresh_expires_in": 0,
        "not-before-policy": 0,
        "scope": scope,
    })
}

fn sign(realm: &Realm, claims: &Value) -> Result<String, Fault> {
    realm.keys.sign("JWT", claims).map_err(|error| {
        tracing::error!(%error, "a token could not be signed");
        Fault(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Token not signed".into())
    })
}

/// What every token says.
fn common_claims(realm: &Realm, subject: &Uuid, client: &str) -> Value {
    let now = realm.clock.now().as_second();
    json!({
        "iss": realm.issuer,
        "sub": subject,
        "azp": client,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": Uuid::new_v4(),
    })
}

fn person_claims(realm: &Realm, code: &Code, session: &Session, person: &Person) -> Value {
    let mut claims = common_claims(realm, &person.subject, &code.client);
    claims["auth_time"] = session.signed_in_at.as_second().into();
    claims["sid"] = session.id.to_string().into();
    claims["acr"] = if code.fresh { "1" } else { "0" }.into();
    claims["preferred_username"] = person.username.as_str().into();
    claims["name"] = person.name().into();
    claims["given_name"] = person.given_name.as_str().into();
    claims["family_name"] = person.family_name.as_str().into();
    claims
}

fn access_claims_of(realm: &Realm, code: &Code, session: &Session, person: &Person) -> Value {
    let mut claims = person_claims(realm, code, session, person);
    claims["aud"] = realm.audience.as_str().into();
    claims["typ"] = "Bearer".into();
    claims["scope"] = code.scope.as_str().into();
    claims
}

fn id_claims(
    realm: &Realm,
    code: &Code,
    session: &Session,
    person: &Person,
    access: &str,
) -> Value {
    let mut claims = person_claims(realm, code, session, person);
    claims["aud"] = code.client.as_str().into();
    claims["typ"] = "ID".into();
    claims["at_hash"] = URL_SAFE_NO_PAD.encode(&Sha256::digest(access)[..16]).into();
    if let Some(nonce) = &code.nonce {
        claims["nonce"] = nonce.as_str().into();
    }
    claims
}

/// PKCE with S256 (RFC 7636, section 4.6).
fn verifies(verifier: &str, challenge: &str) -> bool {
    let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    (43..=128).contains(&verifier.len())
        && bool::from(hashed.as_bytes().ct_eq(challenge.as_bytes()))
}
