//! The few calls of Keycloak's Admin API that fill the demonstration's realm.

use std::num::NonZeroU32;

use anyhow::{Context, Result, bail};
use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA512, derive};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::sandbox::demo_world::ApiClient;
use crate::sandbox::identity_provider::realm::Person;

/// The passwords of the demonstration are public, so they need not be slow.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

/// The administrator, signed in for a minute.
pub(super) struct Admin {
    http: reqwest::Client,
    realm: String,
    token: String,
}

impl Admin {
    pub(super) async fn sign_in(address: &str, password: &str) -> Result<Self> {
        let http = reqwest::Client::new();
        let form = [
            ("grant_type", "password"),
            ("client_id", "admin-cli"),
            ("username", "admin"),
            ("password", password),
        ];
        let url = format!("{address}/realms/master/protocol/openid-connect/token");
        let answer: Value =
            http.post(url).form(&form).send().await?.error_for_status()?.json().await?;
        let token = answer["access_token"].as_str().context("no token")?.to_owned();
        Ok(Self { http, realm: format!("{address}/admin/realms/skadehub"), token })
    }

    /// Adds a person, whose password is the username.
    ///
    /// It goes in hashed: the realm's rules for passwords, which it breaks, hold for people.
    pub(super) async fn add_person(&self, person: &Person) -> Result<()> {
        let credential = json!({
            "type": "password",
            "secretData": secret_data(&person.username).to_string(),
            "credentialData": json!({
                "algorithm": "pbkdf2-sha512",
                "hashIterations": ITERATIONS,
                "additionalParameters": {},
            }).to_string(),
        });
        let user = json!({
            "username": person.username,
            "enabled": true,
            "firstName": person.given_name,
            "lastName": person.family_name,
            "email": format!("{}@skadehub.example", person.username),
            "emailVerified": true,
            "credentials": [credential],
        });
        self.add("users", &user).await
    }

    /// Adds a core system: client credentials, and all its scopes when it asks for none.
    pub(super) async fn add_client(&self, client: &ApiClient) -> Result<()> {
        let scopes: Vec<_> =
            ["basic"].into_iter().chain(client.scopes.iter().map(String::as_str)).collect();
        let client = json!({
            "clientId": client.client_id,
            "protocol": "openid-connect",
            "publicClient": false,
            "clientAuthenticatorType": "client-secret",
            "secret": client.client_secret,
            "serviceAccountsEnabled": true,
            "standardFlowEnabled": false,
            "implicitFlowEnabled": false,
            "directAccessGrantsEnabled": false,
            "fullScopeAllowed": false,
            "redirectUris": [],
            "webOrigins": [],
            "defaultClientScopes": scopes,
            "optionalClientScopes": [],
            "attributes": {
                "access.token.header.type.rfc9068": "true",
                "client_credentials.use_refresh_token": "false",
            },
        });
        self.add("clients", &client).await
    }

    /// What is there already is left as it is.
    async fn add(&self, kind: &str, what: &Value) -> Result<()> {
        let url = format!("{}/{kind}", self.realm);
        let answer = self.http.post(url).bearer_auth(&self.token).json(what).send().await?;
        let status = answer.status();
        if !matches!(status, StatusCode::CREATED | StatusCode::CONFLICT) {
            let why = answer.text().await.unwrap_or_default();
            bail!("Keycloak answers {status} to a new one of its {kind}: {why}");
        }
        Ok(())
    }
}

fn secret_data(password: &str) -> Value {
    let salt: [u8; 16] = rand::random();
    let mut hash = [0; 64];
    derive(PBKDF2_HMAC_SHA512, ITERATIONS, &salt, password.as_bytes(), &mut hash);
    json!({ "value": STANDARD.encode(hash), "salt": STANDARD.encode(salt), "additionalParameters": {} })
}
