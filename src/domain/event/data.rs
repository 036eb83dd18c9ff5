//! An event as the history tells it: its kind, and its data as JSON.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{ClaimEvent, Event, PartyChange};
use crate::domain::liability::{Part, Proposal};
use crate::formats::{CompanyCode, rfc3339};

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
                json!({"company": company, "duty": duty, "dueAt": rfc3339::in_oslo(*due)})
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
        Part::A => by,
        Part::B => other,
    };
    json!({
        "number": proposal.number,
        "code": proposal.terms.code,
        "codeVersion": proposal.terms.code_version,
        "partA": a,
        "shares": {by.as_str(): proposal.share_of(by), other.as_str(): proposal.share_of(other)},
        "reason": proposal.terms.reason,
        "dueAt": rfc3339::in_oslo(proposal.due),
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
