//! From lenient bodies to the values commands take, by field.

mod claim;

use jiff::civil::Date;

use super::input::{Errors, Fields};
use crate::domain::event::PartyChange;
use crate::domain::incident::ProposalAnswer;
use crate::domain::{Part, Terms, Vehicle};
use crate::formats::{Ore, RegistrationNumber, Share};
use crate::hub::commands::create::{NewIncident, Override};
use crate::hub::commands::incident::Acceptance;
use crate::hub::reference_data::Snapshot;

const REFERENCE: usize = 40;
const SHORT: usize = 200;
const LONG: usize = 4000;
/// How far back a loss may lie.
const YEARS: i32 = 10;

/// What values are checked against: the code lists as they are today.
pub struct Against<'a> {
    /// Companies and code lists.
    pub data: &'a Snapshot,
    /// Today in Oslo.
    pub today: Date,
}

impl Against<'_> {
    /// `POST /incidents`.
    pub fn new_incident(&self, fields: &mut Fields, errors: &mut Errors) -> NewIncident {
        let reference = fields.required(errors, "reference", REFERENCE);
        let loss_date = self.loss_date(fields, errors);
        let mut own = fields.must_object(errors, "own");
        let mut other = fields.must_object(errors, "other");
        let new = NewIncident {
            reference,
            loss_date,
            loss_time: fields.time(errors, "lossTime"),
            place: fields.text(errors, "place", SHORT),
            description: fields.text(errors, "description", LONG),
            personal_injury: fields.said(errors, "personalInjury"),
            own_vehicle: vehicle(&mut own, errors),
            coverage: self.coverage(&mut own, errors, true).unwrap_or_default(),
            vat_liable: own.said(errors, "vatLiable"),
            business_interruption: own.said(errors, "businessInterruption"),
            own_override: chosen(&mut own, errors),
            other_vehicle: vehicle(&mut other, errors),
            other_override: chosen(&mut other, errors),
            proposal: self.within(fields, errors, "proposal"),
            confirm_duplicate: fields.boolean(errors, "confirmDuplicate").unwrap_or_default(),
        };
        if new.own_vehicle.number.is_some() && new.own_vehicle.number == new.other_vehicle.number {
            other.fault(errors, "vehicle", "invalid", "Partene kan ikke ha samme kjøretøy.");
        }
        own.end(errors);
        other.end(errors);
        new
    }

    fn loss_date(&self, fields: &mut Fields, errors: &mut Errors) -> Date {
        if !fields.has("lossDate") {
            fields.required(errors, "lossDate", SHORT);
            return self.today;
        }
        let Some(date) = fields.date(errors, "lossDate") else { return self.today };
        let oldest = self.today.saturating_sub(jiff::Span::new().years(YEARS));
        if date > self.today {
            fields.fault(
                errors,
                "lossDate",
                "date_in_future",
                "Skadedatoen kan ikke være fram i tid.",
            );
        } else if date < oldest {
            fields.fault(
                errors,
                "lossDate",
                "date_too_old",
                "Skadedatoen kan ikke være eldre enn ti år.",
            );
        }
        date
    }

    fn coverage(&self, fields: &mut Fields, errors: &mut Errors, needed: bool) -> Option<String> {
        let code = if needed {
            Some(fields.required(errors, "coverage", SHORT)).filter(|code| !code.is_empty())
        } else {
            fields.text(errors, "coverage", SHORT)
        }?;
        if self.data.code("coverages", &code, self.today).is_none() {
            fields.fault(errors, "coverage", "unknown_code", "Dekningsomfanget finnes ikke.");
        }
        Some(code)
    }

    fn within(&self, fields: &mut Fields, errors: &mut Errors, name: &str) -> Option<Terms> {
        let mut inner = fields.object(errors, name)?;
        let terms = self.proposal(&mut inner, errors);
        inner.end(errors);
        terms
    }

    /// A proposal.
    pub fn proposal(&self, fields: &mut Fields, errors: &mut Errors) -> Option<Terms> {
        let before = errors.len();
        let code = fields.required(errors, "code", SHORT);
        let role = fields.required(errors, "ownRole", SHORT);
        let part = match role.as_str() {
            "a" => Some(Part::A),
            "b" => Some(Part::B),
            "" => None,
            _ => {
                fields.fault(errors, "ownRole", "invalid", "Rollen er a eller b.");
                None
            }
        };
        let split = fields.object(errors, "split").and_then(|inner| split(inner, errors));
        let reason = fields.text(errors, "reason", LONG);
        if code.is_empty() {
            return None;
        }
        let known = self.data.liability_code(&code, self.today);
        match Terms::check(known.as_ref(), part.unwrap_or(Part::A), split, reason) {
            Ok(terms) => (errors.len() == before).then_some(terms),
            Err(faults) => {
                for fault in faults {
                    fields.fault(errors, fault.field, fault.code, fault.message);
                }
                None
            }
        }
    }

    /// `POST /incidents/{id}/accept`.
    pub fn acceptance(&self, fields: &mut Fields, errors: &mut Errors) -> Acceptance {
        let reference = fields.required(errors, "reference", REFERENCE);
        let change = self.side(fields, errors);
        let both = fields.has("acceptProposal") && fields.has("counterProposal");
        if both {
            fields.fault(
                errors,
                "counterProposal",
                "invalid",
                "Godta forslaget, eller send et motforslag. Ikke begge.",
            );
        }
        let number = fields.integer(errors, "acceptProposal");
        let counter = self.within(fields, errors, "counterProposal");
        let answer = match (number, counter) {
            (_, Some(terms)) => ProposalAnswer::Counter(terms),
            (Some(number), None) => ProposalAnswer::Accept(u32::try_from(number).unwrap_or(0)),
            (None, None) => ProposalAnswer::None,
        };
        Acceptance { reference, change, answer }
    }

    /// The fields of the own side that can be changed.
    pub fn side(&self, fields: &mut Fields, errors: &mut Errors) -> PartyChange {
        PartyChange {
            coverage: self.coverage(fields, errors, false),
            vat_liable: fields.boolean(errors, "vatLiable"),
            business_interruption: fields.boolean(errors, "businessInterruption"),
            vehicle_description: fields.clearable(errors, "vehicleDescription", SHORT),
            personal_injury: None,
        }
    }

    /// `POST /incidents/{id}/reject`: reason, text, suggested company.
    pub fn rejection(
        &self,
        fields: &mut Fields,
        errors: &mut Errors,
    ) -> (String, Option<String>, Option<crate::formats::CompanyCode>) {
        let reason = fields.required(errors, "reason", SHORT);
        let text = fields.text(errors, "text", LONG);
        let suggested = fields.company(errors, "suggestedCompany");
        match self.data.code("rejection-reasons", &reason, self.today) {
            None if !reason.is_empty() => {
                fields.fault(errors, "reason", "unknown_code", "Avvisningsgrunnen finnes ikke.");
            }
            Some(code) if code.text_required && text.is_none() => {
                fields.fault(errors, "text", "required", "Skriv hva grunnen er.");
            }
            _ => {}
        }
        if suggested.as_ref().is_some_and(|code| self.data.company(code.as_str()).is_none()) {
            fields.fault(
                errors,
                "suggestedCompany",
                "unknown_company",
                "Selskapet finnes ikke i Skadehub.",
            );
        }
        (reason, text, suggested)
    }
}

/// A positive amount in øre, below ten billion kroner.
pub fn amount(fields: &mut Fields, errors: &mut Errors, name: &str, needed: bool) -> Option<Ore> {
    const MOST: i64 = 1_000_000_000_000;
    if !fields.has(name) {
        if needed {
            fields.required(errors, name, SHORT);
        }
        return None;
    }
    let ore = fields.integer(errors, name)?;
    if ore < 1 {
        fields.fault(errors, name, "amount_not_positive", "Beløpet må være større enn null.");
        return None;
    }
    if ore > MOST {
        fields.fault(errors, name, "invalid", "Beløpet er for stort.");
        return None;
    }
    Some(Ore(ore))
}

/// A reason: required, or free to leave out.
pub fn reason(fields: &mut Fields, errors: &mut Errors, needed: bool) -> Option<String> {
    let before = errors.len();
    let reason = fields.text(errors, "reason", LONG);
    if needed && reason.is_none() && errors.len() == before {
        fields.fault(errors, "reason", "reason_required", "Skriv hvorfor.");
    }
    reason
}

fn vehicle(side: &mut Fields, errors: &mut Errors) -> Vehicle {
    let before = errors.len();
    let mut fields = side.must_object(errors, "vehicle");
    let typed = fields.text(errors, "registrationNumber", SHORT);
    let unregistered = fields.boolean(errors, "unregistered").unwrap_or_default();
    let country = fields.text(errors, "country", 3).unwrap_or_else(|| "N".to_owned());
    let description = fields.text(errors, "description", SHORT);
    let number = typed.as_deref().map(RegistrationNumber::parse);
    if let Some(Err(error)) = &number {
        fields.fault(errors, "registrationNumber", "invalid", error.to_string());
    }
    if !country.bytes().all(|b| b.is_ascii_alphabetic()) {
        fields.fault(
            errors,
            "country",
            "invalid",
            "Landet skrives med nasjonalitetsmerket, for eksempel N.",
        );
    }
    if number.is_some() == unregistered && errors.len() == before {
        errors.push(crate::contract::FieldProblem::new(
            fields.pointer("").trim_end_matches('/'),
            "vehicle_number_or_unregistered",
            "Skriv et registreringsnummer, eller velg «uregistrert» og beskriv kjøretøyet.",
        ));
    } else if unregistered && description.is_none() {
        fields.fault(errors, "description", "required", "Beskriv det uregistrerte kjøretøyet.");
    }
    fields.end(errors);
    Vehicle {
        number: number.and_then(Result::ok),
        country: country.to_ascii_uppercase(),
        description,
    }
}

fn chosen(side: &mut Fields, errors: &mut Errors) -> Option<Override> {
    let mut fields = side.object(errors, "insurerOverride")?;
    if !fields.has("company") {
        fields.required(errors, "company", SHORT);
    }
    let company = fields.company(errors, "company");
    let reason = fields.text(errors, "reason", LONG);
    fields.end(errors);
    Some(Override { company: company?, reason })
}

fn split(mut fields: Fields, errors: &mut Errors) -> Option<(Share, Share)> {
    let own = share(&mut fields, errors, "own");
    let other = share(&mut fields, errors, "other");
    fields.end(errors);
    own.zip(other)
}

fn share(fields: &mut Fields, errors: &mut Errors, name: &str) -> Option<Share> {
    let mut inner = fields.must_object(errors, name);
    let (num, den) = (inner.integer(errors, "num"), inner.integer(errors, "den"));
    inner.end(errors);
    let share = num
        .zip(den)
        .and_then(|(num, den)| Share::new(u32::try_from(num).ok()?, u32::try_from(den).ok()?));
    if share.is_none() {
        fields.fault(errors, name, "invalid", "Brøken skrives med num og den, fra 0/1 til 1/1.");
    }
    share
}
