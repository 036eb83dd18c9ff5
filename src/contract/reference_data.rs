//! Companies, code lists and the answer of the vehicle registry.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Moment;
use crate::domain::registry::Outcome;

/// A company of the hub's directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    /// Selskapskode in TFFAuto.
    pub code: String,
    /// Name, for example `Fjordtrygd Forsikring`.
    pub name: String,
    /// 9 digits.
    pub organisation_number: String,
    /// Takes part in the exchange now.
    pub active: bool,
    /// Account that claims are paid to, 11 digits.
    pub claim_account_number: Option<String>,
}

/// A version of a code list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeList {
    /// For example `liability-codes`.
    pub name: String,
    /// For example `2026-1`.
    pub version: String,
    /// First day it is used.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Date,
    /// Last day it is used; null while current.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// The codes, in their order.
    pub items: Vec<CodeItem>,
}

/// One code. Fields that the list does not use are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CodeItem {
    /// The code.
    pub code: String,
    /// What people read.
    pub title: String,
    /// Longer text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Family of a liability code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Share of part A; null when the split is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub share_a: Option<crate::formats::Share>,
    /// Share of part B; null when the split is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub share_b: Option<crate::formats::Share>,
    /// Shares allowed when the split is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Object>)]
    pub allowed_shares: Vec<crate::formats::Share>,
    /// A proposal with the code needs a reason.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reason_required: bool,
    /// A claim line of the type is subtracted.
    #[serde(default, skip_serializing_if = "is_false")]
    pub subtract: bool,
    /// A claim line of the type needs a description.
    #[serde(default, skip_serializing_if = "is_false")]
    pub description_required: bool,
    /// A rejection with the reason needs a text.
    #[serde(default, skip_serializing_if = "is_false")]
    pub text_required: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(value: &bool) -> bool {
    !value
}

/// `GET /vehicles/{registrationNumber}/insurer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InsurerAnswer {
    /// The number asked about, normalised.
    pub registration_number: String,
    /// What the registry answered.
    #[schema(value_type = String)]
    pub outcome: Outcome,
    /// Company code; null when the registry names none.
    pub company: Option<String>,
    /// That company's name, when it is in the hub's directory.
    pub company_name: Option<String>,
    /// The company takes part in the hub.
    pub participant: bool,
    /// When the registry was asked.
    pub checked_at: Moment,
    /// First day of the cover.
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Date>,
    /// Kind of vehicle.
    pub make: Option<String>,
    /// Other numbers of the same vehicle (personal plate).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}
