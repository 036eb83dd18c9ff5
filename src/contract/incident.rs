//! Incidents, proposals and messages as the API shows them, always from the caller's side.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Claim, Event, Moment};
use crate::domain::registry::Outcome;
use crate::domain::{Duty, IncidentStatus, LiabilityStatus, Role, Who};
use crate::formats::Share;

/// An incident as its caller sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Incident {
    /// Id, time-ordered.
    pub id: Uuid,
    /// Shared version: the `ETag`.
    pub version: i64,
    /// Where it stands.
    #[schema(value_type = String)]
    pub status: IncidentStatus,
    /// When it was sent.
    pub opened_at: Moment,
    /// When anything both see last changed.
    pub changed_at: Moment,
    /// Date of the collision, in Oslo.
    #[schema(value_type = String, format = Date)]
    pub loss_date: Date,
    /// Time of the collision, `HH:MM`.
    pub loss_time: Option<String>,
    /// Where it happened.
    pub place: Option<String>,
    /// What happened.
    pub description: Option<String>,
    /// The caller's role in the incident.
    #[schema(value_type = String)]
    pub role: Role,
    /// Whose turn it is.
    pub awaiting: Awaiting,
    /// The caller's side.
    pub own: Party,
    /// The other side.
    pub other: Party,
    /// Somebody was injured.
    pub personal_injury: bool,
    /// The liability split, proposed or agreed.
    pub liability: Liability,
    /// Sums of the incident's claims.
    pub claim_totals: ClaimTotals,
    /// Why the counterpart rejected, while rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// Closing asked for by one party and not answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<Request>,
    /// Reopening of the agreed liability asked for and not answered yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopening: Option<Request>,
    /// Events by the other company that nobody of the own company has seen.
    pub unread: u32,
    /// The page a person opens.
    pub portal_url: String,
    /// With `include=events`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Event>>,
    /// With `include=proposals`: oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposals: Option<Vec<Proposal>>,
    /// With `include=claims`: oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Vec<Claim>>,
    /// With `include=messages`: oldest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<Message>>,
}

/// Whose turn it is, and until when. Ours when `who` is `us` or `both`, else theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Awaiting {
    /// `us`, `them`, `both` or `nobody`.
    #[schema(value_type = String)]
    pub who: Who,
    /// What is awaited.
    #[schema(value_type = String)]
    pub duty: Duty,
    /// When the time is up: midnight that ends the last day.
    pub due_at: Option<Moment>,
    /// The time is up.
    pub overdue: bool,
}

/// One side of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Company code.
    pub company: String,
    /// The company's own claim-file number; null until the counterpart accepts.
    pub reference: Option<String>,
    /// The vehicle.
    pub vehicle: Vehicle,
    /// Code of `coverages`; null until the counterpart gives it.
    pub coverage: Option<String>,
    /// The policyholder deducts VAT.
    pub vat_liable: bool,
    /// Insured against business interruption.
    pub business_interruption: bool,
    /// How the company was found.
    pub insurer: Insurer,
    /// The own company's handler; never shown to the other company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
}

/// A vehicle: a registration number, or `unregistered` with a description.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Vehicle {
    /// Normalised, for example `EK12345`.
    pub registration_number: Option<String>,
    /// Country sign, `N` when left out.
    pub country: String,
    /// Has no registration number.
    pub unregistered: bool,
    /// Free text.
    pub description: Option<String>,
}

/// How a side's insurer was found: the registry's answer as a snapshot, or a choice by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Insurer {
    /// The company that answers for the vehicle.
    pub company: String,
    /// `registry` or `override`.
    pub source: String,
    /// The registry's answer; null when it could not be asked.
    #[schema(value_type = Option<String>)]
    pub outcome: Option<Outcome>,
    /// The company the registry named, when another was chosen by hand.
    pub registry_company: Option<String>,
    /// When the registry was asked.
    pub checked_at: Option<Moment>,
    /// Why it was overridden.
    pub reason: Option<String>,
    /// First day of the cover, by the registry.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
}

/// The liability of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Liability {
    /// `none`, `proposed` or `agreed`.
    #[schema(value_type = String)]
    pub status: LiabilityStatus,
    /// The newest proposal, when there is one that stands.
    pub proposal: Option<Proposal>,
    /// What was agreed.
    pub agreed: Option<Agreed>,
}

/// A proposal of a liability split. Immutable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// 1, 2, 3 … within the incident.
    pub number: u32,
    /// `own` or `other`.
    pub by: String,
    /// Liability code.
    pub code: String,
    /// Version of the code list it was read from.
    pub code_version: String,
    /// The caller's role in the situation: `a` or `b`.
    pub own_role: String,
    /// The split.
    pub split: Split,
    /// Reason.
    pub reason: Option<String>,
    /// When it was made.
    pub at: Moment,
    /// When the receiver's time is up.
    pub due_at: Moment,
}

/// Two shares that sum to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Split {
    /// The caller's share.
    #[schema(value_type = Object)]
    pub own: Share,
    /// The other's share.
    #[schema(value_type = Object)]
    pub other: Share,
}

/// An agreed split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Agreed {
    /// The proposal that was accepted.
    pub number: u32,
    /// Its code.
    pub code: String,
    /// Version of the code list.
    pub code_version: String,
    /// The caller's role in the situation: `a` or `b`.
    pub own_role: String,
    /// The caller's share.
    #[schema(value_type = Object)]
    pub own: Share,
    /// The other's share.
    #[schema(value_type = Object)]
    pub other: Share,
    /// When it was agreed.
    pub at: Moment,
}

/// Sums of an incident's claims, in øre.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimTotals {
    /// Demanded by the caller, less credits.
    pub sent_ore: i64,
    /// Demanded of the caller, less credits.
    pub received_ore: i64,
    /// Claims with something outstanding.
    pub open: u32,
}

/// A rejection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rejection {
    /// Code of `rejection-reasons`.
    pub reason: String,
    /// Words.
    pub text: Option<String>,
    /// The company that should have had it, by the rejecting company.
    pub suggested_company: Option<String>,
    /// When.
    pub at: Moment,
}

/// Something one party has asked for and the other has not answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// `own` or `other`.
    pub by: String,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: Moment,
    /// When the other's time is up.
    pub due_at: Moment,
}

/// A message between the two insurers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Id.
    pub id: Uuid,
    /// `{company, user?}`.
    pub by: Sender,
    /// When it was sent.
    pub at: Moment,
    /// The text.
    pub text: String,
    /// When the other company read it.
    pub read_at: Option<Moment>,
}

/// Who wrote a message. The person is shown to the own company only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sender {
    /// Company code.
    pub company: String,
    /// Person, own company only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
}

// ---- What callers send. The hub reads these leniently and reports every error at once.

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
