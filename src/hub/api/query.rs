//! Query strings: unknown or repeated parameters are refused, every error at once.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::input::Errors;
use crate::contract::{FieldProblem, Page, Problem};
use crate::error::Result;
use crate::formats::dates;

/// The parameters of a query string. One is taken out when it is read; what is left is unknown.
pub struct Query {
    pairs: Vec<(String, String)>,
    /// The errors found so far.
    pub errors: Errors,
}

impl Query {
    /// Reads a query string.
    pub fn of(raw: Option<&str>) -> Self {
        let pairs =
            url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect();
        Self { pairs, errors: Errors::new() }
    }

    /// Every parameter that has not been read, as given.
    pub fn given(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter, trimmed; empty counts as left out. Given twice it is refused.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        let mut times = 0;
        self.pairs.retain(|(key, value)| {
            if key == name {
                times += 1;
                found = Some(value.trim().to_owned());
            }
            key != name
        });
        if times > 1 {
            self.fault(name, "invalid", "Parameteren er gitt flere ganger.");
        }
        let found = found.filter(|text| !text.is_empty());
        if found.as_ref().is_some_and(|text| text.len() > 500 || text.contains('\0')) {
            self.fault(name, "too_long", "Parameteren er for lang.");
            return None;
        }
        found
    }

    /// Notes an error of a parameter.
    pub fn fault(&mut self, name: &str, code: &str, message: &str) {
        self.errors.push(FieldProblem::new(format!("/{name}"), code, message));
    }

    /// A date: `YYYY-MM-DD`, or a time with offset, read as the date in Oslo.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        // A plus sign in a query string is a space unless it is encoded.
        let date = dates::parse_api_date(&text.replace(' ', "+")).ok();
        if date.is_none() {
            self.fault(
                name,
                "invalid_date",
                "Skriv datoen som ÅÅÅÅ-MM-DD, eller et tidspunkt med tidssone.",
            );
        }
        date
    }

    /// A time with offset, or a date, read as its first moment in Oslo.
    pub fn moment(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?.replace(' ', "+");
        let moment = text.parse::<Timestamp>().ok().or_else(|| {
            let day = dates::parse_api_date(&text).ok()?;
            Some(day.to_zoned(dates::oslo()).ok()?.timestamp())
        });
        if moment.is_none() {
            self.fault(
                name,
                "invalid_date",
                "Skriv et tidspunkt med tidssone (RFC 3339), eller en dato.",
            );
        }
        moment
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.fault(name, "invalid", "Skriv true eller false.");
                None
            }
        }
    }

    /// One of `words`.
    pub fn one_of(&mut self, name: &str, words: &[&str]) -> Option<String> {
        let text = self.text(name)?;
        if words.contains(&text.as_str()) {
            return Some(text);
        }
        self.fault(name, "invalid", "Verdien finnes ikke.");
        None
    }

    /// Several of `words`, comma separated.
    pub fn some_of(&mut self, name: &str, words: &[&str]) -> Vec<String> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let given: Vec<String> = text.split(',').map(|word| word.trim().to_owned()).collect();
        if given.iter().all(|word| words.contains(&word.as_str())) {
            return given;
        }
        self.fault(name, "invalid", "Verdien finnes ikke.");
        Vec::new()
    }

    /// A whole number from 1.
    pub fn count(&mut self, name: &str) -> Option<i32> {
        let text = self.text(name)?;
        let count = text.parse().ok().filter(|count| *count > 0);
        if count.is_none() {
            self.fault(name, "invalid", "Skriv et helt tall fra 1.");
        }
        count
    }

    /// `limit`: 1–200, 50 when left out.
    pub fn limit(&mut self) -> i64 {
        let Some(text) = self.text("limit") else { return 50 };
        match text.parse() {
            Ok(limit @ 1..=200) => limit,
            _ => {
                self.fault("limit", "invalid", "limit skal være 1–200.");
                50
            }
        }
    }

    /// `after`: the cursor of the page before.
    pub fn cursor<T: DeserializeOwned>(&mut self) -> Option<T> {
        let text = self.text("after")?;
        let decoded = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        let keys = decoded.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        if keys.is_none() {
            self.fault("after", "invalid", "Pekeren er ikke en vi har gitt.");
        }
        keys
    }

    /// Everything that was not read is unknown.
    pub fn end(mut self) -> Result<()> {
        for (name, _) in std::mem::take(&mut self.pairs) {
            self.fault(&name, "unknown_field", "Parameteren finnes ikke.");
        }
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::invalid(self.errors).into()) }
    }
}

/// The part asked for of a list that belongs to one incident: oldest first, and it only grows.
pub struct Part {
    seen: usize,
    limit: usize,
}

impl Part {
    /// Reads `limit` and `after`; whatever else is given is unknown.
    pub fn asked(raw: Option<&str>) -> Result<Self> {
        let mut query = Query::of(raw);
        let (seen, limit) = (query.cursor().unwrap_or_default(), query.limit());
        query.end()?;
        Ok(Self { seen, limit: usize::try_from(limit).unwrap_or(50) })
    }

    /// That part of `whole`.
    pub fn of<T>(&self, whole: Vec<T>) -> Page<T> {
        let end = self.seen.saturating_add(self.limit);
        let next = if whole.len() > end { cursor(&end) } else { None };
        Page { items: whole.into_iter().skip(self.seen).take(self.limit).collect(), next }
    }
}

/// The cursor that remembers `keys`.
pub fn cursor(keys: &impl Serialize) -> Option<String> {
    serde_json::to_vec(keys).ok().map(|bytes| BASE64URL_NOPAD.encode(&bytes))
}
