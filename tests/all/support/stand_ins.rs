//! The identity provider and TFFAuto, listening on free ports for as long as the test runs.

use skadehub::clock::Clock;
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::identity_provider::{self, IdentityProvider, Portal};
use skadehub::sandbox::tffauto::{self, TffAuto};
use tokio::net::TcpListener;

use super::proxy::Proxy;

/// Both stand-ins at one address.
pub(crate) struct StandIns {
    /// Where they listen, without a slash at the end.
    pub(crate) base: String,
    /// For changing its condition.
    pub(crate) tffauto: TffAuto,
    /// The network before both.
    pub(crate) network: Proxy,
}

impl StandIns {
    /// The realm's issuer.
    pub(crate) fn issuer(&self) -> String {
        format!("{}/realms/skadehub", self.base)
    }

    /// Starts both for a portal at `portal` (an address without a slash at the end).
    pub(crate) async fn start(portal: &str, clock: Clock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = Proxy::before(&format!("http://{}", listener.local_addr().unwrap())).await;
        let base = network.base.clone();
        let world = DemoWorld::new();
        let options = identity_provider::Options {
            issuer: format!("{base}/realms/skadehub").parse().unwrap(),
            key_file: None,
            portal: Portal::at(portal),
        };
        let provider = IdentityProvider::new(&world, &options, clock).unwrap();
        let tffauto = TffAuto::new(&world);
        let router = identity_provider::router(&provider).merge(tffauto::router(tffauto.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, tffauto, network }
    }
}
