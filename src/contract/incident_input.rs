//! What callers send about an incident. The hub reads these leniently and reports every error at once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Split;

/// `POST /incidents`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewIncident {
    /// Own claim-file number.
    pub reference: String,
    /// `YYYY-MM-DD`.
    pub loss_date: String,
    /// `HH:MM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_time: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Somebody was injured.
    pub personal_injury: bool,
    /// Own side.
    pub own: NewOwnParty,
    /// The other side.
    pub other: NewOtherParty,
    /// First proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proposal: Option<NewProposal>,
    /// Sends it although it looks like one already sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_duplicate: Option<bool>,
}

/// The sender's side of a new incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOwnParty {
    /// The vehicle.
    pub vehicle: NewVehicle,
    /// Code of `coverages`.
    pub coverage: String,
    /// The policyholder deducts VAT.
    pub vat_liable: bool,
    /// Insured against business interruption.
    pub business_interruption: bool,
    /// Needed when the registry names another insurer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_override: Option<InsurerOverride>,
}

/// The other side of a new incident.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewOtherParty {
    /// The vehicle.
    pub vehicle: NewVehicle,
    /// The receiving company, chosen by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_override: Option<InsurerOverride>,
}

/// A vehicle as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewVehicle {
    /// Any spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// Country sign, default `N`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Has no number; needs a description.
    pub unregistered: bool,
    /// Free text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// An insurer chosen by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InsurerOverride {
    /// Company code.
    pub company: String,
    /// Needed when it contradicts the registry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A proposal as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewProposal {
    /// Liability code.
    pub code: String,
    /// `a` or `b`.
    pub own_role: String,
    /// Only for codes with free split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
    /// Reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST /incidents/{id}/accept`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Accept {
    /// Own claim-file number.
    pub reference: String,
    /// Code of `coverages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<String>,
    /// The policyholder deducts VAT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_liable: Option<bool>,
    /// Insured against business interruption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_interruption: Option<bool>,
    /// Own vehicle, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_description: Option<String>,
    /// Number of the proposal accepted in the same act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_proposal: Option<u32>,
    /// A proposal of our own in the same act.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counter_proposal: Option<NewProposal>,
}

/// `POST /incidents/{id}/reject`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reject {
    /// Code of `rejection-reasons`.
    pub reason: String,
    /// Words; some reasons need them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The company that should have had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suggested_company: Option<String>,
}

/// `POST /incidents/{id}/redirect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Redirect {
    /// The company it goes to.
    pub company: String,
    /// Why.
    pub reason: String,
}

/// Body of the acts that take only a reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Why; may be left out only where the act says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `PATCH /incidents/{id}`: the caller's own side.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// Code of `coverages`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<String>,
    /// The policyholder deducts VAT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat_liable: Option<bool>,
    /// Insured against business interruption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business_interruption: Option<bool>,
    /// Somebody was injured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub personal_injury: Option<bool>,
    /// Own vehicle, in words; empty removes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vehicle_description: Option<String>,
    /// Own handler; empty means nobody. The company's own, not shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
}

/// `POST /incidents/{id}/messages`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewMessage {
    /// At most 4 000 characters.
    pub text: String,
}
