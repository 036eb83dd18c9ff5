//! KID: the payment reference of Norwegian giro, with one control character last.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check_digit::{digits, mod10, mod11_repeating};
use super::text::{compact, conversions, display_as_str, is_dash};

/// A KID that is right under MOD10, MOD11 or both: 2–25 characters, digits, and under MOD11 maybe a last `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Kid(String);

/// The rules a KID's control character follows. At least one holds for every [`Kid`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moduli {
    pub mod10: bool,
    pub mod11: bool,
}

/// Which rule of KID the text breaks, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KidError {
    #[error("KID kan bare ha sifre, og eventuelt en bindestrek til slutt.")]
    Characters,
    #[error("KID skal ha 2–25 tegn, du skrev {typed}.")]
    Length { typed: usize },
    #[error(
        "Kontrollsifferet stemmer verken med MOD10 eller MOD11. Sjekk siste {}: du skrev {typed}.",
        if *.typed == '-' { "tegn" } else { "siffer" }
    )]
    ControlDigit { typed: char },
}

impl Kid {
    /// Reads a KID as people paste it: blanks are dropped and any dash will do.
    ///
    /// Fails with the first rule that is broken: characters, length, control digit.
    pub fn parse(text: &str) -> Result<Self, KidError> {
        let kid: String = compact(text).chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
        let number = kid.strip_suffix('-').unwrap_or(&kid);
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(KidError::Characters);
        }
        if !(2..=25).contains(&kid.len()) {
            return Err(KidError::Length { typed: kid.len() });
        }
        let Moduli { mod10, mod11 } = moduli(&kid);
        match kid.chars().next_back() {
            Some(typed) if !mod10 && !mod11 => Err(KidError::ControlDigit { typed }),
            _ => Ok(Self(kid)),
        }
    }

    /// Digits, and maybe a last `-`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which of the two rules the control character satisfies.
    pub fn moduli(&self) -> Moduli {
        moduli(&self.0)
    }
}

conversions!(Kid, KidError);
display_as_str!(Kid);

impl fmt::Display for Moduli {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.mod10, self.mod11) {
            (true, true) => "MOD10 og MOD11",
            (true, false) => "MOD10",
            (false, true) => "MOD11",
            (false, false) => "ingen",
        })
    }
}

fn moduli(kid: &str) -> Moduli {
    let (payload, control) = kid.split_at(kid.len().saturating_sub(1));
    let payload = digits(payload).unwrap_or_default();
    // Under MOD11 the dash stands for ten; MOD10 has no use for it.
    let control = if control == "-" { Some(10) } else { control.parse().ok() };
    Moduli {
        mod10: control == Some(mod10(&payload)),
        mod11: control == Some(mod11_repeating(&payload)),
    }
}
