//! The extractor that gives a page its way to the hub.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::auth::role::{As, Auditor, HubAdmin, Identity, Role};
use crate::contract::{Acting, Actor};
use crate::error::Error;

/// The hub, as the signed-in claims handler sees it. Nobody else gets one.
pub struct Hub(pub Acting);

/// The hub, as the signed-in auditor sees it, who changes nothing.
pub struct Audit(pub Acting);

impl FromRequestParts<App> for Audit {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let As(auditor) = As::<Auditor>::from_request_parts(parts, app).await?;
        let (company, user) = (auditor.company, auditor.identity.username.clone());
        Ok(Self(app.hub.reading(Actor { company, user, injury: false })))
    }
}

/// The hub, as its signed-in administrator sees it, who sees no case.
pub struct Operator(pub Acting);

impl FromRequestParts<App> for Operator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let As(admin) = As::<HubAdmin>::from_request_parts(parts, app).await?;
        Ok(Self(app.hub.administering(admin.identity.username.clone())))
    }
}

impl FromRequestParts<App> for Hub {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let identity = parts.extensions.get::<Arc<Identity>>().ok_or(Error::SignedOut)?;
        let injury = identity.roles.contains(&Role::InjuryHandler);
        if !injury && !identity.roles.contains(&Role::Handler) {
            return Err(Error::Forbidden);
        }
        let company = identity.company.clone().ok_or(Error::Forbidden)?;
        let user = identity.username.clone();
        Ok(Self(app.hub.acting(Actor { company, user, injury })))
    }
}
