//! What every handler of this folder starts from.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use jiff::Timestamp;
use uuid::Uuid;

use super::names::Names;
use crate::app::App;
use crate::contract::{Acting, Incident, Terms, WHOLE};
use crate::error::{Error, Result};
use crate::portal::acting::Hub;
use crate::portal::page::Frame;

/// The incident named in the path, the hub as the claims handler sees it, and the frame.
pub struct Case {
    pub id: Uuid,
    /// The proposal's number, on the paths that have one.
    pub proposal: Option<u32>,
    pub hub: Acting,
    pub frame: Frame,
    pub now: Timestamp,
}

impl Case {
    /// The incident with everything the page shows.
    pub async fn whole(&self) -> Result<Incident> {
        self.hub.incident(self.id, WHOLE).await
    }

    /// The words of companies and codes.
    pub async fn names(&self) -> Result<Names> {
        Names::of(&self.hub).await
    }

    /// The own company's code.
    pub fn own(&self) -> &str {
        self.hub.actor().company.as_str()
    }

    /// The page of the incident.
    pub fn path(&self) -> String {
        format!("/hendelser/{}", self.id)
    }
}

/// The version a form carries, as the hub is to compare it.
pub fn terms(version: &str) -> Terms {
    Terms::version(version.trim().parse().ok())
}

impl FromRequestParts<App> for Case {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let Hub(hub) = Hub::from_request_parts(parts, app).await?;
        let params = RawPathParams::from_request_parts(parts, app).await;
        let params = params.map_err(|_| Error::NotFound)?;
        let param = |name| params.iter().find_map(|(key, value)| (key == name).then_some(value));
        let id = param("id").and_then(|id| id.parse().ok()).ok_or(Error::NotFound)?;
        let proposal = match param("n") {
            Some(number) => Some(number.parse().map_err(|_| Error::NotFound)?),
            None => None,
        };
        Ok(Self { id, proposal, hub, frame: Frame::of(parts), now: app.clock.now() })
    }
}
