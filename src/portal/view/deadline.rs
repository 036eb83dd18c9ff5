//! A deadline in words: how far off, and which day.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::Tag;
use crate::formats::dates;

/// A deadline as people read it. Days are Norwegian calendar days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// «3 dager igjen» with its colour and icon.
    pub tag: Tag,
    /// The last day: «mandag 30.11.2026».
    pub day: String,
    /// The last day in a heading: «mandag 30.11».
    pub short_day: String,
    /// Days left, negative when over.
    pub days: i32,
    /// Whether the deadline has passed.
    pub over: bool,
    last: Date,
}

impl Deadline {
    /// The deadline at `due`, seen at `now`.
    ///
    /// A deadline at midnight means the end of the day before.
    pub fn new(due: Timestamp, now: Timestamp) -> Self {
        let last = dates::oslo_date(due - SignedDuration::from_nanos(1));
        let days = days_between(dates::oslo_date(now), last);
        let over = now >= due;
        let day = dates::weekday_date(last);
        Self {
            tag: tag(days, over),
            short_day: format!("{} {:02}.{:02}", dates::weekday(last), last.day(), last.month()),
            day,
            days,
            over,
            last,
        }
    }

    /// The last day without its weekday: «30.11.2026».
    pub fn date(&self) -> String {
        dates::date(self.last)
    }

    /// The week of the last day: «uke 49».
    pub fn week(&self) -> String {
        format!("uke {}", dates::week(self.last))
    }
}

fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn tag(days: i32, over: bool) -> Tag {
    let icon = if over { "varsel" } else { "klokke" };
    let (color, text) = match days {
        _ if over && days == 0 => ("danger", "Fristen gikk ut i dag".into()),
        -1 => ("danger", "1 dag over fristen".into()),
        ..=-2 => ("danger", format!("{} dager over fristen", -days)),
        0 => ("warning", "Siste frist i dag".into()),
        1 => ("warning", "1 dag igjen".into()),
        2 => ("warning", "2 dager igjen".into()),
        _ => ("neutral", format!("{days} dager igjen")),
    };
    Tag { outline: color == "neutral", ..Tag::new(color, text).with_icon(icon) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(due: &str, now: &str) -> Deadline {
        Deadline::new(due.parse().unwrap(), now.parse().unwrap())
    }

    #[test]
    fn midnight_is_the_end_of_the_day_before() {
        let deadline = seen("2026-12-01T00:00:00+01:00", "2026-11-23T10:00:00+01:00");
        assert_eq!(deadline.tag.text, "7 dager igjen");
        assert_eq!(deadline.day, "mandag 30.11.2026");
        assert_eq!(deadline.short_day, "mandag 30.11");
        assert_eq!(deadline.week(), "uke 49");
        assert!(deadline.tag.outline);
    }

    #[test]
    fn the_last_day_counts_to_its_last_second() {
        let deadline = seen("2026-11-24T00:00:00+01:00", "2026-11-23T23:59:59+01:00");
        assert_eq!(deadline.tag.text, "Siste frist i dag");
        assert_eq!(deadline.tag.color, "warning");
        assert!(!deadline.over);
    }

    #[test]
    fn a_passed_deadline_says_how_far_over_it_is() {
        let now = "2026-11-23T00:00:00+01:00";
        let words = |due| seen(due, now).tag.text;
        assert_eq!(words("2026-11-23T00:00:00+01:00"), "1 dag over fristen");
        assert_eq!(words("2026-11-21T00:00:00+01:00"), "3 dager over fristen");
        let earlier_today = seen("2026-11-23T08:00:00+01:00", "2026-11-23T09:00:00+01:00");
        assert_eq!(earlier_today.tag.text, "Fristen gikk ut i dag");
    }

    #[test]
    fn days_are_calendar_days_across_the_change_of_the_clock() {
        let deadline = seen("2026-10-27T00:00:00+01:00", "2026-10-24T23:30:00+02:00");
        assert_eq!(deadline.tag.text, "2 dager igjen");
    }
}
