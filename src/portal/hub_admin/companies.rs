//! Selskaper: membership, agreements, and use by month.

use askama::Template;
use axum::Form as Posted;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::company_form::{FIELDS, Input, kind_word};
use super::{Setback, sent_back};
use crate::app::App;
use crate::auth::role::Role;
use crate::auth::session::FreshCode;
use crate::contract::{Acting, AdminCompany, Terms};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, dates};
use crate::portal::acting::Operator;
use crate::portal::conflict::{Conflict, Value};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::{Choice, Tag};

pub(super) const LIST: &str = "/forvaltning/selskaper";

#[derive(Template)]
#[template(path = "portal/hub_admin/companies.html")]
struct CompaniesPage {
    frame: Frame,
    month: String,
    month_errors: Errors,
    rows: Vec<Row>,
}

struct Row {
    code: String,
    name: String,
    kind: String,
    status: Tag,
    incidents: i64,
    claims: i64,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/company.html")]
struct CompanyPage {
    frame: Frame,
    /// None for a new one.
    code: Option<String>,
    heading: String,
    action: String,
    parents: Vec<Choice>,
    /// Whether the company has an administrator already.
    administered: bool,
    alert: Option<String>,
    form: Form<Input>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Month {
    maned: String,
}

/// `GET /forvaltning/selskaper`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    Query(asked): Query<Month>,
) -> Result<Response> {
    let this = dates::oslo_date(app.clock.now()).strftime("%Y-%m").to_string();
    let month = Some(asked.maned.trim().to_owned()).filter(|it| !it.is_empty()).unwrap_or(this);
    let companies = hub.all_companies().await?;
    let mut month_errors = Errors::new();
    let usage = match hub.usage(&month).await {
        Ok(usage) => usage,
        Err(Error::Problem(problem)) if problem.status == 422 => {
            month_errors.add("maned", "Skriv måneden som år og måned, for eksempel 2026-11.");
            Vec::new()
        }
        Err(error) => return Err(error),
    };
    let rows = companies
        .into_iter()
        .map(|company| {
            let used = usage.iter().find(|it| it.company == company.code);
            let (color, word) =
                if company.active { ("success", "Aktiv") } else { ("neutral", "Ikke aktiv") };
            Row {
                kind: kind_word(&company.kind),
                status: Tag::new(color, word),
                incidents: used.map_or(0, |it| it.incidents),
                claims: used.map_or(0, |it| it.claims),
                code: company.code,
                name: company.name,
            }
        })
        .collect();
    let wrong = !month_errors.is_empty();
    let page = CompaniesPage { frame, month, month_errors, rows };
    Ok(if wrong { sent_back(page, false) } else { Page(page).into_response() })
}

/// `GET /forvaltning/selskaper/nytt`
pub(super) async fn new(frame: Frame, Operator(hub): Operator, _: FreshCode) -> Result<Response> {
    let form = Form::fresh(Input::default());
    Ok(Page(page(frame, &hub, None, form, None, true).await?).into_response())
}

async fn page(
    frame: Frame,
    hub: &Acting,
    company: Option<&AdminCompany>,
    form: Form<Input>,
    alert: Option<String>,
    administered: bool,
) -> Result<CompanyPage> {
    let code = company.map(|it| it.code.clone());
    let known = hub.all_companies().await?;
    let others = known.into_iter().filter(|it| Some(&it.code) != code.as_ref());
    let parents =
        Choice::list(others.map(|it| (it.code.clone(), format!("{} ({})", it.name, it.code))));
    let heading = company.map_or_else(|| "Nytt selskap".to_owned(), |it| it.name.clone());
    let action = format!("{LIST}/{}", code.as_deref().unwrap_or("nytt"));
    Ok(CompanyPage { frame, code, heading, action, parents, administered, alert, form })
}

/// `POST /forvaltning/selskaper/nytt`
pub(super) async fn add(
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let mut errors = Errors::new();
    let mut new = input.read(&mut errors);
    new.code = Some(input.kode.trim().to_uppercase());
    let setback = if errors.is_empty() {
        match hub.add_company(&new).await {
            Ok(company) => {
                let told = format!("{} er lagt til.", company.name);
                return Ok(redirect_with_flash(&format!("{LIST}/{}", company.code), &told));
            }
            Err(error) => Setback::of(error, &FIELDS)?,
        }
    } else {
        Setback { errors, alert: None, overtaken: false }
    };
    let alone = setback.alert.is_some();
    let form = Form::rejected(input, setback.errors);
    Ok(sent_back(page(frame, &hub, None, form, setback.alert, true).await?, alone))
}

/// The company of this code.
pub(super) async fn found(hub: &Acting, code: &str) -> Result<AdminCompany> {
    let known = hub.all_companies().await?;
    known.into_iter().find(|it| it.code == code).ok_or(Error::NotFound)
}

/// Whether anybody of the company administers it.
pub(super) async fn is_administered(app: &App, code: &str) -> Result<bool> {
    let company: CompanyCode = code.parse().map_err(|_| Error::NotFound)?;
    let mut tx = db::begin(&app.portal_db, &company).await?;
    let members = crate::auth::roster::list(&mut tx, &company).await?;
    tx.rollback().await?;
    Ok(members.iter().any(|it| it.active && it.roles.contains(&Role::CompanyAdmin)))
}

/// `GET /forvaltning/selskaper/{code}`
pub(super) async fn edit(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    Path(code): Path<String>,
) -> Result<Response> {
    let company = found(&hub, &code).await?;
    let administered = is_administered(&app, &code).await?;
    let form = Form::fresh(Input::of(&company));
    Ok(Page(page(frame, &hub, Some(&company), form, None, administered).await?).into_response())
}

/// `POST /forvaltning/selskaper/{code}`
pub(super) async fn submit(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Path(code): Path<String>,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let company = found(&hub, &code).await?;
    let address = format!("{LIST}/{code}");
    let mut errors = Errors::new();
    let changed = input.read(&mut errors);
    let setback = if errors.is_empty() {
        let terms = Terms::version(Some(input.version.parse().unwrap_or(0)));
        match hub.change_company(&code, &changed, terms).await {
            Ok(_) => return Ok(redirect_with_flash(&address, "Selskapet er lagret.")),
            Err(error) => Setback::of(error, &FIELDS)?,
        }
    } else {
        Setback { errors, alert: None, overtaken: false }
    };
    if setback.overtaken {
        return Ok(overtaken(frame, &company, &input, &address));
    }
    let administered = is_administered(&app, &code).await?;
    let alone = setback.alert.is_some();
    let form = Form::rejected(input, setback.errors);
    let page = page(frame, &hub, Some(&company), form, setback.alert, administered).await?;
    Ok(sent_back(page, alone))
}

fn overtaken(frame: Frame, company: &AdminCompany, input: &Input, address: &str) -> Response {
    let stored = Input::of(company);
    let mut conflict = Conflict::new(frame, format!("Selskapet {}", company.name), address)
        .version(company.version)
        .buttons("Lagre selskap", address);
    for ((name, label, typed), (_, _, now)) in input.labelled().into_iter().zip(stored.labelled()) {
        let value = |text: &str| match name {
            "aktiv" => Value::ticked(text == "ja"),
            "slag" => Value::new(text, kind_word(text)),
            _ => Value::text(text),
        };
        conflict.field(name, label, value(typed), value(now));
    }
    conflict.into_response()
}
