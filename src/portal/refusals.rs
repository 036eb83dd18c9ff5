//! Another company's draft, user or API client was asked for, or one that is not there: an entry
//! of the asker's own log. Incidents and claims are the hub's to note.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;

use crate::app::App;
use crate::auth::session::Current;
use crate::company_log::{self, Entry, Kind};
use crate::contract::Channel;
use crate::db;
use crate::error::Result;

/// What the portal keeps for one company alone, and names in a path.
const OWN: [&str; 3] = ["/utkast/", "/selskap/brukere/", "/selskap/klienter/"];

/// Layer around the pages of the signed-in.
pub(super) async fn layer(State(app): State<App>, request: Request, next: Next) -> Response {
    let current = request.extensions().get::<Current>().cloned();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    let refused =
        response.status() == StatusCode::NOT_FOUND && OWN.iter().any(|own| path.starts_with(own));
    if let Some(current) = current.filter(|_| refused)
        && let Err(error) = note(&app, &current, &path).await
    {
        tracing::error!(%error, "a refused attempt could not be noted");
    }
    response
}

async fn note(app: &App, current: &Current, path: &str) -> Result<()> {
    let identity = &current.member.identity;
    let Some(company) = &identity.company else { return Ok(()) };
    let mut tx = db::begin_noted(&app.portal_db, company).await?;
    let entry = Entry {
        company,
        kind: Kind::AccessRefused,
        person: Some(&identity.username),
        channel: Channel::Portal,
        at: app.clock.now(),
        incident: None,
        reference: None,
        data: json!({"path": path}),
    };
    company_log::append(&mut tx, entry).await?;
    Ok(tx.commit().await?)
}
