//! The acts that take only a reason, each with a small page of its own.

mod words;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Form as Posted, Router};
use serde::Deserialize;

use super::case::{Case, terms};
use super::history::Teller;
use super::page::{self, Forms};
use super::setback::{Setback, Shown};
use super::{acts, head};
use crate::app::App;
use crate::contract::Incident;
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};

use words::Words;

/// An act that takes only a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reasoned {
    Withdraw,
    /// Close at once, ask for it or confirm it.
    Close,
    DeclineClose,
    Reopen,
    /// Ask for the agreed liability to be opened again, or confirm it.
    ReopenLiability,
    DeclineReopening,
}

#[derive(Template)]
#[template(path = "portal/incident/reason.html")]
struct ReasonPage {
    frame: Frame,
    /// The page of the incident: its address and its name.
    back: String,
    name: String,
    action: String,
    version: String,
    words: Words,
    alert: Option<String>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
struct Input {
    version: String,
    grunn: String,
    /// `ja` when sent from the act panel, which is then drawn again.
    panel: String,
}

/// `GET, POST /hendelser/{id}/trekk`, `/avslutt`, `/avslutt/avsla`, `/gjenapne`,
/// `/ansvar/gjenapne`, `/ansvar/gjenapne/avsla`
pub fn router() -> Router<App> {
    Router::new()
        .merge(Reasoned::Withdraw.routes("trekk"))
        .merge(Reasoned::Close.routes("avslutt"))
        .merge(Reasoned::DeclineClose.routes("avslutt/avsla"))
        .merge(Reasoned::Reopen.routes("gjenapne"))
        .merge(Reasoned::ReopenLiability.routes("ansvar/gjenapne"))
        .merge(Reasoned::DeclineReopening.routes("ansvar/gjenapne/avsla"))
}

impl Reasoned {
    fn routes(self, path: &'static str) -> Router<App> {
        let show = move |case| show(self, path, case);
        let submit = move |case, input| submit(self, path, case, input);
        Router::new().route(&format!("/hendelser/{{id}}/{path}"), get(show).post(submit))
    }

    /// The act's path in the hub.
    fn call(self) -> &'static str {
        match self {
            Self::Withdraw => "withdraw",
            Self::Close => "close",
            Self::DeclineClose => "close/decline",
            Self::Reopen => "reopen",
            Self::ReopenLiability => "liability/reopen",
            Self::DeclineReopening => "liability/reopen/decline",
        }
    }

    /// Confirming needs no reason of its own, and closing never needs one.
    fn reason_required(self, panel: bool) -> bool {
        self != Self::Close && !panel
    }

    fn reason(self, input: &Input) -> Result<Option<String>, Errors> {
        let (panel, reason) = (input.panel == "ja", input.grunn.trim());
        match reason {
            "" if self.reason_required(panel) => Err(Errors::one("grunn", "Skriv en begrunnelse.")),
            "" if self == Self::ReopenLiability => Ok(Some("Bekreftet".into())),
            "" => Ok(None),
            _ => Ok(Some(reason.replace("\r\n", "\n"))),
        }
    }
}

async fn show(act: Reasoned, path: &'static str, case: Case) -> Result<Response> {
    let incident = case.whole().await?;
    let names = case.names().await?;
    let words = act.words(&acts::acts(&incident), names.short(&incident.other.company));
    let input = Input { version: incident.version.to_string(), ..Input::default() };
    let page = ReasonPage::of(case, path, &incident, words, Form::fresh(input), None);
    Ok(Page(page).into_response())
}

async fn submit(
    act: Reasoned,
    path: &'static str,
    case: Case,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let error = match act.reason(&input) {
        Err(errors) => return rejected(act, path, case, input, errors).await,
        Ok(reason) => {
            match case.hub.act(case.id, act.call(), reason, terms(&input.version)).await {
                Ok(incident) => return Ok(redirect_with_flash(&case.path(), act.done(&incident))),
                Err(error) => error,
            }
        }
    };
    if input.panel == "ja" {
        return page::set_back(case, error, &[], |_| Forms::default()).await;
    }
    let setback = Setback::of(error)?;
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let teller = Teller { own: case.own(), names: &names };
    let Shown { errors, alert, status } = setback.shown(&[("/reason", "grunn")], &incident, teller);
    let words = act.words(&acts::acts(&incident), names.short(&incident.other.company));
    let form = Form::rejected(input, errors);
    Ok((status, Page(ReasonPage::of(case, path, &incident, words, form, alert))).into_response())
}

async fn rejected(
    act: Reasoned,
    path: &'static str,
    case: Case,
    input: Input,
    errors: Errors,
) -> Result<Response> {
    let (incident, names) = tokio::try_join!(case.whole(), case.names())?;
    let words = act.words(&acts::acts(&incident), names.short(&incident.other.company));
    let form = Form::rejected(input, errors);
    let page = ReasonPage::of(case, path, &incident, words, form, None);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Page(page)).into_response())
}

impl ReasonPage {
    fn of(
        case: Case,
        path: &str,
        incident: &Incident,
        words: Words,
        form: Form<Input>,
        alert: Option<String>,
    ) -> Self {
        // After an alert the person has seen how it stands now; an ordinary error changes nothing.
        let version =
            if alert.is_some() { incident.version.to_string() } else { form.input.version.clone() };
        let back = case.path();
        let action = format!("{back}/{path}");
        Self {
            back,
            action,
            version,
            name: head::name(incident),
            words,
            alert,
            form,
            frame: case.frame,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(act: Reasoned, grunn: &str, panel: &str) -> Result<Option<String>, Errors> {
        act.reason(&Input { grunn: grunn.into(), panel: panel.into(), ..Input::default() })
    }

    #[test]
    fn every_act_but_closing_and_confirming_needs_a_reason() {
        for act in [
            Reasoned::Withdraw,
            Reasoned::DeclineClose,
            Reasoned::Reopen,
            Reasoned::ReopenLiability,
            Reasoned::DeclineReopening,
        ] {
            assert!(reason(act, "  ", "").is_err(), "{act:?}");
        }
        assert_eq!(reason(Reasoned::Close, "", ""), Ok(None));
        assert!(reason(Reasoned::ReopenLiability, "", "ja").is_ok());
    }
}
