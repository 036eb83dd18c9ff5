//! Historikk og logg: two lists that are searched the same way.

use askama::Template;
use axum::response::{IntoResponse, Response};

use super::filter::{self, FIELDS};
use super::words;
use crate::contract::{HistoryEntry, LogEntry};
use crate::error::Result;
use crate::formats::dates;
use crate::portal::acting::Audit;
use crate::portal::form::Errors;
use crate::portal::incident::history::Teller;
use crate::portal::incident::names::Names;
use crate::portal::lists::address::Address;
use crate::portal::lists::paging::{ENTRIES, Paging};
use crate::portal::page::{Frame, Page, Rejected};
use crate::portal::view::Choice;

#[derive(Template)]
#[template(path = "portal/audit/list.html")]
struct ListPage {
    frame: Frame,
    words: Words,
    address: Address,
    kinds: Vec<Choice>,
    errors: Errors,
    rows: Vec<Row>,
    paging: Paging,
    filtered: bool,
}

/// What sets the two lists apart.
struct Words {
    heading: &'static str,
    lead: &'static str,
    path: &'static str,
    none: &'static str,
}

const HISTORY: Words = Words {
    heading: "Historikk",
    lead: "Alt som har skjedd på hendelsene våre, slik begge selskapene ser det.",
    path: "/revisor/historikk",
    none: "Ingen hendelser har historikk ennå.",
};

const LOG: Words = Words {
    heading: "Logg",
    lead: "Hvem i selskapet som har sett på, hentet ut eller endret hva. Bare vi ser den.",
    path: "/revisor/logg",
    none: "Loggen er tom.",
};

/// One row.
pub(super) struct Row {
    pub(super) moment: String,
    pub(super) what: String,
    pub(super) details: String,
    pub(super) who: String,
    pub(super) channel: String,
    pub(super) reference: String,
    /// Where the history of the same incident is.
    pub(super) history: Option<String>,
}

/// `GET /revisor/historikk`
pub(super) async fn history(
    frame: Frame,
    Audit(hub): Audit,
    mut address: Address,
) -> Result<Response> {
    let (filter, errors) = filter::read(&mut address, &words::history_kinds());
    let names = Names::of(&hub).await?;
    let teller = Teller { own: hub.actor().company.as_str(), names: &names };
    let (page, errors) = filter::ask(hub.history(&filter), errors).await?;
    let rows = page.items.iter().map(|entry| of_history(entry, teller)).collect();
    let kinds = words::history_kinds();
    Ok(drawn(ListPage::new(frame, HISTORY, address, kinds, errors, rows, page.next.as_deref())))
}

/// `GET /revisor/logg`
pub(super) async fn log(frame: Frame, Audit(hub): Audit, mut address: Address) -> Result<Response> {
    let (filter, errors) = filter::read(&mut address, &words::log_kinds());
    let (page, errors) = filter::ask(hub.log(&filter), errors).await?;
    let rows = page.items.iter().map(of_log).collect();
    let kinds = words::log_kinds();
    Ok(drawn(ListPage::new(frame, LOG, address, kinds, errors, rows, page.next.as_deref())))
}

fn drawn(page: ListPage) -> Response {
    if page.errors.is_empty() { Page(page).into_response() } else { Rejected(page).into_response() }
}

impl ListPage {
    fn new(
        frame: Frame,
        words: Words,
        address: Address,
        kinds: Vec<Choice>,
        errors: Errors,
        rows: Vec<Row>,
        next: Option<&str>,
    ) -> Self {
        let paging = Paging::new(&address, rows.len(), next, None, ENTRIES);
        let filtered = address.has_any(&FIELDS);
        Self { frame, words, address, kinds, errors, rows, paging, filtered }
    }

    /// The address of the same list as a file.
    fn file(&self, kind: &str) -> String {
        let list = self.address.with("filtype", kind);
        list.replacen(self.words.path, &format!("{}/fil", self.words.path), 1)
    }
}

fn of_history(entry: &HistoryEntry, teller: Teller<'_>) -> Row {
    let event = &entry.event;
    Row {
        moment: dates::moment(event.at.0),
        what: words::kind(&event.kind).to_owned(),
        details: teller.sentence(event, &[]),
        who: teller.actor(event),
        channel: words::channel(&event.by.channel),
        reference: entry.reference.clone().unwrap_or_default(),
        history: None,
    }
}

fn of_log(entry: &LogEntry) -> Row {
    let query = |reference: &str| {
        let value: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
        format!("/revisor/historikk?skadenummer={value}")
    };
    Row {
        moment: dates::moment(entry.at.0),
        what: words::kind(&entry.kind).to_owned(),
        details: words::details(entry),
        who: entry.person.clone().unwrap_or_else(|| "Skadehub".to_owned()),
        channel: words::channel(&entry.channel),
        reference: entry.reference.clone().unwrap_or_default(),
        history: entry.reference.as_deref().map(query),
    }
}
