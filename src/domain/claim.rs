//! Claims: money demanded under an agreed split, in whole øre.

mod acts;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::formats::{AccountNumber, CompanyCode, Kid, Ore, Share};

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// The receiver has not answered.
    Sent,
    /// Booked by the receiver, not answered.
    Registered,
    /// The receiver will pay.
    Accepted,
    /// The receiver will not pay, or not all.
    Disputed,
    /// Nothing is outstanding, and something was paid.
    Paid,
    /// Nothing is outstanding, and nothing was paid.
    Credited,
}

/// A demand for money from one party to the other. Its lines never change and decide nothing, so they stay in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Id.
    pub id: Uuid,
    /// 1, 2, 3 … within the incident.
    pub number: u32,
    /// Counts changes.
    pub version: i64,
    /// Who demands.
    pub claimant: CompanyCode,
    /// Payment reference.
    pub kid: Kid,
    /// Account it is paid to, frozen when sent.
    pub account: Option<AccountNumber>,
    /// Last day of payment.
    pub due: Date,
    /// Message to the receiver.
    pub message: Option<String>,
    /// The receiver's share, frozen when sent.
    pub share: Share,
    /// What is demanded.
    pub total: Ore,
    /// Where it stands.
    pub status: ClaimStatus,
    /// The receiver's booking reference.
    pub booking_reference: Option<String>,
    /// Why it is disputed.
    pub dispute_reason: Option<String>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// Reported payments.
    pub payments: Vec<Payment>,
    /// Credit notes.
    pub credits: Vec<Credit>,
}

/// One typed amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Code of `claim-line-types`.
    pub kind: String,
    /// Gross, as a positive amount.
    pub gross: Ore,
    /// The type is subtracted (vrakverdi).
    pub subtract: bool,
    /// The share demanded; negative when subtracted.
    pub demanded: Ore,
    /// Words.
    pub description: Option<String>,
}

/// A reported payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Who reported it first.
    pub by: CompanyCode,
    /// Amount.
    pub amount: Ore,
    /// Day.
    pub date: Date,
    /// The other reported the same.
    pub confirmed: bool,
    /// When it was reported.
    pub at: Timestamp,
}

/// A credit note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Amount.
    pub amount: Ore,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A line as typed: type, gross amount above zero, whether the type is subtracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLine {
    /// Code of `claim-line-types`.
    pub kind: String,
    /// Gross, above zero.
    pub gross: Ore,
    /// The type is subtracted.
    pub subtract: bool,
    /// Words.
    pub description: Option<String>,
}

/// The share of each line, and their sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The lines with what is demanded of each.
    pub lines: Vec<Line>,
    /// Sum of the gross lines.
    pub gross: Ore,
    /// The share of the gross sum, rounded half up; the demanded lines sum to it.
    pub total: Ore,
}

impl Demand {
    /// What `share` of `lines` is; `None` when the sum is not positive or too large.
    pub fn of(lines: Vec<NewLine>, share: Share) -> Option<Self> {
        let signed: Vec<Ore> = lines
            .iter()
            .map(|line| if line.subtract { Ore(-line.gross.0) } else { line.gross })
            .collect();
        let gross = Ore::checked_sum(signed.iter().copied())?;
        if !gross.is_positive() {
            return None;
        }
        let demanded = share.spread(&signed);
        let lines = lines
            .into_iter()
            .zip(demanded)
            .map(|(line, demanded)| Line {
                kind: line.kind,
                gross: line.gross,
                subtract: line.subtract,
                demanded,
                description: line.description,
            })
            .collect();
        Some(Self { lines, gross, total: share.of(gross) })
    }
}

impl Claim {
    /// Reported paid.
    pub fn paid(&self) -> Ore {
        Ore(self.payments.iter().map(|payment| payment.amount.0).sum())
    }

    /// Credited.
    pub fn credited(&self) -> Ore {
        Ore(self.credits.iter().map(|credit| credit.amount.0).sum())
    }

    /// Total less payments and credits; never negative.
    pub fn outstanding(&self) -> Ore {
        Ore(self.total.0 - self.paid().0 - self.credited().0)
    }

    /// Something is outstanding.
    pub fn is_open(&self) -> bool {
        self.outstanding().is_positive()
    }

    /// Waits for the receiver's answer.
    pub fn is_unanswered(&self) -> bool {
        matches!(self.status, ClaimStatus::Sent | ClaimStatus::Registered)
    }

    pub(super) fn settle(&mut self) {
        if !self.is_open() {
            let paid = self.paid().is_positive();
            self.status = if paid { ClaimStatus::Paid } else { ClaimStatus::Credited };
        }
    }
}
