//! Proposing a split, accepting one, and opening an agreed one again.

use jiff::Timestamp;

use super::{Liability, Proposal, Terms};
use crate::domain::incident::asked_by_other;
use crate::domain::{Event, Incident, IncidentStatus, Refusal, Rules};
use crate::formats::CompanyCode;

impl Incident {
    /// Proposes a split: the first, or against the other's.
    pub fn propose(
        &self,
        by: &CompanyCode,
        terms: Terms,
        at: Timestamp,
        rules: &Rules,
    ) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        if !(self.status == IncidentStatus::Sent && *by == self.sender) {
            self.accepted()?;
        }
        match &self.liability {
            Liability::Agreed { .. } => Err(Refusal::LiabilityAgreed),
            Liability::Proposed(standing) if standing.by == *by => Err(Refusal::OwnProposal),
            _ => Ok(vec![self.proposal(by, terms, at, rules)]),
        }
    }

    /// Accepts the newest proposal, which the other made.
    pub fn accept_proposal(&self, by: &CompanyCode, number: u32) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        self.standing_for(by, number)?;
        Ok(vec![Event::ProposalAccepted { number }])
    }

    /// Asks for the agreed liability to be opened again, or confirms that the other asked.
    pub fn reopen_liability(
        &self,
        by: &CompanyCode,
        reason: String,
    ) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        self.agreed()?;
        match &self.reopening {
            Some(ask) if ask.by == *by => Err(Refusal::NotPending),
            Some(_) => Ok(vec![Event::LiabilityReopened]),
            None => Ok(vec![Event::LiabilityReopenAsked { reason }]),
        }
    }

    /// Says no to the reopening the other asked for.
    pub fn decline_liability_reopen(
        &self,
        by: &CompanyCode,
        reason: String,
    ) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        asked_by_other(self.reopening.as_ref(), by)?;
        Ok(vec![Event::LiabilityReopenDeclined { reason }])
    }

    pub(in crate::domain) fn standing_for(
        &self,
        by: &CompanyCode,
        number: u32,
    ) -> Result<(), Refusal> {
        match &self.liability {
            Liability::Agreed { .. } => Err(Refusal::LiabilityAgreed),
            Liability::None { .. } => Err(Refusal::NoProposal),
            Liability::Proposed(standing) if number > standing.number || number == 0 => {
                Err(Refusal::NoProposal)
            }
            Liability::Proposed(standing) if number < standing.number => {
                Err(Refusal::SupersededProposal)
            }
            Liability::Proposed(standing) if standing.by == *by => Err(Refusal::OwnProposal),
            Liability::Proposed(_) => Ok(()),
        }
    }

    pub(in crate::domain) fn proposal(
        &self,
        by: &CompanyCode,
        terms: Terms,
        at: Timestamp,
        rules: &Rules,
    ) -> Event {
        Event::ProposalMade(Proposal {
            number: self.last_proposal + 1,
            by: by.clone(),
            terms,
            at,
            due: rules.answer_due(at),
        })
    }
}
