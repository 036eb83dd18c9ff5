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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(text: &str) -> String {
        Kid::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn each_broken_rule_is_named() {
        assert_eq!(
            message("12345 4"),
            "Kontrollsifferet stemmer verken med MOD10 eller MOD11. Sjekk siste siffer: du skrev 4."
        );
        assert_eq!(
            message("1234-"),
            "Kontrollsifferet stemmer verken med MOD10 eller MOD11. Sjekk siste tegn: du skrev -."
        );
        assert_eq!(message(&"1".repeat(31)), "KID skal ha 2–25 tegn, du skrev 31.");
        assert_eq!(message("-"), "KID skal ha 2–25 tegn, du skrev 1.");
        let characters = "KID kan bare ha sifre, og eventuelt en bindestrek til slutt.";
        assert_eq!(message("12A44"), characters);
        assert_eq!(message("12-44"), characters);
        assert_eq!(message("1234--"), characters);
    }

    #[test]
    fn the_matching_rule_is_named() {
        let named = |kid: &str| Kid::parse(kid).unwrap().moduli().to_string();
        assert_eq!(named("12344"), "MOD10");
        assert_eq!(named("12343"), "MOD11");
        assert_eq!(named("12345674"), "MOD10 og MOD11");
    }

    #[test]
    fn a_pasted_kid_may_hold_blanks_and_any_dash() {
        assert_eq!(Kid::parse(" 1000 0192\u{a0}8231\u{200b}\n").unwrap().as_str(), "100001928231");
        assert_eq!(Kid::parse("6 –").unwrap().as_str(), "6-");
    }

    #[test]
    fn json_is_text_and_is_checked() {
        let kid: Kid = serde_json::from_str("\"123 44\"").unwrap();
        assert_eq!(serde_json::to_string(&kid).unwrap(), "\"12344\"");
        assert!(serde_json::from_str::<Kid>("\"12345\"").is_err());
    }

    /// The rule of MOD10 read backwards: every second digit doubled, digit sums add up to tens.
    fn holds_mod10(kid: &str) -> bool {
        let doubled = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
        let value = |(at, c): (usize, char)| {
            let digit = c.to_digit(10).unwrap();
            if at % 2 == 1 { doubled[digit as usize] } else { digit }
        };
        kid.chars().rev().enumerate().map(value).sum::<u32>() % 10 == 0
    }

    /// The rule of MOD11 read backwards: with the control character the sum is a multiple of 11.
    fn holds_mod11(kid: &str) -> bool {
        let weight = |at: u32| if at == 0 { 1 } else { 2 + (at - 1) % 6 };
        let value = |c: char| if c == '-' { 10 } else { c.to_digit(10).unwrap() };
        let sum: u32 = (0..).zip(kid.chars().rev()).map(|(at, c)| weight(at) * value(c)).sum();
        sum.is_multiple_of(11)
    }

    fn with_control(payload: &str, holds: fn(&str) -> bool, controls: &str) -> String {
        let candidates = controls.chars().map(|control| format!("{payload}{control}"));
        candidates.into_iter().find(|kid| holds(kid)).unwrap()
    }

    proptest! {
        #[test]
        fn any_kid_with_a_right_control_digit_parses(payload in "[0-9]{1,24}") {
            let by10 = with_control(&payload, holds_mod10, "0123456789");
            prop_assert!(Kid::parse(&by10).unwrap().moduli().mod10);
            let by11 = with_control(&payload, holds_mod11, "0123456789-");
            prop_assert!(Kid::parse(&by11).unwrap().moduli().mod11);
        }

        #[test]
        fn one_wrong_digit_never_passes_the_same_rule(
            payload in "[0-9]{1,24}", at in any::<prop::sample::Index>(), step in 1_u8..10,
        ) {
            for kid in [
                with_control(&payload, holds_mod10, "0123456789"),
                with_control(&payload, holds_mod11, "0123456789-"),
            ] {
                let right = Kid::parse(&kid).unwrap().moduli();
                let mut wrong = kid.into_bytes();
                let at = at.index(payload.len());
                wrong[at] = b'0' + (wrong[at] - b'0' + step) % 10;
                if let Ok(wrong) = Kid::parse(std::str::from_utf8(&wrong).unwrap()) {
                    prop_assert!(!(right.mod10 && wrong.moduli().mod10));
                    prop_assert!(!(right.mod11 && wrong.moduli().mod11));
                }
            }
        }
    }
}
