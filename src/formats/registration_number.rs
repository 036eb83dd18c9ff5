//! Registration numbers (kjennemerker): normalised, told apart, never refused for their shape.

use serde::{Deserialize, Serialize};

use super::text::{conversions, display_as_str, is_blank, is_dash};

/// The longest number kept, in characters.
const LONGEST: usize = 20;

/// A plate's letters and digits, upper case and without separators: `EK12345`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber(String);

/// What sort of plate a number looks like. A hint for people; nothing is decided by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlateKind {
    /// Two letters and five digits: cars, vans, lorries, buses.
    Ordinary,
    /// Two letters and four digits: motorcycles, mopeds, trailers, tractors.
    FourDigits,
    /// An E series and five digits: electric cars.
    Electric,
    /// Letters and digits the owner chose, 2–7 characters.
    Personal,
    /// `CD` and five digits: embassies.
    Diplomatic,
    /// Five or six digits: the armed forces.
    Military,
    /// Not Norwegian; shapes of other countries are not judged.
    Foreign,
    /// No Norwegian shape known to us.
    Unknown,
}

/// Why the text can't be a registration number at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RegistrationNumberError {
    #[error("Skriv registreringsnummeret, for eksempel AB12345.")]
    Empty,
    #[error("Registreringsnummer kan bare ha bokstaver og sifre.")]
    Characters,
    #[error("Registreringsnummer kan ha høyst {LONGEST} tegn, du skrev {typed}.")]
    Length { typed: usize },
}

impl RegistrationNumber {
    /// Reads a number as people write it: `el 12345`, `EL-12345`, `el.12345`.
    pub fn parse(text: &str) -> Result<Self, RegistrationNumberError> {
        let number: String = text
            .chars()
            .filter(|&c| !is_blank(c) && !is_dash(c) && c != '.')
            .flat_map(char::to_uppercase)
            .collect();
        if number.is_empty() {
            return Err(RegistrationNumberError::Empty);
        }
        if !number.chars().all(|c| c.is_alphabetic() || c.is_ascii_digit()) {
            return Err(RegistrationNumberError::Characters);
        }
        match number.chars().count() {
            1..=LONGEST => Ok(Self(number)),
            typed => Err(RegistrationNumberError::Length { typed }),
        }
    }

    /// The normalised number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the number looks like on a plate of `country` (`N`, `S`, `DK`, …).
    pub fn kind(&self, country: &str) -> PlateKind {
        if country != "N" {
            return PlateKind::Foreign;
        }
        let digits_from = self.0.find(|c: char| c.is_ascii_digit()).unwrap_or(self.0.len());
        let (letters, rest) = self.0.split_at(digits_from);
        let digits = rest.bytes().all(|b| b.is_ascii_digit()).then_some(rest.len());
        let two_letters = letters.len() == 2 && letters.bytes().all(|b| b.is_ascii_uppercase());
        match digits {
            Some(5) if letters == "CD" => PlateKind::Diplomatic,
            Some(5) if two_letters && letters.starts_with('E') => PlateKind::Electric,
            Some(5) if two_letters => PlateKind::Ordinary,
            Some(4) if two_letters => PlateKind::FourDigits,
            // One digit too few or too many is likelier a slip than a chosen plate.
            Some(3 | 6) if two_letters => PlateKind::Unknown,
            Some(5 | 6) if letters.is_empty() => PlateKind::Military,
            _ if self.may_be_personal() => PlateKind::Personal,
            _ => PlateKind::Unknown,
        }
    }

    /// A sentence that asks to look again, when the shape is unknown in `country`.
    pub fn warning(&self, country: &str) -> Option<String> {
        (self.kind(country) == PlateKind::Unknown).then(|| {
            format!(
                "{self} har en uvanlig form for et norsk kjøretøy. Sjekk at nummeret er riktig."
            )
        })
    }

    fn may_be_personal(&self) -> bool {
        let norwegian = |c: char| c.is_ascii_alphanumeric() || "ÆØÅ".contains(c);
        (2..=7).contains(&self.0.chars().count())
            && self.0.chars().all(norwegian)
            && self.0.chars().any(char::is_alphabetic)
    }
}

conversions!(RegistrationNumber, RegistrationNumberError);
display_as_str!(RegistrationNumber);

#[cfg(test)]
mod tests {
    use super::*;

    fn plate(text: &str) -> RegistrationNumber {
        RegistrationNumber::parse(text).unwrap()
    }

    #[test]
    fn separators_and_small_letters_are_forgiven() {
        for text in ["EL12345", "el 12345", " El-12345", "el.12345", "el\u{a0}12\u{2011}345"] {
            assert_eq!(plate(text).as_str(), "EL12345", "{text}");
        }
        assert_eq!(plate("blå bær").as_str(), "BLÅBÆR");
    }

    #[test]
    fn shapes_are_told_apart() {
        use PlateKind as Kind;
        for (text, kind) in [
            ("AB12345", Kind::Ordinary),
            ("AB1234", Kind::FourDigits),
            ("EK12345", Kind::Electric),
            ("EC1234", Kind::FourDigits),
            ("CD12345", Kind::Diplomatic),
            ("12345", Kind::Military),
            ("123456", Kind::Military),
            ("FJELL", Kind::Personal),
            ("BLÅBÆR1", Kind::Personal),
            ("A1234", Kind::Personal),
            ("AB123", Kind::Unknown),
            ("AB123456", Kind::Unknown),
            ("A", Kind::Unknown),
            ("1234", Kind::Unknown),
            ("ÄB12345", Kind::Unknown),
        ] {
            assert_eq!(plate(text).kind("N"), kind, "{text}");
        }
    }

    #[test]
    fn an_unknown_shape_is_a_warning_and_only_in_norway() {
        assert_eq!(
            plate("ab123").warning("N").unwrap(),
            "AB123 har en uvanlig form for et norsk kjøretøy. Sjekk at nummeret er riktig."
        );
        assert_eq!(plate("AB12345").warning("N"), None);
        assert_eq!(plate("ABC123").warning("S"), None);
        assert_eq!(plate("AB12345").kind("DK"), PlateKind::Foreign);
    }

    #[test]
    fn what_is_no_number_at_all_is_refused() {
        use RegistrationNumberError as Wrong;
        let error = |text: &str| RegistrationNumber::parse(text).unwrap_err();
        assert_eq!(error(" -. "), Wrong::Empty);
        assert_eq!(error("AB<12345"), Wrong::Characters);
        assert_eq!(error(&"Å".repeat(21)), Wrong::Length { typed: 21 });
        assert_eq!(
            error(&"Å".repeat(21)).to_string(),
            "Registreringsnummer kan ha høyst 20 tegn, du skrev 21."
        );
    }
}
