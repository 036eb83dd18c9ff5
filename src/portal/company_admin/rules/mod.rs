//! Regler: which new incident goes to whom, tried on last month's before they are put into force.
//!
//! What is changed is carried by the form itself, from answer to answer, and goes to the hub as a
//! whole, with the version it was made from.

mod act;
mod input;
mod trial;
pub(in crate::portal) mod words;

use askama::Template;
use axum::Form as Posted;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use self::act::Act;
use self::input::{Choices, Input};
use self::words::Names;
use super::Desk;
use crate::contract::{HandlerRule, HandlerRules, HandlerRulesInput, Problem, Terms};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::conflict::{Changed, Conflict, Value};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};

const PAGE: &str = "/selskap/regler";

#[derive(Template)]
#[template(path = "portal/company_admin/rules.html")]
struct RulesPage {
    frame: Frame,
    rows: Vec<Row>,
    /// The rules as the form carries them.
    carried: String,
    version: i64,
    /// They are not those in force.
    pending: bool,
    /// What was just done, in words.
    told: Option<String>,
    alert: Option<String>,
    /// Number of the rule in the form, from 1; none for a new one.
    editing: Option<usize>,
    choices: Choices,
    form: Form<Input>,
}

/// A rule as the list shows it.
struct Row {
    conditions: Vec<String>,
    handler: String,
    /// The handler is not one any more.
    gone: bool,
    /// A rule before it fits everything.
    unreached: bool,
}

/// The rules being changed, and those in force.
struct Draft {
    desk: Desk,
    in_force: HandlerRules,
    version: i64,
    rules: Vec<HandlerRule>,
    names: Names,
    choices: Choices,
}

/// `GET /selskap/regler`
pub(super) async fn show(desk: Desk) -> Result<Response> {
    let draft = Draft::new(desk, &Input::default()).await?;
    Ok(draft.page(None, None, Form::fresh(Input::default()), None).into_response())
}

/// `POST /selskap/regler`
pub(super) async fn submit(desk: Desk, Posted(input): Posted<Input>) -> Result<Response> {
    let mut draft = Draft::new(desk, &input).await?;
    let fresh = || Form::fresh(Input::default());
    let told = match Act::of(&input.gjor, draft.rules.len()) {
        Act::Look => None,
        Act::Edit(at) => {
            let form = Form::fresh(Input::of(&draft.rules[at]));
            return Ok(draft.page(None, Some(at + 1), form, None).into_response());
        }
        Act::Save(at) => {
            let rule = match input.rule(&draft.choices) {
                Ok(rule) => rule,
                Err(errors) => {
                    let page =
                        draft.page(None, at.map(|at| at + 1), Form::rejected(input, errors), None);
                    return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
                }
            };
            Some(act::save(&mut draft.rules, at, rule))
        }
        Act::Swap(one, other) => {
            draft.rules.swap(one, other);
            Some(format!("Regel {} er flyttet, og er nå nummer {}.", one + 1, other + 1))
        }
        Act::Remove(at) => {
            draft.rules.remove(at);
            Some(format!("Regel {} er fjernet.", at + 1))
        }
        Act::Try => return trial::show(draft).await,
        Act::Apply => return draft.apply().await,
    };
    Ok(draft.page(told, None, fresh(), None).into_response())
}

impl Draft {
    async fn new(desk: Desk, input: &Input) -> Result<Self> {
        let in_force = desk.hub.handler_rules().await?;
        let (version, rules) = if input.regler.is_empty() {
            (in_force.version, in_force.rules.clone())
        } else {
            let carried = serde_json::from_str(&input.regler);
            let told = "Skjemaet kom ikke helt fram. Åpne siden på nytt.";
            let rules = carried.map_err(|_| Problem::new(400, "bad_request", told))?;
            (input.version.parse().unwrap_or(0), rules)
        };
        let names = Names::of(&desk.hub).await?;
        let choices = Choices::of(&desk, &names).await?;
        Ok(Self { desk, in_force, version, rules, names, choices })
    }

    /// The rules as the form carries them.
    fn carried(&self) -> String {
        serde_json::to_string(&self.rules).unwrap_or_default()
    }

    fn rows(&self) -> Vec<Row> {
        let mut unreached = false;
        self.rules
            .iter()
            .map(|rule| {
                let row = Row {
                    conditions: words::conditions(rule, &self.names),
                    handler: rule.handler.clone(),
                    gone: !self.choices.handles(&rule.handler),
                    unreached,
                };
                unreached |= rule.fits_all();
                row
            })
            .collect()
    }

    fn page(
        self,
        told: Option<String>,
        editing: Option<usize>,
        form: Form<Input>,
        alert: Option<String>,
    ) -> Page<RulesPage> {
        let pending = self.rules != self.in_force.rules;
        Page(RulesPage {
            rows: self.rows(),
            carried: self.carried(),
            version: self.version,
            pending,
            told,
            alert,
            editing,
            choices: self.choices,
            form,
            frame: self.desk.frame,
        })
    }

    /// Puts the rules into force.
    async fn apply(self) -> Result<Response> {
        let gone = (1..).zip(&self.rules).find(|(_, rule)| !self.choices.handles(&rule.handler));
        if let Some((number, rule)) = gone {
            let told = format!(
                "Regel {number} går til {}, som ikke lenger er saksbehandler. Endre eller fjern den.",
                rule.handler
            );
            return Ok(self.sent_back(told));
        }
        let new = HandlerRulesInput { rules: self.rules.clone() };
        let problem = match self
            .desk
            .hub
            .change_handler_rules(&new, Terms::version(Some(self.version)))
            .await
        {
            Ok(_) => {
                let told = "Reglene er tatt i bruk, og gjelder fra neste nye hendelse.";
                return Ok(redirect_with_flash(PAGE, told));
            }
            Err(Error::Problem(problem)) => problem,
            Err(error) => return Err(error),
        };
        match problem.status {
            412 => Ok(self.overtaken()),
            422 => {
                let told: Vec<_> = problem.errors.iter().map(|it| it.message.as_str()).collect();
                Ok(self.sent_back(told.join(" ")))
            }
            _ => Err(Error::Problem(problem)),
        }
    }

    fn sent_back(self, alert: String) -> Response {
        let page = self.page(None, None, Form::fresh(Input::default()), Some(alert));
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    }

    /// Another administrator was first: one list or the other, for a mixture of two is neither's.
    fn overtaken(self) -> Response {
        let changed = self.in_force.changed_by.clone().zip(self.in_force.changed_at);
        let changed =
            changed.map(|(who, at)| Changed { who, when: dates::moment(at.0), what: None });
        let value = |rules: &[HandlerRule]| {
            let text = words::list(rules, &self.names);
            Value::new(serde_json::to_string(rules).unwrap_or_default(), text)
        };
        let (typed, stored) = (value(&self.rules), value(&self.in_force.rules));
        let mut conflict = Conflict::new(self.desk.frame, "Listen over regler", PAGE)
            .version(self.in_force.version)
            .buttons("Ta reglene i bruk", PAGE)
            .changed(changed);
        conflict.field("regler", "Regler for nye hendelser", typed, stored);
        conflict.hide("gjor", act::APPLY);
        conflict.into_response()
    }
}

impl RulesPage {
    fn errors(&self) -> &Errors {
        &self.form.errors
    }

    fn heading(&self) -> String {
        self.editing.map_or_else(|| "Ny regel".to_owned(), |number| format!("Endre regel {number}"))
    }
}
