//! The acts on an incident: each parses its body and hands it to its command.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};

use super::answer::json;
use super::extract::{CaseAct, Reader, Writer, identifier};
use super::incidents::{nothing, there};
use super::parse::{Against, reason};
use super::query::Part;
use crate::contract::{Accept, Incident, NewProposal, Proposal, Reason, Redirect, Reject};
use crate::db;
use crate::domain::Refusal;
use crate::error::Result;
use crate::formats::dates;
use crate::hub::commands::incident::{self as command, Simple};
use crate::hub::{Hub, store};

/// Say that the own company is the right party, perhaps answering the proposal in the same act.
#[utoipa::path(post, path = "/incidents/{id}/accept", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Accept, responses((status = 200, body = Incident)))]
pub async fn accept(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(case.hub.clock.now()) };
    let (hub, act, id, given) =
        case.incident(|fields, errors| against.acceptance(fields, errors)).await?;
    Ok(command::accept(&hub, &act, id, given).await?.into_response())
}

/// Say that the own company is not the right party.
#[utoipa::path(post, path = "/incidents/{id}/reject", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Reject, responses((status = 200, body = Incident)))]
pub async fn reject(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(case.hub.clock.now()) };
    let (hub, act, id, (reason, text, suggested)) =
        case.incident(|fields, errors| against.rejection(fields, errors)).await?;
    Ok(command::reject(&hub, &act, id, reason, text, suggested).await?.into_response())
}

/// Send a rejected incident on to another company.
#[utoipa::path(post, path = "/incidents/{id}/redirect", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Redirect, responses((status = 200, body = Incident)))]
pub async fn redirect(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let (hub, act, id, (company, why)) = case
        .incident(|fields, errors| {
            if !fields.has("company") {
                fields.required(errors, "company", 16);
            }
            let company = fields.company(errors, "company");
            if company.as_ref().is_some_and(|code| data.company(code.as_str()).is_none()) {
                fields.fault(
                    errors,
                    "company",
                    "unknown_company",
                    "Selskapet finnes ikke i Skadehub.",
                );
            }
            (company, reason(fields, errors, true).unwrap_or_default())
        })
        .await?;
    let to =
        company.filter(|code| data.takes_part(code)).ok_or(Refusal::CounterpartNotConnected)?;
    Ok(command::redirect(&hub, &act, id, to, why).await?.into_response())
}

async fn simple(case: CaseAct, what: Simple, needed: bool) -> Result<Response> {
    let (hub, act, id, why) =
        case.incident(|fields, errors| reason(fields, errors, needed)).await?;
    Ok(command::simple(&hub, &act, id, what, why).await?.into_response())
}

/// Take back an incident that has not been accepted.
#[utoipa::path(post, path = "/incidents/{id}/withdraw", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn withdraw(case: CaseAct) -> Result<Response> {
    simple(case, Simple::Withdraw, true).await
}

/// Close at once when all is settled; else ask for it, or confirm what the other asked.
#[utoipa::path(post, path = "/incidents/{id}/close", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn close(case: CaseAct) -> Result<Response> {
    simple(case, Simple::Close, false).await
}

/// Say no to the closing the other asked for.
#[utoipa::path(post, path = "/incidents/{id}/close/decline", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn decline_close(case: CaseAct) -> Result<Response> {
    simple(case, Simple::DeclineClose, true).await
}

/// Open a closed incident again.
#[utoipa::path(post, path = "/incidents/{id}/reopen", tag = "Hendelser", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn reopen(case: CaseAct) -> Result<Response> {
    simple(case, Simple::Reopen, true).await
}

/// Ask for the agreed liability to be opened again, or confirm what the other asked.
#[utoipa::path(post, path = "/incidents/{id}/liability/reopen", tag = "Ansvar", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn reopen_liability(case: CaseAct) -> Result<Response> {
    simple(case, Simple::ReopenLiability, true).await
}

/// Say no to the reopening the other asked for.
#[utoipa::path(post, path = "/incidents/{id}/liability/reopen/decline", tag = "Ansvar", params(("id" = Uuid, Path)),
    request_body = Reason, responses((status = 200, body = Incident)))]
pub async fn decline_reopen_liability(case: CaseAct) -> Result<Response> {
    simple(case, Simple::DeclineReopenLiability, true).await
}

/// The proposals, oldest first.
#[utoipa::path(get, path = "/incidents/{id}/proposals", tag = "Ansvar",
    params(("id" = Uuid, Path), ("limit" = Option<u8>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = crate::contract::Page<Proposal>)))]
pub async fn proposals(
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
    let items = store::proposal_view::list(&mut tx, id, &reader.company).await?;
    drop(tx);
    json(part.of(items), None)
}

/// Propose a split.
#[utoipa::path(post, path = "/incidents/{id}/proposals", tag = "Ansvar", params(("id" = Uuid, Path)),
    request_body = NewProposal, responses((status = 201, body = Incident)))]
pub async fn propose(case: CaseAct) -> Result<Response> {
    let data = case.hub.reference.snapshot().await?;
    let against = Against { data: &data, today: dates::oslo_date(case.hub.clock.now()) };
    let (hub, act, id, terms) =
        case.incident(|fields, errors| against.proposal(fields, errors)).await?;
    let terms = terms.ok_or_else(|| anyhow::anyhow!("a proposal without terms or errors"))?;
    Ok(command::propose(&hub, &act, id, terms).await?.into_response())
}

/// Accept the newest proposal, which the other made.
#[utoipa::path(post, path = "/incidents/{id}/proposals/{number}/accept", tag = "Ansvar",
    params(("id" = Uuid, Path), ("number" = u32, Path)), responses((status = 200, body = Incident)))]
pub async fn accept_proposal(
    State(hub): State<Hub>,
    Path((id, number)): Path<(String, String)>,
    writer: Writer,
) -> Result<Response> {
    let (act, id, ()) = writer.on_incident(&hub, &id, nothing).await?;
    let number = number.parse().unwrap_or(0);
    Ok(command::accept_proposal(&hub, &act, id, number).await?.into_response())
}
