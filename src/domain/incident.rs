//! The incident: who may do what, when, and what it changes.
//!
//! `decide` functions answer with events or a refusal; [`Incident::apply`] is
//! total over the events they answer with.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::PartyChange;
use super::registry::Outcome;
use super::{Claim, Event, Liability, Proposal, Refusal, Rules, Terms};
use crate::formats::{CompanyCode, RegistrationNumber};

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentStatus {
    /// Waits for the counterpart to say whether it is the right party.
    Sent,
    /// The counterpart is the right party.
    Accepted,
    /// The counterpart is not the right party.
    Rejected,
    /// Taken back by the sender.
    Withdrawn,
    /// Done.
    Closed,
}

/// A company's role in an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Opened it.
    Sender,
    /// Received it.
    Counterpart,
}

/// A vehicle: a number, or none ("uregistrert") and then a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vehicle {
    /// `None` when unregistered.
    pub number: Option<RegistrationNumber>,
    /// Country sign, for example `N`.
    pub country: String,
    /// Free text.
    pub description: Option<String>,
}

/// How a side's insurer was found: a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insurer {
    /// The registry's answer; `None` when it could not be asked.
    pub outcome: Option<Outcome>,
    /// The company the registry named.
    pub registry_company: Option<CompanyCode>,
    /// First day of the cover.
    pub since: Option<Date>,
    /// When the registry was asked.
    pub checked_at: Option<Timestamp>,
    /// Chosen by hand.
    pub by_hand: bool,
    /// Why it was chosen by hand.
    pub reason: Option<String>,
}

/// One party of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The company's own claim-file number; `None` until the counterpart accepts.
    pub reference: Option<String>,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// Code of `coverages`.
    pub coverage: Option<String>,
    /// The policyholder deducts VAT.
    pub vat_liable: bool,
    /// Insured against business interruption.
    pub business_interruption: bool,
    /// How the company was found.
    pub insurer: Insurer,
}

/// Something one party asked for and the other has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// Who asked.
    pub by: CompanyCode,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Option<String>,
}

/// Why the counterpart is not the right party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Code of `rejection-reasons`.
    pub reason: String,
    /// Words.
    pub text: Option<String>,
    /// Who should have had it.
    pub suggested: Option<CompanyCode>,
    /// When.
    pub at: Timestamp,
}

/// One collision between two parties, exchanged between their insurers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Id.
    pub id: Uuid,
    /// Counts acts that change what both see.
    pub version: i64,
    /// Where it stands.
    pub status: IncidentStatus,
    /// The company that opened it.
    pub sender: CompanyCode,
    /// The other company; another after a redirect.
    pub counterpart: CompanyCode,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the counterpart received it.
    pub received_at: Timestamp,
    /// When it was last closed.
    pub closed_at: Option<Timestamp>,
    /// Date of the collision.
    pub loss_date: Date,
    /// Time of the collision.
    pub loss_time: Option<Time>,
    /// Where.
    pub place: Option<String>,
    /// What happened.
    pub description: Option<String>,
    /// Somebody was injured.
    pub personal_injury: bool,
    /// The sender's side.
    pub sender_side: Side,
    /// The counterpart's side.
    pub counterpart_side: Side,
    /// Where the liability stands.
    pub liability: Liability,
    /// Number of the newest proposal ever made, 0 for none.
    pub last_proposal: u32,
    /// Standing rejection.
    pub rejection: Option<Rejection>,
    /// Closing asked for.
    pub closing: Option<Ask>,
    /// Reopening of the liability asked for.
    pub reopening: Option<Ask>,
    /// Injury records that are not closed.
    pub open_injuries: u32,
    /// Its claims, oldest first.
    pub claims: Vec<Claim>,
}

/// How the counterpart answers the newest proposal while accepting the incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProposalAnswer {
    /// Not now.
    None,
    /// Accepts this number.
    Accept(u32),
    /// Proposes this instead, or for the first time.
    Counter(Terms),
}

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

    /// Closes at once when everything is settled, or asks the other, or confirms what it asked.
    pub fn close(&self, by: &CompanyCode, reason: Option<String>) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        if self.open_injuries > 0 {
            return Err(Refusal::OpenInjuries);
        }
        let settled = matches!(self.liability, Liability::Agreed { .. })
            && self.claims.iter().all(|claim| !claim.is_open());
        match &self.closing {
            _ if settled => Ok(vec![Event::IncidentClosed { reason }]),
            Some(ask) if ask.by == *by => Err(Refusal::NotPending),
            Some(_) => Ok(vec![Event::IncidentClosed { reason }]),
            None => Ok(vec![Event::CloseAsked { reason }]),
        }
    }

    /// Says no to the closing the other asked for.
    pub fn decline_close(&self, by: &CompanyCode, reason: String) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        asked_by_other(self.closing.as_ref(), by)?;
        Ok(vec![Event::CloseDeclined { reason }])
    }

    /// Opens a closed incident again.
    pub fn reopen(&self, by: &CompanyCode, reason: String) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        match self.status {
            IncidentStatus::Closed => Ok(vec![Event::IncidentReopened { reason }]),
            IncidentStatus::Accepted => Err(Refusal::NotPending),
            _ => Err(self.accepted().err().unwrap_or(Refusal::NotPending)),
        }
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

    /// A party changes its own side; nothing changed gives no event.
    pub fn change(&self, by: &CompanyCode, change: PartyChange) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        match self.status {
            IncidentStatus::Withdrawn => return Err(Refusal::Withdrawn),
            IncidentStatus::Closed => return Err(Refusal::Closed),
            IncidentStatus::Rejected if *by == self.counterpart => return Err(Refusal::Rejected),
            _ => {}
        }
        if change.personal_injury == Some(false) && self.open_injuries > 0 {
            return Err(Refusal::OpenInjuries);
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

    /// The side of `company`, the counterpart's when it is not the sender.
    pub fn side(&self, company: &CompanyCode) -> &Side {
        if *company == self.sender { &self.sender_side } else { &self.counterpart_side }
    }

    /// The party that is not `company`.
    pub fn other(&self, company: &CompanyCode) -> &CompanyCode {
        if *company == self.sender { &self.counterpart } else { &self.sender }
    }

    /// Refuses anything that needs an accepted incident.
    pub fn accepted(&self) -> Result<(), Refusal> {
        match self.status {
            IncidentStatus::Accepted => Ok(()),
            IncidentStatus::Sent => Err(Refusal::NotAccepted),
            IncidentStatus::Rejected => Err(Refusal::Rejected),
            IncidentStatus::Withdrawn => Err(Refusal::Withdrawn),
            IncidentStatus::Closed => Err(Refusal::Closed),
        }
    }

    /// The agreed proposal, or the refusal of whatever needs one.
    pub fn agreed(&self) -> Result<&Proposal, Refusal> {
        match &self.liability {
            Liability::Agreed { proposal, .. } => Ok(proposal),
            _ => Err(Refusal::LiabilityNotAgreed),
        }
    }

    pub(super) fn party(&self, by: &CompanyCode) -> Result<(), Refusal> {
        let party = *by == self.sender || *by == self.counterpart;
        if party { Ok(()) } else { Err(Refusal::NotCounterpart) }
    }

    fn role(&self, by: &CompanyCode, role: Role) -> Result<(), Refusal> {
        match role {
            Role::Sender if *by != self.sender => Err(Refusal::NotSender),
            Role::Counterpart if *by != self.counterpart => Err(Refusal::NotCounterpart),
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

    fn standing_for(&self, by: &CompanyCode, number: u32) -> Result<(), Refusal> {
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

    fn proposal(&self, by: &CompanyCode, terms: Terms, at: Timestamp, rules: &Rules) -> Event {
        Event::ProposalMade(Proposal {
            number: self.last_proposal + 1,
            by: by.clone(),
            terms,
            at,
            due: rules.answer_due(at),
        })
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

fn asked_by_other(ask: Option<&Ask>, by: &CompanyCode) -> Result<(), Refusal> {
    match ask {
        Some(ask) if ask.by != *by => Ok(()),
        _ => Err(Refusal::NotPending),
    }
}
