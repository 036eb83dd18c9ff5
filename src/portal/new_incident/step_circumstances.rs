//! Step 2: «Hva som skjedde», and our own cover.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use uuid::Uuid;

use super::desk::{Answer, Asked, Desk, Filled, StepQuery};
use super::draft::{Circumstances, Step};
use super::shown::Head;
use super::store::Stored;
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

#[derive(Template)]
#[template(path = "portal/new_incident/circumstances.html")]
struct CircumstancesPage {
    frame: Frame,
    head: Head,
    form: Form<Circumstances>,
    coverages: Vec<Choice>,
}

/// `GET /utkast/{id}/hva`
pub(super) async fn show(
    desk: Desk,
    Path(id): Path<Uuid>,
    Asked(query): Asked<StepQuery>,
) -> Answer {
    let stored = desk.open(id).await?;
    let wrong = stored.draft.circumstances.check().err().filter(|_| query.returns());
    let page = page(&desk, &stored, wrong.unwrap_or_default(), query.returns()).await?;
    Ok(Page(page).into_response())
}

/// `POST /utkast/{id}/hva`
pub(super) async fn submit(
    desk: Desk,
    Path(id): Path<Uuid>,
    Filled { envelope, input }: Filled<Circumstances>,
) -> Answer {
    let stored = desk.store(id, &envelope, input).await?;
    if envelope.act == "vis" {
        let here = format!("{}{}", Step::Circumstances.path(id), envelope.query());
        return Ok(Redirect::to(&here).into_response());
    }
    match stored.draft.circumstances.check() {
        Ok(()) => Ok(Redirect::to(&envelope.next(id, Step::Liability)).into_response()),
        Err(errors) => {
            let page = page(&desk, &stored, errors, envelope.returns()).await?;
            Ok(Rejected(page).into_response())
        }
    }
}

async fn page(
    desk: &Desk,
    stored: &Stored,
    errors: Errors,
    returns: bool,
) -> Result<CircumstancesPage> {
    Ok(CircumstancesPage {
        frame: desk.frame.clone(),
        head: Head::of(desk, stored, Step::Circumstances, returns),
        form: Form { input: stored.draft.circumstances.clone(), errors },
        coverages: desk.code_lists().await?.coverage_choices(),
    })
}
