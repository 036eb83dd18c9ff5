//! The head of the page: which incident it is, where it stands, and who has it.

use super::names::Names;
use crate::contract::{Incident, Party};
use crate::domain::{Role, Who};
use crate::formats::dates;
use crate::portal::view::{Deadline, Tag};
use crate::portal::words;

/// Breadcrumbs, heading, status and handler.
#[derive(Debug)]
pub struct Head {
    /// «Hendelse 2026-100087».
    pub heading: String,
    /// The page's title: the deadline first, when it is our turn.
    pub title: String,
    /// The last breadcrumb.
    pub here: String,
    /// The list it belongs to: address and words.
    pub list: (&'static str, &'static str),
    pub status: Tag,
    /// Both vehicles, when the heading does not name them.
    pub vehicles: Option<(String, String)>,
    /// «Skadedato fredag 20.11.2026 kl. 16.05».
    pub loss: String,
    /// «Mottatt 23.11.2026 kl. 08.12 fra Nordlys Skadeforsikring».
    pub passed: String,
    pub handler: Option<String>,
}

impl Head {
    /// The head of an incident; `due` is the deadline of whose turn it is.
    pub fn of(incident: &Incident, names: &Names, due: Option<&Deadline>) -> Self {
        let vehicles = (vehicle(&incident.own), vehicle(&incident.other));
        let here = name(incident);
        let title = match due {
            Some(due) if incident.awaiting.who == Who::Us => {
                format!("Svar innen {}: {here}", due.date())
            }
            _ => heading(incident),
        };
        let handler = incident.own.handler.clone().filter(|name| !name.is_empty());
        Self {
            heading: heading(incident),
            title,
            list: list(incident),
            status: words::incident_tag(incident),
            vehicles: incident.own.reference.is_some().then_some(vehicles),
            loss: loss(incident),
            passed: passed(incident, names),
            handler,
            here,
        }
    }
}

/// «2026-100087», or «KH31415 mot EL54321» before we have a reference.
pub fn name(incident: &Incident) -> String {
    match &incident.own.reference {
        Some(reference) => reference.clone(),
        None => format!("{} mot {}", vehicle(&incident.own), vehicle(&incident.other)),
    }
}

/// «Hendelse 2026-100087», or «Hendelse: KH31415 mot EL54321».
pub fn heading(incident: &Incident) -> String {
    let colon = if incident.own.reference.is_some() { "" } else { ":" };
    format!("Hendelse{colon} {}", name(incident))
}

/// The party's plate, or «uregistrert».
pub fn vehicle(party: &Party) -> String {
    party.vehicle.registration_number.clone().unwrap_or_else(|| "uregistrert".into())
}

fn list(incident: &Incident) -> (&'static str, &'static str) {
    match incident.awaiting.who {
        Who::Us | Who::Both => ("/?fane=oss", "Venter på oss"),
        Who::Them => ("/?fane=motpart", "Venter på motpart"),
        Who::Nobody => ("/hendelser", "Hendelser"),
    }
}

fn loss(incident: &Incident) -> String {
    let day = dates::weekday_date(incident.loss_date);
    match &incident.loss_time {
        Some(time) => format!("Skadedato {day} kl.\u{a0}{}", time.replace(':', ".")),
        None => format!("Skadedato {day}"),
    }
}

fn passed(incident: &Incident, names: &Names) -> String {
    let redirected = incident.events.iter().flatten().rev();
    let redirected = redirected.into_iter().find(|event| event.kind == "incident_redirected");
    let at = dates::moment(redirected.map_or(incident.opened_at, |event| event.at).0);
    let other = names.company(&incident.other.company);
    match incident.role {
        Role::Sender => format!("Sendt {at} til {other}"),
        Role::Counterpart => format!("Mottatt {at} fra {other}"),
    }
}
