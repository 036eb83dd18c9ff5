//! What an event changes. Total: an event that was decided always applies.

use jiff::Timestamp;

use super::event::{ClaimEvent, PartyChange};
use super::incident::{Ask, Rejection};
use super::{Event, Incident, IncidentStatus, Liability};
use crate::formats::CompanyCode;

impl Incident {
    /// Changes the incident by `event`, an act of `by` at `at`.
    ///
    /// A claim that was sent must have been added to `claims` by whoever made it;
    /// the event carries only what both companies read in the history.
    pub fn apply(&mut self, event: &Event, by: &CompanyCode, at: Timestamp) {
        match event {
            Event::ProposalMade(proposal) => {
                self.last_proposal = proposal.number;
                self.liability = Liability::Proposed(proposal.clone());
            }
            Event::IncidentAccepted { reference } => {
                self.counterpart_side.reference = Some(reference.clone());
                self.now_accepted(at);
            }
            Event::ProposalAccepted { .. } => self.agree(at),
            Event::IncidentRejected { reason, text, suggested } => {
                self.status = IncidentStatus::Rejected;
                self.rejection = Some(Rejection {
                    reason: reason.clone(),
                    text: text.clone(),
                    suggested: suggested.clone(),
                    at,
                });
            }
            Event::IncidentRedirected { to, reason } => self.redirected(to, reason, at),
            Event::IncidentWithdrawn { .. } => self.status = IncidentStatus::Withdrawn,
            Event::CloseAsked { reason } => {
                self.closing = Some(Ask { by: by.clone(), at, reason: reason.clone() });
            }
            Event::CloseDeclined { .. } => self.closing = None,
            Event::IncidentClosed { .. } => {
                self.status = IncidentStatus::Closed;
                self.closed_at = Some(at);
                self.closing = None;
                self.reopening = None;
            }
            Event::IncidentReopened { .. } => self.now_accepted(at),
            Event::LiabilityReopenAsked { reason } => {
                self.reopening = Some(Ask { by: by.clone(), at, reason: Some(reason.clone()) });
            }
            Event::LiabilityReopenDeclined { .. } => self.reopening = None,
            Event::LiabilityReopened => {
                self.reopening = None;
                self.liability = Liability::None { since: at };
            }
            Event::PartyChanged(change) => self.changed(by, change),
            Event::Claim { claim, what, .. } => {
                if let Some(claim) = self.claims.iter_mut().find(|known| known.id == *claim) {
                    claim.apply(what, by, at);
                }
            }
            Event::IncidentSent { .. }
            | Event::ClaimSent { .. }
            | Event::MessageSent { .. }
            | Event::MessageRead { .. }
            | Event::DeadlinePassed { .. }
            | Event::RegistryDiffers { .. } => {}
        }
    }

    /// Accepted, for the first time or again: the time to propose runs from now.
    fn now_accepted(&mut self, at: Timestamp) {
        self.status = IncidentStatus::Accepted;
        if let Liability::None { since } = &mut self.liability {
            *since = at;
        }
    }

    fn agree(&mut self, at: Timestamp) {
        if let Liability::Proposed(proposal) = &self.liability {
            self.liability = Liability::Agreed { proposal: proposal.clone(), at };
        }
    }

    fn redirected(&mut self, to: &CompanyCode, reason: &str, at: Timestamp) {
        self.counterpart = to.clone();
        self.status = IncidentStatus::Sent;
        self.received_at = at;
        self.rejection = None;
        // The re-issued proposal follows as an event of its own.
        self.liability = Liability::None { since: at };
        self.counterpart_side.reference = None;
        self.counterpart_side.coverage = None;
        self.counterpart_side.vat_liable = false;
        self.counterpart_side.business_interruption = false;
        self.counterpart_side.insurer.by_hand = true;
        self.counterpart_side.insurer.reason = Some(reason.to_owned());
    }

    fn changed(&mut self, by: &CompanyCode, change: &PartyChange) {
        if let Some(personal_injury) = change.personal_injury {
            self.personal_injury = personal_injury;
        }
        let side =
            if *by == self.sender { &mut self.sender_side } else { &mut self.counterpart_side };
        if let Some(coverage) = &change.coverage {
            side.coverage = Some(coverage.clone());
        }
        if let Some(vat_liable) = change.vat_liable {
            side.vat_liable = vat_liable;
        }
        if let Some(business_interruption) = change.business_interruption {
            side.business_interruption = business_interruption;
        }
        if let Some(description) = &change.vehicle_description {
            side.vehicle.description.clone_from(description);
        }
    }
}

impl super::Claim {
    /// Changes the claim by `what`, an act of `by` at `at`.
    pub fn apply(&mut self, what: &ClaimEvent, by: &CompanyCode, at: Timestamp) {
        use super::claim::{Credit, Payment};
        self.version += 1;
        match what {
            ClaimEvent::Registered { reference } => {
                self.status = super::ClaimStatus::Registered;
                self.booking_reference.clone_from(reference);
            }
            ClaimEvent::Accepted => self.status = super::ClaimStatus::Accepted,
            ClaimEvent::Disputed { reason } => {
                self.status = super::ClaimStatus::Disputed;
                self.dispute_reason = Some(reason.clone());
            }
            ClaimEvent::PaymentReported { amount, date } => {
                self.payments.push(Payment {
                    by: by.clone(),
                    amount: *amount,
                    date: *date,
                    confirmed: false,
                    at,
                });
            }
            ClaimEvent::PaymentConfirmed { amount, date } => {
                let reported = self.payments.iter_mut().find(|payment| {
                    !payment.confirmed
                        && payment.by != *by
                        && payment.amount == *amount
                        && payment.date == *date
                });
                if let Some(payment) = reported {
                    payment.confirmed = true;
                }
            }
            ClaimEvent::Credited { amount, reason } => {
                self.credits.push(Credit { amount: *amount, reason: reason.clone(), at });
            }
        }
        self.settle();
    }
}
