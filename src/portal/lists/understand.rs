//! What a person may have meant by the text in the search box.

use jiff::civil::Date;

use crate::contract::IncidentFilter;
use crate::formats::registration_number::PlateKind;
use crate::formats::{Kid, RegistrationNumber, dates};
use crate::portal::directory::Directory;

/// One reading of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    Reference(String),
    Registration(RegistrationNumber),
    Kid(Kid),
    LossDate(Date),
    Company { code: String, name: String },
    Words(String),
}

impl Meaning {
    /// Its name in an address.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Reference(_) => "skadenummer",
            Self::Registration(_) => "regnr",
            Self::Kid(_) => "kid",
            Self::LossDate(_) => "skadedato",
            Self::Company { .. } => "motpart",
            Self::Words(_) => "ord",
        }
    }

    /// After «Søkte etter»: «registreringsnummer EK12345».
    pub(super) fn words(&self) -> String {
        match self {
            Self::Reference(reference) => format!("skadenummer {reference}"),
            Self::Registration(number) => format!("registreringsnummer {number}"),
            Self::Kid(kid) => format!("KID {kid}"),
            Self::LossDate(date) => format!("skadedato {}", dates::date(*date)),
            Self::Company { name, .. } => format!("motpart {name}"),
            Self::Words(words) => format!("ordene «{words}»"),
        }
    }

    /// `filter` with this as well; nothing when its field is already asked for.
    pub(super) fn narrow(&self, filter: &IncidentFilter) -> Option<IncidentFilter> {
        let mut narrowed = filter.clone();
        let (slot, value) = match self {
            Self::Reference(reference) => (&mut narrowed.reference, reference.clone()),
            Self::Registration(number) => (&mut narrowed.registration_number, number.to_string()),
            Self::Kid(kid) => (&mut narrowed.kid, kid.to_string()),
            Self::LossDate(date) => (&mut narrowed.loss_date, date.to_string()),
            Self::Company { code, .. } => (&mut narrowed.counterpart, code.clone()),
            Self::Words(words) => {
                let both = filter.q.iter().chain([words]).cloned().collect::<Vec<_>>().join(" ");
                narrowed.q = None;
                (&mut narrowed.q, both)
            }
        };
        if slot.is_some() {
            return None;
        }
        *slot = Some(value);
        Some(narrowed)
    }
}

/// The readings of `text`, likeliest first. The caller takes the first that finds something.
pub(super) fn meanings(text: &str, directory: &Directory, own: &str) -> Vec<Meaning> {
    let text = text.trim();
    let has_digits = text.chars().any(|c| c.is_ascii_digit());
    let reference = Meaning::Reference(text.to_owned());
    let mut found = Vec::new();
    if has_digits {
        let plate = plate(text);
        let sure = plate.as_ref().is_some_and(|(_, kind)| is_sure(*kind));
        let plate = plate.map(|(number, _)| Meaning::Registration(number));
        let (first, later) = if sure { (plate, None) } else { (None, plate) };
        let date = dates::parse_date(text).ok().map(Meaning::LossDate);
        found.extend(first);
        found.extend(Kid::parse(text).ok().map(Meaning::Kid));
        found.push(reference);
        found.extend(date);
        found.extend(later);
    } else {
        found.extend(company(text, directory, own));
        let personal = plate(text).filter(|(_, kind)| *kind == PlateKind::Personal);
        found.extend(personal.map(|(number, _)| Meaning::Registration(number)));
        found.push(reference);
    }
    found.push(Meaning::Words(text.to_owned()));
    found
}

/// The number, when the text is no sentence.
fn plate(text: &str) -> Option<(RegistrationNumber, PlateKind)> {
    let is_short = text.split_whitespace().count() <= 3;
    let number = RegistrationNumber::parse(text).ok().filter(|_| is_short)?;
    let kind = number.kind("N");
    Some((number, kind))
}

/// A shape that hardly is anything else.
fn is_sure(kind: PlateKind) -> bool {
    use PlateKind::{Diplomatic, Electric, FourDigits, Ordinary};
    matches!(kind, Ordinary | Electric | FourDigits | Diplomatic)
}

/// The one company the text can mean.
fn company(text: &str, directory: &Directory, own: &str) -> Option<Meaning> {
    let mut named = directory.named(text).into_iter().filter(|company| company.code != own);
    let company = named.next()?;
    named.next().is_none().then(|| Meaning::Company {
        code: company.code.clone(),
        name: directory.name(&company.code).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Company;

    fn read(text: &str) -> Vec<String> {
        let company = |code: &str, name: &str| Company {
            code: code.into(),
            name: name.into(),
            organisation_number: "310425885".into(),
            active: true,
            claim_account_number: None,
        };
        let directory = Directory::from_companies(vec![
            company("FJT", "Fjordtrygd Forsikring"),
            company("NLS", "Nordlys Skadeforsikring"),
            company("TND", "Tinde Forsikring"),
        ]);
        meanings(text, &directory, "FJT").iter().map(Meaning::words).collect()
    }

    #[test]
    fn a_plate_is_a_plate_in_any_spelling() {
        for typed in ["EK12345", "ek 12345", " Ek-123 45"] {
            assert_eq!(read(typed)[0], "registreringsnummer EK12345", "{typed}");
        }
    }

    #[test]
    fn a_date_is_a_date_in_any_form() {
        for typed in ["1.2.26", "01.02.2026", "2026-02-01", "1/2 2026", "1. februar 2026"] {
            assert!(read(typed).contains(&"skadedato 01.02.2026".to_owned()), "{typed}");
        }
    }

    #[test]
    fn a_reference_is_tried_whatever_it_looks_like() {
        for typed in ["2026-100123", "SK/88", "AB12345", "4711"] {
            let reference = format!("skadenummer {typed}");
            assert!(read(typed).contains(&reference), "{typed}");
        }
    }

    #[test]
    fn a_kid_must_have_its_control_digit_right() {
        assert_eq!(read("1234 5674")[0], "KID 12345674");
        assert!(!read("12345675").iter().any(|words| words.starts_with("KID")));
    }

    #[test]
    fn a_company_goes_by_code_or_name_but_only_when_there_is_no_doubt() {
        assert_eq!(read("nls")[0], "motpart Nordlys Skadeforsikring");
        assert_eq!(read("Tinde forsikring")[0], "motpart Tinde Forsikring");
        assert_eq!(read("fjordtrygd")[0], "skadenummer fjordtrygd");
    }

    #[test]
    fn a_personal_plate_is_found_among_the_words() {
        assert!(read("fjell").contains(&"registreringsnummer FJELL".to_owned()));
        assert_eq!(read("glatt vei i tunnelen").last().unwrap(), "ordene «glatt vei i tunnelen»");
    }

    #[test]
    fn a_field_already_asked_for_is_not_asked_again() {
        let date = Meaning::LossDate("2026-02-01".parse().unwrap());
        let asked = IncidentFilter { loss_date: Some("2026-02-02".into()), ..<_>::default() };
        assert_eq!(date.narrow(&asked), None);
        let words = Meaning::Words("tunnel".into());
        let asked = IncidentFilter { q: Some("glatt".into()), ..<_>::default() };
        assert_eq!(words.narrow(&asked).unwrap().q.as_deref(), Some("glatt tunnel"));
    }
}
