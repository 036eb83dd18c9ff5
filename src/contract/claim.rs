//! Claims as the API shows them.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Moment;
use crate::domain::ClaimStatus;
use crate::formats::Share;

/// A claim as its caller sees it. Amounts in øre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Id.
    pub id: Uuid,
    /// The `ETag`.
    pub version: i64,
    /// Its incident.
    pub incident_id: Uuid,
    /// 1, 2, 3 … within the incident.
    pub number: u32,
    /// `sent` or `received`.
    pub direction: String,
    /// Company code of the other party.
    pub counterpart: String,
    /// The claimant's claim-file number.
    pub reference: String,
    /// Payment reference.
    pub kid: String,
    /// Last day of payment.
    #[schema(value_type = String, format = Date)]
    pub due_date: Date,
    /// Message to the receiver.
    pub message: Option<String>,
    /// The lines.
    pub lines: Vec<ClaimLine>,
    /// The receiver's share of liability, as agreed when the claim was made.
    #[schema(value_type = Object)]
    pub share: Share,
    /// Sum of the gross lines.
    pub gross_ore: i64,
    /// What is demanded: the share of the gross sum.
    pub total_ore: i64,
    /// Credited.
    pub credited_ore: i64,
    /// Reported paid.
    pub paid_ore: i64,
    /// Total less credits and payments.
    pub outstanding_ore: i64,
    /// Account it is paid to, frozen when it was sent.
    pub account_number: Option<String>,
    /// Where it stands.
    #[schema(value_type = String)]
    pub status: ClaimStatus,
    /// The receiver's own booking reference.
    pub booking_reference: Option<String>,
    /// Why it is disputed.
    pub dispute_reason: Option<String>,
    /// When it was sent.
    pub created_at: Moment,
    /// Reported payments, oldest first.
    pub payments: Vec<Payment>,
    /// Credit notes, oldest first.
    pub credits: Vec<Credit>,
}

/// One typed amount of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimLine {
    /// Code of `claim-line-types`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Gross, positive also for types that are subtracted.
    pub gross_ore: i64,
    /// The share demanded; negative for types that are subtracted.
    pub demanded_ore: i64,
    /// Words.
    pub description: Option<String>,
}

/// A reported payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payment {
    /// `own` or `other`.
    pub by: String,
    /// Amount in øre.
    pub amount_ore: i64,
    /// Day of payment.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// The other company has reported the same.
    pub confirmed: bool,
    /// When it was reported.
    pub at: Moment,
}

/// A credit note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Credit {
    /// Amount in øre.
    pub amount_ore: i64,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Moment,
}

/// `POST /incidents/{id}/claims`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewClaim {
    /// Own claim-file number of the incident.
    pub reference: String,
    /// Payment reference.
    pub kid: String,
    /// `YYYY-MM-DD`; by rule when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<String>,
    /// Required with `confirmDuplicate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// At least one.
    pub lines: Vec<NewClaimLine>,
    /// Sends it although it looks like one already sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_duplicate: Option<bool>,
    /// Sends a VAT line although the own party deducts VAT.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirm_vat: Option<bool>,
}

/// A claim line as sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewClaimLine {
    /// Code of `claim-line-types`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Positive, in øre.
    pub gross_ore: i64,
    /// Words; some types need them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `POST /claims/{id}/register`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Register {
    /// Own booking reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// `POST /claims/{id}/report-payment`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReportPayment {
    /// Amount in øre, at most what is outstanding.
    pub amount_ore: i64,
    /// `YYYY-MM-DD`, not in the future.
    pub date: String,
}

/// `POST /claims/{id}/credit`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCredit {
    /// Amount in øre; the whole outstanding amount when left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount_ore: Option<i64>,
    /// Why.
    pub reason: String,
}
