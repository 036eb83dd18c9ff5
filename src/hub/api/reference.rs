//! Companies, code lists and the vehicle registry.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::answer::json;
use super::extract::Reader;
use super::query::{Query, cursor};
use crate::contract::{CodeList, Company, FieldProblem, InsurerAnswer, Page, Problem};
use crate::error::{Error, Result};
use crate::formats::{RegistrationNumber, dates};
use crate::hub::Hub;

/// The directory of companies.
#[utoipa::path(get, path = "/companies", tag = "Kodeverk", responses((status = 200, body = Page<Company>)))]
pub async fn companies(
    State(hub): State<Hub>,
    _: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let (limit, after) = (query.limit(), query.cursor::<String>());
    query.end()?;
    let data = hub.reference.snapshot().await?;
    let rest = data.companies.iter().filter(|c| after.as_ref().is_none_or(|last| c.code > *last));
    let mut items: Vec<Company> =
        rest.take(usize::try_from(limit).unwrap_or(50) + 1).cloned().collect();
    let next = if i64::try_from(items.len()).unwrap_or(i64::MAX) > limit {
        items.pop();
        items.last().and_then(|company| cursor(&company.code))
    } else {
        None
    };
    json(Page { items, next }, None)
}

/// The code lists as they are today.
#[utoipa::path(get, path = "/code-lists", tag = "Kodeverk", responses((status = 200, body = Page<CodeList>)))]
pub async fn code_lists(
    State(hub): State<Hub>,
    _: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let data = hub.reference.snapshot().await?;
    let today = dates::oslo_date(hub.clock.now());
    let mut items: Vec<CodeList> = Vec::new();
    for list in &data.code_lists {
        let seen = items.iter().any(|known| known.name == list.name);
        items.extend(data.code_list(&list.name, None, today).filter(|_| !seen).cloned());
    }
    json(Page { items, next: None }, None)
}

/// One code list: the version asked for, or today's.
#[utoipa::path(get, path = "/code-lists/{name}", tag = "Kodeverk",
    params(("name" = String, Path), ("version" = Option<String>, Query)),
    responses((status = 200, body = CodeList)))]
pub async fn code_list(
    State(hub): State<Hub>,
    _: Reader,
    Path(name): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let version = query.text("version");
    let query = query.end();
    let data = hub.reference.snapshot().await?;
    let today = dates::oslo_date(hub.clock.now());
    let list = data.code_list(&name, version.as_deref(), today).ok_or(Error::NotFound)?;
    query?;
    json(list.clone(), None)
}

/// Who insured a vehicle on a day.
#[utoipa::path(get, path = "/vehicles/{registrationNumber}/insurer", tag = "Kjøretøy",
    params(("registrationNumber" = String, Path), ("lossDate" = String, Query), ("country" = Option<String>, Query)),
    responses((status = 200, body = InsurerAnswer)))]
pub async fn insurer(
    State(hub): State<Hub>,
    _: Reader,
    Path(number): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let country = query.text("country").unwrap_or_else(|| "N".to_owned()).to_uppercase();
    let day = query.date("lossDate");
    let today = dates::oslo_date(hub.clock.now());
    match day {
        None if query.errors.is_empty() => {
            query.fault("lossDate", "required", "Skadedatoen må oppgis.");
        }
        Some(day) if day > today => {
            query.fault("lossDate", "date_in_future", "Skadedatoen kan ikke være fram i tid.");
        }
        _ => {}
    }
    query.end()?;
    let number = RegistrationNumber::parse(&number).map_err(|error| {
        Problem::invalid(vec![FieldProblem::new(
            "/registrationNumber",
            "invalid",
            error.to_string(),
        )])
    })?;
    let answer = hub.registry.insurer(&number, &country, day.unwrap_or(today)).await;
    let answer = answer.map_err(|error| {
        tracing::warn!(%error, "the registry could not be asked");
        let detail = "TFFAuto svarer ikke akkurat nå. Velg selskapet selv, eller prøv igjen.";
        Problem::new(503, "registry_unavailable", detail).retry_after(30)
    })?;
    let data = hub.reference.snapshot().await?;
    let company = answer.company.as_ref();
    let also = answer.numbers.iter().filter(|n| **n != number).map(|n| n.as_str().to_owned());
    json(
        InsurerAnswer {
            registration_number: number.as_str().to_owned(),
            outcome: answer.outcome,
            company: company.map(ToString::to_string),
            company_name: company.and_then(|c| data.company(c.as_str())).map(|c| c.name.clone()),
            participant: company.is_some_and(|c| data.takes_part(c)),
            checked_at: hub.clock.now().into(),
            since: answer.since,
            make: answer.make.clone(),
            also: also.collect(),
        },
        None,
    )
}
