//! `/admin/…`: companies, API clients and ([`code_lists`]) code lists, for the hub's administrators. None of it
//! shows a case. Every change stands in the log of the company it concerns, else in Skadehub's own.

pub mod code_lists;
pub(super) mod parse;

use axum::extract::{FromRequest, FromRequestParts, Path, RawQuery, Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::json;
use super::extract::{body_fields, version};
use super::input::{Errors, Fields};
use super::query::Query;
use crate::company_log::{self, Entry, Kind, OPERATOR, operator};
use crate::contract::{
    AdminCompany, ApiClient, Caller, ClientInput, CompanyInput, Page, Problem, Scope, Usage,
};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, dates};
use crate::hub::Hub;
use crate::hub::store::idempotency::Answer;
use crate::hub::store::{self, admin};

/// A caller with the scope of the hub's administrators.
pub struct Admin(Caller);

impl<S: Send + Sync> FromRequestParts<S> for Admin {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let caller = parts.extensions.get::<Caller>().ok_or(Error::SignedOut)?;
        // Whoever acts for a company does not administer them all in the same breath.
        let admitted = caller.may(Scope::Admin) && caller.company().is_none();
        if admitted { Ok(Self(caller.clone())) } else { Err(Error::Forbidden) }
    }
}

/// The same with the body of a change, and the version it was made from.
pub struct Change {
    admin: Admin,
    version: Option<i64>,
    fields: Result<Fields, Problem>,
}

impl<S: Send + Sync> FromRequest<S> for Change {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let admin = Admin::from_request_parts(&mut parts, state).await?;
        let version = version(&parts.headers);
        let fields = body_fields(Request::from_parts(parts, body), state).await;
        Ok(Self { admin, version, fields })
    }
}

impl Change {
    fn read<T>(
        self,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Admin, Option<i64>, T)> {
        let (mut fields, mut errors) = (self.fields?, Errors::new());
        let value = parse(&mut fields, &mut errors);
        fields.end(&mut errors);
        if errors.is_empty() {
            Ok((self.admin, self.version, value))
        } else {
            Err(Problem::invalid(errors).into())
        }
    }
}

impl Admin {
    async fn note(
        &self,
        hub: &Hub,
        tx: &mut Tx,
        company: &CompanyCode,
        kind: Kind,
        data: Value,
    ) -> Result<()> {
        let entry = Entry {
            company,
            kind,
            person: Some(self.0.user().unwrap_or(self.0.client())),
            channel: self.0.channel(),
            at: hub.clock.now(),
            incident: None,
            reference: None,
            data,
        };
        company_log::append(tx, entry).await
    }
}

fn answered(status: u16, value: &impl Serialize, version: Option<i64>) -> Result<Response> {
    let body = serde_json::to_vec(value).map_err(anyhow::Error::from)?;
    Ok(Answer { status, version, body, replay: false }.into_response())
}

/// Every company.
#[utoipa::path(get, path = "/admin/companies", tag = "Forvaltning", responses((status = 200, body = Page<AdminCompany>)))]
pub async fn companies(
    State(hub): State<Hub>,
    _: Admin,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let mut tx = db::begin_plain(&hub.db).await?;
    let items = admin::companies(&mut tx).await?;
    json(Page { items, next: None }, None)
}

/// Add a company.
#[utoipa::path(post, path = "/admin/companies", tag = "Forvaltning", request_body = CompanyInput,
    responses((status = 201, body = AdminCompany)))]
pub async fn add_company(State(hub): State<Hub>, change: Change) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let (admin, _, company) = change.read(|fields, errors| {
        let code = if fields.has("code") {
            fields.company(errors, "code").map(|code| code.to_string())
        } else {
            Some(fields.required(errors, "code", 8))
        };
        if code.as_deref() == Some(OPERATOR) {
            fields.fault(errors, "code", "invalid", "Koden er Skadehubs egen.");
        }
        parse::company(fields, errors, code.unwrap_or_default(), &data)
    })?;
    let code = store::column::company(&company.code)?;
    let mut tx = db::begin(&hub.db, &code).await?;
    if !admin::add_company(&mut tx, &company).await? {
        return Err(
            Problem::new(409, "taken", "Det finnes allerede et selskap med denne koden.").into()
        );
    }
    admin
        .note(&hub, &mut tx, &code, Kind::CompanyChanged, json!({"after": told(&company)}))
        .await?;
    tx.commit().await?;
    answered(201, &company, Some(company.version))
}

/// Change a company.
#[utoipa::path(put, path = "/admin/companies/{code}", tag = "Forvaltning", params(("code" = String, Path)),
    request_body = CompanyInput, responses((status = 200, body = AdminCompany)))]
pub async fn change_company(
    State(hub): State<Hub>,
    Path(code): Path<String>,
    change: Change,
) -> Result<Response> {
    let code: CompanyCode = code.parse().map_err(|_| Error::NotFound)?;
    let data = hub.reference.snapshot().await?;
    let mut tx = db::begin(&hub.db, &code).await?;
    let known = admin::companies(&mut tx).await?;
    let before = known.into_iter().find(|it| it.code == code.as_str()).ok_or(Error::NotFound)?;
    let (admin, version, mut company) =
        change.read(|fields, errors| parse::company(fields, errors, code.to_string(), &data))?;
    company.version = version.unwrap_or(before.version);
    if !admin::change_company(&mut tx, &company).await? {
        return Err(Problem::version_conflict(before.version).into());
    }
    let data = json!({"before": told(&before), "after": told(&company)});
    admin.note(&hub, &mut tx, &code, Kind::CompanyChanged, data).await?;
    tx.commit().await?;
    company.version += 1;
    answered(200, &company, Some(company.version))
}

/// A company as the log tells of it.
pub(super) fn told(company: &AdminCompany) -> String {
    let active = if company.active { "aktiv" } else { "ikke aktiv" };
    let account = company.claim_account_number.as_deref().unwrap_or("ingen konto");
    let notices = company.notice_address.as_deref().unwrap_or("ingen adresse");
    format!(
        "{} ({}, {}, {active}, {account}, {notices})",
        company.name, company.organisation_number, company.kind
    )
}

/// What each company did in a month.
#[utoipa::path(get, path = "/admin/usage", tag = "Forvaltning",
    params(("month" = String, Query, description = "YYYY-MM")), responses((status = 200, body = Page<Usage>)))]
pub async fn usage(State(hub): State<Hub>, _: Admin, RawQuery(raw): RawQuery) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let first = query.text("month").and_then(|month| format!("{month}-01").parse::<Date>().ok());
    if first.is_none() {
        query.fault("month", "invalid_date", "Skriv måneden som ÅÅÅÅ-MM.");
    }
    query.end()?;
    let first = first.unwrap_or_default();
    let next = first.saturating_add(jiff::Span::new().months(1));
    let start = |day: Date| day.to_zoned(dates::oslo()).map(|it| it.timestamp());
    let (from, until) =
        (start(first).map_err(anyhow::Error::from)?, start(next).map_err(anyhow::Error::from)?);
    let mut items = Vec::new();
    for company in &hub.reference.snapshot().await?.companies {
        let code = store::column::company(&company.code)?;
        let mut tx = db::begin_read(&hub.db, &code).await?;
        items.push(admin::usage(&mut tx, &code, from, until).await?);
        drop(tx);
    }
    json(Page { items, next: None }, None)
}

/// Every API client.
#[utoipa::path(get, path = "/admin/api-clients", tag = "Forvaltning", responses((status = 200, body = Page<ApiClient>)))]
pub async fn clients(
    State(hub): State<Hub>,
    _: Admin,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let mut tx = db::begin_plain(&hub.db).await?;
    let items = admin::clients(&mut tx, None).await?;
    json(Page { items, next: None }, None)
}

/// Let an API client in, which the identity provider must know too.
#[utoipa::path(post, path = "/admin/api-clients", tag = "Forvaltning", request_body = ClientInput,
    responses((status = 201, body = ApiClient)))]
pub async fn add_client(State(hub): State<Hub>, change: Change) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let (admin, _, client) = change.read(|fields, errors| {
        let client_id = fields.required(errors, "clientId", 60);
        let company = fields.required(errors, "company", 8).to_uppercase();
        if !company.is_empty() && data.company(&company).is_none() {
            fields.fault(errors, "company", "unknown_company", "Selskapet finnes ikke i Skadehub.");
        }
        parse::client(fields, errors, client_id, Some(company))
    })?;
    let owner = owner(&client)?;
    let mut tx = db::begin(&hub.db, &owner).await?;
    if !admin::add_client(&mut tx, &client).await? {
        return Err(
            Problem::new(409, "taken", "Det finnes allerede en klient med denne ID-en.").into()
        );
    }
    let data =
        json!({"client": client.client_id, "scopes": client.scopes, "active": client.active});
    admin.note(&hub, &mut tx, &owner, Kind::ClientCreated, data).await?;
    tx.commit().await?;
    answered(201, &client, Some(client.version))
}

/// Change a client's scopes, or switch it off: it is refused at its next call.
#[utoipa::path(put, path = "/admin/api-clients/{id}", tag = "Forvaltning", params(("id" = String, Path)),
    request_body = ClientInput, responses((status = 200, body = ApiClient)))]
pub async fn change_client(
    State(hub): State<Hub>,
    Path(id): Path<String>,
    change: Change,
) -> Result<Response> {
    let mut tx = db::begin_plain(&hub.db).await?;
    let known = admin::clients(&mut tx, None).await?;
    let before = known.into_iter().find(|it| it.client_id == id).ok_or(Error::NotFound)?;
    let (admin, version, mut client) =
        change.read(|fields, errors| parse::client(fields, errors, id, before.company.clone()))?;
    client.version = version.unwrap_or(before.version);
    let owner = owner(&client)?;
    db::act_as(&mut tx, &owner).await?;
    if !admin::change_client(&mut tx, &client).await? {
        return Err(Problem::version_conflict(before.version).into());
    }
    let data = json!({"client": client.client_id, "before": before.scopes, "after": client.scopes,
        "active": client.active});
    admin.note(&hub, &mut tx, &owner, Kind::ClientChanged, data).await?;
    tx.commit().await?;
    client.version += 1;
    answered(200, &client, Some(client.version))
}

/// Whose log tells of the client.
fn owner(client: &ApiClient) -> Result<CompanyCode> {
    match &client.company {
        Some(code) => store::column::company(code),
        None => Ok(operator()),
    }
}
