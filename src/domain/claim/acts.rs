//! What the two parties may do to a claim, and when.
//!
//! A claim outlives the closing of its incident: what is outstanding can be answered, paid and
//! credited afterwards too. Only a new claim needs an open incident.

use jiff::civil::Date;

use super::{Claim, ClaimStatus};
use crate::domain::event::ClaimEvent;
use crate::domain::{Event, Incident, Refusal};
use crate::formats::{CompanyCode, Ore, Share};

impl Incident {
    /// The share a claim by `by` demands, when `by` may send one now with this reference.
    pub fn claim_share(&self, by: &CompanyCode, reference: &str) -> Result<Share, Refusal> {
        self.party(by)?;
        self.accepted()?;
        let agreed = self.agreed()?;
        if self.side(by).reference.as_deref() != Some(reference) {
            return Err(Refusal::ReferenceMismatch);
        }
        match agreed.share_of(by).complement() {
            Share::ZERO => Err(Refusal::NothingToDemand),
            share => Ok(share),
        }
    }

    /// The receiver books the claim.
    pub fn register_claim(
        &self,
        by: &CompanyCode,
        claim: &Claim,
        reference: Option<String>,
    ) -> Result<Vec<Event>, Refusal> {
        self.received_claim(by, claim)?;
        match claim.status {
            ClaimStatus::Sent => Ok(event(claim, ClaimEvent::Registered { reference })),
            _ => Err(Refusal::ClaimNotOpen),
        }
    }

    /// The receiver will pay.
    pub fn accept_claim(&self, by: &CompanyCode, claim: &Claim) -> Result<Vec<Event>, Refusal> {
        self.received_claim(by, claim)?;
        match claim.status {
            ClaimStatus::Sent | ClaimStatus::Registered | ClaimStatus::Disputed => {
                Ok(event(claim, ClaimEvent::Accepted))
            }
            _ => Err(Refusal::ClaimNotOpen),
        }
    }

    /// The receiver will not pay, or not all.
    pub fn dispute_claim(
        &self,
        by: &CompanyCode,
        claim: &Claim,
        reason: String,
    ) -> Result<Vec<Event>, Refusal> {
        self.received_claim(by, claim)?;
        if claim.is_unanswered() {
            Ok(event(claim, ClaimEvent::Disputed { reason }))
        } else {
            Err(Refusal::ClaimNotOpen)
        }
    }

    /// Either reports a payment; the other's identical report confirms it and adds nothing.
    pub fn report_payment(
        &self,
        by: &CompanyCode,
        claim: &Claim,
        amount: Ore,
        date: Date,
    ) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        let same = claim.payments.iter().any(|payment| {
            !payment.confirmed
                && payment.by != *by
                && payment.amount == amount
                && payment.date == date
        });
        if same {
            return Ok(event(claim, ClaimEvent::PaymentConfirmed { amount, date }));
        }
        within_outstanding(claim, amount)?;
        Ok(event(claim, ClaimEvent::PaymentReported { amount, date }))
    }

    /// The claimant credits `amount`, or everything outstanding.
    pub fn credit_claim(
        &self,
        by: &CompanyCode,
        claim: &Claim,
        amount: Option<Ore>,
        reason: String,
    ) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        if *by != claim.claimant {
            return Err(Refusal::NotSender);
        }
        let amount = amount.unwrap_or_else(|| claim.outstanding());
        within_outstanding(claim, amount)?;
        Ok(event(claim, ClaimEvent::Credited { amount, reason }))
    }

    fn received_claim(&self, by: &CompanyCode, claim: &Claim) -> Result<(), Refusal> {
        self.party(by)?;
        if *by == claim.claimant { Err(Refusal::NotCounterpart) } else { Ok(()) }
    }
}

fn within_outstanding(claim: &Claim, amount: Ore) -> Result<(), Refusal> {
    if !claim.is_open() {
        return Err(Refusal::ClaimNotOpen);
    }
    if amount > claim.outstanding() {
        return Err(Refusal::AmountExceedsOutstanding);
    }
    Ok(())
}

fn event(claim: &Claim, what: ClaimEvent) -> Vec<Event> {
    vec![Event::Claim { claim: claim.id, number: claim.number, what }]
}
