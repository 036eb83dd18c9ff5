//! What is wrong in a draft, by step and field, ours and the hub's.

use crate::contract::Problem;
use crate::portal::form::Errors;
use crate::portal::new_incident::draft::Step;

/// What is wrong in a draft, by step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::portal::new_incident) struct Faults(Vec<(Step, Errors)>);

impl Faults {
    pub(in crate::portal::new_incident) fn add(&mut self, step: Step, errors: Errors) {
        if !errors.is_empty() {
            self.0.push((step, errors));
        }
    }

    /// Step, field and sentence, in the order of the pages.
    pub(in crate::portal::new_incident) fn iter(&self) -> impl Iterator<Item = (Step, &str, &str)> {
        self.0.iter().flat_map(|(step, errors)| {
            errors.iter().map(move |(field, sentence)| (*step, field, sentence))
        })
    }

    /// The hub's 422: each pointer at the field it is about.
    pub(in crate::portal::new_incident) fn of(problem: &Problem) -> Self {
        let mut steps = Step::ALL.map(|step| (step, Errors::new()));
        for error in &problem.errors {
            let (step, field) = place(&error.pointer);
            steps[step.number() - 1].1.add(field, &error.message);
        }
        let mut faults = Self::default();
        for (step, errors) in steps {
            faults.add(step, errors);
        }
        faults
    }
}

/// The step and field an error of the hub belongs to.
pub(super) fn place(pointer: &str) -> (Step, &'static str) {
    let vehicles = |field| (Step::Vehicles, field);
    let circumstances = |field| (Step::Circumstances, field);
    match pointer.trim_start_matches('/') {
        "lossDate" => vehicles("skadedato"),
        "lossTime" => vehicles("klokkeslett"),
        "place" => circumstances("sted"),
        "description" => circumstances("beskrivelse"),
        "personalInjury" => circumstances("personskade"),
        "own/coverage" => circumstances("dekning"),
        "own/vatLiable" => circumstances("oppgavepliktig"),
        "own/businessInterruption" => circumstances("avbrudd"),
        "own/vehicle/country" => vehicles("egen-land"),
        "own/vehicle/description" => vehicles("egen-kjoretoy"),
        "other/vehicle/country" => vehicles("motpart-land"),
        "other/vehicle/description" => vehicles("motpart-kjoretoy"),
        "other/insurerOverride/reason" => vehicles("motpart-grunn"),
        at if at.starts_with("own/insurerOverride") => vehicles("egen-grunn"),
        at if at.starts_with("other/insurerOverride") => vehicles("motpart-selskap"),
        at if at.starts_with("own") => vehicles("egen-regnr"),
        at if at.starts_with("other") => vehicles("motpart-regnr"),
        "proposal/ownRole" => (Step::Liability, "a"),
        "proposal/reason" => (Step::Liability, "grunn"),
        at if at.starts_with("proposal/split") => (Step::Liability, "fri"),
        at if at.starts_with("proposal") => (Step::Liability, "kode"),
        _ => vehicles("skadenummer"),
    }
}
