//! An incident between two synthetic companies, and what acts on it need.

use jiff::Timestamp;
use jiff::civil::date;
use skadehub::domain::incident::Insurer;
use skadehub::domain::{
    Claim, ClaimStatus, Incident, IncidentStatus, Liability, Part, Proposal, Rules, Side, Terms,
    Vehicle,
};
use skadehub::formats::{CompanyCode, Kid, Ore, RegistrationNumber, Share};
use uuid::Uuid;

/// The rules as they are by default: seven days, thirty days.
pub(super) const RULES: Rules = Rules {
    answer_days: 7,
    claim_due_days: 30,
    remind_days_before: 2,
    remind_days_between: 7,
    remind_administrator_from: 3,
};

pub(super) fn company(code: &str) -> CompanyCode {
    code.parse().unwrap()
}

pub(super) fn sender() -> CompanyCode {
    company("FJT")
}

pub(super) fn counterpart() -> CompanyCode {
    company("NLS")
}

pub(super) fn stranger() -> CompanyCode {
    company("TND")
}

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// When [`sent`] was sent and received.
pub(super) fn received() -> Timestamp {
    at("2026-03-02T10:00:00+01:00")
}

pub(super) fn terms(own_share: Share) -> Terms {
    Terms {
        code: "405".into(),
        code_version: "2026-1".into(),
        own_part: Part::A,
        own_share,
        reason: None,
    }
}

/// Proposal `number` of `by`, who would bear a quarter.
pub(super) fn proposal(number: u32, by: CompanyCode, at: Timestamp) -> Proposal {
    let terms = terms(Share::new(1, 4).unwrap());
    Proposal { number, by, terms, at, due: RULES.answer_due(at) }
}

fn side(number: &str, reference: Option<&str>) -> Side {
    Side {
        reference: reference.map(str::to_owned),
        vehicle: Vehicle {
            number: Some(RegistrationNumber::parse(number).unwrap()),
            country: "N".into(),
            description: None,
        },
        coverage: reference.map(|_| "kasko".to_owned()),
        vat_liable: false,
        business_interruption: false,
        insurer: Insurer {
            outcome: None,
            registry_company: None,
            since: None,
            checked_at: None,
            by_hand: true,
            reason: None,
        },
    }
}

/// Sent by [`sender`] to `to`, without a proposal.
pub(super) fn sent(from: CompanyCode, to: CompanyCode, at: Timestamp) -> Incident {
    Incident {
        id: Uuid::from_u128(1),
        version: 1,
        status: IncidentStatus::Sent,
        sender: from,
        counterpart: to,
        opened_at: at,
        received_at: at,
        closed_at: None,
        loss_date: date(2026, 2, 27),
        loss_time: None,
        place: None,
        description: None,
        personal_injury: false,
        sender_side: side("EK12345", Some("2026-1")),
        counterpart_side: side("AA12345", None),
        liability: Liability::None { since: at },
        last_proposal: 0,
        rejection: None,
        closing: None,
        reopening: None,
        injuries: 0,
        open_injuries: 0,
        claims: Vec::new(),
    }
}

/// A claim of 100 kroner by `claimant`, not answered.
pub(super) fn claim(number: u32, claimant: CompanyCode) -> Claim {
    Claim {
        id: Uuid::from_u128(100 + u128::from(number)),
        number,
        version: 1,
        claimant,
        kid: Kid::parse("2345676").unwrap(),
        account: None,
        due: date(2026, 4, 30),
        message: None,
        share: Share::new(1, 4).unwrap(),
        total: Ore(10_000),
        status: ClaimStatus::Sent,
        booking_reference: None,
        dispute_reason: None,
        created_at: received(),
        payments: Vec::new(),
        credits: Vec::new(),
    }
}
