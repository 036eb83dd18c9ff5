//! An incident as a row of a list.

use jiff::Timestamp;
use uuid::Uuid;

use crate::contract::{Incident, Proposal, Vehicle};
use crate::domain::{Duty, Role, Who};
use crate::formats::{Ore, dates};
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;
use crate::portal::view::{Deadline, Tag};
use crate::portal::words;

/// What turns codes and times into words.
pub(super) struct Reading<'a> {
    pub(super) directory: &'a Directory,
    pub(super) codes: &'a CodeLists,
    pub(super) now: Timestamp,
}

/// One row.
#[derive(Debug, Clone)]
pub(super) struct IncidentRow {
    pub(super) id: Uuid,
    pub(super) status: Tag,
    /// «Mottatt 23.11.2026».
    pub(super) opened: String,
    pub(super) deadline: Option<Deadline>,
    /// «3. påminnelse 24.11.2026».
    pub(super) reminded: Option<String>,
    /// «Svar på forslag 2»; the two vehicles when there is nothing to do.
    pub(super) task: String,
    /// What makes the link unlike all others of the list, for those who only hear links.
    pub(super) which: String,
    /// One line about the matter.
    pub(super) note: String,
    pub(super) unread: u32,
    pub(super) counterpart: String,
    pub(super) counterpart_code: String,
    pub(super) reference: Option<String>,
    pub(super) own: Plate,
    pub(super) other: Plate,
    pub(super) loss_date: String,
    pub(super) handler: Option<String>,
    /// Nobody has it, and there is something left to do.
    pub(super) can_take: bool,
}

/// A vehicle: its number, or that it has none.
#[derive(Debug, Clone)]
pub(super) struct Plate {
    pub(super) number: Option<String>,
}

impl Plate {
    fn of(vehicle: &Vehicle) -> Self {
        Self { number: vehicle.registration_number.clone() }
    }
}

impl std::fmt::Display for Plate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.number.as_deref().unwrap_or("uregistrert"))
    }
}

impl IncidentRow {
    pub(super) fn new(incident: &Incident, reading: &Reading<'_>) -> Self {
        let (own, other) = (Plate::of(&incident.own.vehicle), Plate::of(&incident.other.vehicle));
        let counterpart = reading.directory.name(&incident.other.company);
        let loss_date = dates::date(incident.loss_date);
        Self {
            id: incident.id,
            status: words::incident_tag(incident),
            opened: opened(incident),
            deadline: incident.awaiting.due_at.map(|due| Deadline::new(due.0, reading.now)),
            reminded: incident.awaiting.reminder.as_ref().map(words::reminder),
            task: match incident.awaiting.who {
                Who::Nobody => format!("{own} mot {other}"),
                _ => words::task(incident),
            },
            which: format!(", {counterpart}, {own} mot {other}, skadedato {loss_date}"),
            note: note(incident, reading),
            unread: incident.unread,
            counterpart: breakable(counterpart),
            counterpart_code: incident.other.company.clone(),
            reference: incident.own.reference.clone(),
            own,
            other,
            loss_date,
            handler: incident.own.handler.clone().filter(|name| !name.is_empty()),
            can_take: incident.own.handler.as_deref().unwrap_or_default().is_empty()
                && incident.awaiting.who != Who::Nobody,
        }
    }
}

/// A long compound may break where a reader would break it.
pub(super) fn breakable(name: &str) -> String {
    name.replace("forsikringsforening", "forsikrings\u{ad}forening")
}

fn note(incident: &Incident, reading: &Reading<'_>) -> String {
    match incident.awaiting.duty {
        Duty::AnswerIncident => incident.liability.proposal.as_ref().map_or_else(
            || "Uten forslag til ansvarsfordeling".into(),
            |it| format!("Forslag {}: vi {} ({})", it.number, it.split.own, it.code),
        ),
        Duty::AnswerProposal => {
            incident.liability.proposal.as_ref().map_or_else(String::new, offer)
        }
        Duty::Propose => "Ingen forslag står".into(),
        Duty::RedirectOrWithdraw => incident.rejection.as_ref().map_or_else(String::new, |it| {
            format!("Avvist: {}", lower_first(reading.codes.rejection_reason(&it.reason)))
        }),
        Duty::AnswerClose => reason(incident.closing.as_ref(), "Alle krav er gjort opp"),
        Duty::AnswerReopen => reason(incident.reopening.as_ref(), "Ansvaret er avtalt"),
        Duty::AnswerClaim => claims(incident),
        Duty::None => incident.liability.agreed.as_ref().map_or_else(String::new, |agreed| {
            format!("Avtalt: {} ({})", shares(agreed.own, agreed.other), agreed.code)
        }),
    }
}

fn offer(proposal: &Proposal) -> String {
    let who = if proposal.by == "own" { "Vi" } else { "De" };
    let split = shares(proposal.split.own, proposal.split.other);
    format!("{who} foreslår {split} ({})", proposal.code)
}

/// Ours first, theirs last, kept on one line by word joiners.
fn shares(own: impl std::fmt::Display, other: impl std::fmt::Display) -> String {
    format!("{own}\u{2060}–\u{2060}{other}")
}

fn reason(request: Option<&crate::contract::Request>, otherwise: &str) -> String {
    const SHOWN: usize = 60;
    let Some(reason) = request.and_then(|request| request.reason.as_deref()) else {
        return otherwise.to_owned();
    };
    let mut short: String = reason.chars().take(SHOWN).collect();
    if reason.chars().nth(SHOWN).is_some() {
        short.push('…');
    }
    short
}

fn claims(incident: &Incident) -> String {
    let totals = &incident.claim_totals;
    let (whose, ore) = match incident.awaiting.who {
        Who::Them => ("Vi krever", totals.sent_ore),
        _ => ("De krever", totals.received_ore),
    };
    format!("{whose} {}\u{a0}kr", Ore(ore).kr())
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// «Sendt 23.11.2026» or «Mottatt 23.11.2026», by who opened it.
fn opened(incident: &Incident) -> String {
    let way = match incident.role {
        Role::Sender => "Sendt",
        Role::Counterpart => "Mottatt",
    };
    format!("{way} {}", dates::date(dates::oslo_date(incident.opened_at.0)))
}
