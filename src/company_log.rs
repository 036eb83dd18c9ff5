//! The company log: what concerns one company only, and who looked at what.
//!
//! Hub and portal both write it, each in the transaction of the act. An entry gets its place
//! in the company's chain afterwards, from the hub's sequencer.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use jiff_sqlx::ToSqlx;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::contract::Channel;
use crate::error::Result;
use crate::formats::CompanyCode;

/// The code under which acts that concern no company are logged; no company can have it.
pub const OPERATOR: &str = "SKADEHUB";

/// How long access is kept (`log.access_kept_from` of the database).
const ACCESS_KEPT_MONTHS: i64 = 3;

/// What can stand in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody opened an incident.
    IncidentViewed,
    /// Somebody opened a claim.
    ClaimViewed,
    /// Somebody read the history of one incident, or of all.
    HistoryViewed,
    /// The shared history was taken out of Skadehub.
    HistoryExported,
    /// Somebody read the log.
    LogViewed,
    /// The log was taken out of Skadehub.
    LogExported,
    /// The chains were checked.
    ChainsVerified,
    /// An incident or a claim was asked for that is not there, or another's.
    AccessRefused,
    /// An incident was given to a handler.
    HandlerChanged,
    /// The rules of which new incident goes to whom were changed.
    HandlerRulesChanged,
    /// A person signed in.
    SignedIn,
    /// A person was invited.
    UserInvited,
    /// Name, address or roles of a person were changed.
    UserChanged,
    /// A person was shut out.
    UserDisabled,
    /// A person was let in again.
    UserEnabled,
    /// Skadehub was asked by the company to look at its users.
    UsersRequested,
    /// A person's second factor was reset.
    SecondFactorReset,
    /// What the company says of itself was changed.
    CompanyChanged,
    /// An API client was made.
    ClientCreated,
    /// An API client's scopes were changed, or it was switched on or off.
    ClientChanged,
    /// An API client got a new secret.
    ClientSecretRotated,
    /// A version of a code list was published.
    CodeListPublished,
    /// A notice to all was written or taken down.
    NoticeChanged,
    /// Entries were put under a legal hold, or the hold was changed.
    HoldSet,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 24] = [
        Self::IncidentViewed,
        Self::ClaimViewed,
        Self::HistoryViewed,
        Self::HistoryExported,
        Self::LogViewed,
        Self::LogExported,
        Self::ChainsVerified,
        Self::AccessRefused,
        Self::HandlerChanged,
        Self::HandlerRulesChanged,
        Self::SignedIn,
        Self::UserInvited,
        Self::UserChanged,
        Self::UserDisabled,
        Self::UserEnabled,
        Self::UsersRequested,
        Self::SecondFactorReset,
        Self::CompanyChanged,
        Self::ClientCreated,
        Self::ClientChanged,
        Self::ClientSecretRotated,
        Self::CodeListPublished,
        Self::NoticeChanged,
        Self::HoldSet,
    ];

    /// As stored, and as the API names it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IncidentViewed => "incident_viewed",
            Self::ClaimViewed => "claim_viewed",
            Self::HistoryViewed => "history_viewed",
            Self::HistoryExported => "history_exported",
            Self::LogViewed => "log_viewed",
            Self::LogExported => "log_exported",
            Self::ChainsVerified => "chains_verified",
            Self::AccessRefused => "access_refused",
            Self::HandlerChanged => "handler_changed",
            Self::HandlerRulesChanged => "handler_rules_changed",
            Self::SignedIn => "signed_in",
            Self::UserInvited => "user_invited",
            Self::UserChanged => "user_changed",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::UsersRequested => "users_requested",
            Self::SecondFactorReset => "second_factor_reset",
            Self::CompanyChanged => "company_changed",
            Self::ClientCreated => "client_created",
            Self::ClientChanged => "client_changed",
            Self::ClientSecretRotated => "client_secret_rotated",
            Self::CodeListPublished => "code_list_published",
            Self::NoticeChanged => "notice_changed",
            Self::HoldSet => "hold_set",
        }
    }

    /// Whether it tells of access, which is erased after three months: that somebody looked,
    /// took out, checked, was refused or signed in. What changes a right, a person's work or what
    /// others see is kept. `log.is_access` of the database has the same list.
    pub fn is_access(self) -> bool {
        matches!(
            self,
            Self::IncidentViewed
                | Self::ClaimViewed
                | Self::HistoryViewed
                | Self::HistoryExported
                | Self::LogViewed
                | Self::LogExported
                | Self::ChainsVerified
                | Self::AccessRefused
                | Self::SignedIn
        )
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// When the oldest access that is kept at `now` happened: three calendar months before, in UTC.
pub fn access_kept_from(now: Timestamp) -> Timestamp {
    let kept = now.to_zoned(TimeZone::UTC).checked_sub(ACCESS_KEPT_MONTHS.months());
    kept.map_or(Timestamp::MIN, |kept| kept.timestamp())
}

/// An entry to be written.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Whose log.
    pub company: &'a CompanyCode,
    /// What happened.
    pub kind: Kind,
    /// Who did it: a person's name, or an API client's id; none for Skadehub itself.
    pub person: Option<&'a str>,
    /// Through which door.
    pub channel: Channel,
    /// When.
    pub at: Timestamp,
    /// The incident it is about.
    pub incident: Option<Uuid>,
    /// The company's reference of that incident.
    pub reference: Option<&'a str>,
    /// What more there is to say, as a JSON object.
    pub data: Value,
}

/// What of an entry can be erased, behind its salt: SHA-256 of every field behind its length.
#[derive(Debug, Clone, Copy)]
pub struct Payload<'a> {
    /// See [`Entry`].
    pub person: Option<&'a str>,
    /// See [`Entry`].
    pub incident: Option<Uuid>,
    /// See [`Entry`].
    pub reference: Option<&'a str>,
    /// JSON.
    pub data: &'a [u8],
}

impl Payload<'_> {
    /// The hash behind `salt`. What is missing hashes otherwise than what is empty.
    pub fn hash(&self, salt: &[u8]) -> Vec<u8> {
        let incident = self.incident.map(Uuid::into_bytes);
        let optional = |text: Option<&[u8]>| match text {
            None => vec![0],
            Some(bytes) => [&[1], bytes].concat(),
        };
        digest(&[
            salt,
            &optional(self.person.map(str::as_bytes)),
            &optional(incident.as_ref().map(<[u8; 16]>::as_slice)),
            &optional(self.reference.map(str::as_bytes)),
            self.data,
        ])
    }
}

/// SHA-256 of these fields, each behind its length.
pub fn digest(fields: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for field in fields {
        hasher.update(u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes());
        hasher.update(field);
    }
    hasher.finalize().to_vec()
}

/// Writes an entry in the transaction of the act, which must be the company's.
pub async fn append(db: &mut PgConnection, entry: Entry<'_>) -> Result<()> {
    let data = serde_json::to_vec(&entry.data).map_err(anyhow::Error::from)?;
    let salt: [u8; 16] = rand::random();
    let payload = Payload {
        person: entry.person,
        incident: entry.incident,
        reference: entry.reference,
        data: &data,
    };
    let payload_hash = payload.hash(&salt);
    sqlx::query!(
        "with written as (
             insert into log.entry (company, entry_id, kind, channel, at, person, incident_id,
                 reference, data, salt, payload_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))
         insert into log.waiting (company, entry_id) values ($1, $2)",
        entry.company.as_str(),
        Uuid::now_v7(),
        entry.kind.as_str(),
        entry.channel.as_str(),
        entry.at.to_sqlx() as _,
        entry.person,
        entry.incident,
        entry.reference,
        data,
        salt.as_slice(),
        payload_hash,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The log of what concerns no company.
///
/// # Panics
///
/// Never: [`OPERATOR`] is a code.
pub fn operator() -> CompanyCode {
    OPERATOR.parse().expect("a code of the right form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_not_what_is_empty() {
        let empty = Payload { person: Some(""), incident: None, reference: None, data: b"{}" };
        let missing = Payload { person: None, ..empty };
        assert_ne!(empty.hash(b"salt"), missing.hash(b"salt"));
    }

    #[test]
    fn a_kind_is_named_once() {
        let mut names = Kind::ALL.map(Kind::as_str).to_vec();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
        assert_eq!(operator().as_str(), OPERATOR);
    }
}
