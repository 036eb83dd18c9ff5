//! Kodeverk: versions and when they hold, each as a file, and a new one after a look at what changes.

use askama::Template;
use axum::Form as Posted;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::code_csv;
use super::{Setback, sent_back};
use crate::app::App;
use crate::contract::{Acting, CodeList, NewCodeList};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Operator;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::Tag;

const LIST: &str = "/forvaltning/kodeverk";

const FIELDS: [(&str, &str); 3] =
    [("/version", "utgave"), ("/validFrom", "fra"), ("/items", "rader")];

#[derive(Template)]
#[template(path = "portal/hub_admin/code_lists.html")]
pub(super) struct ListsPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    word: &'static str,
    version: String,
    period: String,
    codes: usize,
    status: Tag,
    newest: bool,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/code_list.html")]
struct NewPage {
    frame: Frame,
    name: String,
    word: &'static str,
    /// What would change; none before it has been looked at.
    differences: Option<Vec<String>>,
    alert: Option<String>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    utgave: String,
    fra: String,
    rader: String,
    /// `publiser` on the page that shows what changes.
    gjor: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    utgave: String,
}

/// A list's name in words.
fn word(name: &str) -> &'static str {
    match name {
        "liability-codes" => "Typeløsninger",
        "coverages" => "Dekningsomfang",
        "claim-line-types" => "Typer underkrav",
        "rejection-reasons" => "Avvisningsgrunner",
        "injury-roles" => "Roller ved personskade",
        _ => "Annet kodeverk",
    }
}

/// `GET /forvaltning/kodeverk`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
) -> Result<Page<ListsPage>> {
    let today = dates::oslo_date(app.clock.now());
    let lists = hub.all_code_lists().await?;
    let mut rows: Vec<Row> = Vec::new();
    for list in lists {
        let (color, told) = if list.valid_from > today {
            ("info", "Kommer")
        } else if list.valid_to.is_some_and(|last| last < today) {
            ("neutral", "Utgått")
        } else {
            ("success", "Gjelder")
        };
        let last = list.valid_to.map(dates::date).unwrap_or_default();
        rows.push(Row {
            word: word(&list.name),
            period: format!("{}–{last}", dates::date(list.valid_from)),
            codes: list.items.len(),
            status: Tag::new(color, told),
            newest: rows.iter().all(|row| row.name != list.name),
            version: list.version,
            name: list.name,
        });
    }
    Ok(Page(ListsPage { frame, rows }))
}

/// The version asked for, or the newest.
async fn found(hub: &Acting, name: &str, version: &str) -> Result<CodeList> {
    let lists = hub.all_code_lists().await?;
    let mut of_name = lists.into_iter().filter(|list| list.name == name);
    let found = of_name.find(|list| version.is_empty() || list.version == version);
    found.ok_or(Error::NotFound)
}

/// `GET /forvaltning/kodeverk/{name}/fil?utgave=`
pub(super) async fn file(
    Operator(hub): Operator,
    Path(name): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response> {
    let list = found(&hub, &name, &which.utgave).await?;
    let text = format!("\u{feff}{}", code_csv::write(&list.items)?);
    let file = format!("attachment; filename=\"{}-{}.csv\"", list.name, list.version);
    let kind = "text/csv; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, file.as_str())], text)
        .into_response())
}

/// `GET /forvaltning/kodeverk/{name}/ny`
pub(super) async fn new(
    frame: Frame,
    Operator(hub): Operator,
    Path(name): Path<String>,
) -> Result<Response> {
    let list = found(&hub, &name, "").await?;
    let rader = code_csv::write(&list.items)?;
    let form = Form::fresh(Input { rader, ..Input::default() });
    let page = NewPage { frame, word: word(&name), name, differences: None, alert: None, form };
    Ok(Page(page).into_response())
}

/// `POST /forvaltning/kodeverk/{name}/ny`: first what changes, then the publishing of it.
pub(super) async fn submit(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    Path(name): Path<String>,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let before = found(&hub, &name, "").await?;
    let mut errors = Errors::new();
    let list = read(&input, &mut errors);
    let tomorrow = dates::oslo_date(app.clock.now()).tomorrow().unwrap_or_default();
    if list.valid_from.parse().is_ok_and(|day: jiff::civil::Date| day < tomorrow) {
        errors.add("fra", "Utgaven må begynne tidligst i morgen.");
    }
    let differences = code_csv::differences(&before.items, &list.items);
    if errors.is_empty() && differences.is_empty() {
        errors.add("rader", "Ingenting er endret siden forrige utgave.");
    }
    let look = input.gjor != "publiser";
    let mut page = NewPage {
        frame,
        word: word(&name),
        name: name.clone(),
        differences: None,
        alert: None,
        form: Form::rejected(input, errors),
    };
    if !page.form.errors.is_empty() {
        return Ok(sent_back(page, false));
    }
    if look {
        page.differences = Some(differences);
        return Ok(Page(page).into_response());
    }
    match hub.publish(&name, &list).await {
        Ok(list) => {
            let from = dates::date(list.valid_from);
            let told = format!("Utgave {} er publisert og gjelder fra {from}.", list.version);
            Ok(redirect_with_flash(LIST, &told))
        }
        Err(error) => {
            let setback = Setback::of(error, &FIELDS)?;
            let alone = setback.alert.is_some();
            page.form.errors = setback.errors;
            page.alert = setback.alert;
            Ok(sent_back(page, alone))
        }
    }
}

fn read(input: &Input, errors: &mut Errors) -> NewCodeList {
    let version = input.utgave.trim().to_owned();
    if version.is_empty() {
        errors.add("utgave", "Skriv hva utgaven heter, for eksempel 2027-1.");
    }
    let from = errors.take("fra", dates::parse_date(input.fra.trim()));
    let items = match code_csv::read(&input.rader) {
        Ok(items) => items,
        Err(fault) => {
            errors.add("rader", fault);
            Vec::new()
        }
    };
    let valid_from = from.map(|day| day.to_string()).unwrap_or_default();
    NewCodeList { version, valid_from, items }
}
