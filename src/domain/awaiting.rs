//! Whose turn it is: derived from the state, never stored by hand.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::deadline::end_of;
use super::{Incident, IncidentStatus, Liability, Rules};
use crate::formats::CompanyCode;

/// Whose turn it is, seen by one company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Ours.
    Us,
    /// The other company's.
    Them,
    /// Either may act.
    Both,
    /// Nobody's.
    Nobody,
}

/// What is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The counterpart says whether it is the right party.
    AnswerIncident,
    /// The sender of a rejected incident decides what becomes of it.
    RedirectOrWithdraw,
    /// Answer a closing the other asked for.
    AnswerClose,
    /// Answer a reopening of the liability the other asked for.
    AnswerReopen,
    /// Answer the newest proposal.
    AnswerProposal,
    /// Somebody proposes a split.
    Propose,
    /// Answer a claim.
    AnswerClaim,
    /// Nothing.
    None,
}

/// A duty of one company, or of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaiting {
    /// Seen by the company asked for.
    pub who: Who,
    /// What.
    pub duty: Duty,
    /// When the time is up.
    pub due: Option<Timestamp>,
}

impl Awaiting {
    const NOTHING: Self = Self { who: Who::Nobody, duty: Duty::None, due: None };
}

impl Incident {
    /// Whose turn it is, seen by `company`: its own first duty, else the other's first.
    pub fn awaiting(&self, company: &CompanyCode, rules: &Rules) -> Awaiting {
        let duties = self.duties(rules);
        let mine = duties.iter().find(|(whose, ..)| whose.is_none_or(|whose| whose == company));
        match mine.or_else(|| duties.first()) {
            None => Awaiting::NOTHING,
            Some((whose, duty, due)) => {
                let who = match whose {
                    None => Who::Both,
                    Some(whose) if *whose == company => Who::Us,
                    Some(_) => Who::Them,
                };
                Awaiting { who, duty: *duty, due: Some(*due) }
            }
        }
    }

    /// Every duty now, by precedence; no company means both.
    fn duties(&self, rules: &Rules) -> Vec<(Option<&CompanyCode>, Duty, Timestamp)> {
        let mut duties = Vec::new();
        match self.status {
            IncidentStatus::Withdrawn | IncidentStatus::Closed => {}
            IncidentStatus::Sent => {
                let due = rules.answer_due(self.received_at);
                duties.push((Some(&self.counterpart), Duty::AnswerIncident, due));
            }
            IncidentStatus::Rejected => {
                if let Some(rejection) = &self.rejection {
                    let due = rules.answer_due(rejection.at);
                    duties.push((Some(&self.sender), Duty::RedirectOrWithdraw, due));
                }
            }
            IncidentStatus::Accepted => self.duties_once_accepted(rules, &mut duties),
        }
        duties
    }

    fn duties_once_accepted<'a>(
        &'a self,
        rules: &Rules,
        duties: &mut Vec<(Option<&'a CompanyCode>, Duty, Timestamp)>,
    ) {
        for (ask, duty) in
            [(&self.closing, Duty::AnswerClose), (&self.reopening, Duty::AnswerReopen)]
        {
            if let Some(ask) = ask {
                duties.push((Some(self.other(&ask.by)), duty, rules.answer_due(ask.at)));
            }
        }
        match &self.liability {
            Liability::Proposed(proposal) => {
                let receiver = self.other(&proposal.by);
                duties.push((Some(receiver), Duty::AnswerProposal, proposal.due));
            }
            Liability::None { since } => {
                duties.push((None, Duty::Propose, rules.answer_due(*since)));
            }
            Liability::Agreed { .. } => {}
        }
        let mut claims: Vec<_> = self
            .claims
            .iter()
            .filter(|claim| claim.is_unanswered() && claim.is_open())
            .map(|claim| (Some(self.other(&claim.claimant)), Duty::AnswerClaim, end_of(claim.due)))
            .collect();
        claims.sort_by_key(|(.., due)| *due);
        duties.extend(claims);
    }
}
