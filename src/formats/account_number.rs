//! Norwegian bank account numbers.

use serde::{Deserialize, Serialize};

use super::check_digit::{digits, mod11, weighted_sum};
use super::text::{conversions, display_as_str, ungrouped};

const WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// Eleven digits, the last a MOD11 control digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountNumber(String);

/// Which rule of account numbers the text breaks, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccountNumberError {
    #[error("Kontonummer kan bare ha sifre.")]
    Characters,
    #[error("Kontonummer skal ha 11 sifre, du skrev {typed}.")]
    Length { typed: usize },
    #[error(
        "Kontrollsifferet i kontonummeret stemmer ikke med MOD11. Sjekk siste siffer: du skrev {typed}."
    )]
    ControlDigit { typed: u8 },
}

impl AccountNumber {
    /// Reads the number with or without blanks and points: `1594 02 33728`, `1594.02.33728`.
    pub fn parse(text: &str) -> Result<Self, AccountNumberError> {
        let number = ungrouped(text);
        let digits = digits(&number).ok_or(AccountNumberError::Characters)?;
        let [payload @ .., control] = digits.as_slice() else {
            return Err(AccountNumberError::Length { typed: 0 });
        };
        if digits.len() != 11 {
            return Err(AccountNumberError::Length { typed: digits.len() });
        }
        if mod11(weighted_sum(payload, WEIGHTS)) != u32::from(*control) {
            return Err(AccountNumberError::ControlDigit { typed: *control });
        }
        Ok(Self(number))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: `1594 02 33728`, with no-break spaces.
    pub fn display(&self) -> String {
        let (bank, rest) = self.0.split_at(4);
        let (kind, customer) = rest.split_at(2);
        format!("{bank}\u{a0}{kind}\u{a0}{customer}")
    }
}

conversions!(AccountNumber, AccountNumberError);
display_as_str!(AccountNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_and_spaces_are_forgiven() {
        for text in ["12345678903", "1234.56.78903", " 1234 56 78903"] {
            assert_eq!(AccountNumber::parse(text).unwrap().as_str(), "12345678903", "{text}");
        }
    }

    #[test]
    fn it_is_shown_as_on_a_bank_card() {
        let number = AccountNumber::parse("12345678903").unwrap();
        assert_eq!(number.display(), "1234\u{a0}56\u{a0}78903");
    }

    #[test]
    fn each_broken_rule_is_named() {
        let message = |text| AccountNumber::parse(text).unwrap_err().to_string();
        assert_eq!(message("7694051205"), "Kontonummer skal ha 11 sifre, du skrev 10.");
        assert_eq!(message("7694-0512058"), "Kontonummer kan bare ha sifre.");
        assert_eq!(
            message("76940512058"),
            "Kontrollsifferet i kontonummeret stemmer ikke med MOD11. \
             Sjekk siste siffer: du skrev 8."
        );
    }
}
