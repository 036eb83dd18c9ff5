//! The form of a new claim and its preview: one address, where the button says what happens.
//!
//! Nothing is stored on the way. The preview carries the whole form in hidden fields, so that
//! sending, or going back to change something, posts everything again.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form as Body, Router};
use uuid::Uuid;

use super::grounds::Grounds;
use super::input::{Action, Input, LineInput, Pairs};
use super::sums::Sums;
use super::view::Earlier;
use super::{review, view};
use crate::app::App;
use crate::contract::{Acting, NewClaim, Problem};
use crate::error::{Error, Result};
use crate::formats::{Kid, dates};
use crate::portal::acting::Hub;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::{Choice, Split};

pub(super) fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/krav/ny", get(open).post(submit))
}

#[derive(Template)]
#[template(path = "portal/claims/new.html")]
struct FormPage {
    frame: Frame,
    grounds: Grounds,
    form: Form<Input>,
    sums: Sums,
    choices: Vec<Choice>,
    split: Split,
    similar: Vec<Earlier>,
    /// It was sent, and refused as one like those.
    refused_as_similar: bool,
    /// What the rules of KID say of the number typed.
    kid: Option<KidCheck>,
    /// Refusals that belong to no field.
    alerts: Vec<String>,
    lines: Vec<Line>,
}

/// One line of the form.
struct Line {
    input: LineInput,
    /// The other's share of it, as shown.
    share: String,
    /// Just added: the typing goes on here.
    added: bool,
}

/// A typed KID under its rules, before anything is sent.
struct KidCheck {
    valid: bool,
    sentence: String,
}

/// The answer to a form, before it is drawn: what to say besides what was typed.
#[derive(Default)]
struct Remarks {
    errors: Errors,
    alerts: Vec<String>,
    refused_as_similar: bool,
    /// The last line was just added.
    added: bool,
}

async fn open(
    State(app): State<App>,
    Hub(hub): Hub,
    Path(id): Path<Uuid>,
    frame: Frame,
) -> Result<Response> {
    let grounds = Grounds::of(&hub, &app, id).await?;
    Ok(Page(FormPage::new(frame, grounds, Input::empty(), Remarks::default())).into_response())
}

async fn submit(
    State(app): State<App>,
    Hub(hub): Hub,
    Path(id): Path<Uuid>,
    frame: Frame,
    Body(pairs): Body<Pairs>,
) -> Result<Response> {
    let action = Action::of(&pairs);
    let mut input = Input::of(pairs);
    let mut remarks = Remarks::default();
    match action {
        Action::Add => {
            input.add_line();
            remarks.added = true;
        }
        Action::Remove(at) => input.remove_line(at),
        _ => {}
    }
    input.tidy();
    let mut grounds = Grounds::of(&hub, &app, id).await?;
    grounds.recall(&hub, &input).await?;
    if !matches!(action, Action::Review | Action::Send) {
        return Ok(Page(FormPage::new(frame, grounds, input, remarks)).into_response());
    }
    match input.parse(&grounds) {
        Err(errors) => {
            let remarks = Remarks { errors, ..remarks };
            Ok(FormPage::new(frame, grounds, input, remarks).with(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Ok(claim) if action == Action::Send => send(&hub, frame, grounds, input, &claim).await,
        Ok(claim) => Ok(review::page(frame, grounds, input, claim)),
    }
}

/// Sends the claim; a refusal comes back on the form, with everything typed.
async fn send(
    hub: &Acting,
    frame: Frame,
    mut grounds: Grounds,
    mut input: Input,
    claim: &NewClaim,
) -> Result<Response> {
    let problem = match hub.send_claim(grounds.incident.id, claim, &input.key.to_string()).await {
        Ok(sent) => {
            let message = format!("Kravet er sendt til {}.", grounds.other);
            return Ok(redirect_with_flash(&format!("/krav/{}", sent.id), &message));
        }
        Err(Error::Problem(problem)) => problem,
        Err(error) => return Err(error),
    };
    let mut remarks = Remarks::default();
    (remarks.errors, remarks.alerts) = input.objections(&problem);
    if problem.code == "duplicate_suspected" {
        input.similar = problem.matches.iter().map(|found| found.id).collect();
        grounds.recall(hub, &input).await?;
        remarks.refused_as_similar = !grounds.similar.is_empty();
    }
    if remarks.errors.is_empty() && remarks.alerts.is_empty() && grounds.similar.is_empty() {
        remarks.alerts.push(problem.detail.clone());
    }
    Ok(FormPage::new(frame, grounds, input, remarks).with(status(&problem)))
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT)
}

impl FormPage {
    fn new(mut frame: Frame, grounds: Grounds, input: Input, remarks: Remarks) -> Self {
        let sums = Sums::of(&input.lines, grounds.types(), grounds.share());
        let agreed = &grounds.agreed;
        "/krav".clone_into(&mut frame.path);
        Self {
            frame,
            choices: grounds.codes.line_type_choices(),
            split: Split::ours(agreed.own, agreed.own_role == "a", &grounds.short),
            similar: grounds.similar.iter().map(|it| Earlier::of(it, &input, &grounds)).collect(),
            kid: KidCheck::of(&input.kid).filter(|_| remarks.errors.of("kid").is_none()),
            alerts: remarks.alerts,
            refused_as_similar: remarks.refused_as_similar,
            lines: lines(&input, &sums, remarks.added),
            form: Form::rejected(input, remarks.errors),
            sums,
            grounds,
        }
    }

    fn with(self, status: StatusCode) -> Response {
        (status, Page(self)).into_response()
    }

    /// «Tindes 3/4».
    fn share_of_other(&self) -> String {
        format!("{} {}", view::genitive(&self.grounds.short), self.grounds.share())
    }

    fn message_label(&self) -> String {
        format!("Melding til {} om hvorfor", self.grounds.short)
    }

    fn due_help(&self) -> String {
        let grounds = &self.grounds;
        let due = dates::date(grounds.due);
        let days = grounds.due_days;
        format!("Regelen er {days} dager fra i dag: {due}. Tomt felt gir den datoen.")
    }
}

fn lines(input: &Input, sums: &Sums, added: bool) -> Vec<Line> {
    let last = input.lines.len() - 1;
    let lines = input.lines.iter().enumerate();
    lines
        .map(|(at, line)| Line {
            input: line.clone(),
            share: sums.share(at),
            added: added && at == last,
        })
        .collect()
}

impl KidCheck {
    /// `None` while nothing is typed.
    fn of(typed: &str) -> Option<Self> {
        if typed.trim().is_empty() {
            return None;
        }
        Some(match Kid::parse(typed) {
            Ok(kid) => Self { valid: true, sentence: format!("Gyldig KID ({}).", kid.moduli()) },
            Err(broken) => Self { valid: false, sentence: broken.to_string() },
        })
    }
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};
    use serde_json::json;

    use super::*;
    use crate::portal::claims::samples;

    fn pairs(text: &str) -> Pairs {
        url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }

    fn page(grounds: Grounds, text: &str) -> Html {
        let input = Input::of(pairs(text));
        let errors = input.parse(&grounds).err().unwrap_or_default();
        let remarks = Remarks { errors, ..Remarks::default() };
        let page = FormPage::new(samples::frame("/krav"), grounds, input, remarks);
        Html::parse_document(&page.render().unwrap())
    }

    fn texts(html: &Html, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let plain = |text: String| text.replace('\u{a0}', " ").trim().to_owned();
        html.select(&selector).map(|found| plain(found.text().collect())).collect()
    }

    #[test]
    fn every_fault_is_found_at_once_and_linked_to_its_field() {
        let mut grounds = samples::grounds();
        grounds.similar.push(samples::claim(&json!({"status": "registered"})));
        let text = "linje-1-type=repair&linje-1-belop=x&kid=2026+1000+8703+4&forfall=20.11.2026";
        let html = page(grounds, text);
        assert_eq!(
            texts(&html, ".ds-error-summary li"),
            [
                "Skriv beløpet i kroner, for eksempel 12 345,50.",
                "Kontrollsifferet stemmer verken med MOD10 eller MOD11. Sjekk siste siffer: du skrev 4.",
                "Forfallsdatoen er passert. Skriv 23.11.2026 eller senere.",
                "Bekreft at dette er et nytt krav.",
                "Skriv en melding om hvorfor kravet sendes likevel.",
            ]
        );
        let links = Selector::parse(".ds-error-summary a").unwrap();
        for href in html.select(&links).filter_map(|link| link.attr("href")) {
            assert_eq!(html.select(&Selector::parse(href).unwrap()).count(), 1, "{href}");
        }
        assert_eq!(texts(&html, "title"), ["Feil: Nytt krav i 2026-100087 – Skadehub"]);
    }

    #[test]
    fn the_warning_names_the_earlier_claim_and_where_it_stands() {
        let mut grounds = samples::grounds();
        grounds.similar.push(samples::claim(&json!({"status": "registered"})));
        let html = page(grounds, "linje-1-type=repair&linje-1-belop=40000&kid=12344");
        let warning = "Samme skadenummer, motpart og sum som \
            krav 1, sendt 02.11.2026, 30 000,00 kr (registrert hos Tinde).";
        assert_eq!(texts(&html, ".ds-alert p"), [warning]);
    }

    #[test]
    fn a_claim_refused_as_one_sent_before_says_so_where_the_reader_is_put() {
        let mut grounds = samples::grounds();
        grounds.similar.push(samples::claim(&json!({"status": "registered"})));
        let input = Input::of(pairs("linje-1-type=repair&linje-1-belop=40000&kid=12344"));
        let remarks = Remarks { refused_as_similar: true, ..Remarks::default() };
        let page = FormPage::new(samples::frame("/krav"), grounds, input, remarks);
        let html = Html::parse_document(&page.render().unwrap());
        assert_eq!(
            texts(&html, "[autofocus] h2"),
            ["Kravet er ikke sendt: vi har sendt et likt krav før"]
        );
        assert_eq!(texts(&html, "title"), ["Feil: Nytt krav i 2026-100087 – Skadehub"]);
    }

    #[test]
    fn a_kid_is_told_valid_before_anything_is_sent() {
        let html = page(samples::grounds(), "linje-1-type=repair&linje-1-belop=1&kid=12344");
        assert_eq!(texts(&html, "#kid-svar"), ["Gyldig KID (MOD10)."]);
        assert_eq!(texts(&html, "#linje-1-andel"), ["0,75"]);
    }
}
