//! `/okter`: where one is signed in, and signing out there.

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use tower_sessions::Session;

use super::sign_out;
use crate::app::App;
use crate::auth::own_sessions::{self, OwnSession};
use crate::auth::role::{AnyMember, As};
use crate::error::Result;
use crate::formats::dates::moment;
use crate::portal::page::{Frame, Page, redirect_with_flash};

const PATH: &str = "/okter";

#[derive(Template)]
#[template(path = "portal/sign_in/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<Row>,
}

struct Row {
    handle: String,
    browser: String,
    this: bool,
    started: String,
    seen: String,
}

impl Row {
    fn of(session: OwnSession) -> Self {
        Self {
            handle: session.handle,
            browser: session.browser.unwrap_or_else(|| "Ukjent nettleser".to_owned()),
            this: session.this,
            started: moment(session.started_at),
            seen: moment(session.seen_at),
        }
    }
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    okt: String,
}

pub fn router() -> Router<App> {
    Router::new()
        .route(PATH, get(show))
        .route("/okter/avslutt", post(end_one))
        .route("/okter/avslutt-alle", post(end_all))
}

async fn show(
    As(AnyMember(identity)): As<AnyMember>,
    State(app): State<App>,
    session: Session,
    frame: Frame,
) -> Result<Response> {
    let now = app.clock.now();
    let sessions = own_sessions::list(&app.portal_db, identity.user, session.id(), now).await?;
    let sessions = sessions.into_iter().map(Row::of).collect();
    Ok(Page(SessionsPage { frame, sessions }).into_response())
}

async fn end_one(
    As(AnyMember(identity)): As<AnyMember>,
    State(app): State<App>,
    Form(input): Form<Input>,
) -> Result<Response> {
    let mut db = app.portal_db.acquire().await?;
    let ended = own_sessions::end(&mut db, identity.user, &input.okt, app.clock.now()).await?;
    let said = if ended { "Du er logget ut der." } else { "Den økten var avsluttet fra før." };
    Ok(redirect_with_flash(PATH, said))
}

/// «Logg ut overalt»: the other browsers first, then this one, at the provider too.
async fn end_all(
    As(AnyMember(identity)): As<AnyMember>,
    State(app): State<App>,
    headers: HeaderMap,
    session: Session,
) -> Result<Response> {
    let mut db = app.portal_db.acquire().await?;
    let now = app.clock.now();
    let ended = own_sessions::end_all(&mut db, identity.user, session.id(), now).await?;
    drop(db);
    tracing::info!(member = %identity.user, ended, "signed out everywhere");
    sign_out::leave(&app, &headers, &session).await
}
