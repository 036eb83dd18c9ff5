//! Whose turn it is, and the reminders of it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Moment;
use crate::domain::{Duty, Who};

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
    /// The newest reminder of it, when it is our duty and one has been given.
    #[serde(default)]
    pub reminder: Option<Reminder>,
}

/// A reminder of a duty; the other company is not told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Reminder {
    /// 1 before the deadline, 2 at it, 3, 4, 5 … after it.
    pub number: u32,
    /// When it was given.
    pub at: Moment,
    /// The company administrator was told too.
    pub to_administrator: bool,
}
