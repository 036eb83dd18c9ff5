//! Deadlines: calendar days in Europe/Oslo, ending with the last day.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::formats::dates;

/// The lengths of the rules, in calendar days. All are configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// For every answer between the companies.
    pub answer_days: u16,
    /// From a claim's creation to its due date when none is given.
    pub claim_due_days: u16,
}

impl Default for Rules {
    fn default() -> Self {
        Self { answer_days: 7, claim_due_days: 30 }
    }
}

impl Rules {
    /// When the time to answer something received at `at` is up.
    pub fn answer_due(&self, at: Timestamp) -> Timestamp {
        end_of(plus(dates::oslo_date(at), self.answer_days))
    }

    /// The due date of a claim made at `at` when none is given.
    pub fn claim_due(&self, at: Timestamp) -> Date {
        plus(dates::oslo_date(at), self.claim_due_days)
    }
}

/// The end of `day` in Oslo: the midnight that begins the next one, right also on the nights the clock is moved.
pub fn end_of(day: Date) -> Timestamp {
    plus(day, 1).to_zoned(dates::oslo()).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

fn plus(day: Date, days: u16) -> Date {
    day.saturating_add(jiff::Span::new().days(i64::from(days)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn seven_days_end_with_the_seventh_day() {
        let due = Rules::default().answer_due(at("2026-11-23T09:12:00+01:00"));
        assert_eq!(due, at("2026-12-01T00:00:00+01:00"));
    }

    #[test]
    fn a_second_before_midnight_belongs_to_the_day_before() {
        let rules = Rules::default();
        assert_eq!(
            rules.answer_due(at("2026-11-23T23:59:59+01:00")),
            at("2026-12-01T00:00:00+01:00")
        );
        assert_eq!(
            rules.answer_due(at("2026-11-24T00:00:00+01:00")),
            at("2026-12-02T00:00:00+01:00")
        );
    }

    #[test]
    fn the_nights_the_clock_is_moved_change_nothing() {
        let rules = Rules::default();
        assert_eq!(
            rules.answer_due(at("2026-03-25T12:00:00+01:00")),
            at("2026-04-02T00:00:00+02:00")
        );
        assert_eq!(
            rules.answer_due(at("2026-10-20T12:00:00+02:00")),
            at("2026-10-28T00:00:00+01:00")
        );
    }
}
