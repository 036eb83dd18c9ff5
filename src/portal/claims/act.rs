//! An act on a claim: from the fields as typed to a call of the hub, and back.

use jiff::civil::Date;
use serde::Deserialize;
use uuid::Uuid;

use super::parse::parse_amount;
use crate::contract::{Acting, Claim, NewCredit, Problem, Register, ReportPayment, Terms};
use crate::error::Result;
use crate::formats::{Ore, dates};
use crate::portal::form::Errors;

/// What a person can do about a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
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
    pub version: Option<i64>,
    #[serde(rename = "nokkel")]
    pub key: Option<Uuid>,
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
pub(super) enum Command {
    Register(Register),
    Accept,
    Dispute(String),
    ReportPayment(ReportPayment),
    Credit(NewCredit),
}

impl Act {
    /// The last part of its address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Register => "registrer",
            Self::Accept => "godta",
            Self::Dispute => "bestrid",
            Self::ReportPayment => "betaling",
            Self::Credit => "krediter",
        }
    }

    pub(super) fn button(self) -> &'static str {
        match self {
            Self::Register => "Registrer kravet",
            Self::Accept => "Godta kravet",
            Self::Dispute => "Bestrid kravet",
            Self::ReportPayment => "Meld betaling",
            Self::Credit => "Krediter",
        }
    }

    /// What the next page says.
    pub(super) fn done(self, number: u32, confirmed: bool) -> String {
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
    pub(super) fn objections(self, problem: &Problem) -> (Errors, Option<String>) {
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
    pub(super) fn parse(&self, act: Act, today: Date) -> Result<Command, Errors> {
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
    pub(super) fn is_confirmed_by(&self, claim: &Claim) -> bool {
        let typed = |text: &Option<String>| text.clone().unwrap_or_default();
        let amount = Ore::parse_kroner(&typed(&self.paid)).ok();
        let date = dates::parse_date(&typed(&self.paid_on)).ok();
        let mut confirmed = claim.payments.iter().filter(|payment| payment.confirmed);
        confirmed.any(|it| Some(Ore(it.amount_ore)) == amount && Some(it.date) == date)
    }

    /// What was typed for the act: name, label, value.
    pub(super) fn fields(self, act: Act) -> Vec<(&'static str, &'static str, String)> {
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
    pub(super) async fn send(self, hub: &Acting, id: Uuid, terms: Terms) -> Result<Claim> {
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

    pub(super) fn fields(errors: &Errors) -> Vec<&str> {
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
