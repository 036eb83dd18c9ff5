//! What the own company may do with an incident now: read from the incident alone.
//!
//! The hub decides; this only spares people from buttons that would be refused.

use uuid::Uuid;

use crate::contract::{Claim, Incident, Proposal, Request};
use crate::domain::{ClaimStatus, IncidentStatus, LiabilityStatus, Role};
use crate::formats::Share;

/// One thing that may be done. The order of the variants means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Say that we are the right party and accept this proposal.
    AcceptAndAgree(u32),
    /// Say that we are the right party and propose something else, or for the first time.
    AcceptAndPropose,
    /// Say only that we are the right party.
    AcceptOnly,
    /// Say that we are not the right party.
    Reject,
    /// Send a rejected incident to another company.
    Redirect,
    /// Take it back.
    Withdraw,
    /// Confirm the closing the other asked for.
    ConfirmClose,
    /// Say no to it.
    DeclineClose,
    /// Confirm the reopening of the liability the other asked for.
    ConfirmReopening,
    /// Say no to it.
    DeclineReopening,
    /// Accept this proposal.
    AcceptProposal(u32),
    /// Propose something else.
    CounterPropose,
    /// Propose, where nothing stands.
    Propose,
    /// Answer this claim: number and id.
    AnswerClaim(u32, Uuid),
    /// Send a claim.
    NewClaim,
    /// Ask for the agreed liability to be opened again.
    AskReopening,
    /// Ask for closing.
    AskClose,
    /// Close at once: everything is settled.
    Close,
    /// Open a closed incident again.
    Reopen,
}

/// Everything that may be done now, the most pressing first.
pub fn acts(incident: &Incident) -> Vec<Act> {
    match incident.status {
        IncidentStatus::Sent => while_sent(incident),
        IncidentStatus::Rejected if incident.role == Role::Sender => {
            vec![Act::Redirect, Act::Withdraw]
        }
        IncidentStatus::Accepted => once_accepted(incident),
        IncidentStatus::Closed => vec![Act::Reopen],
        IncidentStatus::Rejected | IncidentStatus::Withdrawn => Vec::new(),
    }
}

/// Whether the own side may be edited.
pub fn may_edit(incident: &Incident) -> bool {
    match incident.status {
        IncidentStatus::Sent | IncidentStatus::Accepted => true,
        IncidentStatus::Rejected => incident.role == Role::Sender,
        IncidentStatus::Withdrawn | IncidentStatus::Closed => false,
    }
}

/// Whether a message may be written.
pub fn may_write(incident: &Incident) -> bool {
    match incident.status {
        IncidentStatus::Sent | IncidentStatus::Accepted | IncidentStatus::Closed => true,
        IncidentStatus::Rejected => incident.role == Role::Sender,
        IncidentStatus::Withdrawn => false,
    }
}

/// The standing proposal, when it is the other company's.
pub fn their_proposal(incident: &Incident) -> Option<&Proposal> {
    let standing = incident.liability.proposal.as_ref();
    standing.filter(|it| incident.liability.status == LiabilityStatus::Proposed && it.by == "other")
}

/// Received claims that wait for an answer, soonest due first.
pub fn unanswered_claims(incident: &Incident) -> Vec<&Claim> {
    let mut waiting: Vec<_> =
        claims(incident).filter(|it| it.direction == "received" && is_unanswered(it)).collect();
    waiting.sort_by_key(|it| (it.due_date, it.number));
    waiting
}

/// The claim the other company shall answer first.
pub fn first_unanswered_sent(incident: &Incident) -> Option<&Claim> {
    claims(incident)
        .filter(|it| it.direction == "sent" && is_unanswered(it))
        .min_by_key(|it| (it.due_date, it.number))
}

fn while_sent(incident: &Incident) -> Vec<Act> {
    let nothing_stands = incident.liability.status == LiabilityStatus::None;
    match incident.role {
        Role::Counterpart => {
            let agree = their_proposal(incident).map(|it| Act::AcceptAndAgree(it.number));
            agree.into_iter().chain([Act::AcceptAndPropose, Act::AcceptOnly, Act::Reject]).collect()
        }
        Role::Sender if nothing_stands => vec![Act::Propose, Act::Withdraw],
        Role::Sender => vec![Act::Withdraw],
    }
}

fn once_accepted(incident: &Incident) -> Vec<Act> {
    let mut acts = Vec::new();
    if by_other(incident.closing.as_ref()) {
        acts.extend([Act::ConfirmClose, Act::DeclineClose]);
    }
    if by_other(incident.reopening.as_ref()) {
        acts.extend([Act::ConfirmReopening, Act::DeclineReopening]);
    }
    if let Some(proposal) = their_proposal(incident) {
        acts.extend([Act::AcceptProposal(proposal.number), Act::CounterPropose]);
    }
    let answers = unanswered_claims(incident).into_iter();
    acts.extend(answers.map(|claim| Act::AnswerClaim(claim.number, claim.id)));
    match (incident.liability.status, &incident.liability.agreed) {
        (LiabilityStatus::None, _) => acts.push(Act::Propose),
        (LiabilityStatus::Agreed, Some(agreed)) => {
            if agreed.other != Share::ZERO {
                acts.push(Act::NewClaim);
            }
            if incident.reopening.is_none() {
                acts.push(Act::AskReopening);
            }
        }
        _ => {}
    }
    match &incident.closing {
        Some(asked) if asked.by == "other" => {}
        _ if is_settled(incident) => acts.push(Act::Close),
        None => acts.push(Act::AskClose),
        Some(_) => {}
    }
    acts
}

/// Agreed, and no claim has anything outstanding: one party may close alone.
fn is_settled(incident: &Incident) -> bool {
    incident.liability.status == LiabilityStatus::Agreed
        && claims(incident).all(|claim| claim.outstanding_ore == 0)
}

fn is_unanswered(claim: &Claim) -> bool {
    claim.outstanding_ore > 0 && matches!(claim.status, ClaimStatus::Sent | ClaimStatus::Registered)
}

fn by_other(request: Option<&Request>) -> bool {
    request.is_some_and(|request| request.by == "other")
}

fn claims(incident: &Incident) -> impl Iterator<Item = &Claim> {
    incident.claims.iter().flatten()
}

#[cfg(test)]
mod tests;
