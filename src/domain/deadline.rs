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
    /// Before a deadline, when the first reminder goes; the second goes at the deadline.
    pub remind_days_before: u16,
    /// Between the reminders after a deadline.
    pub remind_days_between: u16,
    /// The first reminder that also goes to the company administrator.
    pub remind_administrator_from: u32,
}

/// A reminder that has its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// 1 before the deadline, 2 at it, 3, 4, 5 … after it.
    pub number: u32,
    /// When the next one goes.
    pub next: Timestamp,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            answer_days: 7,
            claim_due_days: 30,
            remind_days_before: 2,
            remind_days_between: 7,
            remind_administrator_from: 3,
        }
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

    /// The newest reminder of a duty due at the midnight `due`; none before the first.
    pub fn reminder(&self, due: Timestamp, now: Timestamp) -> Option<Reminder> {
        let day = dates::oslo_date(due);
        let past = dates::oslo_date(now).since(day).map_or(i32::MAX, |span| span.get_days());
        let between = self.remind_days_between.max(1);
        match u16::try_from(past) {
            Err(_) if past + i32::from(self.remind_days_before) < 0 => None,
            Err(_) => Some(Reminder { number: 1, next: due }),
            Ok(past) => {
                let after = past / between;
                let next = start_of(plus(day, (after + 1).saturating_mul(between)));
                Some(Reminder { number: 2 + u32::from(after), next })
            }
        }
    }

    /// The latest due time whose first reminder has its time at `now`.
    pub fn reminded_until(&self, now: Timestamp) -> Timestamp {
        start_of(plus(dates::oslo_date(now), self.remind_days_before))
    }
}

/// The end of `day` in Oslo: the midnight that begins the next one, right also on the nights the clock is moved.
pub fn end_of(day: Date) -> Timestamp {
    start_of(plus(day, 1))
}

fn start_of(day: Date) -> Timestamp {
    day.to_zoned(dates::oslo()).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
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
