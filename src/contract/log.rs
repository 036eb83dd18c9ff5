//! The company log and the search of the shared history, for auditors.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Event, Moment};

/// One entry of the company's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// Its id.
    pub id: Uuid,
    /// Its number in the chain; null for the moment before it has one.
    pub seq: Option<i64>,
    /// When.
    pub at: Moment,
    /// What, for example `incident_viewed`; see the list in `docs/api.md`.
    pub kind: String,
    /// `portal`, `api` or `system`.
    pub channel: String,
    /// Who: a person, or an API client; null for Skadehub itself, and once erased.
    pub person: Option<String>,
    /// The incident it is about.
    pub incident_id: Option<Uuid>,
    /// The own reference of that incident.
    pub reference: Option<String>,
    /// Erased after three months: person, incident, reference and data are gone.
    pub erased: bool,
    /// What more there is to say, by kind; null once erased.
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
    /// SHA-256 of this entry and the hash before it, hexadecimal.
    pub hash: Option<String>,
}

/// An event of the shared history, with the own reference of its incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// The own reference of its incident; null until the own company gave one.
    pub reference: Option<String>,
    /// The other company of the incident, now.
    pub counterpart: String,
}

/// Filters of `GET /log` and `GET /log/events`. Empty means everything, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogFilter {
    /// From this time (RFC 3339 with offset), or this date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last date, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Exact name of a person of the own company, or id of an API client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// One or more kinds, comma separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Own reference of an incident; for the history also the other's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// `portal`, `api` or `system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// `csv` or `xlsx`: the caller takes the answer out of Skadehub, and that is logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub export: Option<String>,
    /// 1–200, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What a check of the chains found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// When.
    pub at: Moment,
    /// Incidents whose history was checked.
    pub incidents: u64,
    /// Their events.
    pub events: u64,
    /// Entries of the company log.
    pub entries: u64,
    /// The first broken link of each chain that has one.
    pub broken: Vec<BrokenLink>,
}

/// The first link of a chain that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BrokenLink {
    /// The incident; null for the company log.
    pub incident_id: Option<Uuid>,
    /// The own reference of it.
    pub reference: Option<String>,
    /// Number of the event or entry.
    pub seq: i64,
    /// `missing`, `out_of_order`, `payload`, `erased`, `fields` or `head`.
    pub fault: String,
}
