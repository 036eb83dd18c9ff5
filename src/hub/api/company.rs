//! What a company's own administrator asks: its API clients, and what is on a person's desk.

use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use sqlx::PgConnection;

use super::admin::{parse, told};
use super::answer::json as answer;
use super::extract::{Reader, Writer};
use super::query::Query;
use crate::company_log::{self, Entry, Kind};
use crate::contract::{ApiClient, HandOver, OwnCompany, OwnCompanyInput, Page, Problem, Workload};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::hub::Hub;
use crate::hub::commands::{self, Begun, handler_rules};
use crate::hub::store::{admin, handler_rule};

/// The own company with its branches.
#[utoipa::path(get, path = "/company", tag = "Selskapet", responses((status = 200, body = OwnCompany)))]
pub async fn show(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let own = own(&mut tx, &reader.company).await?;
    let version = own.company.version;
    answer(own, Some(version))
}

async fn own(db: &mut PgConnection, code: &CompanyCode) -> Result<OwnCompany> {
    let known = admin::companies(db).await?;
    let (mut company, mut branches) = (None, Vec::new());
    for it in known {
        if it.code == code.as_str() {
            company = Some(it);
        } else if it.branch_of.as_deref() == Some(code.as_str()) {
            branches.push(it);
        }
    }
    Ok(OwnCompany { company: company.ok_or(Error::NotFound)?, branches })
}

/// Change where notices to the own company go.
#[utoipa::path(put, path = "/company", tag = "Selskapet", request_body = OwnCompanyInput,
    responses((status = 200, body = OwnCompany)))]
pub async fn change(State(hub): State<Hub>, writer: Writer) -> Result<Response> {
    let (act, notice_address) = writer.read(parse::notice_address)?;
    let mut tx = match commands::begin(&hub, &act).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer.into_response()),
    };
    let mut own = own(&mut tx, &act.company).await?;
    let before = told(&own.company);
    let stored = own.company.version;
    own.company.version = act.version.unwrap_or(stored);
    own.company.notice_address = notice_address;
    if !admin::change_company(&mut tx, &own.company).await? {
        return Err(Problem::version_conflict(stored).into());
    }
    own.company.version += 1;
    let entry = Entry {
        company: &act.company,
        kind: Kind::CompanyChanged,
        person: act.user.as_deref(),
        channel: act.channel,
        at: hub.clock.now(),
        incident: None,
        reference: None,
        data: json!({"before": before, "after": told(&own.company)}),
    };
    company_log::append(&mut tx, entry).await?;
    let version = Some(own.company.version);
    Ok(commands::finish(&hub, tx, &act, 200, version, &own).await?.into_response())
}

/// The own company's API clients.
#[utoipa::path(get, path = "/api-clients", tag = "Selskapet", responses((status = 200, body = Page<ApiClient>)))]
pub async fn clients(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let items = admin::clients(&mut tx, Some(reader.company.as_str())).await?;
    answer(Page { items, next: None }, None)
}

/// What a person of the own company has on the desk.
#[utoipa::path(get, path = "/handlers/{name}", tag = "Selskapet", params(("name" = String, Path)),
    responses((status = 200, body = Workload)))]
pub async fn workload(
    State(hub): State<Hub>,
    reader: Reader,
    Path(name): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let name = person(name)?;
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let open = admin::workload(&mut tx, &reader.company, &name).await?;
    let rules = handler_rule::in_force(&mut tx, &reader.company).await?.rules;
    answer(Workload { open, rules: handler_rules::naming(&rules, &name) }, None)
}

/// Nobody's name has a control character; PostgreSQL takes no NUL.
fn person(name: String) -> Result<String> {
    if name.chars().any(char::is_control) { Err(Error::NotFound) } else { Ok(name) }
}

/// Give a person's open incidents and handler rules to another, or to nobody, which drops the rules.
/// Answers with how many of each.
#[utoipa::path(post, path = "/handlers/{name}/hand-over", tag = "Selskapet", params(("name" = String, Path)),
    request_body = HandOver, responses((status = 200, body = Workload)))]
pub async fn hand_over(
    State(hub): State<Hub>,
    Path(name): Path<String>,
    writer: Writer,
) -> Result<Response> {
    let name = person(name)?;
    let (act, to) = writer.read(|fields, errors| fields.text(errors, "to", 100))?;
    let mut tx = match commands::begin(&hub, &act).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer.into_response()),
    };
    let moved = admin::hand_over(&mut tx, &act.company, &name, to.as_deref()).await?;
    if moved > 0 {
        let entry = Entry {
            company: &act.company,
            kind: Kind::HandlerChanged,
            person: act.user.as_deref(),
            channel: act.channel,
            at: hub.clock.now(),
            incident: None,
            reference: None,
            data: json!({"from": name, "handler": to, "cases": moved}),
        };
        company_log::append(&mut tx, entry).await?;
    }
    let rules = handler_rules::pass_on(&hub, &mut tx, &act, &name, to.as_deref()).await?;
    let moved = Workload { open: i64::try_from(moved).unwrap_or(i64::MAX), rules };
    Ok(commands::finish(&hub, tx, &act, 200, None, &moved).await?.into_response())
}
