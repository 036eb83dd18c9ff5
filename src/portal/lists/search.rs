//! Søk: one box that understands what is typed, and every filter there is.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::address::{AFTER, Address};
use super::filter::{self, Reader, on_page};
use super::incident_row::{IncidentRow, Reading};
use super::incidents::{self, ask};
use super::paging::{INCIDENTS, Paging};
use super::understand::{Meaning, meanings};
use crate::app::App;
use crate::contract::{Acting, ClaimFilter, Incident, IncidentFilter, Page as Listed};
use crate::error::Result;
use crate::portal::acting::Hub;
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};
use crate::portal::view::Choice;

const FIELDS: [&str; 14] = [
    "skadedato",
    "fra",
    "til",
    "referanse",
    "motpart",
    "regnr",
    "kid",
    "status",
    "venter",
    "saksbehandler",
    "rolle",
    "apnet-fra",
    "apnet-til",
    "tekst",
];

/// The reading that was found, kept in the address so that the next page is of the same list.
const READ_AS: &str = "som";

#[derive(Template)]
#[template(path = "portal/lists/search.html")]
struct SearchPage {
    frame: Frame,
    address: Address,
    errors: Errors,
    /// Nothing was asked for yet.
    idle: bool,
    /// What was searched for: «registreringsnummer EK12345»; several when none found anything.
    tried: Vec<String>,
    rows: Vec<IncidentRow>,
    paging: Paging,
    handlers: Vec<Choice>,
    companies: Vec<Choice>,
}

impl SearchPage {
    /// The order of the list.
    fn order(&self) -> &str {
        self.address.or("sorter", "opened")
    }

    /// «skadenummer X, KID X og ordene «X»».
    fn tried_words(&self) -> String {
        match self.tried.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, before)) => format!("{} og {last}", before.join(", ")),
            None => String::new(),
        }
    }
}

/// What a search came to.
struct Found {
    page: Listed<Incident>,
    /// The reading that found something, or all that were tried.
    tried: Vec<Meaning>,
    errors: Errors,
}

/// `GET /sok`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Hub(hub): Hub,
    mut address: Address,
) -> Result<Response> {
    let directory = Directory::of(&hub).await?;
    let (filter, errors) = read(&mut address, &directory, &hub.actor().user);
    let filtered = address.has_any(&FIELDS);
    let found = find(&hub, &mut address, &directory, &filter, errors).await?;
    if let (false, Some(answer)) = (filtered, straight_to(&hub, &address, &found).await?) {
        return Ok(answer);
    }
    let codes = CodeLists::of(&hub).await?;
    let reading = Reading { directory: &directory, codes: &codes, now: app.clock.now() };
    let rows: Vec<_> = found.page.items.iter().map(|it| IncidentRow::new(it, &reading)).collect();
    let shown = SearchPage {
        idle: !filtered && address.get("q").is_empty(),
        tried: found.tried.iter().map(Meaning::words).collect(),
        paging: Paging::new(&address, rows.len(), found.page.next.as_deref(), None, INCIDENTS),
        handlers: incidents::handlers(&app, &hub, &address).await?,
        companies: directory.choices(hub.actor().company.as_str()),
        errors: found.errors,
        frame,
        address,
        rows,
    };
    Ok(if shown.errors.is_empty() {
        Page(shown).into_response()
    } else {
        Rejected(shown).into_response()
    })
}

fn read(address: &mut Address, directory: &Directory, me: &str) -> (IncidentFilter, Errors) {
    let mut reader = Reader::new(address);
    let loss_date = reader.date("skadedato");
    let (loss_from, loss_to) = reader.period("fra", "til");
    let (opened_from, opened_to) = reader.period("apnet-fra", "apnet-til");
    let awaiting = reader.choice("venter", &filter::awaiting_choices());
    let filter = IncidentFilter {
        loss_date,
        loss_from,
        loss_to,
        opened_from,
        opened_to,
        reference: reader.text("referanse"),
        counterpart: reader.counterpart(directory),
        registration_number: reader.registration_number(),
        kid: reader.kid(),
        status: reader.choice("status", &filter::status_choices()),
        awaiting: awaiting.as_deref().map(filter::awaiting).map(str::to_owned),
        handler: reader.handler(me),
        role: reader.choice("rolle", &filter::role_choices()),
        sort: reader.choice("sorter", &filter::calm_sort_choices()),
        q: reader.text("tekst"),
        ..IncidentFilter::default()
    };
    (filter, reader.errors)
}

/// Tries the readings of the text until one finds something.
async fn find(
    hub: &Acting,
    address: &mut Address,
    directory: &Directory,
    filter: &IncidentFilter,
    errors: Errors,
) -> Result<Found> {
    let text = address.get("q").to_owned();
    if text.is_empty() || !errors.is_empty() {
        let idle = text.is_empty() && !address.has_any(&FIELDS);
        let (page, errors) = if idle {
            (Listed { items: Vec::new(), next: None }, errors)
        } else {
            ask(hub, &on_page(address, filter.clone()), errors).await?
        };
        return Ok(Found { page, tried: Vec::new(), errors });
    }
    let mut tried = meanings(&text, directory, hub.actor().company.as_str());
    let as_before = address.get(READ_AS).to_owned();
    if tried.iter().any(|meaning| meaning.code() == as_before) {
        tried.retain(|meaning| meaning.code() == as_before);
    }
    for meaning in &tried {
        let Some(narrowed) = meaning.narrow(filter) else { continue };
        let (page, errors) = ask(hub, &on_page(address, narrowed), Errors::new()).await?;
        if !page.items.is_empty() || !errors.is_empty() {
            address.put(READ_AS, meaning.code());
            return Ok(Found { page, tried: vec![meaning.clone()], errors });
        }
    }
    Ok(Found { page: Listed { items: Vec::new(), next: None }, tried, errors })
}

/// The way to the only hit, when there is one.
async fn straight_to(hub: &Acting, address: &Address, found: &Found) -> Result<Option<Response>> {
    let ([only], None, [meaning]) = (&*found.page.items, &found.page.next, &*found.tried) else {
        return Ok(None);
    };
    if !address.get(AFTER).is_empty() {
        return Ok(None);
    }
    let message = format!("Søkte etter {}: ett treff.", meaning.words());
    let mut to = format!("/hendelser/{}", only.id);
    if let Meaning::Kid(kid) = meaning {
        let filter = ClaimFilter { kid: Some(kid.to_string()), ..ClaimFilter::default() };
        if let [claim] = &*hub.claims(&filter).await?.items {
            to = format!("/krav/{}", claim.id);
        }
    }
    Ok(Some(redirect_with_flash(&to, &message)))
}
