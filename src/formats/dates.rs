//! Dates and times as Norwegians write them, in Europe/Oslo.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::text::{compact, is_dash};

pub use super::collation::norwegian_order;

/// The years a typed date may have.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;

const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "mars",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "desember",
];

static OSLO: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Europe/Oslo").expect("the time zone database is compiled in"));

/// Why a text is no date, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDate {
    #[error("Skriv datoen som dd.mm.åååå, for eksempel 20.11.2026.")]
    Shape,
    #[error("Datoen {day:02}.{month:02}.{year} finnes ikke. Sjekk dag og måned.")]
    NoSuchDay { day: i8, month: i8, year: i16 },
    #[error("Året {year} kan ikke være riktig. Skriv året med fire sifre, for eksempel 2026.")]
    Year { year: i16 },
}

/// The text is no time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Skriv klokkeslettet som tt.mm, for eksempel 14.05.")]
pub struct InvalidTime;

/// Reads a date: `1.2.26`, `01.02.2026`, `1/2 2026`, `010226`, `2026-02-01`, `1. februar 2026`.
///
/// Two-digit years are of this century.
pub fn parse_date(text: &str) -> Result<Date, InvalidDate> {
    let [first, second, third] = date_parts(text).ok_or(InvalidDate::Shape)?;
    let (day, month, year) =
        if first.len() == 4 { (third, second, first) } else { (first, second, third) };
    let day = small(&day).ok_or(InvalidDate::Shape)?;
    let month = small(&month).ok_or(InvalidDate::Shape)?;
    let year = match (year.len(), number(&year)) {
        (2, Some(year)) => 2000 + year,
        (4, Some(year)) => year,
        _ => return Err(InvalidDate::Shape),
    };
    if !YEARS.contains(&year) {
        return Err(InvalidDate::Year { year });
    }
    Date::new(year, month, day).map_err(|_| InvalidDate::NoSuchDay { day, month, year })
}

/// Reads a date of the API: `2026-02-01`, or a time with offset, read as the date in Oslo.
pub fn parse_api_date(text: &str) -> Result<Date, InvalidDate> {
    // Told apart by length, since jiff also takes a time without offset for a date.
    let date = if text.len() == 10 { text.parse() } else { text.parse().map(oslo_date) };
    date.ok().filter(|date| YEARS.contains(&date.year())).ok_or(InvalidDate::Shape)
}

/// Reads a time of day: `14.05`, `14:05`, `1405`, `905`, `kl. 9`.
pub fn parse_time(text: &str) -> Result<Time, InvalidTime> {
    let mut text = compact(text).to_lowercase();
    text = text.trim_start_matches("kl").trim_start_matches('.').to_owned();
    if matches!(text.len(), 3 | 4) && text.bytes().all(|b| b.is_ascii_digit()) {
        text.insert(text.len() - 2, '.');
    }
    let parts: Vec<&str> = text.split(['.', ':']).collect();
    let part = |at: usize| match parts.get(at) {
        Some(part) if at == 0 || part.len() == 2 => small(part),
        Some(_) => None,
        None => Some(0),
    };
    match (part(0), part(1), part(2), parts.get(3)) {
        (Some(hour), Some(minute), Some(second), None) => {
            Time::new(hour, minute, second, 0).map_err(|_| InvalidTime)
        }
        _ => Err(InvalidTime),
    }
}

/// `20.11.2026`.
pub fn date(date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `fredag 20.11.2026`.
pub fn weekday_date(day: Date) -> String {
    format!("{} {}", weekday(day), date(day))
}

/// `20. november 2026`, with a no-break space after the day.
pub fn long_date(date: Date) -> String {
    format!("{}.\u{a0}{} {}", date.day(), month(date), date.year())
}

/// The day's name: `fredag`.
pub fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "mandag",
        Weekday::Tuesday => "tirsdag",
        Weekday::Wednesday => "onsdag",
        Weekday::Thursday => "torsdag",
        Weekday::Friday => "fredag",
        Weekday::Saturday => "lørdag",
        Weekday::Sunday => "søndag",
    }
}

/// The month's name: `november`.
pub fn month(date: Date) -> &'static str {
    MONTHS[usize::try_from(date.month() - 1).unwrap_or_default()]
}

/// `14.05`.
pub fn time(time: Time) -> String {
    format!("{:02}.{:02}", time.hour(), time.minute())
}

/// The moment in Oslo: `23.11.2026 kl. 08.12`, with a no-break space after `kl.`.
pub fn moment(at: Timestamp) -> String {
    let local = oslo().to_datetime(at);
    format!("{} kl.\u{a0}{}", date(local.date()), time(local.time()))
}

/// The ISO week, 1–53.
pub fn week(date: Date) -> i8 {
    date.iso_week_date().week()
}

/// Europe/Oslo, the zone of every date here.
pub fn oslo() -> TimeZone {
    OSLO.clone()
}

/// The date in Oslo at that moment.
pub fn oslo_date(at: Timestamp) -> Date {
    OSLO.to_datetime(at).date()
}

/// The three parts of a date in the order typed, a month's name turned into its number.
fn date_parts(text: &str) -> Option<[String; 3]> {
    if text.len() > 60 {
        return None;
    }
    let separates = |c: char| c.is_whitespace() || is_dash(c) || matches!(c, '.' | '/' | ',');
    let parts: Vec<&str> = text.split(separates).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [run] if matches!(run.len(), 6 | 8) && run.bytes().all(|b| b.is_ascii_digit()) => {
            Some([&run[..2], &run[2..4], &run[4..]].map(str::to_owned))
        }
        [first, second, third] => Some([first.to_owned(), month_number(second)?, third.to_owned()]),
        _ => None,
    }
}

/// The digits of a month, given as digits or by at least three letters of its name.
fn month_number(text: &str) -> Option<String> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let name = text.to_lowercase();
    let at = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    Some((at + 1).to_string())
}

/// A number of one or two digits.
fn small(text: &str) -> Option<i8> {
    if text.len() <= 2 { number(text)?.try_into().ok() } else { None }
}

/// A number of digits alone; `str::parse` would let a sign pass.
fn number(text: &str) -> Option<i16> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    #[test]
    fn the_ways_people_write_a_date_are_understood() {
        for text in [
            "1.2.26",
            "01.02.2026",
            "2026-02-01",
            "1/2 2026",
            "1/2-26",
            "1. 2. 2026",
            "01022026",
            "010226",
            " 1.\u{a0}februar 2026 ",
            "1 Feb. 26",
            "1–2–2026",
            "2026/2/1",
        ] {
            assert_eq!(parse_date(text), Ok(day(2026, 2, 1)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_gets_its_reason() {
        for text in ["", "i går", "1.2", "1.2.3.2026", "1.2.026", "1.2.+6", "1.ma.2026", "٣.2.26"]
        {
            assert_eq!(parse_date(text), Err(InvalidDate::Shape), "{text}");
        }
        let message = |text| parse_date(text).unwrap_err().to_string();
        assert_eq!(message("x"), "Skriv datoen som dd.mm.åååå, for eksempel 20.11.2026.");
        assert_eq!(message("31.2.26"), "Datoen 31.02.2026 finnes ikke. Sjekk dag og måned.");
        assert_eq!(
            message("1.2.0226"),
            "Året 226 kan ikke være riktig. Skriv året med fire sifre, for eksempel 2026."
        );
    }

    #[test]
    fn every_day_is_read_back_as_written() {
        let mut at = day(1990, 1, 1);
        while at < day(2101, 1, 1) {
            assert_eq!(parse_date(&date(at)), Ok(at));
            assert_eq!(parse_date(&long_date(at)), Ok(at));
            assert_eq!(parse_date(&at.to_string()), Ok(at));
            assert_eq!(parse_api_date(&at.to_string()), Ok(at));
            at = at.tomorrow().unwrap();
        }
    }

    #[test]
    fn every_minute_is_read_back_as_written() {
        for (hour, minute) in (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute))) {
            let at = jiff::civil::time(hour, minute, 0, 0);
            assert_eq!(parse_time(&time(at)), Ok(at));
            assert_eq!(parse_time(&time(at).replace('.', ":")), Ok(at));
            assert_eq!(parse_time(&time(at).replace('.', "")), Ok(at));
        }
    }

    #[test]
    fn the_ways_people_write_a_time_are_understood() {
        for text in ["9", "09", "9.00", "9:00", "900", "0900", "kl. 9", "Kl 09.00", "09:00:00"] {
            assert_eq!(parse_time(text), Ok(jiff::civil::time(9, 0, 0, 0)), "{text}");
        }
        for text in ["", "kl", "24.00", "9.60", "9.5", "-9", "9.00.00.00", "12345", "ni", "9å0"] {
            assert_eq!(parse_time(text), Err(InvalidTime), "{text}");
        }
    }

    #[test]
    fn days_months_and_weeks_have_their_norwegian_names() {
        assert_eq!(weekday_date(day(2026, 11, 20)), "fredag 20.11.2026");
        assert_eq!(weekday(day(2026, 11, 21)), "lørdag");
        assert_eq!(long_date(day(2026, 11, 20)), "20.\u{a0}november 2026");
        assert_eq!(week(day(2026, 11, 23)), 48);
        assert_eq!(week(day(2027, 1, 1)), 53);
        assert_eq!(week(day(2024, 12, 30)), 1);
    }

    #[test]
    fn moments_are_shown_in_oslo_also_on_the_nights_the_clock_moves() {
        for (at, shown) in [
            ("2026-11-23T07:12:59Z", "23.11.2026 kl.\u{a0}08.12"),
            ("2026-03-29T00:59:59Z", "29.03.2026 kl.\u{a0}01.59"),
            ("2026-03-29T01:00:00Z", "29.03.2026 kl.\u{a0}03.00"),
            ("2026-10-25T00:30:00Z", "25.10.2026 kl.\u{a0}02.30"),
            ("2026-10-25T01:30:00Z", "25.10.2026 kl.\u{a0}02.30"),
        ] {
            assert_eq!(moment(at.parse().unwrap()), shown);
        }
        assert_eq!(oslo_date("2026-06-30T22:00:00Z".parse().unwrap()), day(2026, 7, 1));
    }

    #[test]
    fn the_api_takes_a_plain_date_or_a_time_with_offset() {
        assert_eq!(parse_api_date("2026-02-01"), Ok(day(2026, 2, 1)));
        assert_eq!(parse_api_date("2026-02-01T23:30:00Z"), Ok(day(2026, 2, 2)));
        assert_eq!(parse_api_date("2026-02-01T23:30:00+01:00"), Ok(day(2026, 2, 1)));
        for text in ["1.2.2026", "2026-02-01T23:30:00", "2026-02-30", "20260201", "2026-2-1"] {
            assert!(parse_api_date(text).is_err(), "{text}");
        }
    }
}
