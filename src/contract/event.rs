//! Events: what happened on an incident, as both companies see it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Moment;

/// One immutable entry of an incident's shared history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Time-ordered id.
    pub id: Uuid,
    /// Number within the incident; the caller may not see them all.
    pub seq: i64,
    /// The incident.
    pub incident_id: Uuid,
    /// What happened, for example `incident_accepted`; see the list in `docs/api.md`.
    pub kind: String,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: EventBy,
    /// What it says, by kind.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// SHA-256 of this event and the hash before it, hexadecimal.
    pub hash: String,
    /// The hash before it; 64 zeros for the first.
    pub previous_hash: String,
}

/// Who did it. The person is shown to the own company only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventBy {
    /// Company code; null when the hub itself acted.
    pub company: Option<String>,
    /// Person, own company only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// `portal`, `api` or `system`.
    pub channel: String,
}

/// The feed: events of all the company's incidents. `next` is never null; keep it as the cursor.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Feed {
    /// Events after the cursor, in commit order.
    pub items: Vec<Event>,
    /// The cursor to ask with next time.
    pub next: String,
}
