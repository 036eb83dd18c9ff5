//! The formats of the field: codes, numbers, money and dates. Pure.
//!
//! Every type here is made by parsing and holds only right values, in one
//! standard form. Parsing forgives what people type (spaces, dots, `kr`);
//! an error's `Display` is the Norwegian sentence shown at the field.

mod check_digit;
mod text;

pub mod account_number;
pub mod collation;
pub mod company_code;
pub mod dates;
pub mod kid;
pub mod money;
pub mod national_identity_number;
pub mod organisation_number;
pub mod registration_number;
pub mod rfc3339;
pub mod share;

pub use account_number::AccountNumber;
pub use collation::norwegian_order;
pub use company_code::CompanyCode;
pub use kid::Kid;
pub use money::Ore;
pub use national_identity_number::NationalIdentityNumber;
pub use organisation_number::OrganisationNumber;
pub use registration_number::RegistrationNumber;
pub use share::Share;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::national_identity_number::Series;
    use super::*;

    fn vectors(format: &str, validity: &str) -> Vec<Value> {
        let all: Value =
            serde_json::from_str(include_str!("../../tests/data/format-vectors.json")).unwrap();
        let some = all[format][validity].as_array().unwrap().clone();
        assert!(!some.is_empty());
        some
    }

    fn assert_all_refused<T>(format: &str, accepts: impl Fn(&str) -> Option<T>) {
        for text in vectors(format, "invalid") {
            assert!(accepts(text.as_str().unwrap()).is_none(), "{format} {text}");
        }
    }

    #[test]
    fn published_kids_are_judged_right() {
        for vector in vectors("kid", "valid") {
            let kid = Kid::parse(vector["kid"].as_str().unwrap()).unwrap();
            let by: BTreeSet<&str> =
                vector["by"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(kid.moduli().mod10, by.contains("mod10"), "{kid}");
            assert_eq!(kid.moduli().mod11, by.contains("mod11"), "{kid}");
        }
        assert_all_refused("kid", |text| Kid::parse(text).ok());
    }

    #[test]
    fn published_organisation_and_account_numbers_are_judged_right() {
        for number in vectors("organisation_number", "valid") {
            assert!(OrganisationNumber::parse(number.as_str().unwrap()).is_ok(), "{number}");
        }
        for number in vectors("account_number", "valid") {
            assert!(AccountNumber::parse(number.as_str().unwrap()).is_ok(), "{number}");
        }
        assert_all_refused("organisation_number", |text| OrganisationNumber::parse(text).ok());
        assert_all_refused("account_number", |text| AccountNumber::parse(text).ok());
    }

    #[test]
    fn published_identity_numbers_are_judged_right() {
        for vector in vectors("national_identity_number", "valid") {
            let number = NationalIdentityNumber::parse(vector["nin"].as_str().unwrap()).unwrap();
            let (is_d_number, series) = match vector["kind"].as_str().unwrap() {
                "birth" => (false, Series::Register),
                "d" => (true, Series::Register),
                "h" => (false, Series::Help),
                "d+h" => (true, Series::Help),
                "synthetic" => (false, Series::Synthetic),
                "d+synthetic" => (true, Series::Synthetic),
                other => panic!("unknown kind {other}"),
            };
            assert_eq!((number.is_d_number(), number.series()), (is_d_number, series), "{vector}");
        }
        assert_all_refused("national_identity_number", |text| {
            NationalIdentityNumber::parse(text).ok()
        });
    }

    /// What people paste, from noise to nearly right, up to 10 kB.
    fn typed() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{0,30}-?",
            "[0-9.,/: \u{a0}\u{2212}-]{0,24}",
            "(kr|KL|NO|mai|aa|Å|ß|\u{1e9e}|[0-9]{1,4}|[.,/ -]){0,12}",
            proptest::collection::vec(any::<char>(), 0..40).prop_map(String::from_iter),
            (".{1,8}", 1_usize..1_000)
                .prop_map(|(part, times)| part.repeat(times))
                .prop_filter("10 kB", |text| text.len() <= 10_000),
        ]
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_a_parser_panic_and_the_standard_form_stands(text in typed()) {
            if let Ok(kid) = Kid::parse(&text) {
                prop_assert_eq!(Kid::parse(kid.as_str()), Ok(kid));
            }
            if let Ok(number) = RegistrationNumber::parse(&text) {
                let _ = (number.kind("N"), number.warning("N"));
                prop_assert_eq!(RegistrationNumber::parse(number.as_str()), Ok(number));
            }
            if let Ok(number) = OrganisationNumber::parse(&text) {
                prop_assert_eq!(OrganisationNumber::parse(&number.display()), Ok(number));
            }
            if let Ok(number) = AccountNumber::parse(&text) {
                prop_assert_eq!(AccountNumber::parse(&number.display()), Ok(number));
            }
            if let Ok(number) = NationalIdentityNumber::parse(&text) {
                prop_assert_eq!(NationalIdentityNumber::parse(&number.display()), Ok(number));
            }
            if let Ok(amount) = Ore::parse_kroner(&text) {
                prop_assert_eq!(Ore::parse_kroner(&amount.kr()), Ok(amount));
            }
            if let Ok(share) = text.parse::<Share>() {
                prop_assert_eq!(share.to_string().parse(), Ok(share));
            }
            if let Ok(day) = dates::parse_date(&text) {
                prop_assert_eq!(dates::parse_date(&dates::date(day)), Ok(day));
            }
            let _ = (dates::parse_time(&text), dates::parse_api_date(&text));
            prop_assert!(norwegian_order(&text, &text).is_eq());
        }
    }
}
