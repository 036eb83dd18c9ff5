//! Hendelser: every incident of the company.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::address::Address;
use super::filter::{self, Reader, errors_of, on_page};
use super::incident_row::{IncidentRow, Reading};
use super::paging::{INCIDENTS, Paging};
use crate::app::App;
use crate::contract::{Acting, Incident, IncidentFilter, Page as Listed};
use crate::error::{Error, Result};
use crate::portal::acting::Hub;
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

const FIELDS: [&str; 6] = ["rolle", "status", "saksbehandler", "motpart", "fra", "til"];
/// Asked for by the key figures of the overview; shown among the filters only then.
const RECEIVED: [&str; 2] = ["mottatt-fra", "mottatt-til"];
const ANSWERED: [&str; 2] = ["besvart-fra", "besvart-til"];

#[derive(Template)]
#[template(path = "portal/lists/incidents.html")]
struct IncidentsPage {
    frame: Frame,
    address: Address,
    errors: Errors,
    rows: Vec<IncidentRow>,
    paging: Paging,
    /// Address, words, and whether it is the one shown: the chips.
    roles: Vec<(String, &'static str, bool)>,
    handlers: Vec<Choice>,
    companies: Vec<Choice>,
    filtered: bool,
}

impl IncidentsPage {
    /// The order of the list.
    fn order(&self) -> &str {
        self.address.or("sorter", "opened")
    }

    fn by_received(&self) -> bool {
        self.address.has_any(&RECEIVED)
    }

    fn by_answered(&self) -> bool {
        self.address.has_any(&ANSWERED)
    }
}

/// Asks for a page of incidents; what the hub does not understand becomes errors of the form.
pub(super) async fn ask(
    hub: &Acting,
    filter: &IncidentFilter,
    errors: Errors,
) -> Result<(Listed<Incident>, Errors)> {
    let nothing = Listed { items: Vec::new(), next: None };
    if !errors.is_empty() {
        return Ok((nothing, errors));
    }
    match hub.incidents(filter).await {
        Ok(page) => Ok((page, errors)),
        Err(Error::Problem(problem)) if problem.status == 422 => Ok((nothing, errors_of(&problem))),
        Err(error) => Err(error),
    }
}

/// The choices of «Saksbehandler».
pub(super) async fn handlers(app: &App, hub: &Acting, address: &Address) -> Result<Vec<Choice>> {
    let names = app.handlers.of(&hub.actor().company).await?;
    Ok(filter::handler_choices(&names, &hub.actor().user, address.get("saksbehandler")))
}

/// `GET /hendelser`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Hub(hub): Hub,
    mut address: Address,
) -> Result<Response> {
    let directory = Directory::of(&hub).await?;
    let codes = CodeLists::of(&hub).await?;
    let (filter, errors) = read(&mut address, &directory, &hub);
    let (page, errors) = ask(&hub, &filter, errors).await?;
    let reading = Reading { directory: &directory, codes: &codes, now: app.clock.now() };
    let rows: Vec<_> = page.items.iter().map(|it| IncidentRow::new(it, &reading)).collect();
    let shown = IncidentsPage {
        paging: Paging::new(&address, rows.len(), page.next.as_deref(), None, INCIDENTS),
        roles: roles(&address),
        handlers: handlers(&app, &hub, &address).await?,
        companies: directory.choices(hub.actor().company.as_str()),
        filtered: [&FIELDS[..], &RECEIVED, &ANSWERED].iter().any(|names| address.has_any(names)),
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

fn read(address: &mut Address, directory: &Directory, hub: &Acting) -> (IncidentFilter, Errors) {
    let mut reader = Reader::new(address);
    let (loss_from, loss_to) = reader.period("fra", "til");
    let (received_from, received_to) = reader.period(RECEIVED[0], RECEIVED[1]);
    let (answered_from, answered_to) = reader.period(ANSWERED[0], ANSWERED[1]);
    let filter = IncidentFilter {
        role: reader.choice("rolle", &filter::role_choices()),
        status: reader.choice("status", &filter::status_choices()),
        handler: reader.handler(&hub.actor().user),
        counterpart: reader.counterpart(directory),
        sort: reader.choice("sorter", &filter::calm_sort_choices()),
        loss_from,
        loss_to,
        received_from,
        received_to,
        answered_from,
        answered_to,
        ..IncidentFilter::default()
    };
    let errors = reader.errors;
    (on_page(address, filter), errors)
}

fn roles(address: &Address) -> Vec<(String, &'static str, bool)> {
    [("", "Alle"), ("sender", "Sendte"), ("counterpart", "Mottatte")]
        .map(|(code, word)| (address.with("rolle", code), word, address.get("rolle") == code))
        .into()
}
