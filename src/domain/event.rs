//! What happened, as both companies may see it.

mod data;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::Duty;
use super::liability::Proposal;
use crate::formats::{CompanyCode, Kid, Ore, Share};

/// One immutable entry of an incident's shared history. Seen from no side: companies by their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The sender opened the incident.
    IncidentSent {
        /// The counterpart.
        to: CompanyCode,
        /// The sender's reference.
        reference: String,
    },
    /// A proposal was made.
    ProposalMade(Proposal),
    /// The counterpart is the right party.
    IncidentAccepted {
        /// Its reference.
        reference: String,
    },
    /// The newest proposal was accepted: liability is agreed.
    ProposalAccepted {
        /// Its number.
        number: u32,
    },
    /// The counterpart is not the right party.
    IncidentRejected {
        /// Code of `rejection-reasons`.
        reason: String,
        /// Words.
        text: Option<String>,
        /// Who should have had it.
        suggested: Option<CompanyCode>,
    },
    /// The sender sent it on to another company.
    IncidentRedirected {
        /// The new counterpart.
        to: CompanyCode,
        /// Why.
        reason: String,
    },
    /// The sender took it back.
    IncidentWithdrawn {
        /// Why.
        reason: String,
    },
    /// One party asked for closing.
    CloseAsked {
        /// Why.
        reason: Option<String>,
    },
    /// The other said no to closing.
    CloseDeclined {
        /// Why.
        reason: String,
    },
    /// Closed.
    IncidentClosed {
        /// Why.
        reason: Option<String>,
    },
    /// A closed incident was opened again.
    IncidentReopened {
        /// Why.
        reason: String,
    },
    /// One party asked for the agreed liability to be opened again.
    LiabilityReopenAsked {
        /// Why.
        reason: String,
    },
    /// The other said no to that.
    LiabilityReopenDeclined {
        /// Why.
        reason: String,
    },
    /// Both want it: nothing is agreed any more.
    LiabilityReopened,
    /// A party changed something of its own side that both see.
    PartyChanged(PartyChange),
    /// A message was sent.
    MessageSent {
        /// Its id.
        id: Uuid,
    },
    /// A message was read by the receiver.
    MessageRead {
        /// Its id.
        id: Uuid,
    },
    /// A claim was sent.
    ClaimSent {
        /// Its id.
        claim: Uuid,
        /// Its number within the incident.
        number: u32,
        /// Payment reference.
        kid: Kid,
        /// What is demanded.
        total: Ore,
        /// The receiver's share.
        share: Share,
        /// Last day of payment.
        due: Date,
        /// Warnings that were confirmed: `duplicate`, `vat`.
        confirmed: Vec<&'static str>,
    },
    /// Something happened to a claim.
    Claim {
        /// Its id.
        claim: Uuid,
        /// Its number within the incident.
        number: u32,
        /// What.
        what: ClaimEvent,
    },
    /// A duty was not done in time. Written by the hub; it changes nothing else.
    DeadlinePassed {
        /// Whose duty; none when both parties'.
        company: Option<CompanyCode>,
        /// Which.
        duty: Duty,
        /// When the time was up.
        due: Timestamp,
    },
    /// The registry was asked again, and answers otherwise than when the incident was sent.
    RegistryDiffers {
        /// Whose vehicle.
        side: CompanyCode,
        /// The company the registry names now.
        company: Option<CompanyCode>,
    },
}

/// What happened to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimEvent {
    /// The receiver booked it.
    Registered {
        /// Its booking reference.
        reference: Option<String>,
    },
    /// The receiver will pay.
    Accepted,
    /// The receiver will not pay, or not all.
    Disputed {
        /// Why.
        reason: String,
    },
    /// A payment was reported.
    PaymentReported {
        /// Amount.
        amount: Ore,
        /// Day.
        date: Date,
    },
    /// The other company reported the same payment.
    PaymentConfirmed {
        /// Amount.
        amount: Ore,
        /// Day.
        date: Date,
    },
    /// The claimant credited.
    Credited {
        /// Amount.
        amount: Ore,
        /// Why.
        reason: String,
    },
}

/// Changed fields of one side, or of the incident. `None`: not changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartyChange {
    /// Coverage.
    pub coverage: Option<String>,
    /// VAT liable.
    pub vat_liable: Option<bool>,
    /// Business interruption.
    pub business_interruption: Option<bool>,
    /// Description of the vehicle; `Some(None)` removes it.
    pub vehicle_description: Option<Option<String>>,
    /// Personal injury, of the incident.
    pub personal_injury: Option<bool>,
}

impl PartyChange {
    /// Nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
