//! The incidents that the others are copies of, played through the hub's commands.

use anyhow::Result;
use secrecy::ExposeSecret;
use serde_json::json;
use skadehub::config::Config;
use skadehub::db;
use skadehub::hub::store::feed;
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::dev::reference;
use skadehub::sandbox::incidents::{Player, Stage, play};
use skadehub::sandbox::tffauto::{self, TffAuto};
use skadehub::serve;
use tokio::net::TcpListener;

use super::Plan;

pub(super) async fn play_incidents(owner: &str, hub: &str, plan: Plan) -> Result<()> {
    let world = DemoWorld::new();
    reference::load(&world, &db::pool(&owner.to_owned().into(), 1)?).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let registry = format!("http://{}", listener.local_addr()?);
    let registry_server =
        tokio::spawn(axum::serve(listener, tffauto::router(TffAuto::new(&world))).into_future());
    let stage = Stage::default();
    let config = config(&registry, hub)?;
    let hub = serve::hub(&config, stage.clock(), config.seal_keys.expose_secret().parse()?)?;
    let players = [Player { hub: hub.clone(), stage }];
    let played = play(&players, plan.played, plan.now).await;
    registry_server.abort();
    played?;
    while feed::sequence(&hub.db).await? != Some(0) {}
    hub.db.close().await;
    Ok(())
}

fn config(registry: &str, hub: &str) -> Result<Config> {
    // Nobody signs in here, so the provider may be anywhere.
    Ok(serde_json::from_value(json!({
        "public_url": "http://localhost",
        "hub_database_url": format!("{hub}&options[synchronous_commit]=off"),
        "oidc_issuer": "http://localhost/realms/none",
        "oidc_client_secret": "none",
        "tffauto_url": registry,
        "tffauto_api_key": tffauto::API_KEY,
        "seal_keys": "fill:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
    }))?)
}
