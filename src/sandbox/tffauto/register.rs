//! The vehicles: those of the demonstration world, and endless others by a fixed rule.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::{Insurance, Selskap, Status};
use crate::formats::{CompanyCode, RegistrationNumber};
use crate::sandbox::demo_world::{Cover, DemoWorld, Vehicle};

/// Letters of the plates that the rule gives each company; no plate of the world has them.
const SERIES: [(&str, [&str; 3]); 4] = [
    ("FJT", ["AR", "DL", "SU"]),
    ("NLS", ["CF", "KJ", "ZT"]),
    ("TND", ["BP", "NF", "VJ"]),
    ("SKG", ["JK", "LS", "RH"]),
];
const PER_SERIES: u32 = 90_000;
/// Shares no factor with [`PER_SERIES`], so that stepping by it meets every number once.
const STEP: u32 = 7_919;

/// A plate of a vehicle that `company` insures, the `n`th by the rule.
///
/// `None` for a company without a series (TFF insures nothing) and from `n` = 270 000.
pub fn vehicle(company: &CompanyCode, n: u32) -> Option<RegistrationNumber> {
    let (_, letters) = SERIES.iter().find(|(code, _)| *code == company.as_str())?;
    let series = n % 3;
    let place = n / 3;
    if place >= PER_SERIES {
        return None;
    }
    let number = 10_000 + (place * STEP + 2_718) % PER_SERIES;
    RegistrationNumber::parse(&format!("{}{number}", letters[series as usize])).ok()
}

/// All vehicles, and who TFF is.
pub struct Register {
    world: DemoWorld,
    tff: CompanyCode,
}

impl Register {
    /// The vehicles of `world`, a Danish one whose insurer has a correspondent, and the rule's.
    ///
    /// # Panics
    ///
    /// Never: the codes written here are valid.
    pub fn new(world: &DemoWorld) -> Self {
        let mut world = world.clone();
        let code = |text: &str| text.parse::<CompanyCode>().expect("a valid company code");
        let number = RegistrationNumber::parse("CX48213").expect("a valid number");
        world.vehicles.push(Vehicle {
            numbers: vec![number],
            country: "DK".into(),
            make: "dansk personbil".into(),
            cover: Vec::new(),
            foreign: true,
            self_insured: false,
            correspondent: Some(code("SKG")),
        });
        Self { world, tff: code("TFF") }
    }

    /// Who answers for the vehicle on the day; `None` for a number nobody has.
    pub(super) fn insurance(
        &self,
        number: &RegistrationNumber,
        country: &str,
        on: Date,
    ) -> Option<Insurance> {
        let vehicle = self.find(number, country)?;
        let cover = vehicle
            .cover
            .iter()
            .find(|cover| cover.from <= on && cover.until.is_none_or(|until| on < until));
        let (status, company) = match (&vehicle, cover) {
            (Vehicle { correspondent: Some(company), .. }, _) => {
                (Status::Korrespondent, Some(company))
            }
            (Vehicle { foreign: true, .. }, _) => (Status::Utenlandsk, Some(&self.tff)),
            (Vehicle { self_insured: true, .. }, _) => (Status::Selvassurandor, None),
            (_, Some(cover)) => (Status::Forsikret, Some(&cover.company)),
            (_, None) => (Status::Uforsikret, Some(&self.tff)),
        };
        Some(Insurance {
            selskap: company.map(|code| self.company(code)),
            forsikringsstatus: status,
            dekning_fra: cover.map(|cover| cover.from),
            kjennemerker: vehicle.numbers,
            land: vehicle.country,
            kjoretoytype: vehicle.make,
            dato: on,
        })
    }

    fn company(&self, code: &CompanyCode) -> Selskap {
        let navn = self.world.company_name(code).unwrap_or_default().to_owned();
        Selskap { selskapskode: code.clone(), navn }
    }

    fn find(&self, number: &RegistrationNumber, country: &str) -> Option<Vehicle> {
        let listed = self
            .world
            .vehicles
            .iter()
            .find(|vehicle| vehicle.country == country && vehicle.numbers.contains(number));
        match listed {
            Some(vehicle) => Some(vehicle.clone()),
            None if country == "N" => by_rule(number),
            None => Some(foreign(number, country)),
        }
    }
}

/// The vehicle that the rule gives this number, with cover from some day between 2015 and 2017.
fn by_rule(number: &RegistrationNumber) -> Option<Vehicle> {
    let (letters, digits) = number.as_str().split_at_checked(2)?;
    let (company, _) = SERIES.iter().find(|(_, series)| series.contains(&letters))?;
    if digits.len() != 5 {
        return None;
    }
    let digits: u32 = digits.parse().ok().filter(|&digits| digits >= 10_000)?;
    let from = date(2015, 1, 1).checked_add(i64::from(digits % 900).days()).ok()?;
    Some(Vehicle {
        numbers: vec![number.clone()],
        country: "N".into(),
        make: if digits.is_multiple_of(7) { "varebil" } else { "personbil" }.into(),
        cover: vec![Cover { company: company.parse().ok()?, from, until: None }],
        foreign: false,
        self_insured: false,
        correspondent: None,
    })
}

/// A register of one country can't know a foreign number to be wrong.
fn foreign(number: &RegistrationNumber, country: &str) -> Vehicle {
    Vehicle {
        numbers: vec![number.clone()],
        country: country.into(),
        make: "utenlandsk kjøretøy".into(),
        cover: Vec::new(),
        foreign: true,
        self_insured: false,
        correspondent: None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Status and company code, or `unknown`.
    fn answer(number: &str, country: &str, on: Date) -> String {
        let register = Register::new(&DemoWorld::new());
        let number = RegistrationNumber::parse(number).unwrap();
        let Some(insurance) = register.insurance(&number, country, on) else {
            return "unknown".into();
        };
        let company =
            insurance.selskap.map_or("none".into(), |company| company.selskapskode.to_string());
        format!("{:?} {company}", insurance.forsikringsstatus)
    }

    #[test]
    fn the_seller_answers_until_the_day_before_the_change_and_the_buyer_from_the_day() {
        assert_eq!(answer("AB12345", "N", date(2026, 5, 31)), "Forsikret NLS");
        assert_eq!(answer("AB12345", "N", date(2026, 6, 1)), "Forsikret TND");
    }

    #[test]
    fn a_change_on_the_night_of_summer_time_is_a_change_of_date_like_any_other() {
        assert_eq!(answer("KH31415", "N", date(2026, 3, 28)), "Forsikret NLS");
        assert_eq!(answer("KH31415", "N", date(2026, 3, 29)), "Forsikret FJT");
    }

    #[test]
    fn tff_answers_in_a_gap_between_two_covers_and_before_the_first() {
        assert_eq!(answer("HX4321", "N", date(2025, 9, 30)), "Forsikret FJT");
        assert_eq!(answer("HX4321", "N", date(2025, 10, 1)), "Uforsikret TFF");
        assert_eq!(answer("HX4321", "N", date(2026, 3, 31)), "Uforsikret TFF");
        assert_eq!(answer("HX4321", "N", date(2026, 4, 1)), "Forsikret FJT");
        assert_eq!(answer("EK12345", "N", date(2022, 12, 31)), "Uforsikret TFF");
    }

    #[test]
    fn a_vehicle_answers_to_its_personal_plate_too() {
        let on = date(2026, 1, 1);
        assert_eq!(answer("FJELL", "N", on), "Forsikret TND");
        assert_eq!(answer("DN54321", "N", on), "Forsikret TND");
    }

    #[test]
    fn the_other_kinds_of_answer() {
        let on = date(2026, 1, 1);
        assert_eq!(answer("RT77777", "N", on), "Uforsikret TFF");
        assert_eq!(answer("ABC123", "S", on), "Utenlandsk TFF");
        assert_eq!(answer("XYZ999", "D", on), "Utenlandsk TFF");
        assert_eq!(answer("CX48213", "DK", on), "Korrespondent SKG");
        assert_eq!(answer("12345", "N", on), "Selvassurandor none");
        assert_eq!(answer("ABC123", "N", on), "unknown");
        assert_eq!(answer("QQ00001", "N", on), "unknown");
    }

    #[test]
    fn the_rule_gives_every_company_its_own_plates_and_answers_for_them() {
        let world = DemoWorld::new();
        let mut seen: HashSet<_> =
            world.vehicles.iter().flat_map(|vehicle| vehicle.numbers.clone()).collect();
        for code in ["FJT", "NLS", "TND", "SKG"] {
            for n in 0..2_000 {
                let number = vehicle(&code.parse().unwrap(), n).unwrap();
                assert_eq!(
                    answer(number.as_str(), "N", date(2020, 1, 1)),
                    format!("Forsikret {code}")
                );
                assert!(seen.insert(number.clone()), "{}", number.as_str());
            }
        }
        assert_eq!(vehicle(&"TFF".parse().unwrap(), 0), None);
    }
}
