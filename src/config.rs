//! Configuration: the environment (`SKADEHUB_…`) and an optional file → [`Config`], once, at start.
//!
//! A missing or unknown key stops the start with an error that names it.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use secrecy::SecretString;
use serde::Deserialize;

use crate::domain::Rules;

/// Everything an operator sets. Each field is the environment variable of the same
/// name in capitals after `SKADEHUB_`, for example `SKADEHUB_PUBLIC_URL`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address people and core systems use, without a slash at the end.
    pub public_url: String,
    /// Where to listen.
    #[serde(default = "listen")]
    pub listen: SocketAddr,
    /// PostgreSQL as role `skadehub_hub`; needed where the hub runs.
    #[serde(default)]
    pub hub_database_url: Option<SecretString>,
    /// PostgreSQL as role `skadehub_portal`; needed where the portal runs.
    #[serde(default)]
    pub portal_database_url: Option<SecretString>,
    /// PostgreSQL as the owner of the schemas; only `migrate` needs it.
    #[serde(default)]
    pub owner_database_url: Option<SecretString>,
    /// Connections in each pool.
    #[serde(default = "pool_size")]
    pub pool_size: u32,
    /// The hub's address with `/api/v1`, when it runs elsewhere than the portal.
    #[serde(default)]
    pub hub_url: Option<String>,
    /// Issuer of the identity provider, for people and for API tokens.
    pub oidc_issuer: String,
    /// The portal's client id.
    #[serde(default = "oidc_client_id")]
    pub oidc_client_id: String,
    /// The portal's client secret.
    pub oidc_client_secret: SecretString,
    /// What the provider's ID token says (`acr`) of a person it has asked for a second factor, when
    /// that is to be trusted; we then ask for no code of our own at sign-in.
    #[serde(default)]
    pub oidc_second_factor_acr: Option<String>,
    /// The portal makes accounts and rotates API secrets through Keycloak's Admin API, for which
    /// its client needs the scopes `skadehub.people` and `skadehub.clients`.
    #[serde(default)]
    pub manage_accounts: bool,
    /// Mail server (`smtps://user:password@host`); without it nobody is sent mail.
    #[serde(default)]
    pub smtp_url: Option<SecretString>,
    /// Whom mail is from.
    #[serde(default = "mail_from")]
    pub mail_from: String,
    /// Audience of API tokens.
    #[serde(default = "api_audience")]
    pub api_audience: String,
    /// Base address of TFFAuto; needed where the hub runs.
    #[serde(default)]
    pub tffauto_url: Option<String>,
    /// Key for TFFAuto.
    #[serde(default)]
    pub tffauto_api_key: Option<SecretString>,
    /// Keys for encryption at rest: `id:base64,id2:base64`, the active one first.
    pub seal_keys: SecretString,
    /// Ed25519 seed (32 bytes, base64) that the daily heads of all chains are signed with.
    #[serde(default)]
    pub audit_key: Option<SecretString>,
    /// Where the signed heads are written, a file a day; keep it outside the database's machine.
    #[serde(default)]
    pub audit_folder: Option<PathBuf>,
    /// Whom to ask for help; shown on the help page and on error pages.
    #[serde(default = "support_contact")]
    pub support_contact: String,
    /// Shows «Prøvemiljø» on every page.
    #[serde(default)]
    pub test_environment: bool,
    /// Days to answer.
    #[serde(default = "answer_days")]
    pub answer_days: u16,
    /// Days from a claim's creation to its due date.
    #[serde(default = "claim_due_days")]
    pub claim_due_days: u16,
    /// Days before a deadline, when the first reminder goes.
    #[serde(default = "remind_days_before")]
    pub remind_days_before: u16,
    /// Days between the reminders after a deadline.
    #[serde(default = "remind_days_between")]
    pub remind_days_between: u16,
    /// The first reminder that also goes to the company administrator.
    #[serde(default = "remind_administrator_from")]
    pub remind_administrator_from: u32,
    /// API requests a second per client, before 429.
    #[serde(default = "rate_per_second")]
    pub rate_per_second: u32,
}

impl Config {
    /// Reads the file named in `SKADEHUB_CONFIG`, if any, and the environment over it.
    pub fn from_environment() -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        if let Ok(file) = std::env::var("SKADEHUB_CONFIG") {
            builder = builder.add_source(config::File::with_name(&file));
        }
        let variables = std::env::vars().filter(|(name, _)| name != "SKADEHUB_CONFIG").collect();
        builder
            .add_source(
                config::Environment::with_prefix("SKADEHUB")
                    .prefix_separator("_")
                    .try_parsing(true)
                    .source(Some(variables)),
            )
            .build()
            .context("the configuration cannot be read")?
            .try_deserialize()
            .context("the configuration is wrong (each key is SKADEHUB_ and its name in capitals)")
    }

    /// The rules' lengths.
    pub fn rules(&self) -> Rules {
        Rules {
            answer_days: self.answer_days,
            claim_due_days: self.claim_due_days,
            remind_days_before: self.remind_days_before,
            remind_days_between: self.remind_days_between,
            remind_administrator_from: self.remind_administrator_from,
        }
    }

    /// The public address's origin is https, so cookies and HSTS may be strict.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

fn listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn pool_size() -> u32 {
    10
}

fn oidc_client_id() -> String {
    "skadehub-portal".to_owned()
}

fn api_audience() -> String {
    "skadehub-api".to_owned()
}

fn mail_from() -> String {
    "Skadehub <ikke-svar@skadehub.example>".to_owned()
}

fn support_contact() -> String {
    "IT-avdelingen i selskapet ditt".to_owned()
}

fn answer_days() -> u16 {
    Rules::default().answer_days
}

fn claim_due_days() -> u16 {
    Rules::default().claim_due_days
}

fn remind_days_before() -> u16 {
    Rules::default().remind_days_before
}

fn remind_days_between() -> u16 {
    Rules::default().remind_days_between
}

fn remind_administrator_from() -> u32 {
    Rules::default().remind_administrator_from
}

fn rate_per_second() -> u32 {
    50
}
