//! Puts the parts together: the shared state and the one router.

use std::sync::Arc;

use axum::Router;
use sqlx::PgPool;

use crate::clock::Clock;
use crate::config::Config;
use crate::contract::HubClient;
use crate::sealed::Seal;

/// What the portal's handlers share. The hub has a state of its own ([`crate::hub::Hub`]).
#[derive(Clone)]
pub struct App {
    /// What the operator set.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// Encryption at rest.
    pub seal: Seal,
    /// The way to the hub.
    pub hub: HubClient,
    /// Schema `portal`.
    pub portal_db: PgPool,
}

/// Everything one address serves: `api` is the hub's API with its network layers, when it runs here.
pub fn router(app: Option<App>, api: Option<Router>) -> Router {
    let mut router = Router::new();
    if let Some(api) = api {
        router = router.nest("/api/v1", api);
    }
    if let Some(app) = app {
        router = router.merge(crate::portal::router(app));
    }
    router
}
