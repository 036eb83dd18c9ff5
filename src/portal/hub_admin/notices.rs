//! Driftsmeldinger: words to all who use the portal, for a while.

use askama::Template;
use axum::Form as Posted;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::sent_back;
use crate::app::App;
use crate::company_log::{self, Entry, Kind, operator};
use crate::contract::Channel;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Operator;
use crate::portal::form::{Errors, Form};
use crate::portal::notice::{self, Notice};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::{Choice, Tag};

const LIST: &str = "/forvaltning/meldinger";

/// The longest text.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "portal/hub_admin/notices.html")]
struct NoticesPage {
    frame: Frame,
    rows: Vec<Row>,
    form: Form<Input>,
}

struct Row {
    id: Uuid,
    text: String,
    from: String,
    until: String,
    status: Tag,
    /// Shown, or to be shown.
    current: bool,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    tekst: String,
    slag: String,
    fra: String,
    til: String,
}

/// `GET /forvaltning/meldinger`
pub(super) async fn show(State(app): State<App>, frame: Frame, _: Operator) -> Result<Response> {
    let today = dates::date(dates::oslo_date(app.clock.now()));
    let input = Input { fra: today.clone(), til: today, ..Input::default() };
    Ok(Page(page(&app, frame, Form::fresh(input)).await?).into_response())
}

async fn page(app: &App, frame: Frame, form: Form<Input>) -> Result<NoticesPage> {
    let mut db = app.portal_db.acquire().await?;
    let now = app.clock.now();
    let rows = notice::all(&mut db).await?.into_iter().map(|notice| row(notice, now)).collect();
    Ok(NoticesPage { frame, rows, form })
}

fn row(notice: Notice, now: Timestamp) -> Row {
    let (color, word) = match (notice.from <= now, now < notice.until) {
        (true, true) => ("success", "Vises nå"),
        (false, _) => ("info", "Kommer"),
        (_, false) => ("neutral", "Ferdig"),
    };
    Row {
        id: notice.id,
        from: dates::moment(notice.from),
        until: dates::moment(notice.until),
        status: Tag::new(color, word),
        current: now < notice.until,
        text: notice.text,
    }
}

/// What the form means: text, kind, from and until. The last day counts to its end.
fn read(input: &Input) -> Result<(String, String, Timestamp, Timestamp), Errors> {
    let mut errors = Errors::new();
    let text = input.tekst.trim().to_owned();
    if text.is_empty() {
        errors.add("tekst", "Skriv hva brukerne skal vite.");
    } else if text.chars().count() > LONGEST {
        errors.add("tekst", format!("Bruk høyst {LONGEST} tegn."));
    }
    if !kinds().iter().any(|kind| kind.is(&input.slag)) {
        errors.add("slag", "Velg hva slags melding det er.");
    }
    let from = errors.take("fra", dates::parse_date(input.fra.trim()));
    let until = errors.take("til", dates::parse_date(input.til.trim()));
    if let (Some(first), Some(last)) = (from, until)
        && first > last
    {
        errors.add("til", "Til-datoen er før fra-datoen. Bytt dem om, eller rett én av dem.");
    }
    let (Some(first), Some(last), true) = (from, until, errors.is_empty()) else {
        return Err(errors);
    };
    let start = first.to_zoned(dates::oslo()).map(|it| it.timestamp()).unwrap_or_default();
    Ok((text, input.slag.clone(), start, crate::domain::deadline::end_of(last)))
}

/// What a notice can be.
fn kinds() -> Vec<Choice> {
    Choice::list([("info", "Til opplysning"), ("warning", "Viktig")])
}

/// `POST /forvaltning/meldinger`
pub(super) async fn add(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let (text, kind, from, until) = match read(&input) {
        Ok(read) => read,
        Err(errors) => {
            let page = page(&app, frame, Form::rejected(input, errors)).await?;
            return Ok(sent_back(page, false));
        }
    };
    let by = &hub.actor().user;
    let new = Notice { id: Uuid::now_v7(), text, kind, from, until };
    let mut tx = db::begin(&app.portal_db, &operator()).await?;
    notice::add(&mut tx, &new, by).await?;
    note(&app, &mut tx, by, json!({"after": new.text})).await?;
    tx.commit().await?;
    app.notices.forget();
    Ok(redirect_with_flash(LIST, "Meldingen er lagret, og vises i perioden du valgte."))
}

/// `POST /forvaltning/meldinger/{id}/ta-ned`
pub(super) async fn take_down(
    State(app): State<App>,
    Operator(hub): Operator,
    Path(id): Path<String>,
) -> Result<Response> {
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let mut tx = db::begin(&app.portal_db, &operator()).await?;
    let text = notice::end(&mut tx, id, app.clock.now()).await?.ok_or(Error::NotFound)?;
    note(&app, &mut tx, &hub.actor().user, json!({"before": text})).await?;
    tx.commit().await?;
    app.notices.forget();
    Ok(redirect_with_flash(LIST, "Meldingen er tatt ned."))
}

async fn note(app: &App, tx: &mut Tx, by: &str, data: serde_json::Value) -> Result<()> {
    let entry = Entry {
        company: &operator(),
        kind: Kind::NoticeChanged,
        person: Some(by),
        channel: Channel::Portal,
        at: app.clock.now(),
        incident: None,
        reference: None,
        data,
    };
    company_log::append(tx, entry).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_of_a_notice_counts_to_its_end() {
        let input = Input {
            tekst: "Nede fra 22".into(),
            slag: "warning".into(),
            fra: "1.12.2026".into(),
            til: "1.12.2026".into(),
        };
        let (_, _, from, until) = read(&input).unwrap();
        assert_eq!(until.duration_since(from).as_hours(), 24);
        let faults =
            read(&Input { fra: "2.12.2026".into(), tekst: String::new(), ..input }).unwrap_err();
        assert_eq!(faults.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["tekst", "til"]);
    }
}
