//! Organisation numbers of the Brønnøysund registers.

use serde::{Deserialize, Serialize};

use super::check_digit::{digits, mod11, weighted_sum};
use super::text::{conversions, display_as_str, ungrouped};

const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// Nine digits, the last a MOD11 control digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationNumber(String);

/// Which rule of organisation numbers the text breaks, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationNumberError {
    #[error("Organisasjonsnummer kan bare ha sifre.")]
    Characters,
    #[error("Organisasjonsnummer skal ha 9 sifre, du skrev {typed}.")]
    Length { typed: usize },
    #[error(
        "Kontrollsifferet i organisasjonsnummeret stemmer ikke med MOD11. Sjekk siste siffer: du skrev {typed}."
    )]
    ControlDigit { typed: u8 },
}

impl OrganisationNumber {
    /// Reads the number with or without blanks and points, and as on invoices: `NO 994 970 925 MVA`.
    pub fn parse(text: &str) -> Result<Self, OrganisationNumberError> {
        let upper = ungrouped(text).to_uppercase();
        let number = upper.strip_prefix("NO").unwrap_or(&upper);
        let number = number.strip_suffix("MVA").unwrap_or(number);
        let digits = digits(number).ok_or(OrganisationNumberError::Characters)?;
        let [payload @ .., control] = digits.as_slice() else {
            return Err(OrganisationNumberError::Length { typed: 0 });
        };
        if digits.len() != 9 {
            return Err(OrganisationNumberError::Length { typed: digits.len() });
        }
        if mod11(weighted_sum(payload, WEIGHTS)) != u32::from(*control) {
            return Err(OrganisationNumberError::ControlDigit { typed: *control });
        }
        Ok(Self(number.to_owned()))
    }

    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is shown: `310 425 885`, with no-break spaces.
    pub fn display(&self) -> String {
        let (first, rest) = self.0.split_at(3);
        let (second, third) = rest.split_at(3);
        format!("{first}\u{a0}{second}\u{a0}{third}")
    }
}

conversions!(OrganisationNumber, OrganisationNumberError);
display_as_str!(OrganisationNumber);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_invoice_style_are_forgiven() {
        for text in ["994970925", " 994 970 925 ", "994.970.925", "NO 994 970 925 mva"] {
            assert_eq!(OrganisationNumber::parse(text).unwrap().as_str(), "994970925", "{text}");
        }
    }

    #[test]
    fn it_is_shown_in_groups_of_three() {
        let number = OrganisationNumber::parse("310425885").unwrap();
        assert_eq!(number.display(), "310\u{a0}425\u{a0}885");
        assert_eq!(number.to_string(), "310425885");
    }

    #[test]
    fn each_broken_rule_is_named() {
        let message = |text| OrganisationNumber::parse(text).unwrap_err().to_string();
        assert_eq!(message("99497092"), "Organisasjonsnummer skal ha 9 sifre, du skrev 8.");
        assert_eq!(message(""), "Organisasjonsnummer skal ha 9 sifre, du skrev 0.");
        assert_eq!(message("99497092A"), "Organisasjonsnummer kan bare ha sifre.");
        assert_eq!(
            message("994970924"),
            "Kontrollsifferet i organisasjonsnummeret stemmer ikke med MOD11. \
             Sjekk siste siffer: du skrev 4."
        );
    }
}
