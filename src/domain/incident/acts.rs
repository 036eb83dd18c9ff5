//! Sending, answering, sending on, taking back, and changing one's own side.

use jiff::Timestamp;

use super::{Incident, IncidentStatus, ProposalAnswer, Role};
use crate::domain::event::PartyChange;
use crate::domain::{Event, Liability, Refusal, Rules, Terms};
use crate::formats::CompanyCode;

impl Incident {
    /// The events of sending a new incident, with its first proposal if any.
    pub fn sent(
        &self,
        terms: Option<Terms>,
        at: Timestamp,
        rules: &Rules,
    ) -> Result<Vec<Event>, Refusal> {
        if self.sender == self.counterpart {
            return Err(Refusal::SameCompany);
        }
        let reference = self.sender_side.reference.clone().unwrap_or_default();
        let mut events = vec![Event::IncidentSent { to: self.counterpart.clone(), reference }];
        events.extend(terms.map(|terms| self.proposal(&self.sender, terms, at, rules)));
        Ok(events)
    }

    /// The counterpart says it is the right party, perhaps answering the proposal in the same act.
    pub fn accept(
        &self,
        by: &CompanyCode,
        reference: &str,
        answer: ProposalAnswer,
        at: Timestamp,
        rules: &Rules,
    ) -> Result<Vec<Event>, Refusal> {
        self.role(by, Role::Counterpart)?;
        self.pending()?;
        let mut events = vec![Event::IncidentAccepted { reference: reference.to_owned() }];
        match answer {
            ProposalAnswer::None => {}
            ProposalAnswer::Accept(number) => {
                self.standing_for(by, number)?;
                events.push(Event::ProposalAccepted { number });
            }
            ProposalAnswer::Counter(terms) => events.push(self.proposal(by, terms, at, rules)),
        }
        Ok(events)
    }

    /// The counterpart says it is not the right party.
    pub fn reject(
        &self,
        by: &CompanyCode,
        reason: String,
        text: Option<String>,
        suggested: Option<CompanyCode>,
    ) -> Result<Vec<Event>, Refusal> {
        self.role(by, Role::Counterpart)?;
        self.pending()?;
        Ok(vec![Event::IncidentRejected { reason, text, suggested }])
    }

    /// The sender sends a rejected incident on to another company; the last proposal is issued again.
    pub fn redirect(
        &self,
        by: &CompanyCode,
        to: &CompanyCode,
        reason: String,
        at: Timestamp,
        rules: &Rules,
    ) -> Result<Vec<Event>, Refusal> {
        self.role(by, Role::Sender)?;
        match self.status {
            IncidentStatus::Rejected => {}
            IncidentStatus::Sent => return Err(Refusal::NotPending),
            IncidentStatus::Accepted => return Err(Refusal::AlreadyAccepted),
            IncidentStatus::Withdrawn => return Err(Refusal::Withdrawn),
            IncidentStatus::Closed => return Err(Refusal::Closed),
        }
        if *to == self.sender {
            return Err(Refusal::SameCompany);
        }
        // Sending on is to another company; this one has answered.
        if *to == self.counterpart {
            return Err(Refusal::Rejected);
        }
        let mut events = vec![Event::IncidentRedirected { to: to.clone(), reason }];
        if let Liability::Proposed(standing) = &self.liability {
            events.push(self.proposal(by, standing.terms.clone(), at, rules));
        }
        Ok(events)
    }

    /// The sender takes it back; only until it is accepted.
    pub fn withdraw(&self, by: &CompanyCode, reason: String) -> Result<Vec<Event>, Refusal> {
        self.role(by, Role::Sender)?;
        match self.status {
            IncidentStatus::Sent | IncidentStatus::Rejected => {
                Ok(vec![Event::IncidentWithdrawn { reason }])
            }
            IncidentStatus::Accepted => Err(Refusal::AlreadyAccepted),
            IncidentStatus::Withdrawn => Err(Refusal::Withdrawn),
            IncidentStatus::Closed => Err(Refusal::Closed),
        }
    }

    /// A party changes its own side; nothing changed gives no event.
    pub fn change(&self, by: &CompanyCode, change: PartyChange) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        match self.status {
            IncidentStatus::Withdrawn => return Err(Refusal::Withdrawn),
            IncidentStatus::Closed => return Err(Refusal::Closed),
            IncidentStatus::Rejected if *by == self.counterpart => return Err(Refusal::Rejected),
            _ => {}
        }
        if change.personal_injury == Some(false) && self.injuries > 0 {
            return Err(Refusal::InjuryRecorded);
        }
        let change = self.really_changed(by, change);
        Ok(if change.is_empty() { Vec::new() } else { vec![Event::PartyChanged(change)] })
    }

    /// Whether `by` may write a message or read one now.
    pub fn may_write(&self, by: &CompanyCode) -> Result<(), Refusal> {
        self.party(by)?;
        match self.status {
            IncidentStatus::Withdrawn => Err(Refusal::Withdrawn),
            IncidentStatus::Rejected if *by == self.counterpart => Err(Refusal::Rejected),
            _ => Ok(()),
        }
    }

    fn pending(&self) -> Result<(), Refusal> {
        match self.status {
            IncidentStatus::Sent => Ok(()),
            IncidentStatus::Accepted => Err(Refusal::AlreadyAccepted),
            IncidentStatus::Rejected => Err(Refusal::Rejected),
            IncidentStatus::Withdrawn => Err(Refusal::Withdrawn),
            IncidentStatus::Closed => Err(Refusal::Closed),
        }
    }

    fn role(&self, by: &CompanyCode, role: Role) -> Result<(), Refusal> {
        match role {
            Role::Sender if *by != self.sender => Err(Refusal::NotSender),
            Role::Counterpart if *by != self.counterpart => Err(Refusal::NotCounterpart),
            _ => Ok(()),
        }
    }

    fn really_changed(&self, by: &CompanyCode, change: PartyChange) -> PartyChange {
        let side = self.side(by);
        PartyChange {
            coverage: change.coverage.filter(|new| Some(new) != side.coverage.as_ref()),
            vat_liable: change.vat_liable.filter(|new| *new != side.vat_liable),
            business_interruption: change
                .business_interruption
                .filter(|new| *new != side.business_interruption),
            vehicle_description: change
                .vehicle_description
                .filter(|new| *new != side.vehicle.description),
            personal_injury: change.personal_injury.filter(|new| *new != self.personal_injury),
        }
    }
}
