//! Incidents, proposals and messages as the API shows them, always from the caller's side.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Awaiting, Claim, Event, Moment};
use crate::domain::registry::Outcome;
use crate::domain::{IncidentStatus, LiabilityStatus, Role};
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
    #[serde(default)]
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
