//! What people who do not handle claims see first: their role, and whom to ask. A company
//! administrator also sees the duties the company has been reminded of so often that it is told.

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::auth::role::{Identity, Role};
use crate::contract::{Acting, Actor, Incident, IncidentFilter};
use crate::error::Result;
use crate::portal::directory::Directory;
use crate::portal::page::{Frame, Page};
use crate::portal::view::Deadline;
use crate::portal::words;

#[derive(Template)]
#[template(path = "portal/lists/welcome.html")]
struct Welcome {
    frame: Frame,
    roles: String,
    company: Option<String>,
    /// None for those who are not told of other people's duties.
    left: Option<Vec<Left>>,
    /// There are more than are shown.
    more: bool,
}

/// A duty left undone.
struct Left {
    task: String,
    reference: Option<String>,
    counterpart: String,
    handler: Option<String>,
    deadline: Option<Deadline>,
    reminded: Option<String>,
}

/// The page of `/` without a handler's role.
pub(super) async fn page(app: &App, frame: Frame) -> Result<Response> {
    let who = frame.identity.as_deref();
    let roles = who.map(Identity::role_words).unwrap_or_default();
    let company = who.and_then(|who| who.company_name.clone());
    let (left, more) = match who.and_then(|who| administrator(app, who)) {
        Some(hub) => left(app, &hub).await?,
        None => (None, false),
    };
    Ok(Page(Welcome { frame, roles, company, left, more }).into_response())
}

/// The hub, as a company administrator is told of its own company's duties.
fn administrator(app: &App, who: &Identity) -> Option<Acting> {
    let company = who.company.clone().filter(|_| who.has(Role::CompanyAdmin))?;
    Some(app.hub.acting(Actor { company, user: who.username.clone(), injury: false }))
}

async fn left(app: &App, hub: &Acting) -> Result<(Option<Vec<Left>>, bool)> {
    let told = IncidentFilter {
        reminders: Some(app.config.remind_administrator_from.to_string()),
        sort: Some("due".to_owned()),
        limit: Some("50".to_owned()),
        ..IncidentFilter::default()
    };
    let (page, directory) = tokio::try_join!(hub.incidents(&told), Directory::of(hub))?;
    let now = app.clock.now();
    let of = |incident: &Incident| Left {
        task: words::task(incident),
        reference: incident.own.reference.clone(),
        counterpart: directory.name(&incident.other.company).to_owned(),
        handler: incident.own.handler.clone().filter(|name| !name.is_empty()),
        deadline: incident.awaiting.due_at.map(|due| Deadline::new(due.0, now)),
        reminded: incident.awaiting.reminder.as_ref().map(words::reminder),
    };
    Ok((Some(page.items.iter().map(of).collect()), page.next.is_some()))
}
