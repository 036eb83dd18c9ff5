//! `/authenticator`: the current one-time codes of the demonstration users who have a key.
//!
//! It stands in for the app on everybody's phone, and therefore opens the sealed secrets,
//! which nothing else may do.

use anyhow::{Context, Result};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use secrecy::ExposeSecret;
use sqlx::PgPool;
use totp_rs::Builder;

use super::front::draw;
use crate::auth::totp::STEP;
use crate::clock::Clock;
use crate::config::Config;
use crate::sealed::Seal;

/// Reads the portal's members.
#[derive(Clone)]
pub struct Authenticator {
    portal: PgPool,
    seal: Seal,
    clock: Clock,
}

impl Authenticator {
    /// An authenticator for the members in `portal`.
    pub fn new(portal: PgPool, config: &Config, clock: Clock) -> Result<Self> {
        Ok(Self { portal, seal: config.seal_keys.expose_secret().parse()?, clock })
    }

    async fn codes(&self) -> Result<Vec<Entry>> {
        let rows = sqlx::query!(
            r#"select member, username, totp_secret as "sealed!", totp_confirmed_at is not null as "confirmed!"
               from portal.member where totp_secret is not null order by username"#
        );
        let rows = rows.fetch_all(&self.portal).await?;
        let now = u64::try_from(self.clock.now().as_second())?;
        rows.into_iter()
            .map(|row| {
                let owner = format!("portal.member:{}", row.member);
                let secret =
                    self.seal.open(&owner, &row.sealed).context("the key is another one")?;
                let totp = Builder::new()
                    .with_secret(secret.to_vec())
                    .with_step_duration(STEP)
                    .with_skew(0);
                let code = totp.build_noncompliant().generate(now).to_string();
                Ok(Entry { username: row.username, code, confirmed: row.confirmed })
            })
            .collect()
    }
}

struct Entry {
    username: String,
    code: String,
    confirmed: bool,
}

#[derive(Template)]
#[template(path = "sandbox/authenticator.html")]
struct AuthenticatorPage {
    codes: Vec<Entry>,
    /// Seconds until the codes change.
    left: u64,
}

/// The page, and `/authenticator/{username}` with nothing but the code.
pub fn router(state: Authenticator) -> Router {
    Router::new()
        .route("/authenticator", get(show))
        .route("/authenticator/{username}", get(one))
        .with_state(state)
}

async fn show(State(authenticator): State<Authenticator>) -> Response {
    let second = u64::try_from(authenticator.clock.now().as_second()).unwrap_or_default();
    match authenticator.codes().await {
        Ok(codes) => draw(StatusCode::OK, &AuthenticatorPage { codes, left: STEP - second % STEP }),
        Err(error) => failed(&error),
    }
}

async fn one(State(authenticator): State<Authenticator>, Path(username): Path<String>) -> Response {
    match authenticator.codes().await {
        Ok(codes) => match codes.into_iter().find(|code| code.username == username) {
            Some(code) => code.code.into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> Response {
    tracing::error!(%error, "the authenticator can't read its keys");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
