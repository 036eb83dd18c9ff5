//! The clients of the realm, and how they prove who they are.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use super::parameters::Parameters;
use super::{Portal, Realm};
use crate::sandbox::demo_world::DemoWorld;

/// Scopes of a person who signs in, as the realm of `deploy/keycloak` has them.
const OF_A_PERSON: [&str; 2] = ["openid", "profile"];

/// What the portal asks for to call the Admin API, and the roles of `realm-management` that come of it.
const OF_THE_ADMIN_API: [(&str, &[&str]); 2] = [
    ("skadehub.people", &["manage-users", "query-users", "view-users"]),
    ("skadehub.clients", &["create-client", "manage-clients", "view-clients"]),
];

/// A confidential client.
pub(super) struct Client {
    pub(super) id: String,
    secret: String,
    /// What it may ask for under client credentials.
    pub(super) scopes: Vec<String>,
    /// Present on the client that people sign in through.
    pub(super) portal: Option<Portal>,
}

/// The clients of the demonstration world, the portal among them.
pub(super) fn of(world: &DemoWorld, portal: &Portal) -> Vec<Client> {
    let client = |client: &crate::sandbox::demo_world::ApiClient| Client {
        id: client.client_id.clone(),
        secret: client.client_secret.clone(),
        scopes: client.scopes.clone(),
        portal: (client.client_id == portal.client_id).then(|| portal.clone()),
    };
    world.api_clients.iter().map(client).collect()
}

impl Client {
    /// A core system's client.
    pub(super) fn new(id: String, secret: String, scopes: Vec<String>) -> Self {
        Self { id, secret, scopes, portal: None }
    }

    /// The same client with another secret.
    pub(super) fn with_secret(&self, secret: &str) -> Self {
        Self {
            id: self.id.clone(),
            secret: secret.to_owned(),
            scopes: self.scopes.clone(),
            portal: self.portal.clone(),
        }
    }

    /// The scopes granted for `asked`: all of its own when nothing is asked for.
    /// `Err` is the part that it may not have.
    pub(super) fn grant(&self, asked: Option<&str>) -> Result<String, String> {
        let asked = asked.unwrap_or_default();
        let wanted: Vec<_> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
        if wanted.is_empty() {
            return Ok(self.scopes.join(" "));
        }
        let refused = |scope: &&&str| {
            let own = self.scopes.iter().any(|own| own == **scope);
            let of_the_portal = self.portal.is_some() && roles_of(scope).is_some();
            **scope != "openid" && !own && !of_the_portal
        };
        if wanted.iter().any(|scope| refused(&scope)) {
            return Err(asked.to_owned());
        }
        Ok(wanted.join(" "))
    }

    /// The scopes granted to a person who signs in through it: what says who they are.
    pub(super) fn grant_to_person(asked: &str) -> Option<String> {
        let wanted: Vec<_> = asked.split(' ').filter(|scope| !scope.is_empty()).collect();
        let known = wanted.iter().all(|scope| OF_A_PERSON.contains(scope));
        (known && wanted.contains(&"openid")).then(|| wanted.join(" "))
    }
}

/// The roles that a scope of the Admin API brings; none of any other scope.
pub(super) fn roles_of(scope: &str) -> Option<&'static [&'static str]> {
    OF_THE_ADMIN_API.iter().find(|(known, _)| *known == scope).map(|(_, roles)| *roles)
}

impl Realm {
    /// The client that a token request comes from, by `Authorization: Basic` or by its form.
    pub(super) fn authenticate(
        &self,
        headers: &HeaderMap,
        form: &Parameters,
    ) -> Option<Arc<Client>> {
        let (id, secret) = match headers.get(AUTHORIZATION) {
            Some(header) => basic(header.to_str().ok()?)?,
            None => (form.get("client_id")?.to_owned(), form.get("client_secret")?.to_owned()),
        };
        let client = self.client(&id)?;
        bool::from(client.secret.as_bytes().ct_eq(secret.as_bytes())).then_some(client)
    }
}

/// Id and secret of a basic header; both are form-encoded (RFC 6749, section 2.3.1).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    Some((form_decoded(id)?, form_decoded(secret)?))
}

fn form_decoded(text: &str) -> Option<String> {
    let value = format!("v={}", text.replace('&', "%26"));
    url::form_urlencoded::parse(value.as_bytes()).next().map(|(_, value)| value.into_owned())
}
