//! Oversikt: what waits for us, by deadline.

mod tab;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use self::tab::{TAB, Tab};
use super::address::{AFTER, Address};
use super::claim_filter;
use super::claim_row::ClaimRow;
use super::figures::Figures;
use super::filter::{self, Reader, on_page};
use super::incident_row::{IncidentRow, Reading};
use super::paging::{Paging, number};
use super::{claims, incidents, welcome};
use crate::app::App;
use crate::contract::{Acting, Counts, IncidentFilter};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Hub;
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

const FIELDS: [&str; 6] = ["saksbehandler", "oppgave", "motpart", "fra", "til", "rolle"];

/// A tab as the page draws it.
struct TabLink {
    href: String,
    word: &'static str,
    count: String,
    current: bool,
}

/// The list of the tab.
enum Rows {
    Incidents(Vec<IncidentRow>),
    Claims(Vec<ClaimRow>),
}

#[derive(Template)]
#[template(path = "portal/lists/overview.html")]
struct Overview {
    frame: Frame,
    address: Address,
    errors: Errors,
    today: String,
    figures: Figures,
    count: String,
    tab: Tab,
    tabs: Vec<TabLink>,
    order: String,
    rows: Rows,
    paging: Paging,
    handlers: Vec<Choice>,
    companies: Vec<Choice>,
    filtered: bool,
}

impl Overview {
    fn is_empty(&self) -> bool {
        match &self.rows {
            Rows::Incidents(rows) => rows.is_empty(),
            Rows::Claims(rows) => rows.is_empty(),
        }
    }

    fn order_word(&self) -> String {
        let orders = self.tab.orders();
        let chosen = orders.iter().find(|choice| choice.is(&self.order));
        chosen.map_or_else(String::new, |choice| choice.text.to_lowercase())
    }

    /// The tab alone, without what filters it.
    fn unfiltered(&self) -> String {
        self.address.only(&[TAB])
    }
}

/// `GET /`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    hub: Result<Hub, Error>,
    mut address: Address,
) -> Result<Response> {
    let hub = match hub {
        Ok(Hub(hub)) => hub,
        Err(Error::Forbidden) => return welcome::page(&app, frame).await,
        Err(error) => return Err(error),
    };
    let tab = Tab::of(&address);
    let directory = Directory::of(&hub).await?;
    let (counts, list) =
        tokio::try_join!(hub.counts(), read(&app, &hub, tab, &mut address, &directory))?;
    let filtered = address.has_any(&FIELDS) || address.has_any(&claim_filter::FIELDS);
    let total = (!filtered && address.get(AFTER).is_empty()).then(|| tab.count(&counts));
    let shown = Overview {
        today: today(&app),
        tabs: tabs(tab, &counts),
        order: address.or("sorter", tab.order()).to_owned(),
        paging: Paging::new(&address, list.rows.len(), list.next.as_deref(), total, tab.unit()),
        handlers: incidents::handlers(&app, &hub, &address).await?,
        companies: directory.choices(hub.actor().company.as_str()),
        errors: list.errors,
        rows: list.rows,
        figures: Figures::of(&counts),
        count: number(tab.count(&counts)),
        frame,
        address,
        tab,
        filtered,
    };
    Ok(if shown.errors.is_empty() {
        Page(shown).into_response()
    } else {
        Rejected(shown).into_response()
    })
}

/// A page of a worklist, or why there is none.
struct List {
    rows: Rows,
    next: Option<String>,
    errors: Errors,
}

impl Rows {
    fn len(&self) -> usize {
        match self {
            Self::Incidents(rows) => rows.len(),
            Self::Claims(rows) => rows.len(),
        }
    }
}

async fn read(
    app: &App,
    hub: &Acting,
    tab: Tab,
    address: &mut Address,
    directory: &Directory,
) -> Result<List> {
    let now = app.clock.now();
    if tab == Tab::Claims {
        let (mut asked, errors) = claim_filter::read(address, directory, tab.order());
        asked.status.get_or_insert_with(|| claim_filter::OPEN.to_owned());
        let (page, errors) = claims::ask(hub, &asked, errors).await?;
        let rows = page.items.iter().map(|it| ClaimRow::new(it, directory, now)).collect();
        return Ok(List { rows: Rows::Claims(rows), next: page.next, errors });
    }
    let (asked, errors) = incident_filter(tab, address, directory, &hub.actor().user);
    let (page, errors) = incidents::ask(hub, &asked, errors).await?;
    let codes = CodeLists::of(hub).await?;
    let reading = Reading { directory, codes: &codes, now };
    let rows = page.items.iter().map(|it| IncidentRow::new(it, &reading)).collect();
    Ok(List { rows: Rows::Incidents(rows), next: page.next, errors })
}

fn incident_filter(
    tab: Tab,
    address: &mut Address,
    directory: &Directory,
    me: &str,
) -> (IncidentFilter, Errors) {
    let mut reader = Reader::new(address);
    let (loss_from, loss_to) = reader.period("fra", "til");
    let duty = reader.choice("oppgave", &filter::duty_choices());
    let who = match tab {
        Tab::Us => Some("us,both"),
        Tab::Them => Some("them"),
        _ => None,
    };
    let awaiting: Vec<&str> = who.into_iter().chain(duty.as_deref()).collect();
    let filter = IncidentFilter {
        awaiting: (!awaiting.is_empty()).then(|| awaiting.join(",")),
        overdue: (tab == Tab::Overdue).then(|| "true".to_owned()),
        status: (tab == Tab::Closed).then(|| "closed".to_owned()),
        handler: reader.handler(me),
        counterpart: reader.counterpart(directory),
        role: reader.choice("rolle", &filter::role_choices()),
        sort: reader.choice("sorter", &tab.orders()).or_else(|| Some(tab.order().to_owned())),
        loss_from,
        loss_to,
        ..IncidentFilter::default()
    };
    let errors = reader.errors;
    (on_page(address, filter), errors)
}

fn tabs(current: Tab, counts: &Counts) -> Vec<TabLink> {
    Tab::ALL
        .map(|tab| TabLink {
            href: Address::new("/", "").with(TAB, if tab == Tab::Us { "" } else { tab.code() }),
            word: tab.word(),
            count: number(tab.count(counts)),
            current: tab == current,
        })
        .into()
}

/// «Mandag 23.11.2026, uke 48».
fn today(app: &App) -> String {
    let today = dates::oslo_date(app.clock.now());
    let day = dates::weekday_date(today);
    format!("{}{}, uke {}", day[..1].to_uppercase(), &day[1..], dates::week(today))
}
