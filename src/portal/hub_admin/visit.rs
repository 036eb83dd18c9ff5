//! The hub's administrator at one company, and what the company has asked for in the visit.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use uuid::Uuid;

use super::companies::{LIST, found};
use super::request::{self, Request};
use crate::app::App;
use crate::auth::role::{As, HubAdmin};
use crate::auth::roster::{self, By, Listed};
use crate::auth::session::Current;
use crate::contract::AdminCompany;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::portal::page::Frame;

/// The hub's administrator at one company.
pub(super) struct Visit {
    pub(super) app: App,
    pub(super) frame: Frame,
    pub(super) admin: HubAdmin,
    pub(super) company: AdminCompany,
    pub(super) code: CompanyCode,
    /// When the visit began: what was recorded before it does not count.
    since: Timestamp,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let As(admin) = As::<HubAdmin>::from_request_parts(parts, app).await?;
        let since = Current::from_request_parts(parts, app).await?.sign_in.started_at;
        let named = Path::<Vec<(String, String)>>::from_request_parts(parts, app).await;
        let Path(named) = named.map_err(|_| Error::NotFound)?;
        let code = named.into_iter().find(|(name, _)| name == "code").ok_or(Error::NotFound)?.1;
        let hub = app.hub.administering(admin.identity.username.clone());
        let company = found(&hub, &code).await?;
        let code = company.code.parse().map_err(|_| Error::NotFound)?;
        Ok(Self { app: app.clone(), frame: Frame::of(parts), admin, company, code, since })
    }
}

impl Visit {
    pub(super) fn by(&self) -> By<'_> {
        By { username: &self.admin.identity.username, at: self.app.clock.now() }
    }

    /// The company's page.
    pub(super) fn company_page(&self) -> String {
        format!("{LIST}/{}", self.code)
    }

    /// The page of its users.
    pub(super) fn users(&self) -> String {
        format!("{LIST}/{}/brukere", self.code)
    }

    pub(super) async fn begin(&self) -> Result<Tx> {
        db::begin(&self.app.portal_db, &self.code).await
    }

    /// The company's request recorded in this visit.
    pub(super) async fn request(&self, tx: &mut Tx) -> Result<Option<Request>> {
        request::standing(tx, &self.code, self.admin.user, self.since).await
    }

    /// A user of the company, and its request; none before it is recorded.
    pub(super) async fn user(&self, tx: &mut Tx, id: &str) -> Result<Option<(Request, Listed)>> {
        let Some(request) = self.request(tx).await? else { return Ok(None) };
        let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
        Ok(Some((request, roster::find(tx, &self.code, id).await?)))
    }

    /// The way to record the request.
    pub(super) fn ask(&self) -> Response {
        Redirect::to(&self.users()).into_response()
    }
}
