//! A claim as a row of a list.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::incident_row::breakable;
use crate::contract::Claim;
use crate::formats::{Ore, dates};
use crate::portal::directory::Directory;
use crate::portal::view::{Deadline, Tag};
use crate::portal::words;

/// One row.
#[derive(Debug, Clone)]
pub(super) struct ClaimRow {
    pub(super) id: Uuid,
    pub(super) incident: Uuid,
    /// Days left while something is outstanding.
    pub(super) deadline: Option<Deadline>,
    pub(super) due_date: String,
    /// «Krav 1 til Nordlys».
    pub(super) title: String,
    pub(super) which: String,
    pub(super) counterpart: String,
    pub(super) counterpart_code: String,
    pub(super) reference: String,
    pub(super) kid: String,
    pub(super) total: String,
    pub(super) outstanding: String,
    pub(super) status: Tag,
}

impl ClaimRow {
    pub(super) fn new(claim: &Claim, directory: &Directory, now: Timestamp) -> Self {
        let counterpart = directory.name(&claim.counterpart);
        let way = if claim.direction == "sent" { "til" } else { "fra" };
        Self {
            id: claim.id,
            incident: claim.incident_id,
            deadline: (claim.outstanding_ore > 0)
                .then(|| Deadline::new(end_of(claim.due_date), now)),
            due_date: dates::weekday_date(claim.due_date),
            title: format!("Krav {} {way} {}", claim.number, directory.short(&claim.counterpart)),
            which: format!(", skadenummer {}, KID {}", claim.reference, claim.kid),
            counterpart: breakable(counterpart),
            counterpart_code: claim.counterpart.clone(),
            reference: claim.reference.clone(),
            kid: claim.kid.clone(),
            total: Ore(claim.total_ore).kr(),
            outstanding: Ore(claim.outstanding_ore).kr(),
            status: words::claim_tag(claim.status),
        }
    }
}

/// The midnight that ends a day in Oslo.
fn end_of(day: Date) -> Timestamp {
    day.tomorrow()
        .and_then(|next| next.to_zoned(dates::oslo()))
        .map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_due_day_ends_at_midnight_in_oslo_in_summer_and_winter() {
        let end = |day: &str| end_of(day.parse().unwrap()).to_string();
        assert_eq!(end("2026-11-30"), "2026-11-30T23:00:00Z");
        assert_eq!(end("2026-06-30"), "2026-06-30T22:00:00Z");
    }
}
