//! Lists, their paging, and the filters of `GET /incidents` and `GET /claims`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub items: Vec<T>,
    /// Opaque cursor of the next page; null at the end.
    pub next: Option<String>,
}

/// Filters of `GET /incidents`. Empty means everything the company has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IncidentFilter {
    /// `YYYY-MM-DD`, or a time with offset read as the date in Oslo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_date: Option<String>,
    /// First loss date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_from: Option<String>,
    /// Last loss date, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss_to: Option<String>,
    /// Own or the other's reference, exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Company code of the other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<String>,
    /// Either vehicle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_number: Option<String>,
    /// KID of a claim on the incident.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// One or more statuses, comma separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `us`, `them`, `both`, `nobody`, or a duty such as `answer_claim`; comma separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaiting: Option<String>,
    /// `true`: the duty's due time has passed; `false`: it has not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<String>,
    /// Own duties of which at least so many reminders have been given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminders: Option<String>,
    /// Name of the own handler; `-` for unassigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    /// `sender` or `counterpart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// First opening date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_from: Option<String>,
    /// Last opening date, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_to: Option<String>,
    /// First day they reached us on; sent by us, they never do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_from: Option<String>,
    /// Last day they reached us on, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received_to: Option<String>,
    /// First day we answered on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_from: Option<String>,
    /// Last day we answered on, inclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_to: Option<String>,
    /// Only those changed at or after this time (RFC 3339 with offset) or date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_since: Option<String>,
    /// Words: prefixes of references and registration numbers, words of place and description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// `opened` (default, newest first), `due` (soonest first), `lossDate` (newest first), `counterpart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// 1–200, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Filters of `GET /claims`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClaimFilter {
    /// `sent` or `received`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// One or more statuses, comma separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Exact KID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Company code of the other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counterpart: Option<String>,
    /// `true`: something is outstanding and the due date has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<String>,
    /// `due` (soonest first) or `created` (default, newest first).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// 1–200, default 50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// The cursor of the page before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Exact up to 1 000; `more` says that there are more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Count {
    /// At most 1 000.
    pub count: u32,
    /// More than that.
    pub more: bool,
}

/// `GET /incidents/counts`: how much work there is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Our duty.
    pub us: Count,
    /// The other's duty.
    pub them: Count,
    /// Either's duty.
    pub both: Count,
    /// Nobody's duty.
    pub nobody: Count,
    /// Our duty or either's, and its due time has passed.
    pub overdue: Count,
    /// Our duty or either's, due within two days and not passed.
    pub due_soon: Count,
    /// The other's duty, and its due time has passed.
    pub overdue_them: Count,
    /// Open claims, sent and received: something is outstanding.
    pub open_claims: Count,
    /// Outstanding on claims we have sent, in øre.
    pub outstanding_sent_ore: i64,
    /// Outstanding on claims we have received, in øre.
    pub outstanding_received_ore: i64,
    /// Per status.
    pub sent: Count,
    /// Per status.
    pub accepted: Count,
    /// Per status.
    pub rejected: Count,
    /// Per status.
    pub withdrawn: Count,
    /// Per status.
    pub closed: Count,
    /// The last eight weeks, oldest first; the running one is the last.
    pub weeks: Vec<WeekCount>,
    /// How long received incidents waited for our answer, in seconds: the average of those answered
    /// in the 30 days before today, null when there were none.
    pub answer_seconds: Option<i64>,
}

/// One week of incidents received and answered (accepted or rejected) by us.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WeekCount {
    /// Its Monday.
    pub from: Date,
    /// Reached us in the week.
    pub received: Count,
    /// Were answered by us in the week, whenever they reached us.
    pub answered: Count,
}
