//! Money in øre, and how people write and read kroner.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::text::{is_blank, is_dash};

/// The largest amount anyone may type: just under one milliard kroner.
const LARGEST_TYPED: i64 = 99_999_999_999;

/// An amount in øre, a hundredth of a krone. May be negative: credits, salvage.
///
/// An integer on the wire. `Display` writes kroner, `12 345,50`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Ore(pub i64);

/// Why a text is no amount, as a sentence for the person who typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    #[error("Skriv beløpet i kroner, for eksempel 12\u{a0}345,50.")]
    Shape,
    #[error("Beløpet kan ikke være negativt. Skriv det uten minustegn.")]
    Negative,
    #[error("Beløpet kan ha høyst to desimaler, for eksempel 12\u{a0}345,50.")]
    Decimals,
    #[error("Beløpet er for stort. Det kan være høyst {}\u{a0}kr.", Ore(LARGEST_TYPED))]
    TooLarge,
}

impl Ore {
    pub const ZERO: Self = Self(0);

    /// In kroner as it is shown: `12 345,50`, with no-break spaces and U+2212 as minus.
    pub fn kr(self) -> String {
        self.to_string()
    }

    /// Reads kroner as people write them: `12345,5`, `12.345,50`, `kr 12 345,50`, `12345.50`, `500,-`.
    ///
    /// A point before exactly three last digits separates thousands: `1.234` is 1 234 kroner.
    pub fn parse_kroner(text: &str) -> Result<Self, InvalidAmount> {
        let amount = without_currency(text);
        if amount.starts_with(is_dash) {
            return Err(InvalidAmount::Negative);
        }
        let (whole, decimals) = split_decimals(&amount)?;
        let whole = ungroup(whole).ok_or(InvalidAmount::Shape)?;
        let ore = match decimals.as_bytes() {
            [] => 0,
            [tenth] => i64::from(tenth - b'0') * 10,
            [tenth, hundredth] => i64::from(tenth - b'0') * 10 + i64::from(hundredth - b'0'),
            _ => return Err(InvalidAmount::Decimals),
        };
        let kroner: i64 = whole.parse().map_err(|_| InvalidAmount::TooLarge)?;
        let total = kroner.checked_mul(100).and_then(|whole| whole.checked_add(ore));
        total.filter(|&ore| ore <= LARGEST_TYPED).map(Self).ok_or(InvalidAmount::TooLarge)
    }

    /// The sum, or nothing when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or nothing when it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The same amount with the other sign, or nothing when it does not fit.
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// The sum of all, or nothing when it does not fit.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Whether this is more than nothing.
    pub fn is_positive(self) -> bool {
        self.0 > 0
    }
}

impl fmt::Display for Ore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ore = self.0.unsigned_abs();
        let mut text = String::from(if self.0 < 0 { "\u{2212}" } else { "" });
        let kroner = (ore / 100).to_string();
        for (at, digit) in kroner.chars().enumerate() {
            if at > 0 && (kroner.len() - at).is_multiple_of(3) {
                text.push('\u{a0}');
            }
            text.push(digit);
        }
        f.pad(&format!("{text},{:02}", ore % 100))
    }
}

impl FromStr for Ore {
    type Err = InvalidAmount;

    /// As [`Ore::parse_kroner`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse_kroner(text)
    }
}

/// The amount with `kr`, `NOK` and `,-` taken off, and each run of blanks made one space.
fn without_currency(text: &str) -> String {
    let words: Vec<&str> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
    let text = words.join(" ").to_lowercase();
    let mut amount = text.as_str();
    for currency in ["kroner", "kr.", "kr", "nok"] {
        amount = amount.strip_prefix(currency).unwrap_or(amount).trim_start();
        amount = amount.strip_suffix(currency).unwrap_or(amount).trim_end();
    }
    // Price tags write "500,-" for no øre.
    let whole = amount.strip_suffix(is_dash).and_then(|amount| amount.strip_suffix([',', '.']));
    whole.unwrap_or(amount).to_owned()
}

/// Splits at the decimal separator, if there is one; decimals come back as digits only.
fn split_decimals(amount: &str) -> Result<(&str, &str), InvalidAmount> {
    let Some(at) = amount.rfind([',', '.']) else {
        return Ok((amount, ""));
    };
    let (whole, decimals) = (amount[..at].trim_end(), amount[at + 1..].trim_start());
    let groups_thousands = amount[at..].starts_with('.')
        && decimals.len() == 3
        && !whole.contains(',')
        && !whole.starts_with('0');
    if groups_thousands {
        return Ok((amount, ""));
    }
    if whole.is_empty() || decimals.is_empty() || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return Err(InvalidAmount::Shape);
    }
    Ok((whole, decimals))
}

/// The digits of a whole number, whose groups after the first must be of three digits:
/// `12 50` may mean 12,50, so it is asked about rather than guessed.
fn ungroup(whole: &str) -> Option<String> {
    let mut groups = whole.split([' ', '.', ',']);
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    let right = !first.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    right.then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_type_is_understood() {
        for text in [
            "12345,5",
            "12 345,50",
            "12.345,50",
            "kr 12 345,50 ",
            "12345.50",
            "12\u{a0}345,50",
            "12\u{202f}345,50 kr",
            "KR.12345,50",
            "12,345.50",
            "12 345, 50",
            "NOK 12 345,50",
        ] {
            assert_eq!(Ore::parse_kroner(text), Ok(Ore(1_234_550)), "{text}");
        }
        for (text, kroner) in [
            ("1.234", 1_234),
            ("1 234", 1_234),
            ("1.234.567", 1_234_567),
            ("500,-", 500),
            ("kr 500,–", 500),
            ("007", 7),
            ("0", 0),
            ("1.234,-", 1_234),
            ("100 kroner", 100),
        ] {
            assert_eq!(Ore::parse_kroner(text), Ok(Ore(kroner * 100)), "{text}");
        }
    }

    #[test]
    fn what_is_no_amount_is_asked_about_and_never_guessed() {
        use InvalidAmount as Wrong;
        for (text, wrong) in [
            ("", Wrong::Shape),
            ("kr", Wrong::Shape),
            ("tolv", Wrong::Shape),
            (",50", Wrong::Shape),
            ("12,", Wrong::Shape),
            ("12 50", Wrong::Shape),
            ("1234.567.890", Wrong::Shape),
            ("1,2,3", Wrong::Shape),
            ("1.2345,00", Wrong::Shape),
            ("1e3", Wrong::Shape),
            ("+5", Wrong::Shape),
            ("-5", Wrong::Negative),
            ("\u{2212} 5", Wrong::Negative),
            ("kr -5", Wrong::Negative),
            ("1,234", Wrong::Decimals),
            ("0.125", Wrong::Decimals),
            ("1 000 000 000", Wrong::TooLarge),
            ("99999999999999999999999", Wrong::TooLarge),
        ] {
            assert_eq!(Ore::parse_kroner(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn refusals_are_norwegian_sentences() {
        let message = |text| Ore::parse_kroner(text).unwrap_err().to_string();
        assert_eq!(message("x"), "Skriv beløpet i kroner, for eksempel 12\u{a0}345,50.");
        assert_eq!(
            message("1000000000"),
            "Beløpet er for stort. Det kan være høyst 999\u{a0}999\u{a0}999,99\u{a0}kr."
        );
    }

    #[test]
    fn kroner_are_written_the_norwegian_way() {
        assert_eq!(Ore(1_234_550).kr(), "12\u{a0}345,50");
        assert_eq!(Ore(-100_000_005).kr(), "\u{2212}1\u{a0}000\u{a0}000,05");
        assert_eq!(Ore(-5).kr(), "\u{2212}0,05");
        assert_eq!(Ore(99_999).kr(), "999,99");
        assert_eq!(
            Ore(i64::MIN).kr(),
            "\u{2212}92\u{a0}233\u{a0}720\u{a0}368\u{a0}547\u{a0}758,08"
        );
    }

    #[test]
    fn sums_that_do_not_fit_are_nothing() {
        assert_eq!(Ore::checked_sum([Ore(2), Ore(3), Ore(-1)]), Some(Ore(4)));
        assert_eq!(Ore::checked_sum([Ore(i64::MAX), Ore(1)]), None);
        assert_eq!(Ore(i64::MIN).checked_sub(Ore(1)), None);
        assert_eq!(Ore(i64::MIN).checked_neg(), None);
    }

    #[test]
    fn json_is_an_integer() {
        assert_eq!(serde_json::to_string(&Ore(1_234_550)).unwrap(), "1234550");
        assert!(serde_json::from_str::<Ore>("12.5").is_err());
    }

    proptest! {
        #[test]
        fn every_amount_is_read_back_as_written(ore in 0..=LARGEST_TYPED) {
            let shown = Ore(ore).kr();
            prop_assert_eq!(Ore::parse_kroner(&shown), Ok(Ore(ore)));
            prop_assert_eq!(Ore::parse_kroner(&shown.replace('\u{a0}', ".")), Ok(Ore(ore)));
            let plain = format!("{}.{:02}", ore / 100, ore % 100);
            prop_assert_eq!(Ore::parse_kroner(&plain), Ok(Ore(ore)));
        }
    }
}
