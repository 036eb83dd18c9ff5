//! The panel on top of the page: whose turn it is, and what may be done.

mod heading;
mod steps;

use jiff::Timestamp;

use super::acts::{self, Act};
use super::names::Names;
use crate::contract::{Incident, Proposal, Reminder, Request};
use crate::domain::{Duty, IncidentStatus, Role, Who};
use crate::formats::{Ore, Share, dates};
use crate::portal::view::{Deadline, Split};
use crate::portal::words;

pub use steps::{Step, Way};

/// The panel. Tinted when it is our turn.
#[derive(Debug)]
pub struct ActPanel {
    pub ours: bool,
    pub heading: String,
    pub deadline: Option<Deadline>,
    pub lead: Option<Lead>,
    /// What has been asked for, or why it was rejected.
    pub notes: Vec<String>,
    pub agreed: Option<AgreedNote>,
    pub fields: Fields,
    /// Answers to what waits for us, each with its consequence.
    pub steps: Vec<Step>,
    /// What else may be done.
    pub others: Vec<Step>,
}

impl ActPanel {
    /// Whether a step sends a form; the others are links.
    pub fn posts(&self) -> bool {
        self.steps.iter().any(|step| !matches!(step.way, Way::Link(_)))
    }
}

/// A sentence with its weight in the middle.
#[derive(Debug, PartialEq, Eq)]
pub struct Lead {
    pub before: String,
    pub strong: String,
    pub after: String,
}

/// What was agreed.
#[derive(Debug)]
pub struct AgreedNote {
    pub split: Split,
    pub text: String,
    /// Where reopening is asked for, when that may be done.
    pub reopen: Option<String>,
}

/// The fields the answers need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    None,
    /// Own reference, coverage and flags: the answer to an incident.
    Answer,
    /// Another company and a reason.
    Redirect,
}

impl Fields {
    fn of(allowed: &[Act]) -> Self {
        if allowed.contains(&Act::AcceptOnly) {
            Self::Answer
        } else if allowed.contains(&Act::Redirect) {
            Self::Redirect
        } else {
            Self::None
        }
    }
}

impl ActPanel {
    /// The panel of an incident as it stands at `now`.
    pub fn of(incident: &Incident, names: &Names, now: Timestamp) -> Self {
        let due = incident.awaiting.due_at.map(|due| Deadline::new(due.0, now));
        let allowed = acts::acts(incident);
        let seen = Seen { incident, names, due: due.as_ref() };
        let (mut steps, mut others) = seen.steps(&allowed);
        let first = if steps.is_empty() { others.first_mut() } else { steps.first_mut() };
        if let Some(first) = first {
            first.filled = first.is_way_on;
        }
        Self {
            ours: seen.is_ours(),
            heading: seen.heading(),
            lead: seen.lead(),
            notes: seen.notes(),
            agreed: seen.agreed(&allowed),
            fields: Fields::of(&allowed),
            steps,
            others,
            deadline: due,
        }
    }
}

/// An incident with the words for it.
struct Seen<'a> {
    incident: &'a Incident,
    names: &'a Names,
    due: Option<&'a Deadline>,
}

impl Seen<'_> {
    fn is_ours(&self) -> bool {
        matches!(self.incident.awaiting.who, Who::Us | Who::Both)
    }

    /// «Nordlys».
    fn them(&self) -> &str {
        self.names.short(&self.incident.other.company)
    }

    fn path(&self, rest: &str) -> String {
        format!("/hendelser/{}/{rest}", self.incident.id)
    }

    fn lead(&self) -> Option<Lead> {
        let plain =
            |text: String| Lead { before: text, strong: String::new(), after: String::new() };
        let incident = self.incident;
        let standing = incident.liability.proposal.as_ref();
        Some(match (self.is_ours(), incident.awaiting.duty) {
            (_, Duty::AnswerIncident | Duty::AnswerProposal) => match standing {
                Some(proposal) => self.proposed(proposal),
                None => plain(format!("Ingen fordeling er foreslått ennå. {}", self.rule())),
            },
            (true, Duty::RedirectOrWithdraw) => plain(
                "Velg selskapet som skal ha hendelsen, eller trekk den tilbake. Et forslag som \
                 står, sendes på nytt med nytt nummer og ny frist."
                    .into(),
            ),
            (_, Duty::Propose) => plain(format!(
                "Hendelsen er akseptert, men ingen fordeling er foreslått. {}",
                self.rule()
            )),
            (true, Duty::AnswerClaim) => plain(self.claim_words()?),
            _ => return None,
        })
    }

    /// «Nordlys foreslår 104 Feltskifte, der de er A og vi er B: vi 1/1, de 0/1. Fristen …»
    fn proposed(&self, proposal: &Proposal) -> Lead {
        let (we, they) = if proposal.own_role == "a" { ("A", "B") } else { ("B", "A") };
        let who = if proposal.by == "own" { "Vi" } else { self.them() };
        let verb = if proposal.by == "own" { "har foreslått" } else { "foreslår" };
        let situation = self.names.situation(&proposal.code);
        Lead {
            before: format!("{who} {verb} {situation}, der de er {they} og vi er {we}: "),
            strong: format!("vi {}, de {}", proposal.split.own, proposal.split.other),
            after: format!(". {}", self.rule()),
        }
    }

    /// The deadline's rule, and that silence accepts nothing.
    fn rule(&self) -> String {
        let (own, silent) = match self.incident.awaiting.who {
            Who::Us => ("Fristen", "Svarer vi ikke"),
            Who::Them => ("Fristen deres", "Svarer de ikke"),
            Who::Both | Who::Nobody => ("Fristen", "Gjør ingen det"),
        };
        let Some(due) = self.due else {
            return String::new();
        };
        let verb = if due.over { "var" } else { "er" };
        let until = match self.answer_days() {
            Some(days) => format!("{days} dager etter mottak, ut {}", due.date()),
            None => format!("ut {}", due.date()),
        };
        format!("{own} {verb} {until}. {silent}, blir ingenting godtatt av seg selv.")
    }

    /// The length of the answering time, read from the standing proposal.
    fn answer_days(&self) -> Option<i32> {
        let proposal = self.incident.liability.proposal.as_ref()?;
        Some(Deadline::new(proposal.due_at.0, proposal.at.0).days)
    }

    /// «Nordlys får 7 dager.»
    fn they_get_time(&self) -> String {
        match self.answer_days() {
            Some(days) => format!("{} får {days} dager.", self.them()),
            None => format!("{} får en frist til å svare.", self.them()),
        }
    }

    fn claim_words(&self) -> Option<String> {
        let waiting = acts::unanswered_claims(self.incident);
        let first = waiting.first()?;
        Some(format!(
            "Krav {} fra {} gjelder {}\u{a0}kr og forfaller {}. Svarer vi ikke, blir ingenting \
             godtatt av seg selv.",
            first.number,
            self.them(),
            Ore(first.total_ore),
            dates::date(first.due_date)
        ))
    }

    /// Who may send claims when we bear `own`.
    fn who_may_claim(&self, own: Share) -> String {
        if own == Share::ONE {
            format!("{} kan sende krav.", self.them())
        } else if own == Share::ZERO {
            "Vi kan sende krav.".into()
        } else {
            "Begge kan sende krav.".into()
        }
    }

    fn notes(&self) -> Vec<String> {
        let incident = self.incident;
        let mut notes = Vec::new();
        notes.extend(incident.rejection.as_ref().map(|_| self.rejection()));
        notes.extend(incident.closing.as_ref().map(|it| self.asked(it, "avslutning")));
        let reopening = incident.reopening.as_ref();
        notes.extend(reopening.map(|it| self.asked(it, "gjenåpning av ansvaret")));
        notes.extend(incident.awaiting.reminder.as_ref().map(reminded));
        notes
    }

    fn asked(&self, request: &Request, what: &str) -> String {
        let who = if request.by == "own" { "Vi" } else { self.them() };
        let when = dates::moment(request.at.0);
        match &request.reason {
            Some(reason) => format!("{who} ba om {what} {when}: «{reason}»"),
            None => format!("{who} ba om {what} {when}."),
        }
    }

    fn rejection(&self) -> String {
        let Some(rejection) = &self.incident.rejection else {
            return String::new();
        };
        let by_us = self.incident.role == Role::Counterpart;
        let who = if by_us { "Vi" } else { self.them() };
        let reason = self.names.codes.rejection_reason(&rejection.reason);
        let mut told =
            format!("{who} avviste hendelsen {}: {reason}.", dates::moment(rejection.at.0));
        if let Some(text) = &rejection.text {
            told = format!("{told} «{text}»");
        }
        match &rejection.suggested_company {
            Some(code) => format!("{told} Foreslått mottaker: {}.", self.names.company(code)),
            None => told,
        }
    }

    fn agreed(&self, allowed: &[Act]) -> Option<AgreedNote> {
        let agreed = self.incident.liability.agreed.as_ref()?;
        if matches!(self.incident.status, IncidentStatus::Withdrawn | IncidentStatus::Rejected) {
            return None;
        }
        let is_a = agreed.own_role == "a";
        let text = format!(
            "Avtalt {} etter {}. Vi er {}.",
            dates::date(dates::oslo_date(agreed.at.0)),
            self.names.situation(&agreed.code),
            if is_a { "A" } else { "B" }
        );
        let reopen = allowed.contains(&Act::AskReopening).then(|| self.path("ansvar/gjenapne"));
        Some(AgreedNote { split: Split::ours(agreed.own, is_a, self.them()), text, reopen })
    }
}

/// «3. påminnelse 24.11.2026, også til selskapsadministrator.»
fn reminded(reminder: &Reminder) -> String {
    let also = if reminder.to_administrator { ", også til selskapsadministrator" } else { "" };
    format!("{}{also}.", words::reminder(reminder))
}

#[cfg(test)]
mod tests;
