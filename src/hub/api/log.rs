//! `/log`: the company log, the shared history searched, and the check of the chains. Reading
//! any of them is itself an entry of the log.

use axum::extract::{RawQuery, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::answer::json;
use super::extract::Reader;
use super::query::{Query, cursor};
use crate::company_log::{self, Entry, Kind};
use crate::contract::{BrokenLink, Caller, HistoryEntry, LogEntry, LogFilter, Page, Verification};
use crate::db;
use crate::domain::deadline;
use crate::error::Result;
use crate::hub::audit::{self, Broken, Chain};
use crate::hub::store::event;
use crate::hub::store::log::{self, Asked};
use crate::hub::store::party::key;
use crate::hub::{Hub, store};

const CHANNELS: [&str; 3] = ["portal", "api", "system"];

/// A list asked for, the same for the log and the history.
struct Listing<K> {
    wanted: Asked<K>,
    /// Rows of a page; one more is read, to see whether there are more.
    limit: i64,
    exported: bool,
    /// The filters as they were given, for the log.
    given: Value,
}

impl<K: DeserializeOwned> Listing<K> {
    fn of(raw: Option<&str>) -> Result<Self> {
        let mut query = Query::of(raw);
        let given: Map<String, Value> = query
            .given()
            .filter(|(name, value)| !["after", "limit"].contains(name) && !value.is_empty())
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        let kinds = query.text("kind").unwrap_or_default();
        let kinds = kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty());
        let limit = query.limit();
        let wanted = Asked {
            period: (query.moment("from"), query.date("to").map(deadline::end_of)),
            person: query.text("person"),
            kinds: kinds.map(Into::into).collect(),
            reference: key(query.text("reference").as_deref()),
            channel: query.one_of("channel", &CHANNELS),
            after: query.cursor(),
            limit: limit + 1,
        };
        let exported = query.one_of("export", &["csv", "xlsx"]).is_some();
        query.end()?;
        Ok(Self { wanted, limit, exported, given: Value::Object(given) })
    }

    /// Notes the first page of a list: one look, however many pages it takes.
    async fn note(
        &self,
        hub: &Hub,
        db: &mut PgConnection,
        reader: &Reader,
        viewed: Kind,
        exported: Kind,
    ) -> Result<()> {
        if self.wanted.after.is_some() {
            return Ok(());
        }
        let kind = if self.exported { exported } else { viewed };
        reader.note(hub, db, kind, None, self.given.clone()).await
    }

    /// The rows of this page, and the cursor of the next.
    fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> Option<String>) -> Page<T> {
        let more = i64::try_from(items.len()).unwrap_or(i64::MAX) > self.limit;
        if more {
            items.pop();
        }
        let next = items.last().filter(|_| more).and_then(cursor);
        Page { items, next }
    }
}

/// Layer of the API: an incident or a claim that is not there, or is another's, was asked for.
pub async fn refusals(State(hub): State<Hub>, request: Request, next: Next) -> Response {
    let caller = request.extensions().get::<Caller>().cloned();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if let Some(caller) = caller.filter(|_| response.status() == 404 && names_a_case(&path))
        && let Err(error) = note_refusal(&hub, &caller, &path).await
    {
        tracing::error!(%error, "a refused attempt could not be noted");
    }
    response
}

/// Whether the path is that of one incident or claim, or below it.
fn names_a_case(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let case = matches!(parts.next(), Some("incidents" | "claims"));
    case && parts.next().is_some_and(|id| id.parse::<Uuid>().is_ok())
}

async fn note_refusal(hub: &Hub, caller: &Caller, path: &str) -> Result<()> {
    let Some(company) = caller.company() else { return Ok(()) };
    let mut tx = db::begin_noted(&hub.db, company).await?;
    let entry = Entry {
        company,
        kind: Kind::AccessRefused,
        person: Some(caller.user().unwrap_or(caller.client())),
        channel: caller.channel(),
        at: hub.clock.now(),
        incident: None,
        reference: None,
        data: json!({"path": path}),
    };
    company_log::append(&mut tx, entry).await?;
    Ok(tx.commit().await?)
}

/// The own company's log, the newest first.
#[utoipa::path(get, path = "/log", tag = "Innsyn",
    params(("filter" = Option<LogFilter>, Query, description = "Every filter is a parameter of its own")),
    responses((status = 200, body = Page<LogEntry>)))]
pub async fn entries(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let asked = Listing::of(raw.as_deref())?;
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    let items = log::list(&mut tx, &reader.company, &asked.wanted).await?;
    asked.note(&hub, &mut tx, &reader, Kind::LogViewed, Kind::LogExported).await?;
    tx.commit().await?;
    json(asked.page(items, |entry: &LogEntry| cursor(&(entry.at.0, entry.id))), None)
}

/// The shared history of all the own company's incidents, the newest first.
#[utoipa::path(get, path = "/log/events", tag = "Innsyn",
    params(("filter" = Option<LogFilter>, Query, description = "Every filter is a parameter of its own")),
    responses((status = 200, body = Page<HistoryEntry>)))]
pub async fn events(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let asked = Listing::of(raw.as_deref())?;
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    let rows = event::search(&mut tx, &reader.company, &asked.wanted).await?;
    asked.note(&hub, &mut tx, &reader, Kind::HistoryViewed, Kind::HistoryExported).await?;
    tx.commit().await?;
    let page = asked.page(rows, |(position, _)| cursor(position));
    let items = page.items.into_iter().map(|(_, entry)| entry).collect();
    json(Page::<HistoryEntry> { items, next: page.next }, None)
}

/// Check the chains that concern the own company: its log, and the history of its incidents.
#[utoipa::path(get, path = "/log/verification", tag = "Innsyn",
    responses((status = 200, body = Verification)))]
pub async fn verification(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let report = audit::verify_company(&hub.db, &reader.company, hub.clock.now()).await?;
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    let mut broken = Vec::new();
    for link in &report.broken {
        broken.push(named(&mut tx, &reader, link).await?);
    }
    let data = json!({"incidents": report.incidents, "entries": report.entries,
        "broken": report.broken.len()});
    reader.note(&hub, &mut tx, Kind::ChainsVerified, None, data).await?;
    tx.commit().await?;
    let answer = Verification {
        at: hub.clock.now().into(),
        incidents: report.incidents,
        events: report.events,
        entries: report.entries,
        broken,
    };
    json(answer, None)
}

async fn named(db: &mut PgConnection, reader: &Reader, broken: &Broken) -> Result<BrokenLink> {
    let incident_id = match &broken.chain {
        Chain::Incident(id) => Some(*id),
        Chain::Log(_) => None,
    };
    let reference = match incident_id {
        Some(id) => store::log::own_reference(db, &reader.company, id).await?,
        None => None,
    };
    let fault = broken.fault.code().to_owned();
    Ok(BrokenLink { incident_id, reference, seq: broken.seq, fault })
}
