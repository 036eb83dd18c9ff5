//! `/healthz`: the process is alive. `/readyz`: it can do its work, so send it requests.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use sqlx::PgPool;

const PATIENCE: Duration = Duration::from_secs(2);

/// The databases that the process works with.
#[derive(Clone, Default)]
pub struct Databases {
    /// Schema `hub`, when the hub runs here.
    pub hub: Option<PgPool>,
    /// Schema `portal`, when the portal runs here.
    pub portal: Option<PgPool>,
}

/// Both addresses.
pub fn router(databases: Databases) -> Router {
    Router::new().route("/healthz", get("alive")).route("/readyz", get(ready)).with_state(databases)
}

async fn ready(State(databases): State<Databases>) -> (StatusCode, &'static str) {
    match tokio::time::timeout(PATIENCE, check(&databases)).await {
        Ok(Ok(())) => (StatusCode::OK, "ready"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "not ready")
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}

/// Reads a table of each schema: it fails where migrations or rights are missing, too.
async fn check(databases: &Databases) -> Result<(), sqlx::Error> {
    if let Some(hub) = &databases.hub {
        sqlx::query("select from hub.code_list limit 1").execute(hub).await?;
    }
    if let Some(portal) = &databases.portal {
        sqlx::query("select from portal.member limit 1").execute(portal).await?;
    }
    Ok(())
}
