//! Accounts and API secrets at the identity provider, through Keycloak's Admin API.
//!
//! The portal's own client asks, with the scopes `skadehub.people` and `skadehub.clients` of
//! the realm. Membership and roles stay ours: an account alone opens nothing.

use anyhow::{Context, anyhow, ensure};
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;

use super::machine::TokenSource;

/// The realm's accounts. Cloning is cheap.
#[derive(Clone)]
pub struct Accounts {
    /// `…/admin/realms/skadehub`
    base: String,
    token: TokenSource,
    http: reqwest::Client,
}

#[derive(Deserialize)]
struct Found {
    id: String,
}

#[derive(Deserialize)]
struct Secret {
    value: SecretString,
}

impl Accounts {
    /// The accounts of the realm at `issuer` (`https://…/realms/skadehub`).
    ///
    /// # Errors
    ///
    /// When the issuer is not the address of a realm.
    pub fn new(issuer: &str, token: TokenSource, http: reqwest::Client) -> anyhow::Result<Self> {
        ensure!(issuer.contains("/realms/"), "{issuer} is not the address of a Keycloak realm");
        let base = issuer.trim_end_matches('/').replacen("/realms/", "/admin/realms/", 1);
        Ok(Self { base, token, http })
    }

    /// Makes an account, unless the username has one, and asks the provider to mail its owner
    /// how to choose a password. Whether that mail was sent.
    pub async fn create(&self, username: &str, name: &str, email: &str) -> anyhow::Result<bool> {
        let (first, last) = name.rsplit_once(' ').unwrap_or((name, name));
        let account = json!({"username": username, "email": email, "firstName": first, "lastName": last,
            "enabled": true, "requiredActions": ["UPDATE_PASSWORD"]});
        let answer = self.ask(Method::POST, "/users").await?.json(&account).send().await?;
        if answer.status() == StatusCode::CONFLICT {
            return Ok(false);
        }
        answer.error_for_status()?;
        let id =
            self.user(username).await?.context("the account is not there after it was made")?;
        let path = format!("/users/{id}/execute-actions-email");
        let mailed =
            self.ask(Method::PUT, &path).await?.json(&json!(["UPDATE_PASSWORD"])).send().await?;
        Ok(mailed.status().is_success())
    }

    /// Lets an account in or shuts it out. One that is not there stays so.
    pub async fn enable(&self, username: &str, enabled: bool) -> anyhow::Result<()> {
        let Some(id) = self.user(username).await? else { return Ok(()) };
        let change = json!({"enabled": enabled});
        let path = format!("/users/{id}");
        self.ask(Method::PUT, &path).await?.json(&change).send().await?.error_for_status()?;
        if !enabled {
            let path = format!("/users/{id}/logout");
            self.ask(Method::POST, &path).await?.send().await?.error_for_status()?;
        }
        Ok(())
    }

    /// Makes a confidential client for the API, with these of the realm's scopes; its secret.
    pub async fn create_client(&self, id: &str, scopes: &[String]) -> anyhow::Result<SecretString> {
        let client = json!({"clientId": id, "enabled": true, "protocol": "openid-connect",
            "publicClient": false, "serviceAccountsEnabled": true, "standardFlowEnabled": false,
            "implicitFlowEnabled": false, "directAccessGrantsEnabled": false,
            "optionalClientScopes": scopes});
        let answer = self.ask(Method::POST, "/clients").await?.json(&client).send().await?;
        if answer.status() != StatusCode::CONFLICT {
            answer.error_for_status()?;
        }
        self.rotate_secret(id).await
    }

    /// Gives an API client a new secret; the old one is worth nothing from now on.
    pub async fn rotate_secret(&self, client: &str) -> anyhow::Result<SecretString> {
        let found = self.ask(Method::GET, "/clients").await?.query(&[("clientId", client)]);
        let found: Vec<Found> = found.send().await?.error_for_status()?.json().await?;
        let id = &found.first().ok_or_else(|| anyhow!("the provider knows no client {client}"))?.id;
        let path = format!("/clients/{id}/client-secret");
        let answer = self.ask(Method::POST, &path).await?.send().await?.error_for_status()?;
        Ok(answer.json::<Secret>().await?.value)
    }

    async fn user(&self, username: &str) -> anyhow::Result<Option<String>> {
        let asked = self.ask(Method::GET, "/users").await?;
        let asked = asked.query(&[("username", username), ("exact", "true")]);
        let found: Vec<Found> = asked.send().await?.error_for_status()?.json().await?;
        Ok(found.into_iter().next().map(|found| found.id))
    }

    async fn ask(&self, method: Method, path: &str) -> anyhow::Result<RequestBuilder> {
        let token = self.token.token().await?;
        let request = self.http.request(method, format!("{}{path}", self.base));
        Ok(request.bearer_auth(token.expose_secret()))
    }
}
