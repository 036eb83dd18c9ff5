//! When a reminder of a duty goes, on both sides of every boundary.

use jiff::SignedDuration;
use skadehub::domain::deadline::end_of;
use skadehub::formats::dates;

use super::sample::{RULES, at};

fn number(due: &str, now: &str) -> u32 {
    RULES.reminder(at(due), at(now)).map_or(0, |reminder| reminder.number)
}

#[test]
fn reminders_go_two_days_before_the_deadline_at_it_and_weekly_after_it() {
    for (now, expected) in [
        ("2026-11-28T23:59:59+01:00", 0),
        ("2026-11-29T00:00:00+01:00", 1),
        ("2026-11-30T23:59:59+01:00", 1),
        ("2026-12-01T00:00:00+01:00", 2),
        ("2026-12-07T23:59:59+01:00", 2),
        ("2026-12-08T00:00:00+01:00", 3),
        ("2026-12-14T23:59:59+01:00", 3),
        ("2026-12-15T00:00:00+01:00", 4),
    ] {
        assert_eq!(number("2026-12-01T00:00:00+01:00", now), expected, "{now}");
    }
}

#[test]
fn a_reminder_is_at_midnight_in_oslo_on_either_side_of_a_moved_clock() {
    // 47 hours before the deadline in March, 49 in October; a week of 169 hours.
    let spring = "2026-03-30T00:00:00+02:00";
    assert_eq!(number(spring, "2026-03-27T23:59:59+01:00"), 0);
    assert_eq!(number(spring, "2026-03-28T00:00:00+01:00"), 1);
    let autumn = "2026-10-26T00:00:00+01:00";
    assert_eq!(number(autumn, "2026-10-23T23:59:59+02:00"), 0);
    assert_eq!(number(autumn, "2026-10-24T00:00:00+02:00"), 1);
    let before = "2026-10-20T00:00:00+02:00";
    assert_eq!(number(before, "2026-10-26T23:59:59+01:00"), 2);
    assert_eq!(number(before, "2026-10-27T00:00:00+01:00"), 3);
}

#[test]
fn the_next_reminder_is_the_first_moment_its_number_rises() {
    for (due, first) in [
        ("2026-03-30T00:00:00+02:00", "2026-03-28T00:00:00+01:00"),
        ("2026-10-26T00:00:00+01:00", "2026-10-24T00:00:00+02:00"),
    ] {
        let (due, mut now) = (at(due), at(first));
        for expected in 1..=5 {
            let reminder = RULES.reminder(due, now).unwrap();
            assert_eq!(reminder.number, expected);
            let eve = reminder.next - SignedDuration::from_secs(1);
            assert_eq!(RULES.reminder(due, eve), Some(reminder));
            now = reminder.next;
        }
    }
}

#[test]
fn what_is_looked_through_for_reminders_is_what_has_one() {
    for now in
        ["2026-03-27T23:59:59+01:00", "2026-03-28T00:00:00+01:00", "2026-10-24T12:00:00+02:00"]
    {
        let now = at(now);
        let last = RULES.reminded_until(now);
        assert!(RULES.reminder(last, now).is_some());
        assert_eq!(RULES.reminder(end_of(dates::oslo_date(last)), now), None);
    }
}
