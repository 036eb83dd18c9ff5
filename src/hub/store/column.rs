//! What columns hold, as the domain's own types: codes, words of enums, shares, counts.

use crate::domain::IncidentStatus;
use crate::domain::registry::Outcome;
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, Share};

/// A stored company code.
pub fn company(text: &str) -> Result<CompanyCode> {
    text.parse().map_err(|_| Error::Inconsistent("company", text.to_owned()))
}

/// A stored status.
pub fn status(text: &str) -> Result<IncidentStatus> {
    word(text, "incident")
}

/// A stored registry outcome.
pub fn outcome(text: &str) -> Result<Outcome> {
    word(text, "outcome")
}

/// A stored word of an enum, as serde names it.
pub fn word<T: serde::de::DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error as NotThere, StrDeserializer};
    let read: StrDeserializer<'_, NotThere> = text.into_deserializer();
    T::deserialize(read).map_err(|_| Error::Inconsistent(what, text.to_owned()))
}

/// The stored word of an enum, as serde names it.
pub fn as_word(value: &impl serde::Serialize) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(Error::Inconsistent("word", "not a word".to_owned())),
    }
}

/// A stored share.
pub fn share(num: i32, den: i32) -> Result<Share> {
    Share::new(unsigned(num), unsigned(den))
        .ok_or_else(|| Error::Inconsistent("share", format!("{num}/{den}")))
}

/// A stored count; a check constraint keeps it from being negative.
pub fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

/// A count to store.
pub fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
