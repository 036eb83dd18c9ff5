//! `/incidents`: sending, listing, reading, changing.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use sqlx::PgConnection;
use uuid::Uuid;

use super::answer::json;
use super::extract::{CaseAct, Reader, Writer, identifier};
use super::parse::Against;
use super::query::{Query, cursor};
use crate::company_log::Kind;
use crate::contract::{Changes, Counts, DuplicateMatch, Incident, NewIncident, Page};
use crate::db;
use crate::domain::Refusal;
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, RegistrationNumber, dates};
use crate::hub::store::list::{Asked, Keys, Sort};
use crate::hub::store::party::key;
use crate::hub::store::{self};
use crate::hub::{Hub, commands, pace};

/// Fields that never change after sending.
const FIXED: [&str; 9] = [
    "reference",
    "lossDate",
    "lossTime",
    "place",
    "description",
    "vehicle",
    "registrationNumber",
    "own",
    "other",
];

/// Send an incident.
#[utoipa::path(post, path = "/incidents", tag = "Hendelser", request_body = NewIncident,
    responses((status = 201, description = "Sent", body = Incident)))]
pub async fn create(State(hub): State<Hub>, writer: Writer) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(hub.clock.now()) };
    let (act, new) = writer.read(|fields, errors| against.new_incident(fields, errors))?;
    Ok(commands::create::send(&hub, &act, new).await?.into_response())
}

/// What the incident would be suspected to duplicate; sends nothing.
#[utoipa::path(post, path = "/incidents/duplicates", tag = "Hendelser", request_body = NewIncident,
    responses((status = 200, body = Page<DuplicateMatch>)))]
pub async fn duplicates(State(hub): State<Hub>, writer: Writer) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(hub.clock.now()) };
    let (act, new) = writer.read(|fields, errors| against.new_incident(fields, errors))?;
    let items = commands::create::duplicates(&hub, &act, new).await?;
    json(Page { items, next: None }, None)
}

/// The company's incidents.
#[utoipa::path(get, path = "/incidents", tag = "Hendelser",
    params(("filter" = Option<crate::contract::IncidentFilter>, Query, description = "Every filter is a parameter of its own")),
    responses((status = 200, body = Page<Incident>)))]
pub async fn list(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let asked = asked(&hub, &mut query);
    query.end()?;
    let viewing = hub.viewing(&reader.company);
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let mut rows = store::list::incidents(&mut tx, &reader.company, &asked).await?;
    drop(tx);
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > asked.limit;
    if more {
        rows.pop();
    }
    let next = if more { rows.last().and_then(|row| cursor(&row.keys())) } else { None };
    let items = rows.into_iter().map(|row| row.shown(viewing)).collect::<Result<Vec<_>>>()?;
    json(Page { items, next }, None)
}

fn asked(hub: &Hub, query: &mut Query) -> Asked {
    const WHO: [&str; 4] = ["us", "them", "both", "nobody"];
    const WAITING: [&str; 12] = [
        "us",
        "them",
        "both",
        "nobody",
        "answer_incident",
        "redirect_or_withdraw",
        "answer_close",
        "answer_reopen",
        "answer_proposal",
        "propose",
        "answer_claim",
        "none",
    ];
    let day = query.date("lossDate");
    let (from, to) = (query.date("lossFrom"), query.date("lossTo"));
    let waiting = query.some_of("awaiting", &WAITING);
    let (who, duties) = waiting.into_iter().partition(|word| WHO.contains(&word.as_str()));
    let number = query.text("registrationNumber");
    let number = number.map(|text| match RegistrationNumber::parse(&text) {
        Ok(number) => number.as_str().to_owned(),
        Err(_) => text,
    });
    let opened = (query.moment("openedFrom"), day_after(query.date("openedTo")));
    let received = (query.moment("receivedFrom"), day_after(query.date("receivedTo")));
    let answered = (query.moment("answeredFrom"), day_after(query.date("answeredTo")));
    Asked {
        loss: (day.or(from), day.or(to)),
        reference: key(query.text("reference").as_deref()),
        counterpart: query.text("counterpart").map(|code| code.to_uppercase()),
        registration_number: number,
        kid: query.text("kid").map(|kid| kid.chars().filter(|c| !c.is_whitespace()).collect()),
        status: query.some_of("status", &["sent", "accepted", "rejected", "withdrawn", "closed"]),
        who,
        duties,
        overdue: query.boolean("overdue"),
        reminders: query.count("reminders"),
        handler: query.text("handler").map(|name| if name == "-" { String::new() } else { name }),
        role: query.one_of("role", &["sender", "counterpart"]),
        opened,
        received,
        answered,
        changed_since: query.moment("changedSince"),
        words: words(query.text("q")),
        sort: sort(query.one_of("sort", &["opened", "due", "lossDate", "counterpart"])),
        after: query.cursor::<Keys>(),
        limit: query.limit(),
        now: hub.clock.now(),
    }
}

fn day_after(day: Option<jiff::civil::Date>) -> Option<jiff::Timestamp> {
    day.map(crate::domain::deadline::end_of)
}

fn words(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split_whitespace().take(6).map(str::to_owned).collect()
}

fn sort(word: Option<String>) -> Sort {
    match word.as_deref() {
        Some("due") => Sort::Due,
        Some("lossDate") => Sort::Loss,
        Some("counterpart") => Sort::Counterpart,
        _ => Sort::Opened,
    }
}

/// How much work there is.
#[utoipa::path(get, path = "/incidents/counts", tag = "Hendelser", responses((status = 200, body = Counts)))]
pub async fn counts(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let now = hub.clock.now();
    let (company, today) = (&reader.company, dates::oslo_date(now));
    let past = hub.pace.before(&hub.db, company, today).await?;
    let mut tx = db::begin_read(&hub.db, company).await?;
    let counts = store::count::all(&mut tx, company, now).await?;
    let running = store::pace::weeks(&mut tx, company, pace::monday(today), 1).await?;
    drop(tx);
    let weeks = past.weeks.iter().cloned().chain(running).collect();
    json(Counts { weeks, answer_seconds: past.answer_seconds, ..counts }, None)
}

/// One incident; `include` adds what a whole page shows, in one transaction.
#[utoipa::path(get, path = "/incidents/{id}", tag = "Hendelser",
    params(("id" = Uuid, Path), ("include" = Option<String>, Query, description = "events, proposals, claims, messages; comma separated")),
    responses((status = 200, body = Incident)))]
pub async fn show(
    State(hub): State<Hub>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let id = identifier(&id)?;
    let mut query = Query::of(raw.as_deref());
    let include = query.some_of("include", &["events", "proposals", "claims", "messages"]);
    let query = query.end();
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    let mut incident = store::view::one(&mut tx, id, hub.viewing(&reader.company)).await?;
    query?;
    let about = Some((id, incident.own.reference.as_deref()));
    reader.note(&hub, &mut tx, Kind::IncidentViewed, about, serde_json::json!({})).await?;
    for part in include {
        add(&mut tx, &mut incident, &part, &reader.company).await?;
    }
    tx.commit().await?;
    let version = incident.version;
    json(incident, Some(version))
}

async fn add(
    db: &mut PgConnection,
    incident: &mut Incident,
    part: &str,
    viewer: &CompanyCode,
) -> Result<()> {
    let id = incident.id;
    match part {
        "events" => incident.events = Some(store::event::list(db, id, 0, 10_000, viewer).await?),
        "proposals" => incident.proposals = Some(store::proposal_view::list(db, id, viewer).await?),
        "claims" => incident.claims = Some(store::claim_view::of_incident(db, id, viewer).await?),
        _ => incident.messages = Some(store::message::list(db, id, viewer).await?),
    }
    Ok(())
}

/// Change the own side, and who handles it.
#[utoipa::path(patch, path = "/incidents/{id}", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Changes, responses((status = 200, body = Incident)))]
pub async fn change(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(case.hub.clock.now()) };
    let (hub, act, id, (change, handler, fixed)) = case
        .incident(|fields, errors| {
            let mut change = against.side(fields, errors);
            change.personal_injury = fields.boolean(errors, "personalInjury");
            let handler = fields.clearable(errors, "handler", 100);
            let fixed = FIXED.iter().filter(|name| fields.drop_known(name)).count() > 0;
            (change, handler, fixed)
        })
        .await?;
    if fixed {
        let mut tx = db::begin(&hub.db, &act.company).await?;
        let there = store::incident::exists(&mut tx, id, &act.company).await?;
        return Err(if there { Refusal::ImmutableField.into() } else { Error::NotFound });
    }
    Ok(commands::incident::change(&hub, &act, id, change, handler).await?.into_response())
}

/// Mark everything on it seen by the own company. No event.
#[utoipa::path(post, path = "/incidents/{id}/seen", tag = "Hendelser", params(("id" = Uuid, Path)),
    responses((status = 200)))]
pub async fn seen(case: CaseAct) -> Result<Response> {
    let (hub, act, id, ()) = case.incident(nothing).await?;
    Ok(commands::incident::seen(&hub, &act, id).await?.into_response())
}

/// A body that has no fields.
pub fn nothing(_: &mut super::input::Fields, _: &mut super::input::Errors) {}

/// The history of one incident, oldest first.
#[utoipa::path(get, path = "/incidents/{id}/events", tag = "Historikk",
    params(("id" = Uuid, Path), ("limit" = Option<u8>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<crate::contract::Event>)))]
pub async fn events(
    State(hub): State<Hub>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let id = identifier(&id)?;
    let mut query = Query::of(raw.as_deref());
    let (after, limit) = (query.cursor::<i64>().unwrap_or(0), query.limit());
    let query = query.end();
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    there(&mut tx, id, &reader.company).await?;
    query?;
    let reference = store::log::own_reference(&mut tx, &reader.company, id).await?;
    let about = Some((id, reference.as_deref()));
    reader.note(&hub, &mut tx, Kind::HistoryViewed, about, serde_json::json!({})).await?;
    let mut items = store::event::list(&mut tx, id, after, limit + 1, &reader.company).await?;
    tx.commit().await?;
    let next = if i64::try_from(items.len()).unwrap_or(i64::MAX) > limit {
        items.pop();
        items.last().and_then(|event| cursor(&event.seq))
    } else {
        None
    };
    json(Page { items, next }, None)
}

/// Not there and not yours are the same.
pub async fn there(db: &mut PgConnection, id: Uuid, company: &CompanyCode) -> Result<()> {
    if store::incident::exists(db, id, company).await? { Ok(()) } else { Err(Error::NotFound) }
}
