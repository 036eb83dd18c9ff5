//! Who answers for the two vehicles of a new incident: the registry, or a choice by hand.

use jiff::Timestamp;
use jiff::civil::Date;

use super::create::NewIncident;
use crate::contract::FieldProblem;
use crate::domain::Vehicle;
use crate::domain::incident::Insurer;
use crate::domain::registry::RegistryAnswer;
use crate::formats::CompanyCode;
use crate::hub::reference_data::Snapshot;
use crate::hub::{Act, Hub};

/// What the registry said of one vehicle, and when.
pub(super) struct LookUp {
    answer: Option<RegistryAnswer>,
    at: Option<Timestamp>,
}

impl LookUp {
    /// A registry that is down never blocks: then nothing is known, and a choice by hand is asked for.
    async fn of(hub: &Hub, vehicle: &Vehicle, day: Date) -> Self {
        let Some(number) = &vehicle.number else { return Self { answer: None, at: None } };
        match hub.registry.insurer(number, &vehicle.country, day).await {
            Ok(answer) => Self { answer: Some(answer), at: Some(hub.clock.now()) },
            Err(error) => {
                tracing::warn!(%error, "sent without the registry's answer");
                Self { answer: None, at: None }
            }
        }
    }

    /// Asks about both vehicles at once: the own, and the other.
    pub(super) async fn of_both(hub: &Hub, new: &NewIncident) -> [Self; 2] {
        let (own, other) = tokio::join!(
            Self::of(hub, &new.own_vehicle, new.loss_date),
            Self::of(hub, &new.other_vehicle, new.loss_date)
        );
        [own, other]
    }

    /// Every number the vehicle answers to.
    pub(super) fn numbers(&self, vehicle: &Vehicle) -> Vec<String> {
        let known = self.answer.iter().flat_map(|answer| &answer.numbers);
        let mut numbers: Vec<String> = known.map(|number| number.as_str().to_owned()).collect();
        if let Some(number) = &vehicle.number {
            numbers.push(number.as_str().to_owned());
        }
        numbers
    }

    fn named(&self) -> Option<&CompanyCode> {
        self.answer.as_ref().and_then(|answer| answer.company.as_ref())
    }

    fn insurer(&self, chosen: &CompanyCode, reason: Option<String>) -> Insurer {
        let named = self.named();
        Insurer {
            outcome: self.answer.as_ref().map(|answer| answer.outcome),
            registry_company: named.cloned(),
            since: self.answer.as_ref().and_then(|answer| answer.since),
            checked_at: self.at,
            by_hand: named != Some(chosen),
            reason,
        }
    }
}

/// The own company is always the caller; a registry that names another needs an override with a reason.
pub(super) fn own(
    by: &Act,
    new: &NewIncident,
    look_up: &LookUp,
    errors: &mut Vec<FieldProblem>,
) -> Insurer {
    let given = new.own_override.as_ref();
    let contradicted = look_up.named().is_some_and(|named| *named != by.company);
    match given {
        Some(given) if given.company != by.company => errors.push(FieldProblem::new(
            "/own/insurerOverride/company",
            "override_required",
            "Eget kjøretøy må være forsikret hos dere selv.",
        )),
        Some(given) if contradicted && given.reason.is_none() => errors.push(FieldProblem::new(
            "/own/insurerOverride/reason",
            "reason_required",
            "Skriv hvorfor registeret tar feil av selskapet for eget kjøretøy.",
        )),
        None if contradicted => errors.push(FieldProblem::new(
            "/own/insurerOverride",
            "override_required",
            format!(
                "TFFAuto oppgir at kjøretøyet er forsikret hos {} på skadedatoen. Bekreft at det er deres, med begrunnelse.",
                look_up.named().map_or("et annet selskap", CompanyCode::as_str)
            ),
        )),
        _ => {}
    }
    look_up.insurer(&by.company, given.and_then(|given| given.reason.clone()))
}

/// The other company: the registry's, or the one chosen by hand.
pub(super) fn other(
    new: &NewIncident,
    look_up: &LookUp,
    directory: &Snapshot,
    errors: &mut Vec<FieldProblem>,
) -> Option<(CompanyCode, Insurer)> {
    let named = look_up.named();
    match (&new.other_override, named) {
        (None, Some(named)) => Some((named.clone(), look_up.insurer(named, None))),
        (None, None) => {
            errors.push(FieldProblem::new(
                "/other/insurerOverride",
                "company_required",
                "Registeret oppgir ikke noe selskap for kjøretøyet. Velg motpartens selskap.",
            ));
            None
        }
        (Some(given), named) => {
            if directory.company(given.company.as_str()).is_none() {
                errors.push(FieldProblem::new(
                    "/other/insurerOverride/company",
                    "unknown_company",
                    "Selskapet finnes ikke i Skadehub.",
                ));
            }
            let contradicts = named.is_some_and(|named| *named != given.company);
            if contradicts && given.reason.is_none() {
                errors.push(FieldProblem::new(
                    "/other/insurerOverride/reason",
                    "reason_required",
                    "Skriv hvorfor et annet selskap enn det registeret oppgir, er det rette.",
                ));
            }
            Some((given.company.clone(), look_up.insurer(&given.company, given.reason.clone())))
        }
    }
}
