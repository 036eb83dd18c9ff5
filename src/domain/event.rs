//! What happened, as both companies may see it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
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

impl Event {
    /// The kind as the API names it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IncidentSent { .. } => "incident_sent",
            Self::ProposalMade(_) => "proposal_made",
            Self::IncidentAccepted { .. } => "incident_accepted",
            Self::ProposalAccepted { .. } => "proposal_accepted",
            Self::IncidentRejected { .. } => "incident_rejected",
            Self::IncidentRedirected { .. } => "incident_redirected",
            Self::IncidentWithdrawn { .. } => "incident_withdrawn",
            Self::CloseAsked { .. } => "close_asked",
            Self::CloseDeclined { .. } => "close_declined",
            Self::IncidentClosed { .. } => "incident_closed",
            Self::IncidentReopened { .. } => "incident_reopened",
            Self::LiabilityReopenAsked { .. } => "liability_reopen_asked",
            Self::LiabilityReopenDeclined { .. } => "liability_reopen_declined",
            Self::LiabilityReopened => "liability_reopened",
            Self::PartyChanged(_) => "party_changed",
            Self::MessageSent { .. } => "message_sent",
            Self::MessageRead { .. } => "message_read",
            Self::ClaimSent { .. } => "claim_sent",
            Self::Claim { what, .. } => what.kind(),
            Self::DeadlinePassed { .. } => "deadline_passed",
            Self::RegistryDiffers { .. } => "registry_differs",
        }
    }

    /// Written by the hub itself, not by a company.
    pub fn by_hub(&self) -> bool {
        matches!(self, Self::DeadlinePassed { .. } | Self::RegistryDiffers { .. })
    }

    /// What the event says, as JSON. `other` is the party that is not `by`.
    pub fn data(&self, by: &CompanyCode, other: &CompanyCode) -> Value {
        match self {
            Self::IncidentSent { to, reference } => json!({"to": to, "reference": reference}),
            Self::ProposalMade(proposal) => proposal_data(proposal, by, other),
            Self::IncidentAccepted { reference } => json!({"reference": reference}),
            Self::ProposalAccepted { number } => json!({"number": number}),
            Self::IncidentRejected { reason, text, suggested } => {
                json!({"reason": reason, "text": text, "suggestedCompany": suggested})
            }
            Self::IncidentRedirected { to, reason } => json!({"to": to, "reason": reason}),
            Self::CloseAsked { reason } | Self::IncidentClosed { reason } => {
                json!({"reason": reason})
            }
            Self::IncidentWithdrawn { reason }
            | Self::CloseDeclined { reason }
            | Self::IncidentReopened { reason }
            | Self::LiabilityReopenAsked { reason }
            | Self::LiabilityReopenDeclined { reason } => json!({"reason": reason}),
            Self::LiabilityReopened => json!({}),
            Self::PartyChanged(change) => change_data(change),
            Self::MessageSent { id } | Self::MessageRead { id } => json!({"messageId": id}),
            Self::ClaimSent { claim, number, kid, total, share, due, confirmed } => json!({
                "claimId": claim, "number": number, "kid": kid, "totalOre": total,
                "share": share, "dueDate": due, "confirmed": confirmed,
            }),
            Self::Claim { claim, number, what } => what.data(*claim, *number),
            Self::DeadlinePassed { company, duty, due } => {
                json!({"company": company, "duty": duty, "dueAt": due.to_string()})
            }
            Self::RegistryDiffers { side, company } => json!({"side": side, "company": company}),
        }
    }
}

impl ClaimEvent {
    fn kind(&self) -> &'static str {
        match self {
            Self::Registered { .. } => "claim_registered",
            Self::Accepted => "claim_accepted",
            Self::Disputed { .. } => "claim_disputed",
            Self::PaymentReported { .. } => "payment_reported",
            Self::PaymentConfirmed { .. } => "payment_confirmed",
            Self::Credited { .. } => "claim_credited",
        }
    }

    fn data(&self, claim: Uuid, number: u32) -> Value {
        let mut data = match self {
            Self::Registered { reference } => json!({"reference": reference}),
            Self::Accepted => json!({}),
            Self::Disputed { reason } => json!({"reason": reason}),
            Self::PaymentReported { amount, date } | Self::PaymentConfirmed { amount, date } => {
                json!({"amountOre": amount, "date": date})
            }
            Self::Credited { amount, reason } => json!({"amountOre": amount, "reason": reason}),
        };
        data["claimId"] = json!(claim);
        data["number"] = json!(number);
        data
    }
}

fn proposal_data(proposal: &Proposal, by: &CompanyCode, other: &CompanyCode) -> Value {
    let a = match proposal.part_of(by) {
        super::Part::A => by,
        super::Part::B => other,
    };
    json!({
        "number": proposal.number,
        "code": proposal.terms.code,
        "codeVersion": proposal.terms.code_version,
        "partA": a,
        "shares": {by.as_str(): proposal.share_of(by), other.as_str(): proposal.share_of(other)},
        "reason": proposal.terms.reason,
        "dueAt": proposal.due.to_string(),
    })
}

fn change_data(change: &PartyChange) -> Value {
    let mut data = json!({});
    if let Some(coverage) = &change.coverage {
        data["coverage"] = json!(coverage);
    }
    if let Some(vat_liable) = change.vat_liable {
        data["vatLiable"] = json!(vat_liable);
    }
    if let Some(business_interruption) = change.business_interruption {
        data["businessInterruption"] = json!(business_interruption);
    }
    if let Some(description) = &change.vehicle_description {
        data["vehicleDescription"] = json!(description);
    }
    if let Some(personal_injury) = change.personal_injury {
        data["personalInjury"] = json!(personal_injury);
    }
    data
}
