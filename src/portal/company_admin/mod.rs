//! The company administrator's pages: users and their roles, rules for new incidents, API clients.
//! No case's contents are shown here.

pub(super) mod clients;
mod disable;
mod import;
mod input;
mod invite;
mod profile;
pub(super) mod rules;
mod user;
mod users;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::{get, post};
use serde_json::Value;

use super::invitation::Invitation;
use super::page::Frame;
use crate::app::App;
use crate::auth::role::{As, CompanyAdmin};
use crate::auth::roster::{By, Details};
use crate::company_log::{self, Entry, Kind};
use crate::contract::{Acting, Actor, Channel};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

pub(super) use disable::at_provider;
pub(super) use input::{Input as Person, role_words};
pub(super) use users::status;

/// `/selskap/…`
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/selskap/brukere", get(users::show))
        .route("/selskap/brukere/inviter", get(invite::show).post(invite::submit))
        .route("/selskap/brukere/importer", get(import::show).post(import::submit))
        .route("/selskap/brukere/{id}", get(user::show).post(user::submit))
        .route("/selskap/brukere/{id}/nullstill", post(user::reset))
        .route("/selskap/brukere/{id}/slipp-inn", post(user::admit))
        .route("/selskap/brukere/{id}/steng", get(disable::show).post(disable::submit))
        .route("/selskap/profil", get(profile::show).post(profile::submit))
        .route("/selskap/regler", get(rules::show).post(rules::submit))
        .route("/selskap/klienter", get(clients::show))
        .route("/selskap/klienter/{id}/hemmelighet", get(clients::ask).post(clients::rotate))
}

/// The company administrator at work.
pub(super) struct Desk {
    app: App,
    hub: Acting,
    frame: Frame,
    admin: CompanyAdmin,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let As(admin) = As::<CompanyAdmin>::from_request_parts(parts, app).await?;
        let user = admin.identity.username.clone();
        let hub = app.hub.acting(Actor { company: admin.company.clone(), user, injury: false });
        Ok(Self { app: app.clone(), hub, frame: Frame::of(parts), admin })
    }
}

impl Desk {
    fn company(&self) -> &CompanyCode {
        &self.admin.company
    }

    fn username(&self) -> &str {
        &self.admin.identity.username
    }

    fn by(&self) -> By<'_> {
        By { username: self.username(), at: self.app.clock.now() }
    }

    /// An invitation to the company.
    fn invitation<'a>(&'a self, username: &'a str, details: &'a Details) -> Invitation<'a> {
        let company_name = self.admin.identity.company_name.as_deref().unwrap_or("Selskapet ditt");
        Invitation { company: self.company(), company_name, username, details }
    }

    async fn begin(&self) -> Result<Tx> {
        db::begin(&self.app.portal_db, self.company()).await
    }

    /// Notes an act in the company's log, in the transaction of the act.
    async fn note(&self, tx: &mut Tx, kind: Kind, data: Value) -> Result<()> {
        let entry = Entry {
            company: self.company(),
            kind,
            person: Some(self.username()),
            channel: Channel::Portal,
            at: self.app.clock.now(),
            incident: None,
            reference: None,
            data,
        };
        company_log::append(tx, entry).await
    }
}
