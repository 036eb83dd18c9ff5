//! What must hold after every act, told by a witness who remembers what it has seen.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Time;
use skadehub::domain::{
    Awaiting, Claim, ClaimStatus, Duty, Event, Incident, IncidentStatus, Liability, Proposal, Who,
};
use skadehub::formats::{CompanyCode, Ore, Share, dates};
use uuid::Uuid;

use super::world::standing;
use crate::rules::sample::RULES;

/// What one incident was, as far as it may never change.
pub(super) struct Witness {
    opened: Incident,
    accepted: Option<String>,
    proposals: BTreeMap<u32, Proposal>,
    claims: BTreeMap<Uuid, Claim>,
}

impl Witness {
    pub(super) fn of(incident: &Incident) -> Self {
        Self {
            opened: incident.clone(),
            accepted: None,
            proposals: BTreeMap::new(),
            claims: BTreeMap::new(),
        }
    }

    /// Remembers an event, and holds it to what came before.
    pub(super) fn saw(
        &mut self,
        event: &Event,
        incident: &Incident,
        by: &CompanyCode,
        now: Timestamp,
    ) {
        match event {
            Event::IncidentAccepted { reference } => {
                assert_eq!(*by, incident.counterpart, "the counterpart accepts");
                assert_eq!(self.accepted.replace(reference.clone()), None, "accepted once");
            }
            Event::ProposalMade(made) => {
                let newest = self.proposals.keys().last().copied().unwrap_or_default();
                assert_eq!(made.number, newest + 1, "numbers rise by one");
                assert_eq!((&made.by, made.at, made.due), (by, now, RULES.answer_due(now)));
                self.proposals.insert(made.number, made.clone());
            }
            Event::ProposalAccepted { number } => {
                let newest = self.proposals.last_key_value().map(|(number, _)| number);
                assert_eq!(Some(number), newest, "only the newest is accepted");
                assert_ne!(self.proposals[number].by, *by, "nobody accepts its own proposal");
                assert_eq!(incident.status, IncidentStatus::Accepted);
            }
            Event::ClaimSent { claim, share, .. } => {
                assert_eq!(incident.status, IncidentStatus::Accepted, "claims only when accepted");
                let Liability::Agreed { proposal, .. } = &incident.liability else {
                    panic!("claims only when liability is agreed");
                };
                let other = incident.other(by);
                assert_eq!(*share, proposal.share_of(other), "the other's share is demanded");
                assert_ne!(*share, Share::ZERO);
                let made = incident.claims.iter().find(|made| made.id == *claim).unwrap();
                self.claims.insert(*claim, made.clone());
            }
            Event::IncidentClosed { .. } => assert_eq!(incident.open_injuries, 0),
            _ => {}
        }
    }

    /// Everything that must hold of an incident at rest. `before` is what it was before the act.
    pub(super) fn check(&self, incident: &Incident, before: &Incident) {
        self.what_never_changes(incident);
        self.liability(incident);
        for claim in &incident.claims {
            self.money(claim);
        }
        assert_eq!(incident.claims.len(), self.claims.len(), "no claim appears or vanishes");
        if let Some(reference) = &self.accepted {
            let accepted = [IncidentStatus::Accepted, IncidentStatus::Closed];
            assert!(accepted.contains(&incident.status), "once accepted, never taken back");
            assert_eq!(incident.counterpart_side.reference.as_ref(), Some(reference));
            assert_eq!(incident.counterpart, before.counterpart, "no redirect after acceptance");
        } else {
            assert_eq!(incident.counterpart_side.reference, None);
            assert!(incident.claims.is_empty());
            assert!(!matches!(incident.liability, Liability::Agreed { .. }));
        }
        if before.status == IncidentStatus::Withdrawn {
            assert_eq!(incident, before, "what is withdrawn stays as it is");
        }
        whose_turn(incident);
    }

    fn what_never_changes(&self, incident: &Incident) {
        let fixed = |incident: &Incident| {
            (
                incident.id,
                incident.sender.clone(),
                incident.sender_side.reference.clone(),
                incident.loss_date,
                incident.sender_side.vehicle.number.clone(),
                incident.counterpart_side.vehicle.number.clone(),
                incident.opened_at,
            )
        };
        assert_eq!(fixed(incident), fixed(&self.opened));
        assert_ne!(incident.sender, incident.counterpart);
    }

    fn liability(&self, incident: &Incident) {
        let newest = self.proposals.keys().last().copied().unwrap_or_default();
        assert_eq!(incident.last_proposal, newest);
        let Some(proposal) = standing(incident) else { return };
        assert_eq!(Some(proposal), self.proposals.get(&proposal.number), "proposals never change");
        assert_eq!(proposal.number, newest, "only the newest stands");
        let (a, b) =
            (proposal.share_of(&incident.sender), proposal.share_of(&incident.counterpart));
        assert_eq!(a.den(), b.den());
        assert_eq!(a.num() + b.num(), a.den(), "the shares sum to one");
        assert_ne!(proposal.part_of(&incident.sender), proposal.part_of(&incident.counterpart));
        if incident.reopening.is_some() {
            assert!(matches!(incident.liability, Liability::Agreed { .. }));
        }
    }

    fn money(&self, claim: &Claim) {
        let made = &self.claims[&claim.id];
        assert_eq!(
            (claim.total, claim.share, &claim.claimant),
            (made.total, made.share, &made.claimant)
        );
        assert!(claim.total.is_positive());
        assert!(claim.outstanding() >= Ore::ZERO, "more is settled than was demanded");
        assert_eq!(claim.paid().0 + claim.credited().0 + claim.outstanding().0, claim.total.0);
        let settled = match claim.status {
            ClaimStatus::Paid => claim.paid().is_positive(),
            ClaimStatus::Credited => claim.paid() == Ore::ZERO,
            _ => return assert!(claim.is_open(), "at nothing outstanding a claim is settled"),
        };
        assert!(settled && !claim.is_open());
    }
}

/// What the two parties see must be two sides of the same thing.
fn whose_turn(incident: &Incident) {
    let ours = incident.awaiting(&incident.sender, &RULES);
    let theirs = incident.awaiting(&incident.counterpart, &RULES);
    let ended = matches!(incident.status, IncidentStatus::Closed | IncidentStatus::Withdrawn);
    for (one, other) in [(&ours, &theirs), (&theirs, &ours)] {
        let same = (one.duty, one.due) == (other.duty, other.due);
        match one.who {
            Who::Nobody => {
                assert!(other.who == Who::Nobody && one.due.is_none() && one.duty == Duty::None);
            }
            Who::Them => assert!(other.who == Who::Us && same, "{ours:?} {theirs:?}"),
            Who::Us => assert!(other.who != Who::Nobody && (other.who != Who::Them || same)),
            // The other may have something to answer before it proposes.
            Who::Both => assert!(
                (other.who == Who::Both && same)
                    || (other.who == Who::Us && other.duty == Duty::AnswerClose),
                "{ours:?} {theirs:?}"
            ),
        }
        assert!(!ended || one.who == Who::Nobody, "what has ended awaits nobody");
        at_midnight(one);
    }
}

fn at_midnight(awaiting: &Awaiting) {
    if let Some(due) = awaiting.due {
        let time = due.to_zoned(dates::oslo()).time();
        assert_eq!(time, Time::midnight(), "{due} is not the end of a day in Oslo");
    }
}
