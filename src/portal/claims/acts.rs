//! The acts on a claim: register, accept, dispute, report a payment, credit.

use axum::Router;
use axum::extract::{Form, FromRequest, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::case::Case;
use super::parse::parse_amount;
use super::show::ClaimPage;
use crate::app::App;
use crate::contract::{Acting, Claim, NewCredit, Problem, Register, ReportPayment, Terms};
use crate::error::{Error, Result};
use crate::formats::{Ore, dates};
use crate::portal::acting::Hub;
use crate::portal::conflict::{Changed, Conflict, Value};
use crate::portal::form::Errors;
use crate::portal::page::{Frame, redirect_with_flash};
use crate::portal::words;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/krav/{id}/registrer", post(|it: Submission| it.perform(Act::Register)))
        .route("/krav/{id}/godta", post(|it: Submission| it.perform(Act::Accept)))
        .route("/krav/{id}/bestrid", post(|it: Submission| it.perform(Act::Dispute)))
        .route("/krav/{id}/betaling", post(|it: Submission| it.perform(Act::ReportPayment)))
        .route("/krav/{id}/krediter", post(|it: Submission| it.perform(Act::Credit)))
}

/// What a person can do about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Register,
    Accept,
    Dispute,
    ReportPayment,
    Credit,
}

/// The fields of all acts; a form sends those of its own.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    version: Option<i64>,
    #[serde(rename = "nokkel")]
    key: Option<Uuid>,
    #[serde(rename = "bilag")]
    pub booking: Option<String>,
    #[serde(rename = "begrunnelse")]
    pub reason: Option<String>,
    #[serde(rename = "betalt-belop")]
    pub paid: Option<String>,
    #[serde(rename = "betalt-dato")]
    pub paid_on: Option<String>,
    #[serde(rename = "kredit-belop")]
    pub credited: Option<String>,
    #[serde(rename = "kredit-grunn")]
    pub credit_reason: Option<String>,
}

/// An act as the hub takes it.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Register(Register),
    Accept,
    Dispute(String),
    ReportPayment(ReportPayment),
    Credit(NewCredit),
}

#[derive(FromRequest)]
#[from_request(state(App))]
struct Submission {
    #[from_request(via(State))]
    app: App,
    hub: Hub,
    #[from_request(via(Path))]
    id: Uuid,
    frame: Frame,
    #[from_request(via(Form))]
    typed: Typed,
}

impl Submission {
    async fn perform(self, act: Act) -> Result<Response> {
        let today = dates::oslo_date(self.app.clock.now());
        let command = match self.typed.parse(act, today) {
            Ok(command) => command,
            Err(errors) => return self.back(StatusCode::UNPROCESSABLE_ENTITY, errors, None).await,
        };
        let terms =
            Terms { key: self.typed.key.map(|key| key.to_string()), version: self.typed.version };
        match command.send(&self.hub.0, self.id, terms).await {
            Ok(claim) => {
                let confirmed = self.typed.is_confirmed_by(&claim);
                let message = act.done(claim.number, confirmed);
                Ok(redirect_with_flash(&format!("/krav/{}", self.id), &message))
            }
            Err(Error::Problem(problem)) if problem.status == 412 => self.overtaken(act).await,
            Err(Error::Problem(problem)) => {
                let (errors, refused) = act.objections(&problem);
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
                self.back(status, errors, refused).await
            }
            Err(error) => Err(error),
        }
    }

    /// The page of the claim again, with what was typed.
    async fn back(
        self,
        status: StatusCode,
        errors: Errors,
        refused: Option<String>,
    ) -> Result<Response> {
        let case = Case::of(&self.hub.0, &self.app, self.id).await?;
        Ok(ClaimPage::new(self.frame, case, self.typed, errors, refused).with(status))
    }

    /// Somebody changed the claim in the meantime: shows what stands now and asks again.
    async fn overtaken(self, act: Act) -> Result<Response> {
        let case = Case::of(&self.hub.0, &self.app, self.id).await?;
        let events = self.hub.0.events(case.incident.id).await?;
        let changed = events.last().map(|event| Changed {
            who: match &event.by.user {
                Some(user) => user.clone(),
                None if event.by.company.is_none() => "Skadehub".to_owned(),
                None => case.other.clone(),
            },
            when: dates::moment(event.at.0),
            what: Some(standing(&case)),
        });
        let page = format!("/krav/{}", self.id);
        let mut conflict = Conflict::new(self.frame, case.heading(), case.act_page(act.path()))
            .version(case.claim.version)
            .buttons(act.button(), page)
            .changed(changed);
        for (name, label, value) in self.typed.fields(act) {
            conflict.keep(name, label, Value::text(value));
        }
        Ok(conflict.into_response())
    }
}

/// «kravet er nå registrert, og 46 106,63 kr er utestående».
fn standing(case: &Case) -> String {
    let status = words::claim_status(case.claim.status).to_lowercase();
    format!("kravet er nå {status}, og {}\u{a0}kr er utestående", case.outstanding())
}

impl Act {
    /// The last part of its address.
    fn path(self) -> &'static str {
        match self {
            Self::Register => "registrer",
            Self::Accept => "godta",
            Self::Dispute => "bestrid",
            Self::ReportPayment => "betaling",
            Self::Credit => "krediter",
        }
    }

    fn button(self) -> &'static str {
        match self {
            Self::Register => "Registrer kravet",
            Self::Accept => "Godta kravet",
            Self::Dispute => "Bestrid kravet",
            Self::ReportPayment => "Meld betaling",
            Self::Credit => "Krediter",
        }
    }

    /// What the next page says.
    fn done(self, number: u32, confirmed: bool) -> String {
        match self {
            Self::Register => format!("Krav {number} er registrert."),
            Self::Accept => format!("Krav {number} er godtatt."),
            Self::Dispute => format!("Krav {number} er bestridt."),
            Self::ReportPayment if confirmed => {
                format!("Betalingen av krav {number} er bekreftet av begge.")
            }
            Self::ReportPayment => format!("Betalingen av krav {number} er meldt."),
            Self::Credit => format!("Krav {number} er kreditert."),
        }
    }

    /// The hub's objections at their fields, and what belongs to none.
    fn objections(self, problem: &Problem) -> (Errors, Option<String>) {
        let mut errors = Errors::new();
        let mut refused = None;
        for error in &problem.errors {
            match self.field_of(&error.pointer) {
                Some(field) => errors.add(field, &error.message),
                None => refused = Some(error.message.clone()),
            }
        }
        if errors.is_empty() && refused.is_none() {
            refused = Some(problem.detail.clone());
        }
        (errors, refused)
    }

    fn field_of(self, pointer: &str) -> Option<&'static str> {
        match (self, pointer) {
            (Self::Register, "/reference") => Some("bilag"),
            (Self::Dispute, "/reason") => Some("begrunnelse"),
            (Self::ReportPayment, "/amountOre") => Some("betalt-belop"),
            (Self::ReportPayment, "/date") => Some("betalt-dato"),
            (Self::Credit, "/amountOre") => Some("kredit-belop"),
            (Self::Credit, "/reason") => Some("kredit-grunn"),
            _ => None,
        }
    }
}

impl Typed {
    fn parse(&self, act: Act, today: Date) -> Result<Command, Errors> {
        let mut errors = Errors::new();
        let command = match act {
            Act::Register => {
                Command::Register(Register { reference: filled(self.booking.as_ref()) })
            }
            Act::Accept => Command::Accept,
            Act::Dispute => {
                let reason = filled(self.reason.as_ref()).ok_or("Skriv hvorfor kravet bestrides.");
                Command::Dispute(errors.take("begrunnelse", reason).unwrap_or_default())
            }
            Act::ReportPayment => {
                let amount = errors.take("betalt-belop", amount(self.paid.as_ref()));
                let date = errors.take("betalt-dato", past_date(self.paid_on.as_ref(), today));
                Command::ReportPayment(ReportPayment {
                    amount_ore: amount.unwrap_or_default().0,
                    date: date.unwrap_or(today).to_string(),
                })
            }
            Act::Credit => {
                let amount = errors.take("kredit-belop", amount(self.credited.as_ref()));
                let reason =
                    filled(self.credit_reason.as_ref()).ok_or("Skriv hvorfor kravet krediteres.");
                Command::Credit(NewCredit {
                    amount_ore: amount.map(|amount| amount.0),
                    reason: errors.take("kredit-grunn", reason).unwrap_or_default(),
                })
            }
        };
        errors.none().map(|()| command)
    }

    /// The payment typed is one that both companies have reported.
    fn is_confirmed_by(&self, claim: &Claim) -> bool {
        let typed = |text: &Option<String>| text.clone().unwrap_or_default();
        let amount = Ore::parse_kroner(&typed(&self.paid)).ok();
        let date = dates::parse_date(&typed(&self.paid_on)).ok();
        let mut confirmed = claim.payments.iter().filter(|payment| payment.confirmed);
        confirmed.any(|it| Some(Ore(it.amount_ore)) == amount && Some(it.date) == date)
    }

    /// What was typed for the act: name, label, value.
    fn fields(self, act: Act) -> Vec<(&'static str, &'static str, String)> {
        let fields = match act {
            Act::Register => vec![("bilag", "Vårt bilagsnummer", self.booking)],
            Act::Accept => Vec::new(),
            Act::Dispute => vec![("begrunnelse", "Begrunnelse", self.reason)],
            Act::ReportPayment => {
                vec![
                    ("betalt-belop", "Beløp, kr", self.paid),
                    ("betalt-dato", "Dato", self.paid_on),
                ]
            }
            Act::Credit => vec![
                ("kredit-belop", "Beløp, kr", self.credited),
                ("kredit-grunn", "Grunn", self.credit_reason),
            ],
        };
        let fields = fields.into_iter();
        fields.map(|(name, label, value)| (name, label, value.unwrap_or_default())).collect()
    }
}

impl Command {
    async fn send(self, hub: &Acting, id: Uuid, terms: Terms) -> Result<Claim> {
        match self {
            Self::Register(new) => hub.register_claim(id, &new, terms).await,
            Self::Accept => hub.accept_claim(id, terms).await,
            Self::Dispute(reason) => hub.dispute_claim(id, reason, terms).await,
            Self::ReportPayment(report) => hub.report_payment(id, &report, terms).await,
            Self::Credit(credit) => hub.credit_claim(id, &credit, terms).await,
        }
    }
}

fn filled(text: Option<&String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn amount(text: Option<&String>) -> Result<Ore, String> {
    parse_amount(text.map_or("", String::as_str))
}

fn past_date(text: Option<&String>, today: Date) -> Result<Date, String> {
    let date = dates::parse_date(text.map_or("", String::as_str)).map_err(|e| e.to_string())?;
    if date > today {
        return Err("Betalingsdatoen kan ikke være fram i tid.".to_owned());
    }
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 11, 23);

    fn fields(errors: &Errors) -> Vec<&str> {
        errors.iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_payment_is_read_as_people_write_it() {
        let typed = Typed {
            paid: Some("kr 5.000,00".into()),
            paid_on: Some("10.11.26".into()),
            ..Typed::default()
        };
        let report = ReportPayment { amount_ore: 500_000, date: "2026-11-10".into() };
        assert_eq!(typed.parse(Act::ReportPayment, TODAY), Ok(Command::ReportPayment(report)));
    }

    #[test]
    fn every_fault_of_a_form_is_found_at_once() {
        let typed = Typed {
            paid: Some("0".into()),
            paid_on: Some("24.11.2026".into()),
            ..Typed::default()
        };
        let errors = typed.parse(Act::ReportPayment, TODAY).unwrap_err();
        assert_eq!(fields(&errors), ["betalt-belop", "betalt-dato"]);
        let errors = Typed::default().parse(Act::Credit, TODAY).unwrap_err();
        assert_eq!(fields(&errors), ["kredit-belop", "kredit-grunn"]);
    }

    #[test]
    fn a_refusal_without_a_field_is_said_on_the_page() {
        let problem = Problem::new(409, "claim_not_open", "Kravet er ikke åpent.");
        let (errors, refused) = Act::Credit.objections(&problem);
        assert!(errors.is_empty());
        assert_eq!(refused.as_deref(), Some("Kravet er ikke åpent."));
    }
}
