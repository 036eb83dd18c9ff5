//! Puts the parts together: the shared state and the one router.

use std::sync::Arc;

use axum::Router;
use sqlx::PgPool;

use crate::auth;
use crate::auth::accounts::Accounts;
use crate::auth::oidc::Provider;
use crate::auth::session_store::Sessions;
use crate::clock::Clock;
use crate::config::Config;
use crate::contract::HubClient;
use crate::mail::Post;
use crate::portal::handlers::Handlers;
use crate::portal::notice::Notices;
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
    /// The identity provider people sign in with.
    pub provider: Provider,
    /// Its accounts, where the portal keeps them.
    pub accounts: Option<Accounts>,
    /// The way to send mail, where there is one.
    pub post: Option<Post>,
    /// Words to all.
    pub notices: Notices,
    /// Whom a list can be narrowed to.
    pub handlers: Handlers,
}

impl App {
    /// The portal of this configuration.
    ///
    /// # Errors
    ///
    /// When an address in the configuration is none.
    pub fn new(
        config: Arc<Config>,
        clock: Clock,
        seal: Seal,
        hub: HubClient,
        portal_db: PgPool,
    ) -> anyhow::Result<Self> {
        let provider = auth::provider(&config, clock.clone())?;
        let accounts = auth::accounts(&config, clock.clone())?;
        let from = &config.mail_from;
        let post = config.smtp_url.as_ref().map(|url| Post::new(url, from)).transpose()?;
        let notices = Notices::new(portal_db.clone(), clock.clone());
        let handlers = Handlers::new(portal_db.clone());
        Ok(Self {
            config,
            clock,
            seal,
            hub,
            portal_db,
            provider,
            accounts,
            post,
            notices,
            handlers,
        })
    }

    /// Where people are signed in.
    pub fn sessions(&self) -> Sessions {
        Sessions::new(self.portal_db.clone(), self.clock.clone())
    }
}

/// Everything one address serves: `api` is the hub's API with its network layers, when it runs here.
pub fn router(app: Option<App>, api: Option<Router>) -> Router {
    let mut router = Router::new();
    if let Some(api) = api {
        router = router.nest("/api/v1", api).merge(crate::hub::api::reader());
    }
    if let Some(app) = app {
        router = router.merge(crate::portal::router(app));
    }
    router
}
