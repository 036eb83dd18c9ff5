//! Problem details (RFC 9457): what a caller is told when something is refused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::Refusal;

/// An error as `application/problem+json`. `code` is stable, `detail` is a Norwegian sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// `urn:skadehub:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The HTTP status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// A sentence for a person, in Norwegian.
    pub detail: String,
    /// Stable code, for example `already_accepted`.
    pub code: String,
    /// Finds the log line.
    #[serde(default)]
    pub request_id: String,
    /// Every error of the input, for 422.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// What the input looks like a duplicate of, for `duplicate_suspected`: ids of incidents or claims.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<DuplicateMatch>,
    /// The version now stored, for `version_conflict`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
    /// Seconds until a new try makes sense; sent as `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

/// One error of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// JSON Pointer (RFC 6901), for example `/own/coverage`.
    pub pointer: String,
    /// Stable code, for example `required`.
    pub code: String,
    /// A sentence for a person, in Norwegian.
    pub message: String,
}

/// Something already sent that looks the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateMatch {
    /// `incident` or `claim`.
    pub kind: String,
    /// Its id.
    pub id: uuid::Uuid,
    /// The incident it belongs to (itself for an incident).
    pub incident_id: uuid::Uuid,
    /// The caller's reference of it, when it has one.
    pub reference: Option<String>,
    /// KID of a claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// Total of a claim, in øre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_ore: Option<i64>,
    /// When it was sent.
    pub at: super::Moment,
}

impl Problem {
    /// A problem of this status and code.
    pub fn new(status: u16, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:skadehub:problem:{code}"),
            title: title(status).to_owned(),
            status,
            detail: detail.into(),
            code: code.to_owned(),
            request_id: String::new(),
            errors: Vec::new(),
            matches: Vec::new(),
            current_version: None,
            retry_after: None,
        }
    }

    /// The domain's refusal: 409 with its code and sentence.
    pub fn refused(refusal: &Refusal) -> Self {
        Self::new(409, refusal.code(), refusal.to_string())
    }

    /// 422 with every error found.
    pub fn invalid(errors: Vec<FieldProblem>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.message.clone(),
            several => format!("Rett {} feil.", several.len()),
        };
        Self { errors, ..Self::new(422, "invalid", detail) }
    }

    /// 412: the stored version is another than the one the caller knew.
    pub fn version_conflict(current: i64) -> Self {
        Self {
            current_version: Some(current),
            ..Self::new(
                412,
                "version_conflict",
                "Noen har endret dette siden du hentet det. Hent det på nytt og prøv igjen.",
            )
        }
    }

    /// Sets `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The error at this pointer, if any.
    pub fn at(&self, pointer: &str) -> Option<&FieldProblem> {
        self.errors.iter().find(|error| error.pointer == pointer)
    }
}

impl FieldProblem {
    /// An error at `pointer`.
    pub fn new(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.to_owned(), message: message.into() }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}
