//! The identity provider and TFFAuto, listening on a free port for as long as the run lasts.

use anyhow::Result;
use skadehub::clock::Clock;
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::identity_provider::{self, IdentityProvider, Portal};
use skadehub::sandbox::tffauto::{self, TffAuto};
use tokio::net::TcpListener;

/// Both stand-ins at one address.
pub(crate) struct StandIns {
    /// Where they listen, without a slash at the end.
    pub(crate) base: String,
}

impl StandIns {
    /// The realm's issuer.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/realms/skadehub", self.base)
    }

    /// Starts both for a portal at `portal` (an address without a slash at the end).
    pub(crate) async fn start(portal: &str, clock: Clock) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{}", listener.local_addr()?);
        let world = DemoWorld::new();
        let options = identity_provider::Options {
            issuer: format!("{base}/realms/skadehub").parse()?,
            key_file: None,
            portal: Portal::at(portal),
        };
        let provider = IdentityProvider::new(&world, &options, clock)?;
        let tffauto = tffauto::router(TffAuto::new(&world));
        let router = identity_provider::router(&provider).merge(tffauto);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { base })
    }
}
