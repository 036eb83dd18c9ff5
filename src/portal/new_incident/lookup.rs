//! What TFFAuto answered about the two vehicles, and what each answer asks of the sender.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::draft::{TypedVehicle, Vehicles};
use crate::contract::{Acting, InsurerAnswer};
use crate::error::{Error, Result};
use crate::formats::RegistrationNumber;

/// What the registry is asked: a vehicle on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Question {
    pub number: String,
    pub country: String,
    pub day: Date,
}

/// A question, and the answer to it; none when the registry was down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LookUp {
    pub question: Question,
    pub at: Timestamp,
    pub answer: Option<InsurerAnswer>,
}

/// The newest look-up of each side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LookUps {
    pub own: Option<LookUp>,
    pub other: Option<LookUp>,
}

/// What can be said of who insures a vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding<'a> {
    /// The vehicle has no number to ask about.
    Unregistered,
    /// Number or date is missing or wrong, or nobody has asked yet.
    NotAsked,
    /// The registry did not answer.
    Down(&'a LookUp),
    /// It answered.
    Answered(&'a LookUp, &'a InsurerAnswer),
}

impl Finding<'_> {
    /// The company the registry named.
    pub(super) fn company(&self) -> Option<&str> {
        match self {
            Self::Answered(_, answer) => answer.company.as_deref(),
            _ => None,
        }
    }

    /// Whether the registry named another company than ours for our own vehicle.
    pub(super) fn contradicts(&self, own: &str) -> bool {
        self.company().is_some_and(|company| company != own)
    }

    /// Whether the receiver must be chosen by hand.
    pub(super) fn leaves_open(&self, own: &str) -> bool {
        match self {
            Self::Answered(_, answer) => {
                !answer.participant || answer.company.as_deref().is_none_or(|code| code == own)
            }
            Self::Unregistered | Self::Down(_) => true,
            Self::NotAsked => false,
        }
    }
}

/// What to ask about a typed vehicle, once it can be asked.
pub(super) fn question(vehicle: &TypedVehicle<'_>, day: Option<Date>) -> Option<Question> {
    if vehicle.unregistered {
        return None;
    }
    let number = RegistrationNumber::parse(vehicle.number).ok()?;
    Some(Question { number: number.as_str().to_owned(), country: vehicle.sign(), day: day? })
}

fn finding<'a>(
    vehicle: &TypedVehicle<'_>,
    day: Option<Date>,
    last: Option<&'a LookUp>,
) -> Finding<'a> {
    if vehicle.unregistered {
        return Finding::Unregistered;
    }
    let asked = question(vehicle, day);
    match last.filter(|last| asked.as_ref() == Some(&last.question)) {
        None => Finding::NotAsked,
        Some(last) => match &last.answer {
            None => Finding::Down(last),
            Some(answer) => Finding::Answered(last, answer),
        },
    }
}

impl LookUps {
    /// What is known of our own vehicle, as it is typed now.
    pub(super) fn own(&self, typed: &Vehicles) -> Finding<'_> {
        finding(&typed.own(), typed.day(), self.own.as_ref())
    }

    /// What is known of the other vehicle, as it is typed now.
    pub(super) fn other(&self, typed: &Vehicles) -> Finding<'_> {
        finding(&typed.other(), typed.day(), self.other.as_ref())
    }

    /// Forgets the answers, so that the next page asks again.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Asks the registry about both vehicles, where it has not answered yet. Says whether anything new came.
pub(super) async fn refresh(
    known: &mut LookUps,
    hub: &Acting,
    typed: &Vehicles,
    now: Timestamp,
) -> Result<bool> {
    let own = missing(&typed.own(), typed.day(), known.own.as_ref());
    let other = missing(&typed.other(), typed.day(), known.other.as_ref());
    let any = own.is_some() || other.is_some();
    let (own, other) = tokio::try_join!(ask(hub, own, now), ask(hub, other, now))?;
    known.own = own.or(known.own.take());
    known.other = other.or(known.other.take());
    Ok(any)
}

/// The question that has no answer yet; a registry that was down is asked again.
fn missing(
    vehicle: &TypedVehicle<'_>,
    day: Option<Date>,
    last: Option<&LookUp>,
) -> Option<Question> {
    let asked = question(vehicle, day)?;
    let known = last.is_some_and(|last| last.question == asked && last.answer.is_some());
    (!known).then_some(asked)
}

async fn ask(hub: &Acting, question: Option<Question>, now: Timestamp) -> Result<Option<LookUp>> {
    let Some(question) = question else { return Ok(None) };
    let day = question.day.to_string();
    match hub.insurer(&question.number, &question.country, &day).await {
        Ok(answer) => Ok(Some(LookUp { at: answer.checked_at.0, question, answer: Some(answer) })),
        Err(error) if error.code() == Some("registry_unavailable") => {
            Ok(Some(LookUp { question, at: now, answer: None }))
        }
        // The hub does not take the question: the form says what is wrong with it.
        Err(Error::Problem(problem)) if problem.status == 422 => Ok(None),
        Err(error) => Err(error),
    }
}
