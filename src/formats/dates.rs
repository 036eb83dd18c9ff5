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
    let plain = text.len() == 10 && text.is_ascii();
    if plain {
        return text.parse().map_err(|_| InvalidDate::Shape);
    }
    text.parse().map(oslo_date).map_err(|_| InvalidDate::Shape)
}

/// Reads a time of day: `14.05`, `14:05`, `1405`, `905`, `kl. 9`.
pub fn parse_time(text: &str) -> Result<Time, InvalidTime> {
    let text = compact(text).to_lowercase();
    let text = text.strip_prefix("kl").unwrap_or(&text);
    let text = text.strip_prefix('.').unwrap_or(text);
    let parts: Vec<&str> = match text.split(['.', ':']).collect::<Vec<_>>()[..] {
        [run] if run.is_ascii() && (3..=4).contains(&run.len()) => {
            let (hour, minute) = run.split_at(run.len() - 2);
            vec![hour, minute]
        }
        ref parts => parts.to_vec(),
    };
    let later = |part: &str| if part.len() == 2 { small(part) } else { None };
    let (hour, minute, second) = match parts[..] {
        [hour] => (small(hour), Some(0), Some(0)),
        [hour, minute] => (small(hour), later(minute), Some(0)),
        [hour, minute, second] => (small(hour), later(minute), later(second)),
        _ => return Err(InvalidTime),
    };
    let (Some(hour), Some(minute), Some(second)) = (hour, minute, second) else {
        return Err(InvalidTime);
    };
    Time::new(hour, minute, second, 0).map_err(|_| InvalidTime)
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
    let at = usize::try_from(date.month() - 1).unwrap_or_default();
    MONTHS[at]
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
    let named = |month: &&str| name.len() >= 3 && month.starts_with(name.as_str());
    let at = MONTHS.iter().position(|month| named(&month))?;
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
