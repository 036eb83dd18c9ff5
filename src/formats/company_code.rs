//! Company codes as TFFAuto gives them (selskapskode).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An insurer's or branch's code: 2–8 upper-case letters or digits, for example `FJT`.
///
/// Safe to put in a `set local` statement, since no other character can occur.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CompanyCode(String);

/// The text is not a company code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a company code")]
pub struct InvalidCompanyCode;

impl CompanyCode {
    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CompanyCode {
    type Err = InvalidCompanyCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let code = text.trim().to_ascii_uppercase();
        let right = (2..=8).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        if right { Ok(Self(code)) } else { Err(InvalidCompanyCode) }
    }
}

impl TryFrom<String> for CompanyCode {
    type Error = InvalidCompanyCode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<CompanyCode> for String {
    fn from(code: CompanyCode) -> Self {
        code.0
    }
}

impl fmt::Display for CompanyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
