//! The extractor that gives a page its way to the hub.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::app::App;
use crate::auth::role::{Identity, Role};
use crate::contract::{Acting, Actor};
use crate::error::Error;

/// The hub, as the signed-in claims handler sees it. Nobody else gets one.
pub struct Hub(pub Acting);

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
