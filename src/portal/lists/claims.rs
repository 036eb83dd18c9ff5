//! Krav: the claims we have sent and received.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::address::Address;
use super::claim_filter as fields;
use super::claim_row::ClaimRow;
use super::filter::errors_of;
use super::paging::{CLAIMS, Paging};
use crate::app::App;
use crate::contract::{Acting, ClaimFilter, Page as Listed};
use crate::error::{Error, Result};
use crate::portal::acting::Hub;
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

#[derive(Template)]
#[template(path = "portal/lists/claims.html")]
struct ClaimsPage {
    frame: Frame,
    address: Address,
    errors: Errors,
    rows: Vec<ClaimRow>,
    paging: Paging,
    /// Address, words, and whether it is the one shown: the chips.
    directions: Vec<(String, &'static str, bool)>,
    companies: Vec<Choice>,
    filtered: bool,
}

impl ClaimsPage {
    /// The order of the list.
    fn order(&self) -> &str {
        self.address.or("sorter", "created")
    }
}

/// Asks for a page of claims; what the hub does not understand becomes errors of the form.
pub(super) async fn ask(
    hub: &Acting,
    filter: &ClaimFilter,
    mut errors: Errors,
) -> Result<(Listed<crate::contract::Claim>, Errors)> {
    let nothing = Listed { items: Vec::new(), next: None };
    if !errors.is_empty() {
        return Ok((nothing, errors));
    }
    match hub.claims(filter).await {
        Ok(page) => Ok((page, errors)),
        Err(Error::Problem(problem)) if problem.status == 422 => {
            errors = errors_of(&problem);
            Ok((nothing, errors))
        }
        Err(error) => Err(error),
    }
}

/// `GET /krav`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Hub(hub): Hub,
    mut address: Address,
) -> Result<Response> {
    let directory = Directory::of(&hub).await?;
    let (filter, errors) = fields::read(&mut address, &directory, "created");
    let (page, errors) = ask(&hub, &filter, errors).await?;
    let now = app.clock.now();
    let rows: Vec<_> = page.items.iter().map(|it| ClaimRow::new(it, &directory, now)).collect();
    let shown = ClaimsPage {
        paging: Paging::new(&address, rows.len(), page.next.as_deref(), None, CLAIMS),
        directions: directions(&address),
        companies: directory.choices(hub.actor().company.as_str()),
        filtered: address.has_any(&fields::FIELDS),
        frame,
        address,
        errors,
        rows,
    };
    Ok(if shown.errors.is_empty() {
        Page(shown).into_response()
    } else {
        Rejected(shown).into_response()
    })
}

fn directions(address: &Address) -> Vec<(String, &'static str, bool)> {
    [("", "Alle"), ("sent", "Sendte"), ("received", "Mottatte")]
        .map(|(code, word)| (address.with("retning", code), word, address.get("retning") == code))
        .into()
}
