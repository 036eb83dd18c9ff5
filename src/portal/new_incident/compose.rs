//! From what was typed to what is sent, with everything wrong said at once.
//!
//! The preview shows the [`NewIncident`] made here, and the same is sent.

mod faults;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::draft::{Circumstances, Draft, Step, TypedVehicle, Vehicles, YES};
use super::lookup::{Finding, LookUps};
use crate::contract::{
    CodeList, InsurerOverride, NewIncident, NewOtherParty, NewOwnParty, NewVehicle,
};
use crate::formats::{RegistrationNumber, dates};
use crate::portal::form::Errors;

pub(super) use faults::Faults;

/// How many years back a collision may lie.
const OLDEST_YEARS: i64 = 10;

/// What parsing a draft needs to know beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// Our company's code.
    pub own: &'a str,
    pub lookups: &'a LookUps,
    pub codes: &'a CodeList,
    pub now: Timestamp,
}

/// Step 1, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Understood {
    pub reference: String,
    pub loss_date: Date,
    pub loss_time: Option<Time>,
    own: NewVehicle,
    own_override: Option<InsurerOverride>,
    other: NewVehicle,
    other_override: Option<InsurerOverride>,
}

/// The incident to send.
pub(super) fn whole(draft: &Draft, known: &Known<'_>) -> Result<NewIncident, Faults> {
    let mut faults = Faults::default();
    let vehicles = draft.vehicles.parse(known);
    let circumstances = draft.circumstances.check();
    let proposal = if draft.liability.without == YES {
        Ok(None)
    } else {
        draft.liability.parse(known.codes, NOTHING_PICKED).map(Some)
    };
    match (vehicles, circumstances, proposal) {
        (Ok(vehicles), Ok(()), Ok(proposal)) => {
            let it = &draft.circumstances;
            return Ok(NewIncident {
                reference: vehicles.reference,
                loss_date: vehicles.loss_date.to_string(),
                loss_time: vehicles.loss_time.map(|time| time.strftime("%H:%M").to_string()),
                place: filled(&it.place),
                description: filled(&it.description),
                personal_injury: it.personal_injury == YES,
                own: NewOwnParty {
                    vehicle: vehicles.own,
                    coverage: it.coverage.clone(),
                    vat_liable: it.vat_liable == YES,
                    business_interruption: it.business_interruption == YES,
                    insurer_override: vehicles.own_override,
                },
                other: NewOtherParty {
                    vehicle: vehicles.other,
                    insurer_override: vehicles.other_override,
                },
                proposal,
                confirm_duplicate: None,
            });
        }
        (vehicles, circumstances, proposal) => {
            faults.add(Step::Vehicles, vehicles.err().unwrap_or_default());
            faults.add(Step::Circumstances, circumstances.err().unwrap_or_default());
            faults.add(Step::Liability, proposal.err().unwrap_or_default());
        }
    }
    Err(faults)
}

/// Said when the step is left without a choice.
pub(super) const NOTHING_PICKED: &str = "Velg en typeløsning, eller send uten forslag.";

fn filled(text: &str) -> Option<String> {
    let text = text.trim().replace("\r\n", "\n");
    (!text.is_empty()).then_some(text)
}

impl Circumstances {
    /// What the step requires.
    pub(super) fn check(&self) -> Result<(), Errors> {
        let mut errors = Errors::new();
        if self.coverage.is_empty() {
            errors.add("dekning", "Velg dekningsomfang.");
        }
        errors.none()
    }
}

impl Vehicles {
    /// Step 1 as it can be sent.
    pub(super) fn parse(&self, known: &Known<'_>) -> Result<Understood, Errors> {
        let mut errors = Errors::new();
        let reference = self.reference.trim();
        if reference.is_empty() {
            errors.add("skadenummer", "Skriv vårt skadenummer.");
        }
        let loss_date = self.parse_loss_date(known.now, &mut errors);
        let loss_time = match self.loss_time.trim() {
            "" => None,
            text => errors.take("klokkeslett", dates::parse_time(text)),
        };
        let own = self.own().parse("egen", &mut errors);
        let other = self.other().parse("motpart", &mut errors);
        let same = own.registration_number.is_some()
            && (&own.registration_number, &own.country)
                == (&other.registration_number, &other.country);
        if same {
            errors.add("motpart-regnr", "De to kjøretøyene kan ikke ha samme nummer.");
        }
        let own_override = self.own_override(known, &mut errors);
        let other_override = self.other_override(known, &mut errors);
        errors.none()?;
        Ok(Understood {
            reference: reference.to_owned(),
            // Without a date there was an error.
            loss_date: loss_date.unwrap_or_default(),
            loss_time,
            own,
            own_override,
            other,
            other_override,
        })
    }

    fn parse_loss_date(&self, now: Timestamp, errors: &mut Errors) -> Option<Date> {
        if self.loss_date.trim().is_empty() {
            errors.add("skadedato", "Skriv skadedatoen, for eksempel 20.11.2026.");
            return None;
        }
        let day = errors.take("skadedato", dates::parse_date(&self.loss_date))?;
        let today = dates::oslo_date(now);
        if day > today {
            let sentence = format!(
                "Skadedatoen kan ikke være fram i tid. I dag er det {}.",
                dates::date(today)
            );
            errors.add("skadedato", sentence);
        }
        let oldest = today.saturating_sub(jiff::Span::new().years(OLDEST_YEARS));
        if day < oldest {
            errors.add("skadedato", "Skadedatoen er mer enn ti år tilbake. Sjekk året.");
        }
        Some(day)
    }

    /// Our own company answers although the registry names another, or because it names none.
    fn own_override(&self, known: &Known<'_>, errors: &mut Errors) -> Option<InsurerOverride> {
        let found = known.lookups.own(self);
        let reason = filled(&self.own_reason);
        if found.contradicts(known.own) && reason.is_none() {
            errors.add("egen-grunn", "Skriv hvorfor dere svarer for kjøretøyet likevel.");
        }
        let needless = found.company() == Some(known.own);
        reason
            .filter(|_| !needless)
            .map(|reason| InsurerOverride { company: known.own.to_owned(), reason: Some(reason) })
    }

    /// The receiver, when it is chosen by hand.
    fn other_override(&self, known: &Known<'_>, errors: &mut Errors) -> Option<InsurerOverride> {
        let found = known.lookups.other(self);
        let company = self.other_company.trim();
        if company.is_empty() {
            if found.leaves_open(known.own) {
                errors.add("motpart-selskap", "Velg selskapet som skal få hendelsen.");
            }
            return None;
        }
        if found.company() == Some(company) {
            return None;
        }
        let reason = filled(&self.other_reason);
        if found.company().is_some() && reason.is_none() {
            let sentence = "Skriv hvorfor hendelsen skal til et annet selskap enn TFFAuto oppgir.";
            errors.add("motpart-grunn", sentence);
        }
        Some(InsurerOverride { company: company.to_owned(), reason })
    }

    /// The company that gets the incident, as far as it is known.
    pub(super) fn receiver<'a>(&'a self, found: &Finding<'a>) -> Option<&'a str> {
        match self.other_company.trim() {
            "" => match found {
                Finding::Answered(_, answer) => answer.company.as_deref(),
                _ => None,
            },
            chosen => Some(chosen),
        }
    }
}

impl TypedVehicle<'_> {
    fn parse(&self, side: &'static str, errors: &mut Errors) -> NewVehicle {
        let description = filled(self.description);
        if self.unregistered {
            if description.is_none() {
                let sentence = "Beskriv kjøretøyet, siden det er uregistrert.";
                errors.add(format!("{side}-kjoretoy"), of_side(side, sentence));
            }
            if !self.number.trim().is_empty() {
                let sentence = "Fjern nummeret, eller fjern krysset for uregistrert.";
                errors.add(format!("{side}-regnr"), of_side(side, sentence));
            }
            return NewVehicle { unregistered: true, description, ..NewVehicle::default() };
        }
        let country = self.sign();
        if country.len() > 3 || !country.bytes().all(|b| b.is_ascii_uppercase()) {
            let sentence = "Skriv landets nasjonalitetsmerke, for eksempel S, DK eller PL.";
            errors.add(format!("{side}-land"), of_side(side, sentence));
        }
        let number = RegistrationNumber::parse(self.number)
            .map_err(|error| of_side(side, &error.to_string()));
        let number = errors.take(format!("{side}-regnr"), number);
        NewVehicle {
            registration_number: number.map(|number| number.as_str().to_owned()),
            country: Some(country),
            unregistered: false,
            description,
        }
    }
}

/// Both vehicles have the same fields, and the summary shows their errors without the fields beside.
fn of_side(side: &str, sentence: &str) -> String {
    let whose = if side == "egen" { "Vårt kjøretøy" } else { "Motpartens kjøretøy" };
    format!("{whose}: {sentence}")
}

#[cfg(test)]
mod tests;
