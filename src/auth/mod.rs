//! Who is asking: sign-in with OIDC, one-time codes, sessions, roles and machine tokens.

pub mod accounts;
pub mod keys;
pub mod machine;
pub mod members;
pub mod oidc;
pub mod own_sessions;
pub mod recovery;
pub mod role;
pub mod roster;
pub mod session;
pub mod session_store;
pub mod totp;

use std::time::Duration;

use crate::clock::Clock;
use crate::config::Config;
use accounts::Accounts;
use keys::ProviderKeys;
use machine::{Client, TokenSource, TokenVerifier};
use oidc::{Provider, Registration};

/// The HTTP client for talking to the identity provider: impatient, and never redirected.
pub fn http_client() -> anyhow::Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(2))
        .timeout(Duration::from_secs(5))
        .build()?;
    Ok(client)
}

/// The provider people sign in with, as configured.
pub fn provider(config: &Config, clock: Clock) -> anyhow::Result<Provider> {
    let http = http_client()?;
    let keys = ProviderKeys::new(&config.oidc_issuer, http.clone(), clock.clone());
    let registration = Registration {
        issuer: config.oidc_issuer.clone(),
        client_id: config.oidc_client_id.clone(),
        client_secret: config.oidc_client_secret.clone(),
        public_url: config.public_url.clone(),
        second_factor_acr: config.oidc_second_factor_acr.clone(),
    };
    Provider::new(registration, keys, http, clock)
}

/// The verifier of core systems' tokens, as configured.
pub fn token_verifier(config: &Config, clock: Clock) -> anyhow::Result<TokenVerifier> {
    let keys = ProviderKeys::new(&config.oidc_issuer, http_client()?, clock);
    Ok(TokenVerifier::new(keys, &config.api_audience))
}

/// The provider's accounts, where the operator lets the portal keep them.
pub fn accounts(config: &Config, clock: Clock) -> anyhow::Result<Option<Accounts>> {
    if !config.manage_accounts {
        return Ok(None);
    }
    let client =
        Client { id: config.oidc_client_id.clone(), secret: config.oidc_client_secret.clone() };
    // The realm of `deploy/keycloak` opens its Admin API to tokens with these scopes alone.
    let scope = "skadehub.people skadehub.clients";
    let token = TokenSource::new(&config.oidc_issuer, client, scope, http_client()?, clock);
    Ok(Some(Accounts::new(&config.oidc_issuer, token, http_client()?)?))
}

/// The source of the portal's own token, for a hub that runs elsewhere.
pub fn token_source(config: &Config, clock: Clock) -> anyhow::Result<TokenSource> {
    let client =
        Client { id: config.oidc_client_id.clone(), secret: config.oidc_client_secret.clone() };
    let scope = "skadehub.read skadehub.write skadehub.injury skadehub.admin skadehub.act-for";
    Ok(TokenSource::new(&config.oidc_issuer, client, scope, http_client()?, clock))
}
