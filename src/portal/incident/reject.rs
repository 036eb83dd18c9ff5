//! The page where we say that we are not the right party.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::{Case, terms};
use super::head;
use super::history::Teller;
use super::names::Names;
use super::setback::{Setback, Shown};
use crate::app::App;
use crate::contract::{Incident, Reject};
use crate::error::Result;
use crate::portal::code_lists::CodeLists;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::Choice;

#[derive(Template)]
#[template(path = "portal/incident/reject.html")]
struct RejectPage {
    frame: Frame,
    back: String,
    name: String,
    version: String,
    /// The company that sent it.
    them: String,
    reasons: Vec<Choice>,
    companies: Vec<Choice>,
    alert: Option<String>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Input {
    version: String,
    grunn: String,
    tekst: String,
    selskap: String,
}

const FIELDS: &[(&str, &str)] =
    &[("/reason", "grunn"), ("/text", "tekst"), ("/suggestedCompany", "selskap")];

impl Input {
    fn parse(&self, codes: &CodeLists) -> Result<Reject, Errors> {
        let mut errors = Errors::new();
        let reason = codes.rejection_reasons().iter().find(|item| item.code == self.grunn);
        let text = Some(self.tekst.trim().replace("\r\n", "\n")).filter(|text| !text.is_empty());
        match reason {
            None => errors.add("grunn", "Velg en grunn."),
            Some(reason) if reason.text_required && text.is_none() => {
                errors.add(
                    "tekst",
                    format!("Skriv hvorfor. «{}» trenger en forklaring.", reason.title),
                );
            }
            Some(_) => {}
        }
        errors.none()?;
        let suggested_company = Some(self.selskap.clone()).filter(|code| !code.is_empty());
        Ok(Reject { reason: self.grunn.clone(), text, suggested_company })
    }
}

/// `GET, POST /hendelser/{id}/avvis`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/avvis", get(show).post(submit))
}

async fn show(case: Case) -> Result<Response> {
    let incident = case.whole().await?;
    let names = case.names().await?;
    let input = Input { version: incident.version.to_string(), ..Input::default() };
    Ok(Page(RejectPage::of(case, &incident, &names, Form::fresh(input), None)).into_response())
}

async fn submit(case: Case, Posted(input): Posted<Input>) -> Result<Response> {
    let names = case.names().await?;
    let reject = match input.parse(&names.codes) {
        Ok(reject) => reject,
        Err(errors) => {
            let incident = case.whole().await?;
            let form = Form::rejected(input, errors);
            let page = RejectPage::of(case, &incident, &names, form, None);
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response());
        }
    };
    let error = match case.hub.reject(case.id, &reject, terms(&input.version)).await {
        Ok(_) => return Ok(redirect_with_flash(&case.path(), "Hendelsen er avvist.")),
        Err(error) => Setback::of(error)?,
    };
    let incident = case.whole().await?;
    let teller = Teller { own: case.own(), names: &names };
    let Shown { errors, alert, status } = error.shown(FIELDS, &incident, teller);
    let form = Form::rejected(input, errors);
    Ok((status, Page(RejectPage::of(case, &incident, &names, form, alert))).into_response())
}

impl RejectPage {
    fn of(
        case: Case,
        incident: &Incident,
        names: &Names,
        form: Form<Input>,
        alert: Option<String>,
    ) -> Self {
        let version =
            if alert.is_some() { incident.version.to_string() } else { form.input.version.clone() };
        Self {
            back: case.path(),
            name: head::name(incident),
            version,
            them: names.company(&incident.other.company).to_owned(),
            reasons: names.codes.rejection_choices(),
            companies: names.directory.choices(&incident.own.company),
            frame: case.frame,
            alert,
            form,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(grunn: &str, tekst: &str, selskap: &str) -> Result<Reject, Errors> {
        let input = Input {
            grunn: grunn.into(),
            tekst: tekst.into(),
            selskap: selskap.into(),
            ..Input::default()
        };
        input.parse(&CodeLists::sample())
    }

    #[test]
    fn a_reason_of_the_list_must_be_chosen() {
        assert_eq!(parse("", "", "").expect_err("refused").of("grunn"), Some("Velg en grunn."));
        assert!(parse("made_up", "", "").is_err());
    }

    #[test]
    fn only_some_reasons_need_words_and_the_company_is_optional() {
        assert!(parse("other", " ", "").expect_err("refused").of("tekst").is_some());
        let plain = parse("not_involved", "", "").expect("complete");
        assert_eq!((plain.text, plain.suggested_company), (None, None));
        let full = parse("other", "Stjålet", "TND").expect("complete");
        assert_eq!(full.suggested_company.as_deref(), Some("TND"));
    }
}
