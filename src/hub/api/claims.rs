//! Claims: sending, listing, answering, paying, crediting.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::answer::json;
use super::extract::{CaseAct, Reader, identifier};
use super::incidents::{nothing, there};
use super::parse::{Against, amount, reason};
use super::query::{Part, Query, cursor};
use crate::company_log::Kind;
use crate::contract::{
    Claim, ClaimFilter, NewClaim, NewCredit, Page, Reason, Register, ReportPayment,
};
use crate::db;
use crate::error::Result;
use crate::formats::{Ore, dates};
use crate::hub::commands::claim::{self as command, ClaimAct};
use crate::hub::store::claim_list::AskedClaims;
use crate::hub::store::claim_view;
use crate::hub::{Hub, store};

/// Send a claim.
#[utoipa::path(post, path = "/incidents/{id}/claims", tag = "Krav", params(("id" = Uuid, Path)),
    request_body = NewClaim, responses((status = 201, body = Claim)))]
pub async fn create(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(case.hub.clock.now()) };
    let (hub, act, id, new) =
        case.incident(|fields, errors| against.new_claim(fields, errors)).await?;
    let new = new.ok_or_else(|| anyhow::anyhow!("a claim without a KID or errors"))?;
    Ok(command::send(&hub, &act, id, new).await?.into_response())
}

/// The claims of one incident, oldest first.
#[utoipa::path(get, path = "/incidents/{id}/claims", tag = "Krav",
    params(("id" = Uuid, Path), ("limit" = Option<u8>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<Claim>)))]
pub async fn of_incident(
    State(hub): State<Hub>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let id = identifier(&id)?;
    let part = Part::asked(raw.as_deref());
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    there(&mut tx, id, &reader.company).await?;
    let part = part?;
    let items = claim_view::of_incident(&mut tx, id, &reader.company).await?;
    drop(tx);
    json(part.of(items), None)
}

/// The company's claims, sent and received.
#[utoipa::path(get, path = "/claims", tag = "Krav",
    params(("filter" = Option<ClaimFilter>, Query, description = "Every filter is a parameter of its own")),
    responses((status = 200, body = Page<Claim>)))]
pub async fn list(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let asked = AskedClaims {
        direction: query.one_of("direction", &["sent", "received"]),
        status: query
            .some_of("status", &["sent", "registered", "accepted", "disputed", "paid", "credited"]),
        kid: query.text("kid").map(|kid| kid.chars().filter(|c| !c.is_whitespace()).collect()),
        counterpart: query.text("counterpart").map(|code| code.to_uppercase()),
        overdue: query.boolean("overdue"),
        by_due: query.one_of("sort", &["created", "due"]).as_deref() == Some("due"),
        after: query.cursor::<(Timestamp, Date, Uuid)>(),
        limit: query.limit(),
        today: dates::oslo_date(hub.clock.now()),
    };
    query.end()?;
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let mut rows = store::claim_list::page(&mut tx, &reader.company, &asked).await?;
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) > asked.limit;
    if more {
        rows.pop();
    }
    let next = if more { rows.last().and_then(|row| cursor(&row.keys())) } else { None };
    let items = claim_view::whole(&mut tx, rows, &reader.company).await?;
    drop(tx);
    json(Page { items, next }, None)
}

/// One claim.
#[utoipa::path(get, path = "/claims/{id}", tag = "Krav", params(("id" = Uuid, Path)),
    responses((status = 200, body = Claim)))]
pub async fn show(
    State(hub): State<Hub>,
    reader: Reader,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let id = identifier(&id)?;
    let mut tx = db::begin_noted(&hub.db, &reader.company).await?;
    let claim = claim_view::one(&mut tx, id, &reader.company).await?;
    Query::of(raw.as_deref()).end()?;
    let reference = store::log::own_reference(&mut tx, &reader.company, claim.incident_id).await?;
    let about = Some((claim.incident_id, reference.as_deref()));
    let data = serde_json::json!({"claimId": claim.id, "number": claim.number});
    reader.note(&hub, &mut tx, Kind::ClaimViewed, about, data).await?;
    tx.commit().await?;
    let version = claim.version;
    json(claim, Some(version))
}

/// Book a received claim.
#[utoipa::path(post, path = "/claims/{id}/register", tag = "Krav", params(("id" = Uuid, Path)),
    request_body = Register, responses((status = 200, body = Claim)))]
pub async fn register(case: CaseAct) -> Result<Response> {
    let (hub, act, id, reference) =
        case.claim(|fields, errors| fields.text(errors, "reference", 40)).await?;
    Ok(command::act(&hub, &act, id, ClaimAct::Register(reference)).await?.into_response())
}

/// Accept a received claim.
#[utoipa::path(post, path = "/claims/{id}/accept", tag = "Krav", params(("id" = Uuid, Path)),
    responses((status = 200, body = Claim)))]
pub async fn accept(case: CaseAct) -> Result<Response> {
    let (hub, act, id, ()) = case.claim(nothing).await?;
    Ok(command::act(&hub, &act, id, ClaimAct::Accept).await?.into_response())
}

/// Dispute a received claim.
#[utoipa::path(post, path = "/claims/{id}/dispute", tag = "Krav", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Claim)))]
pub async fn dispute(case: CaseAct) -> Result<Response> {
    let (hub, act, id, why) = case.claim(|fields, errors| reason(fields, errors, true)).await?;
    let what = ClaimAct::Dispute(why.unwrap_or_default());
    Ok(command::act(&hub, &act, id, what).await?.into_response())
}

/// Report a payment; the other's identical report confirms it.
#[utoipa::path(post, path = "/claims/{id}/report-payment", tag = "Krav", params(("id" = Uuid, Path)),
    request_body = ReportPayment, responses((status = 200, body = Claim)))]
pub async fn report_payment(case: CaseAct) -> Result<Response> {
    let today = dates::oslo_date(case.hub.clock.now());
    let (hub, act, id, (ore, date)) = case
        .claim(|fields, errors| {
            let ore = amount(fields, errors, "amountOre", true).unwrap_or(Ore::ZERO);
            if !fields.has("date") {
                fields.required(errors, "date", 40);
            }
            let date = fields.date(errors, "date").unwrap_or(today);
            if date > today {
                let message = "Betalingsdatoen kan ikke være fram i tid.";
                fields.fault(errors, "date", "date_in_future", message);
            }
            (ore, date)
        })
        .await?;
    Ok(command::act(&hub, &act, id, ClaimAct::ReportPayment(ore, date)).await?.into_response())
}

/// Credit a sent claim.
#[utoipa::path(post, path = "/claims/{id}/credit", tag = "Krav", params(("id" = Uuid, Path)),
    request_body = NewCredit, responses((status = 200, body = Claim)))]
pub async fn credit(case: CaseAct) -> Result<Response> {
    let (hub, act, id, (ore, why)) = case
        .claim(|fields, errors| {
            let ore = amount(fields, errors, "amountOre", false);
            (ore, reason(fields, errors, true).unwrap_or_default())
        })
        .await?;
    Ok(command::act(&hub, &act, id, ClaimAct::Credit(ore, why)).await?.into_response())
}
