//! Every state an incident can be in, the unreachable ones included: the rules are total.

use std::fmt;

use jiff::Timestamp;
use skadehub::domain::incident::{Ask, Rejection};
use skadehub::domain::{ClaimStatus, Incident, IncidentStatus, Liability};
use skadehub::formats::CompanyCode;

use super::sample::{at, claim, counterpart, proposal, received, sender, sent};

/// One of the two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Party {
    Sender,
    Counterpart,
}

/// Where the liability stands, told by whose turn it is to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    None,
    ProposedBy(Party),
    Agreed,
}

/// The incident's claims, all of the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claims {
    None,
    Unanswered,
    Disputed,
    Settled,
}

/// What an act can depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) status: IncidentStatus,
    pub(super) split: Split,
    pub(super) closing: Option<Party>,
    pub(super) reopening: Option<Party>,
    pub(super) claims: Claims,
    pub(super) injured: bool,
}

pub(super) const STATUSES: [IncidentStatus; 5] = [
    IncidentStatus::Sent,
    IncidentStatus::Accepted,
    IncidentStatus::Rejected,
    IncidentStatus::Withdrawn,
    IncidentStatus::Closed,
];
const SPLITS: [Split; 4] = [
    Split::None,
    Split::ProposedBy(Party::Sender),
    Split::ProposedBy(Party::Counterpart),
    Split::Agreed,
];
const ASKS: [Option<Party>; 3] = [None, Some(Party::Sender), Some(Party::Counterpart)];
const CLAIMS: [Claims; 4] = [Claims::None, Claims::Unanswered, Claims::Disputed, Claims::Settled];

impl Party {
    pub(super) fn company(self) -> CompanyCode {
        match self {
            Self::Sender => sender(),
            Self::Counterpart => counterpart(),
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::Sender => Self::Counterpart,
            Self::Counterpart => Self::Sender,
        }
    }
}

/// Moments of their own, so that a due time tells what it was set from.
pub(super) fn split_at() -> Timestamp {
    at("2026-03-05T23:59:59+01:00")
}
pub(super) fn rejected_at() -> Timestamp {
    at("2026-03-06T00:00:00+01:00")
}
pub(super) fn closing_at() -> Timestamp {
    at("2026-03-25T12:00:00+01:00")
}
pub(super) fn reopening_at() -> Timestamp {
    at("2026-10-20T12:00:00+02:00")
}

impl State {
    /// All of them.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        STATUSES.into_iter().flat_map(|status| {
            SPLITS.into_iter().flat_map(move |split| {
                ASKS.into_iter().flat_map(move |closing| {
                    ASKS.into_iter().flat_map(move |reopening| {
                        CLAIMS.into_iter().flat_map(move |claims| {
                            [false, true].into_iter().map(move |injured| Self {
                                status,
                                split,
                                closing,
                                reopening,
                                claims,
                                injured,
                            })
                        })
                    })
                })
            })
        })
    }

    /// An incident in this state; its newest proposal is number 2.
    pub(super) fn incident(self) -> Incident {
        let mut incident = sent(sender(), counterpart(), received());
        incident.status = self.status;
        incident.last_proposal = 2;
        incident.liability = match self.split {
            Split::None => Liability::None { since: split_at() },
            Split::ProposedBy(by) => Liability::Proposed(proposal(2, by.company(), split_at())),
            Split::Agreed => {
                let proposal = proposal(2, sender(), received());
                Liability::Agreed { proposal, at: split_at() }
            }
        };
        if !matches!(self.status, IncidentStatus::Sent) {
            incident.counterpart_side.reference = Some("NLS-9".into());
        }
        if self.status == IncidentStatus::Rejected {
            let reason = "wrong_company".into();
            incident.rejection =
                Some(Rejection { reason, text: None, suggested: None, at: rejected_at() });
        }
        incident.closing = self.closing.map(|by| ask(by, closing_at()));
        incident.reopening = self.reopening.map(|by| ask(by, reopening_at()));
        incident.injuries = u32::from(self.injured);
        incident.open_injuries = incident.injuries;
        let status = match self.claims {
            Claims::None => return incident,
            Claims::Unanswered => ClaimStatus::Sent,
            Claims::Disputed => ClaimStatus::Disputed,
            Claims::Settled => ClaimStatus::Credited,
        };
        let mut claim = claim(1, sender());
        claim.status = status;
        if status == ClaimStatus::Credited {
            let (amount, reason) = (claim.total, "feil".into());
            claim.credits.push(skadehub::domain::claim::Credit { amount, reason, at: received() });
        }
        incident.claims.push(claim);
        incident
    }
}

fn ask(by: Party, at: Timestamp) -> Ask {
    Ask { by: by.company(), at, reason: Some("fordi".into()) }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}, {:?}, closing asked by {:?}, reopening by {:?}, claims {:?}, injured {}",
            self.status, self.split, self.closing, self.reopening, self.claims, self.injured
        )
    }
}
