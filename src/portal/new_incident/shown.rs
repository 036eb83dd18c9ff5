//! What the pages of a draft show in common: head, hidden fields, and each side's look-up in words.

use uuid::Uuid;

use super::desk::{Desk, saved_words};
use super::draft::{Step, TypedVehicle};
use super::lookup::{Finding, LookUp};
use super::store::Stored;
use crate::contract::InsurerAnswer;
use crate::domain::registry::Outcome;
use crate::formats::{RegistrationNumber, dates};
use crate::portal::directory::Directory;

/// The head of a step, and what its form carries unseen.
#[derive(Debug)]
pub(super) struct Head {
    pub id: Uuid,
    pub step: Step,
    pub reference: String,
    pub own_plate: String,
    pub other_plate: String,
    /// «20.11.2026», or nothing.
    pub loss_date: String,
    /// «lagret kl. 09.41»; nothing before the first save.
    pub saved: String,
    pub version: i64,
    pub edit: Uuid,
    /// The step goes back to the preview.
    pub returns: bool,
}

impl Head {
    /// The head of a stored draft's page.
    pub(super) fn of(desk: &Desk, stored: &Stored, step: Step, returns: bool) -> Self {
        let vehicles = &stored.draft.vehicles;
        Self {
            id: stored.id,
            step,
            reference: vehicles.reference.trim().to_owned(),
            own_plate: plate(&vehicles.own()),
            other_plate: plate(&vehicles.other()),
            loss_date: vehicles.day().map(dates::date).unwrap_or_default(),
            saved: saved_words(stored.updated_at, desk.now()),
            version: stored.version,
            edit: Uuid::new_v4(),
            returns,
        }
    }

    /// The head of a draft that is not stored yet.
    pub(super) fn fresh() -> Self {
        Self {
            id: Uuid::now_v7(),
            step: Step::Vehicles,
            reference: String::new(),
            own_plate: String::new(),
            other_plate: String::new(),
            loss_date: String::new(),
            saved: String::new(),
            version: 0,
            edit: Uuid::new_v4(),
            returns: false,
        }
    }

    /// The step's own address.
    pub(super) fn path(&self) -> String {
        self.step.path(self.id)
    }

    /// The address of another step.
    pub(super) fn to(&self, slug: &str) -> String {
        format!("/utkast/{}/{slug}", self.id)
    }

    pub(super) fn steps(&self) -> Vec<(String, &'static str)> {
        Step::links(self.id)
    }

    pub(super) fn number(&self) -> usize {
        self.step.number()
    }

    /// «Gå videre», or back to where the page was reached from.
    pub(super) fn onward(&self) -> &'static str {
        if self.returns { "Lagre og gå til forhåndsvisning" } else { "Gå videre" }
    }
}

/// A vehicle as the head and the preview name it.
pub(super) fn plate(vehicle: &TypedVehicle<'_>) -> String {
    if vehicle.unregistered { "uregistrert".to_owned() } else { vehicle.plate().into_owned() }
}

/// What the registry said of a vehicle, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// `success`, `info`, `warning` or `danger`.
    pub color: &'static str,
    pub heading: String,
    pub lines: Vec<String>,
    /// «TFFAuto, sjekket 23.11.2026 kl. 09.38».
    pub source: String,
}

/// Whose vehicle it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whose {
    Ours,
    Theirs,
}

/// The look-up in words; none while nobody has asked.
pub(super) fn said(
    finding: &Finding<'_>,
    whose: Whose,
    directory: &Directory,
    own: &str,
) -> Option<Said> {
    match finding {
        Finding::NotAsked => None,
        Finding::Unregistered => Some(Said {
            color: "info",
            heading: "Uregistrert kjøretøy slås ikke opp".to_owned(),
            lines: match whose {
                Whose::Ours => vec![],
                Whose::Theirs => {
                    vec!["Velg selv hvilket selskap som skal få hendelsen.".to_owned()]
                }
            },
            source: String::new(),
        }),
        Finding::Down(last) => Some(Said {
            color: "warning",
            heading: "TFFAuto svarer ikke akkurat nå".to_owned(),
            lines: vec![match whose {
                Whose::Ours => "Du kan gå videre. Kjøretøyet sjekkes igjen senere.".to_owned(),
                Whose::Theirs => {
                    "Velg selskapet selv, så sjekkes valget mot TFFAuto senere.".to_owned()
                }
            }],
            source: source(last, "forsøkt"),
        }),
        Finding::Answered(last, answer) => {
            let (color, heading, line) = match whose {
                Whose::Ours => ours(answer, directory, own),
                Whose::Theirs => theirs(answer, directory, own),
            };
            Some(Said {
                color,
                heading,
                lines: line.into_iter().chain(details(last, answer)).collect(),
                source: source(last, "sjekket"),
            })
        }
    }
}

fn source(last: &LookUp, verb: &str) -> String {
    format!("Kilde: TFFAuto, {verb} {}", dates::moment(last.at))
}

/// Cover, kind of vehicle, other plates, and a shape that asks for a second look.
fn details(last: &LookUp, answer: &InsurerAnswer) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(since) = answer.since {
        lines.push(format!("Forsikret der siden {}.", dates::date(since)));
    }
    if let Some(make) = &answer.make {
        let mut letters = make.chars();
        let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
        lines.push(format!("{first}{}.", letters.as_str()));
    }
    let others: Vec<_> =
        answer.also.iter().filter(|number| **number != last.question.number).cloned().collect();
    if !others.is_empty() {
        lines.push(format!("Samme kjøretøy som {}.", others.join(", ")));
    }
    if answer.outcome == Outcome::Unknown {
        let number = RegistrationNumber::parse(&last.question.number).ok();
        lines.extend(number.and_then(|number| number.warning(&last.question.country)));
    }
    lines
}

type Words = (&'static str, String, Option<String>);

fn ours(answer: &InsurerAnswer, directory: &Directory, own: &str) -> Words {
    const WHY: &str = "Skriv under hvorfor dere svarer for kjøretøyet likevel.";
    match answer.company.as_deref() {
        Some(company) if company == own => ("success", "Forsikret hos oss".to_owned(), None),
        Some(company) => {
            let name = named(answer, company, directory);
            let heading = match answer.outcome {
                Outcome::Uninsured => format!("Uforsikret på skadedatoen: {name} svarer"),
                Outcome::Foreign => format!("Utenlandsk kjøretøy: {name} svarer"),
                Outcome::Correspondent => format!("Utenlandsk kjøretøy: {name} er representant"),
                _ => format!("Forsikret hos {name}, ikke hos oss"),
            };
            ("warning", heading, Some(WHY.to_owned()))
        }
        None => {
            let heading = match answer.outcome {
                Outcome::SelfInsured => "Staten er selvassurandør for kjøretøyet",
                _ => "TFFAuto kjenner ikke kjøretøyet",
            };
            let line = "Sjekk nummeret. Du kan gå videre hvis dere svarer for kjøretøyet.";
            ("warning", heading.to_owned(), Some(line.to_owned()))
        }
    }
}

fn theirs(answer: &InsurerAnswer, directory: &Directory, own: &str) -> Words {
    let Some(company) = answer.company.as_deref() else {
        let (heading, line) = match answer.outcome {
            Outcome::SelfInsured => (
                "Staten er selvassurandør for kjøretøyet",
                "Staten er ikke med i Skadehub. Velg et selskap bare hvis du vet at det svarer.",
            ),
            Outcome::Correspondent => (
                "Utenlandsk kjøretøy uten kjent representant",
                "Velg selskapet som skal få hendelsen.",
            ),
            _ => (
                "TFFAuto kjenner ikke kjøretøyet",
                "Sjekk nummeret, eller velg selskapet som skal få hendelsen.",
            ),
        };
        return ("warning", heading.to_owned(), Some(line.to_owned()));
    };
    let name = named(answer, company, directory);
    if company == own {
        let line = "Skadehub er for hendelser mellom to selskaper. Sjekk nummeret, eller velg et annet selskap.";
        return (
            "warning",
            "Motparten er også forsikret hos oss".to_owned(),
            Some(line.to_owned()),
        );
    }
    if !answer.participant {
        let line = "Ta kontakt med selskapet utenom Skadehub, eller velg et annet selskap.";
        let heading = format!("{name} er ikke med i Skadehub");
        return ("danger", heading, Some(line.to_owned()));
    }
    let line = match answer.outcome {
        Outcome::Uninsured => Some("Kjøretøyet var uforsikret på skadedatoen. TFF svarer for det."),
        Outcome::Foreign => Some("Kjøretøyet er utenlandsk. TFF svarer for det."),
        Outcome::Correspondent => {
            Some("Kjøretøyet er utenlandsk. Selskapet representerer forsikreren i Norge.")
        }
        _ => None,
    };
    ("success", directory.display(company), line.map(str::to_owned))
}

fn named(answer: &InsurerAnswer, company: &str, directory: &Directory) -> String {
    match (&answer.company_name, directory.get(company)) {
        (Some(name), None) => format!("{name} ({company})"),
        _ => directory.name(company).to_owned(),
    }
}
