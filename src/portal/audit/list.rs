//! Historikk og logg: two lists that are searched the same way.

use askama::Template;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;

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
struct Row {
    moment: String,
    what: String,
    details: String,
    who: String,
    channel: String,
    reference: String,
    /// Where the history of the same incident is.
    history: Option<String>,
    /// How many entries it stands for.
    entries: usize,
}

/// One line of the log: an entry, and how many like it belong to the same visit.
struct Visit<'a> {
    entry: &'a LogEntry,
    pages: usize,
}

/// Who looks at a case opens several of its pages within a minute: one line. The files have each.
const VISIT: SignedDuration = SignedDuration::from_mins(1);

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
    let rows = visits(&page.items).into_iter().map(of_log).collect();
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
        let entries = rows.iter().map(|row| row.entries).sum();
        let paging = Paging::new(&address, entries, next, None, ENTRIES);
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
        entries: 1,
    }
}

/// The entries, newest first, with those of one visit under its newest.
fn visits(entries: &[LogEntry]) -> Vec<Visit<'_>> {
    let mut visits: Vec<Visit<'_>> = Vec::new();
    for entry in entries {
        let recent = visits
            .iter_mut()
            .rev()
            .take_while(|it| it.entry.at.0.duration_since(entry.at.0) <= VISIT);
        match recent.into_iter().find(|it| is_same_visit(it.entry, entry)) {
            Some(visit) => visit.pages += 1,
            None => visits.push(Visit { entry, pages: 1 }),
        }
    }
    visits
}

fn is_same_visit(one: &LogEntry, other: &LogEntry) -> bool {
    let told = |it: &LogEntry| {
        (it.kind.clone(), it.person.clone(), it.channel.clone(), it.incident_id, it.data.clone())
    };
    one.kind.ends_with("_viewed") && one.incident_id.is_some() && told(one) == told(other)
}

fn of_log(Visit { entry, pages }: Visit<'_>) -> Row {
    let query = |reference: &str| {
        let value: String = url::form_urlencoded::byte_serialize(reference.as_bytes()).collect();
        format!("/revisor/historikk?skadenummer={value}")
    };
    let details = match (words::details(entry), pages) {
        (details, 1) => details,
        (details, pages) if details.is_empty() => format!("{pages} sider"),
        (details, pages) => format!("{details}, {pages} sider"),
    };
    let reference = match (&entry.reference, entry.incident_id) {
        (Some(reference), _) => reference.clone(),
        (None, Some(_)) => "Uten eget nummer".to_owned(),
        (None, None) => String::new(),
    };
    Row {
        moment: dates::moment(entry.at.0),
        what: words::kind(&entry.kind).to_owned(),
        details,
        who: words::who(entry),
        channel: words::channel(&entry.channel),
        reference,
        history: entry.reference.as_deref().map(query),
        entries: pages,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry so many seconds ago.
    fn entry(ago: i64, person: &str, incident: Option<u128>) -> LogEntry {
        let now: jiff::Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        LogEntry {
            id: uuid::Uuid::nil(),
            seq: None,
            at: (now - SignedDuration::from_secs(ago)).into(),
            kind: "incident_viewed".to_owned(),
            channel: "portal".to_owned(),
            person: Some(person.to_owned()),
            incident_id: incident.map(uuid::Uuid::from_u128),
            reference: None,
            erased: false,
            data: serde_json::json!({}),
            hash: None,
        }
    }

    #[test]
    fn the_pages_of_one_visit_are_one_line_and_nothing_else_is() {
        let log = [
            entry(0, "kari", Some(1)),
            entry(5, "ola", Some(1)),
            entry(10, "kari", Some(1)),
            entry(20, "kari", Some(2)),
            entry(60, "kari", Some(1)),
            entry(61, "kari", Some(1)),
            entry(62, "kari", None),
            entry(63, "kari", None),
        ];
        let pages: Vec<_> = visits(&log).iter().map(|visit| visit.pages).collect();
        assert_eq!(pages, [3, 1, 1, 1, 1, 1]);
        assert_eq!(of_log(visits(&log).remove(0)).details, "3 sider");
        assert_eq!(of_log(visits(&log).remove(0)).reference, "Uten eget nummer");
    }
}
