//! The list of drafts, beginning one, and deleting one.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use uuid::Uuid;

use super::desk::{Answer, Desk};
use super::draft::Step;
use super::store::{self, Entry};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::page::{Frame, Page, redirect_with_flash};

/// How long a sent draft leads to its incident.
const MARKER_DAYS: i64 = 7;

#[derive(Template)]
#[template(path = "portal/new_incident/list.html")]
struct ListPage {
    frame: Frame,
    mine: Vec<Row>,
    others: Vec<Row>,
}

#[derive(Template)]
#[template(path = "portal/new_incident/delete.html")]
struct DeletePage {
    frame: Frame,
    id: Uuid,
    reference: String,
    own_plate: String,
    other_plate: String,
    saved: String,
    by: String,
}

/// A draft in the list.
struct Row {
    href: String,
    delete: String,
    reference: String,
    own_plate: String,
    other_plate: String,
    loss_date: String,
    owner: String,
    saved: String,
    by: String,
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        Self {
            href: Step::Vehicles.path(entry.id),
            delete: format!("/utkast/{}/slett", entry.id),
            reference: entry.reference,
            own_plate: entry.own_plate,
            other_plate: entry.other_plate,
            loss_date: entry.loss_date.map(dates::date).unwrap_or_default(),
            owner: entry.owner,
            saved: dates::moment(entry.updated_at),
            by: entry.updated_by,
        }
    }
}

/// `GET /utkast`
pub(super) async fn show(desk: Desk) -> Answer {
    let drafts = entries(&desk).await?;
    let me = &desk.hub.actor().user;
    let (mine, others): (Vec<_>, Vec<_>) = drafts.into_iter().partition(|it| it.owner == *me);
    let rows = |entries: Vec<Entry>| entries.into_iter().map(Row::from).collect();
    let mut frame = desk.frame;
    "/utkast".clone_into(&mut frame.path);
    Ok(Page(ListPage { frame, mine: rows(mine), others: rows(others) }).into_response())
}

/// The company's drafts; what reminds of those sent long ago goes.
async fn entries(desk: &Desk) -> Result<Vec<Entry>> {
    let long_ago = desk.now() - jiff::SignedDuration::from_hours(24 * MARKER_DAYS);
    let mut tx = db::begin(&desk.app.portal_db, desk.company()).await?;
    store::forget_sent(&mut tx, desk.company(), long_ago).await?;
    let entries = store::list(&mut tx, desk.company()).await?;
    tx.commit().await?;
    Ok(entries)
}

/// `POST /utkast`: begins an empty draft.
pub(super) async fn begin(desk: Desk) -> Answer {
    let (id, who, now) = (Uuid::now_v7(), &desk.hub.actor().user, desk.now());
    let mut tx = db::begin(&desk.app.portal_db, desk.company()).await?;
    let seal = &desk.app.seal;
    store::create(&mut tx, desk.company(), seal, id, Uuid::new_v4(), who, now).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(Redirect::to(&Step::Vehicles.path(id)).into_response())
}

/// `GET /utkast/{id}/slett`: asks first.
pub(super) async fn confirm(desk: Desk, Path(id): Path<Uuid>) -> Answer {
    let stored = desk.open(id).await?;
    let vehicles = &stored.draft.vehicles;
    let page = DeletePage {
        frame: desk.frame,
        id,
        reference: vehicles.reference.trim().to_owned(),
        own_plate: super::shown::plate(&vehicles.own()),
        other_plate: super::shown::plate(&vehicles.other()),
        saved: dates::moment(stored.updated_at),
        by: stored.updated_by,
    };
    Ok(Page(page).into_response())
}

/// `POST /utkast/{id}/slett`
pub(super) async fn delete(desk: Desk, Path(id): Path<Uuid>) -> Answer {
    let mut tx = db::begin(&desk.app.portal_db, desk.company()).await?;
    store::delete(&mut tx, desk.company(), id).await?;
    tx.commit().await.map_err(Error::from)?;
    Ok(redirect_with_flash("/utkast", "Utkastet er slettet."))
}
