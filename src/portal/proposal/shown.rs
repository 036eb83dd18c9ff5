//! The incident a proposal is made on, in words.

use crate::contract::{self, Incident, Proposal, Vehicle};
use crate::formats::dates;
use crate::portal::code_lists;
use crate::portal::incident::names::Names;
use crate::portal::incident::proposals::changed;
use crate::portal::picker::{self, Picked, Sides};
use crate::portal::view::Split;

/// The proposal that stands.
pub(super) struct Standing {
    pub(super) heading: String,
    pub(super) code: String,
    pub(super) situation: String,
    pub(super) note: String,
    pub(super) split: Split,
    pub(super) reason: Option<String>,
    pub(super) sent: String,
}

pub(super) fn reference(incident: &Incident) -> String {
    let known = incident.own.reference.as_ref().or(incident.other.reference.as_ref());
    known.cloned().unwrap_or_default()
}

fn plate(vehicle: &Vehicle) -> String {
    vehicle.registration_number.clone().unwrap_or_else(|| "uregistrert".to_owned())
}

pub(super) fn sides(incident: &Incident, names: &Names) -> Sides {
    Sides {
        own_company: names.company(&incident.own.company).to_owned(),
        own_plate: plate(&incident.own.vehicle),
        other_company: names.company(&incident.other.company).to_owned(),
        other_short: names.short(&incident.other.company).to_owned(),
        other_plate: plate(&incident.other.vehicle),
    }
}

pub(super) fn standing(incident: &Incident, names: &Names) -> Option<Standing> {
    let it = incident.liability.proposal.as_ref()?;
    let them = names.short(&incident.other.company);
    let by = if it.by == "own" { "oss" } else { them };
    let is_a = it.own_role == "a";
    Some(Standing {
        heading: format!("Forslag {} fra {by} gjelder nå", it.number),
        code: it.code.clone(),
        situation: names.situation(&it.code),
        note: format!("A er {}. Vår andel: {}.", if is_a { "oss" } else { them }, it.split.own),
        split: Split::ours(it.split.own, is_a, them),
        reason: it.reason.clone(),
        sent: dates::moment(it.at.0),
    })
}

/// What the picked proposal changes in the one that stands.
pub(super) fn change(incident: &Incident, picked: &Picked, names: &Names) -> Option<String> {
    let before = incident.liability.proposal.as_ref()?;
    let item = code_lists::item(names.codes.liability_codes(), &picked.code)?;
    let own = picker::own_share(item, picked.other_is_a(), &picked.share)?;
    let own_role = if picked.other_is_a() { "b" } else { "a" }.to_owned();
    let split = contract::Split { own, other: own.complement() };
    let new = Proposal { code: picked.code.clone(), own_role, split, ..before.clone() };
    Some(changed(&new, before, names))
}
