//! Step 1: «Kjøretøy og skadedato», with the look-up of both vehicles.

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::desk::{Answer, Asked, Desk, Filled, StepQuery};
use super::draft::{Step, TypedVehicle, Vehicles};
use super::lookup::LookUps;
use super::shown::{Head, Said, Whose, said};
use super::store::Stored;
use crate::error::Result;
use crate::portal::directory::Directory;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

/// What the two look-up buttons send: this, and the side.
const LOOK_UP: &str = "slaa-opp-";

#[derive(Template)]
#[template(path = "portal/new_incident/vehicles.html")]
struct VehiclesPage {
    frame: Frame,
    head: Head,
    form: Form<Vehicles>,
    own: SideView,
    other: SideView,
    companies: Vec<Choice>,
}

/// One side's vehicle on the page.
struct SideView {
    said: Option<Said>,
    /// Country, description or «uregistrert» is in use, so that part is open.
    special: bool,
    /// The insurer must be chosen by hand, or with a reason.
    must_choose: bool,
    /// The part for choosing is open.
    choosing: bool,
}

/// `GET /hendelser/ny`: the first step of a draft that is stored with its first save.
pub(super) async fn new(desk: Desk) -> Answer {
    let directory = desk.directory().await?;
    let form = Form::fresh(Vehicles::default());
    let lookups = LookUps::default();
    Ok(Page(page(&desk, Head::fresh(), form, &lookups, &directory)).into_response())
}

/// `GET /utkast/{id}/kjoretoy`
pub(super) async fn show(
    desk: Desk,
    Path(id): Path<Uuid>,
    Asked(query): Asked<StepQuery>,
) -> Answer {
    let stored = desk.open(id).await?;
    let errors = if query.returns() { wrong(&desk, &stored).await? } else { Errors::new() };
    let head = Head::of(&desk, &stored, Step::Vehicles, query.returns());
    let form = Form { input: stored.draft.vehicles.clone(), errors };
    let directory = desk.directory().await?;
    Ok(Page(page(&desk, head, form, &stored.lookups, &directory)).into_response())
}

/// `POST /utkast/{id}/kjoretoy`
pub(super) async fn submit(
    desk: Desk,
    Path(id): Path<Uuid>,
    Filled { envelope, input }: Filled<Vehicles>,
) -> Answer {
    let mut stored = desk.store(id, &envelope, input).await?;
    desk.look_up(&mut stored).await?;
    let here = format!("{}{}", Step::Vehicles.path(id), envelope.query());
    if let Some(side) = envelope.act.strip_prefix(LOOK_UP) {
        let field = if side == "motpart" { "motpart-regnr" } else { "egen-regnr" };
        return Ok(Redirect::to(&format!("{here}#{field}")).into_response());
    }
    if envelope.act == "vis" {
        return Ok(Redirect::to(&here).into_response());
    }
    let errors = wrong(&desk, &stored).await?;
    if errors.is_empty() {
        return Ok(Redirect::to(&envelope.next(id, Step::Circumstances)).into_response());
    }
    rejected(&desk, &stored, errors, envelope.returns()).await.map_err(Into::into)
}

async fn wrong(desk: &Desk, stored: &Stored) -> Result<Errors> {
    let lists = desk.code_lists().await?;
    Ok(stored.draft.vehicles.parse(&desk.known(stored, &lists)).err().unwrap_or_default())
}

async fn rejected(desk: &Desk, stored: &Stored, errors: Errors, returns: bool) -> Result<Response> {
    let head = Head::of(desk, stored, Step::Vehicles, returns);
    let form = Form::rejected(stored.draft.vehicles.clone(), errors);
    let directory = desk.directory().await?;
    Ok(Rejected(page(desk, head, form, &stored.lookups, &directory)).into_response())
}

fn page(
    desk: &Desk,
    head: Head,
    form: Form<Vehicles>,
    lookups: &LookUps,
    directory: &Directory,
) -> VehiclesPage {
    let own_code = desk.company().as_str();
    let typed = &form.input;
    let own = lookups.own(typed);
    let other = lookups.other(typed);
    let in_use = |name: &str| form.errors.of(name).is_some();
    VehiclesPage {
        frame: desk.frame.clone(),
        companies: directory.choices(own_code),
        own: SideView {
            said: said(&own, Whose::Ours, directory, own_code),
            special: special(&typed.own()) || in_use("egen-land") || in_use("egen-kjoretoy"),
            must_choose: own.contradicts(own_code),
            choosing: !typed.own_reason.is_empty() || in_use("egen-grunn"),
        },
        other: SideView {
            said: said(&other, Whose::Theirs, directory, own_code),
            special: special(&typed.other())
                || in_use("motpart-land")
                || in_use("motpart-kjoretoy"),
            must_choose: other.leaves_open(own_code),
            choosing: !typed.other_company.is_empty()
                || in_use("motpart-selskap")
                || in_use("motpart-grunn"),
        },
        head,
        form,
    }
}

fn special(vehicle: &TypedVehicle<'_>) -> bool {
    vehicle.unregistered || !vehicle.country.is_empty() || !vehicle.description.is_empty()
}
