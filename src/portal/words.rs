//! Statuses and duties in the words of the screen, the same on every page.

use super::view::Tag;
use crate::contract::{Incident, Reminder};
use crate::domain::{ClaimStatus, Duty, IncidentStatus, LiabilityStatus, Who};
use crate::formats::dates;

/// Where an incident stands: «Sendt», «Løsning foreslått», «Ansvar avtalt», …
pub fn incident_status(incident: &Incident) -> &'static str {
    match (incident.status, incident.liability.status) {
        (IncidentStatus::Rejected, _) => "Avvist",
        (IncidentStatus::Withdrawn, _) => "Trukket tilbake",
        (IncidentStatus::Closed, _) => "Avsluttet",
        (_, LiabilityStatus::Agreed) => "Ansvar avtalt",
        (_, LiabilityStatus::Proposed) => "Løsning foreslått",
        (IncidentStatus::Sent, LiabilityStatus::None) => "Sendt",
        (IncidentStatus::Accepted, LiabilityStatus::None) => "Akseptert",
    }
}

/// The status of an incident as a tag.
pub fn incident_tag(incident: &Incident) -> Tag {
    Tag::status(incident_status(incident))
}

/// Where a claim stands.
pub fn claim_status(status: ClaimStatus) -> &'static str {
    match status {
        ClaimStatus::Sent => "Sendt",
        ClaimStatus::Registered => "Registrert",
        ClaimStatus::Accepted => "Godtatt",
        ClaimStatus::Disputed => "Bestridt",
        ClaimStatus::Paid => "Betalt",
        ClaimStatus::Credited => "Kreditert",
    }
}

/// The status of a claim as a tag.
pub fn claim_tag(status: ClaimStatus) -> Tag {
    Tag::status(claim_status(status))
}

/// What is to be done, as the link of a worklist: ours as an order («Svar på forslag 2»), theirs as
/// what we wait for; the status word when nobody has a duty.
pub fn task(incident: &Incident) -> String {
    match incident.awaiting.who {
        Who::Us | Who::Both => our_duty(incident.awaiting.duty, number(incident)),
        Who::Them => their_duty(incident.awaiting.duty, number(incident)),
        Who::Nobody => incident_status(incident).to_owned(),
    }
}

/// A duty of ours, as an order. `proposal` is the number of the proposal that stands.
pub fn our_duty(duty: Duty, proposal: Option<u32>) -> String {
    match (duty, proposal) {
        (Duty::AnswerIncident, _) => "Svar på ny hendelse".into(),
        (Duty::RedirectOrWithdraw, _) => "Send videre eller trekk tilbake".into(),
        (Duty::AnswerClose, _) => "Bekreft avslutning".into(),
        (Duty::AnswerReopen, _) => "Svar på gjenåpning av ansvar".into(),
        (Duty::AnswerProposal, Some(number)) => format!("Svar på forslag {number}"),
        (Duty::AnswerProposal, None) => "Svar på forslag".into(),
        (Duty::Propose, _) => "Foreslå ansvarsfordeling".into(),
        (Duty::AnswerClaim, _) => "Svar på krav".into(),
        (Duty::None, _) => "Ingen oppgave".into(),
    }
}

/// A duty of the other company, as what we wait for.
pub fn their_duty(duty: Duty, proposal: Option<u32>) -> String {
    match (duty, proposal) {
        (Duty::AnswerIncident, _) => "Venter på svar på hendelsen".into(),
        (Duty::RedirectOrWithdraw, _) => "Venter på at avsender sender videre".into(),
        (Duty::AnswerClose, _) => "Venter på bekreftet avslutning".into(),
        (Duty::AnswerReopen, _) => "Venter på svar på gjenåpning av ansvar".into(),
        (Duty::AnswerProposal, Some(number)) => format!("Venter på svar på forslag {number}"),
        (Duty::AnswerProposal, None) => "Venter på svar på forslag".into(),
        (Duty::Propose, _) => "Venter på forslag til ansvarsfordeling".into(),
        (Duty::AnswerClaim, _) => "Venter på svar på krav".into(),
        (Duty::None, _) => "Venter ikke på noe".into(),
    }
}

/// The newest reminder of a duty of ours: «3. påminnelse 24.11.2026».
pub fn reminder(reminder: &Reminder) -> String {
    format!("{}. påminnelse {}", reminder.number, dates::date(dates::oslo_date(reminder.at.0)))
}

/// The duty's name in a filter: «Ny hendelse», «Forslag», «Krav», …
pub fn duty_name(duty: Duty) -> &'static str {
    match duty {
        Duty::AnswerIncident => "Ny hendelse",
        Duty::RedirectOrWithdraw => "Avvist hendelse",
        Duty::AnswerClose => "Avslutning",
        Duty::AnswerReopen => "Gjenåpning av ansvar",
        Duty::AnswerProposal => "Forslag",
        Duty::Propose => "Foreslå ansvarsfordeling",
        Duty::AnswerClaim => "Krav",
        Duty::None => "Ingen oppgave",
    }
}

fn number(incident: &Incident) -> Option<u32> {
    incident.liability.proposal.as_ref().map(|proposal| proposal.number)
}
