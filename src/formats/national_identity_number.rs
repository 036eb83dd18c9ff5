//! National identity numbers (fødselsnummer), D-numbers, H-numbers and synthetic ones.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::check_digit::{digits, weighted_sum};
use super::text::{conversions, ungrouped};

/// The last weight is the control digit's own: the whole sum must leave nothing.
const WEIGHTS_1: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
const WEIGHTS_2: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];

/// From 2032 the first control digit may leave 0–3, since the numbers run out (Skatteetaten).
const REMAINDERS_1: std::ops::RangeInclusive<u32> = 0..=3;

/// Eleven digits that name a person. Says nothing of sex or century, and never prints itself in full by `Debug`.
///
/// Without `Display` on purpose: whoever shows it must call [`Self::display`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NationalIdentityNumber(String);

/// Who gave the number, as the month tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// The population register.
    Register,
    /// A hospital's help number: month + 40.
    Help,
    /// Made for tests; no such person exists: month + 80.
    Synthetic,
}

/// Which rule the text breaks, as a sentence for the person who typed it. Holds no digit of the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NationalIdentityNumberError {
    #[error("Fødselsnummer kan bare ha sifre.")]
    Characters,
    #[error("Fødselsnummer skal ha 11 sifre, du skrev {typed}.")]
    Length { typed: usize },
    #[error("De seks første sifrene er ingen dato. Sjekk dag og måned.")]
    Date,
    #[error("Kontrollsifrene i fødselsnummeret stemmer ikke med MOD11. Sjekk de to siste sifrene.")]
    ControlDigits,
}

impl NationalIdentityNumber {
    /// Reads the number with or without blanks: `131372 48022`.
    pub fn parse(text: &str) -> Result<Self, NationalIdentityNumberError> {
        let number = ungrouped(text);
        let digits = digits(&number).ok_or(NationalIdentityNumberError::Characters)?;
        if digits.len() != 11 {
            return Err(NationalIdentityNumberError::Length { typed: digits.len() });
        }
        if !has_date(&digits) {
            return Err(NationalIdentityNumberError::Date);
        }
        let first = weighted_sum(&digits, WEIGHTS_1) % 11;
        let second = weighted_sum(&digits, WEIGHTS_2) % 11;
        if REMAINDERS_1.contains(&first) && second == 0 {
            Ok(Self(number))
        } else {
            Err(NationalIdentityNumberError::ControlDigits)
        }
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown to those who may see it: `131372 48022`, with a no-break space.
    pub fn display(&self) -> String {
        let (date, rest) = self.0.split_at(6);
        format!("{date}\u{a0}{rest}")
    }

    /// Whether this is a D-number, of someone without a register number (day + 40).
    pub fn is_d_number(&self) -> bool {
        self.0.as_bytes()[0] >= b'4'
    }

    /// Who gave the number.
    pub fn series(&self) -> Series {
        match self.0.as_bytes()[2] {
            b'0' | b'1' => Series::Register,
            b'8' | b'9' => Series::Synthetic,
            _ => Series::Help,
        }
    }
}

conversions!(NationalIdentityNumber, NationalIdentityNumberError);

impl fmt::Debug for NationalIdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NationalIdentityNumber(…)")
    }
}

/// Whether day and month exist in that year of some century.
fn has_date(digits: &[u8]) -> bool {
    let pair = |at: usize| digits[at] * 10 + digits[at + 1];
    let day = if pair(0) > 40 { pair(0) - 40 } else { pair(0) };
    let month = match pair(2) {
        month @ 0..=40 => month,
        month @ 41..=80 => month - 40,
        month => month - 80,
    };
    let last = match month {
        2 if pair(4).is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=last).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNTHETIC: &str = "10915596784";

    #[test]
    fn debug_and_errors_never_show_the_number() {
        let number = NationalIdentityNumber::parse(SYNTHETIC).unwrap();
        assert_eq!(format!("{number:?}"), "NationalIdentityNumber(…)");
        let error = NationalIdentityNumber::parse("10915596783").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("10915596783"));
    }

    #[test]
    fn it_is_shown_as_date_and_five_digits() {
        let number = NationalIdentityNumber::parse("109155 96784").unwrap();
        assert_eq!(number.display(), "109155\u{a0}96784");
    }

    #[test]
    fn each_broken_rule_is_named() {
        use NationalIdentityNumberError as Wrong;
        let error = |text| NationalIdentityNumber::parse(text).unwrap_err();
        assert_eq!(error("1091559678x"), Wrong::Characters);
        assert_eq!(error("1091559678"), Wrong::Length { typed: 10 });
        assert_eq!(error("32915596784"), Wrong::Date);
        assert_eq!(error("10535596784"), Wrong::Date);
        assert_eq!(error("29828100000"), Wrong::Date);
        assert_eq!(error("10915596785"), Wrong::ControlDigits);
    }

    #[test]
    fn of_all_last_digits_one_at_most_is_right() {
        let right = (0..=9)
            .filter(|last| NationalIdentityNumber::parse(&format!("1091559678{last}")).is_ok());
        assert_eq!(right.collect::<Vec<_>>(), [4]);
    }
}
