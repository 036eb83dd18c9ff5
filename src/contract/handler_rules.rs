//! Which new incident of the own company goes to whom: the rules, and what they would have done.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Moment;
pub use crate::domain::HandlerRule;
use crate::domain::Role;

/// `GET /handler-rules`: the rules in force, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandlerRules {
    /// Grows with every change; 0 before the first.
    pub version: i64,
    /// The first that fits decides; where none does, nobody gets the incident.
    pub rules: Vec<HandlerRule>,
    /// Who changed them last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<Moment>,
}

/// `PUT /handler-rules` and `POST /handler-rules/trial`: the rules as they shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandlerRulesInput {
    /// In their order, at most 50.
    pub rules: Vec<HandlerRule>,
}

/// Who would have got last month's new incidents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RulesTrial {
    /// First day of the month, in Oslo.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of it.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// How many were tried: all of the month, but no more than the newest 5 000.
    pub total: i64,
    /// How many each would have got, the most first.
    pub by_handler: Vec<HandlerCount>,
    /// The newest 200 of them, newest first.
    pub incidents: Vec<TriedIncident>,
}

/// How many incidents one person would have got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandlerCount {
    /// Null for nobody.
    pub handler: Option<String>,
    /// How many.
    pub incidents: i64,
}

/// A new incident, and the rule that would have taken it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriedIncident {
    /// The incident.
    pub id: Uuid,
    /// When it was sent, or reached the company.
    pub came_at: Moment,
    /// The company's role.
    #[schema(value_type = String)]
    pub role: Role,
    /// The other company.
    pub counterpart: String,
    /// The reference known then: of whoever sent it.
    pub reference: Option<String>,
    /// Number of the rule, from 1; null when none fits.
    pub rule: Option<u32>,
    /// Who would have got it; null for nobody.
    pub handler: Option<String>,
}
