//! The two parties, and what happened.

use super::names::Names;
use crate::contract::{Incident, Insurer, Party};
use crate::domain::registry::Outcome;
use crate::formats::dates;

/// One party's facts.
#[derive(Debug)]
pub struct Side {
    /// `oss` or `motpart`.
    pub part: &'static str,
    pub heading: String,
    pub facts: Vec<Fact>,
}

/// A row: a plate, words and words of less weight, any of them perhaps empty.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fact {
    pub name: &'static str,
    pub plate: Option<String>,
    pub text: String,
    pub note: String,
}

impl Fact {
    fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), ..Self::default() }
    }

    fn noted(name: &'static str, text: impl Into<String>, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..Self::new(name, text) }
    }
}

/// Both parties, the own one first.
pub fn sides(incident: &Incident, names: &Names) -> [Side; 2] {
    let (own, other) = (&incident.own, &incident.other);
    [
        Side {
            part: "oss",
            heading: format!("Oss: {}", names.company(&own.company)),
            facts: facts(own, names, "Ikke gitt ennå", "Velges ved aksept"),
        },
        Side {
            part: "motpart",
            heading: format!("Motpart: {}", names.company(&other.company)),
            facts: facts(other, names, "Ikke gitt ennå", "Ikke oppgitt ennå"),
        },
    ]
}

/// Place, description and personal injury.
pub fn story(incident: &Incident) -> Vec<Fact> {
    let written = |name, text: &Option<String>| match text {
        Some(text) => Fact::new(name, text.clone()),
        None => Fact::noted(name, "", "Ikke oppgitt"),
    };
    vec![
        written("Sted", &incident.place),
        written("Beskrivelse", &incident.description),
        Fact::new("Personskade", yes_no(incident.personal_injury)),
    ]
}

fn facts(party: &Party, names: &Names, no_reference: &str, no_coverage: &str) -> Vec<Fact> {
    let or = |name, text: Option<&str>, missing: &str| match text {
        Some(text) => Fact::new(name, text),
        None => Fact::noted(name, "", missing),
    };
    let coverage = party.coverage.as_deref().map(|code| names.codes.coverage(code));
    let vat = if party.vat_liable { "Ja, trekker fra mva." } else { "Nei" };
    let mut facts = vec![
        or("Skadenummer", party.reference.as_deref(), no_reference),
        vehicle(party),
        insured(&party.insurer, names),
    ];
    facts.extend(registry(&party.insurer, names));
    facts.push(or("Dekningsomfang", coverage, no_coverage));
    // Before the party has answered, its flags are not a no.
    if coverage.is_some() {
        facts.push(Fact::new("Oppgavepliktig", vat));
        facts.push(Fact::new("Avbruddsforsikring", yes_no(party.business_interruption)));
    }
    facts
}

fn vehicle(party: &Party) -> Fact {
    let vehicle = &party.vehicle;
    let description = vehicle.description.clone().unwrap_or_default();
    let abroad =
        if vehicle.country == "N" { String::new() } else { format!("({})", vehicle.country) };
    match &vehicle.registration_number {
        Some(number) => {
            Fact { plate: Some(number.clone()), ..Fact::noted("Kjøretøy", abroad, description) }
        }
        None => Fact::noted("Kjøretøy", "Uregistrert", description),
    }
}

fn insured(insurer: &Insurer, names: &Names) -> Fact {
    let company = names.short(&insurer.company);
    if insurer.source == "override" {
        return Fact::noted("Forsikret hos", company, "(valgt for hånd)");
    }
    let text = match insurer.since {
        Some(since) => format!("{company} fra {}", dates::date(since)),
        None => company.to_owned(),
    };
    let note = match insurer.outcome {
        Some(Outcome::Uninsured) => "(TFFAuto: uforsikret)",
        Some(Outcome::Foreign) => "(TFFAuto: utenlandsk kjøretøy)",
        Some(Outcome::Correspondent) => "(TFFAuto: korrespondent)",
        Some(Outcome::SelfInsured) => "(TFFAuto: selvassurandør)",
        _ => "(TFFAuto)",
    };
    Fact::noted("Forsikret hos", text, note)
}

/// What the registry said, when the insurer was chosen by hand.
fn registry(insurer: &Insurer, names: &Names) -> Option<Fact> {
    if insurer.source != "override" {
        return None;
    }
    let answer = match (insurer.outcome, &insurer.registry_company) {
        (_, Some(company)) => names.short(company).to_owned(),
        (Some(Outcome::Unknown), None) => "Ukjent kjøretøy".into(),
        (Some(Outcome::SelfInsured), None) => "Selvassurandør".into(),
        (Some(_), None) => "Ingen forsikring".into(),
        (None, None) => "Svarte ikke".into(),
    };
    let when = insurer.checked_at.map(|at| format!("({})", dates::moment(at.0)));
    let reason = insurer.reason.as_ref().map(|reason| format!("Valgt for hånd: «{reason}»"));
    // Asked again after it had been down: what was chosen without it may be wrong.
    let differs = insurer.outcome.is_some()
        && insurer.reason.is_none()
        && insurer.registry_company.as_deref() != Some(insurer.company.as_str());
    let differs = differs.then(|| "Et annet svar enn det som ble valgt.".to_owned());
    let note: Vec<_> = [when, reason, differs].into_iter().flatten().collect();
    Some(Fact::noted("Svar fra TFFAuto", answer, note.join(" ")))
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "Ja" } else { "Nei" }
}
