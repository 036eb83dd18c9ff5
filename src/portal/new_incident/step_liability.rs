//! Step 3: «Ansvarsfordeling», the first proposal, or none.

use askama::Template;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use uuid::Uuid;

use super::compose::NOTHING_PICKED;
use super::desk::{Answer, Asked, Desk, Filled, StepQuery};
use super::draft::{Step, YES};
use super::shown::Head;
use super::store::Stored;
use crate::error::Result;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::picker::{self, Picked, Picker, Query, Sides};

#[derive(Template)]
#[template(path = "portal/new_incident/liability.html")]
struct LiabilityPage {
    frame: Frame,
    head: Head,
    picker: Picker,
    /// Days the receiver gets.
    days: u16,
    without: bool,
}

/// The picker's form: what is picked, and the search in the same form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Search {
    ord: String,
    /// The word the page was drawn for.
    #[serde(rename = "ord-vist")]
    shown: String,
    /// The family whose button was used.
    #[serde(rename = "til-familie")]
    family: String,
}

impl Search {
    /// Whether the search is what the form was sent for.
    fn is_asked(&self, act: &str) -> bool {
        act == "sok" || (act.is_empty() && self.ord != self.shown && self.family.is_empty())
    }
}

/// `GET /utkast/{id}/ansvar`
pub(super) async fn show(
    desk: Desk,
    Path(id): Path<Uuid>,
    Asked(step): Asked<StepQuery>,
    Asked(mut query): Asked<Query>,
    headers: HeaderMap,
) -> Answer {
    query.part = headers.contains_key("hx-request");
    let stored = desk.open(id).await?;
    let errors = if step.returns() { wrong(&desk, &stored).await? } else { Errors::new() };
    Ok(Page(page(&desk, &stored, &query, errors, step.returns()).await?).into_response())
}

/// `POST /utkast/{id}/ansvar`
pub(super) async fn submit(desk: Desk, Path(id): Path<Uuid>, form: Filled<Form>) -> Answer {
    let Filled { envelope, input: Form { mut picked, search } } = form;
    let looks = search.is_asked(&envelope.act);
    if looks
        && let Some(code) = picker::exact(desk.code_lists().await?.liability_codes(), &search.ord)
    {
        picked.code = code;
    }
    picked.without = if envelope.act == "uten" { YES.to_owned() } else { String::new() };
    let stored = desk.store(id, &envelope, picked).await?;
    if looks || envelope.act == "vis" || !search.family.is_empty() {
        let word = if search.family.is_empty() { search.ord.trim() } else { "" };
        let parts =
            [("familie", &*search.family), ("ord", word), ("tilbake", envelope.back.as_str())];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parts).finish();
        let to = format!("{}?{query}", Step::Liability.path(id));
        return Ok(Redirect::to(to.trim_end_matches('?')).into_response());
    }
    let errors = wrong(&desk, &stored).await?;
    if errors.is_empty() {
        return Ok(Redirect::to(&Step::Preview.path(id)).into_response());
    }
    let query = Query { ord: search.shown, ..Query::default() };
    let page = page(&desk, &stored, &query, errors, envelope.returns()).await?;
    Ok(Rejected(page).into_response())
}

/// The two halves of the form.
#[derive(Debug, Deserialize)]
pub(super) struct Form {
    #[serde(flatten)]
    picked: Picked,
    #[serde(flatten)]
    search: Search,
}

async fn wrong(desk: &Desk, stored: &Stored) -> Result<Errors> {
    let picked = &stored.draft.liability;
    if picked.without == YES {
        return Ok(Errors::new());
    }
    let lists = desk.code_lists().await?;
    Ok(picked.parse(lists.liability_codes(), NOTHING_PICKED).err().unwrap_or_default())
}

async fn page(
    desk: &Desk,
    stored: &Stored,
    query: &Query,
    errors: Errors,
    returns: bool,
) -> Result<LiabilityPage> {
    let lists = desk.code_lists().await?;
    let head = Head::of(desk, stored, Step::Liability, returns);
    let keep = if returns { "&tilbake=se-over".to_owned() } else { String::new() };
    let picked = stored.draft.liability.clone();
    let without = picked.without == YES;
    let sides = sides(desk, stored).await?;
    let codes = lists.liability_codes();
    Ok(LiabilityPage {
        frame: desk.frame.clone(),
        picker: Picker::new(codes, picked, query, sides, head.path(), keep).rejected(errors),
        head,
        days: desk.app.config.answer_days,
        without,
    })
}

/// The parties by name, as far as they are known.
async fn sides(desk: &Desk, stored: &Stored) -> Result<Sides> {
    let directory = desk.directory().await?;
    let vehicles = &stored.draft.vehicles;
    let found = stored.lookups.other(vehicles);
    let receiver = vehicles.receiver(&found);
    Ok(Sides {
        own_company: directory.name(desk.company().as_str()).to_owned(),
        own_plate: super::shown::plate(&vehicles.own()),
        other_company: receiver.map_or("Motparten", |code| directory.name(code)).to_owned(),
        other_short: receiver.map_or("Motparten", |code| directory.short(code)).to_owned(),
        other_plate: super::shown::plate(&vehicles.other()),
    })
}
