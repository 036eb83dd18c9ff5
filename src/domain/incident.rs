//! The incident: who may do what, when, and what it changes.
//!
//! Its acts answer with events or a refusal; [`Incident::apply`] is total over the
//! events they answer with.

mod acts;
mod closing;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::registry::Outcome;
use super::{Claim, Liability, Proposal, Refusal, Terms};
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
    /// Injury records, closed ones too.
    pub injuries: u32,
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
}

/// Refuses an answer to what nobody asked, or `by` itself.
pub(super) fn asked_by_other(ask: Option<&Ask>, by: &CompanyCode) -> Result<(), Refusal> {
    match ask {
        Some(ask) if ask.by != *by => Ok(()),
        _ => Err(Refusal::NotPending),
    }
}
