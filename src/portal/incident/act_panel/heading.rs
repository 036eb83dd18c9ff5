//! The heading of the panel: whose turn it is, to do what, and until when.

use super::Seen;
use crate::contract::Incident;
use crate::domain::{Duty, IncidentStatus, LiabilityStatus, Who};
use crate::portal::incident::acts;

impl Seen<'_> {
    /// «Det er vår tur: svar innen mandag 30.11»
    pub(super) fn heading(&self) -> String {
        let awaiting = &self.incident.awaiting;
        match awaiting.who {
            Who::Us => self.with_due(&format!("Det er vår tur: {}", self.our_duty())),
            Who::Both => self.with_due("Begge kan foreslå ansvarsfordeling"),
            Who::Them => {
                let them = self.names.company(&self.incident.other.company);
                self.with_due(&format!("Vi venter på {them}: {}", self.their_duty()))
            }
            Who::Nobody => at_rest(self.incident).into(),
        }
    }

    fn with_due(&self, told: &str) -> String {
        match self.due {
            Some(due) if due.over => format!("{told}. Fristen var {}", due.short_day),
            Some(due) => format!("{told} innen {}", due.short_day),
            None => told.into(),
        }
    }

    fn our_duty(&self) -> String {
        match self.incident.awaiting.duty {
            Duty::AnswerIncident => "svar".into(),
            Duty::AnswerClaim => match acts::unanswered_claims(self.incident).first() {
                Some(claim) => format!("svar på krav {}", claim.number),
                None => "svar på krav".into(),
            },
            _ => self.duty(),
        }
    }

    fn their_duty(&self) -> String {
        match self.incident.awaiting.duty {
            Duty::AnswerIncident => "svar på hendelsen".into(),
            Duty::AnswerClaim => match acts::first_unanswered_sent(self.incident) {
                Some(claim) => format!("svar på krav {}", claim.number),
                None => "svar på krav".into(),
            },
            Duty::RedirectOrWithdraw => "avgjørelse om hendelsen vi avviste".into(),
            _ => self.duty(),
        }
    }

    fn duty(&self) -> String {
        match (self.incident.awaiting.duty, &self.incident.liability.proposal) {
            (Duty::RedirectOrWithdraw, _) => "send videre eller trekk tilbake".into(),
            (Duty::AnswerClose, _) => "svar på ønsket om avslutning".into(),
            (Duty::AnswerReopen, _) => "svar på ønsket om gjenåpning av ansvaret".into(),
            (Duty::AnswerProposal, Some(proposal)) => {
                format!("svar på forslag {}", proposal.number)
            }
            (Duty::AnswerProposal, None) => "svar på forslaget".into(),
            (Duty::Propose, _) => "foreslå ansvarsfordeling".into(),
            _ => "svar".into(),
        }
    }
}

/// What is said when nobody has anything to do.
fn at_rest(incident: &Incident) -> &'static str {
    match (incident.status, incident.liability.status) {
        (IncidentStatus::Withdrawn, _) => "Hendelsen er trukket tilbake",
        (IncidentStatus::Rejected, _) => "Hendelsen er avvist",
        (IncidentStatus::Closed, _) => "Hendelsen er avsluttet",
        (_, LiabilityStatus::Agreed) => "Ansvaret er avtalt. Ingen venter på svar nå",
        _ => "Ingen venter på svar nå",
    }
}
