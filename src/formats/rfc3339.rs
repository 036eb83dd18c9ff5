//! Times as the API and the history write them.

use jiff::Timestamp;

use super::dates;

/// RFC 3339 in Oslo's offset: `2026-11-23T09:12:00+01:00`.
pub fn in_oslo(at: Timestamp) -> String {
    at.to_zoned(dates::oslo()).strftime("%Y-%m-%dT%H:%M:%S%.f%:z").to_string()
}
