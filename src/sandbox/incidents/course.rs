//! The courses that an incident can take, and how common each is.

use Actor::{Receiver, Sender};

/// Which of the two acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actor {
    Sender,
    Receiver,
    /// The one who has money to demand.
    Claimant,
    /// The one who owes it.
    Debtor,
}

/// One act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// With a first proposal or without.
    Send {
        proposal: bool,
    },
    /// Accepts the incident; and the proposal too, or not.
    Accept {
        proposal: bool,
    },
    /// Accepts the incident and proposes half each.
    AcceptAndCounter,
    AcceptProposal,
    Reject,
    Redirect,
    Withdraw,
    Message,
    Claim,
    Register,
    AcceptClaim,
    Dispute,
    /// The whole outstanding amount, or half of it.
    Pay {
        whole: bool,
    },
    Credit,
    Close,
    Reopen,
    ReopenLiability,
    /// Takes it as one's own case.
    Assign,
}

/// A course: its share of all incidents, its age in days today, and its acts by day.
pub(super) struct Course {
    pub(super) name: &'static str,
    pub(super) per_cent: u32,
    pub(super) age: std::ops::RangeInclusive<u32>,
    pub(super) steps: &'static [(u32, Actor, Step)],
}

const SEND: (u32, Actor, Step) = (0, Sender, Step::Send { proposal: true });
const BARE: (u32, Actor, Step) = (0, Sender, Step::Send { proposal: false });
const AGREE: (u32, Actor, Step) = (1, Receiver, Step::Accept { proposal: true });
const CLAIM: (u32, Actor, Step) = (3, Actor::Claimant, Step::Claim);
const REGISTER: (u32, Actor, Step) = (5, Actor::Debtor, Step::Register);
const ACCEPT_CLAIM: (u32, Actor, Step) = (7, Actor::Debtor, Step::AcceptClaim);
const MINE: (u32, Actor, Step) = (0, Sender, Step::Assign);
const THEIRS: (u32, Actor, Step) = (1, Receiver, Step::Assign);

macro_rules! course {
    ($name:literal, $per_cent:literal, $age:expr, [$($step:expr),* $(,)?]) => {
        Course { name: $name, per_cent: $per_cent, age: $age, steps: &[$($step),*] }
    };
}

/// Every course; the percentages add up to a hundred.
pub(super) const COURSES: &[Course] = &[
    course!(
        "paid and closed",
        17,
        35..=230,
        [
            SEND,
            MINE,
            AGREE,
            THEIRS,
            CLAIM,
            REGISTER,
            ACCEPT_CLAIM,
            (18, Actor::Debtor, Step::Pay { whole: true }),
            (20, Actor::Claimant, Step::Close),
        ]
    ),
    course!(
        "paid in two parts",
        3,
        45..=120,
        [
            SEND,
            AGREE,
            CLAIM,
            ACCEPT_CLAIM,
            (15, Actor::Debtor, Step::Pay { whole: false }),
            (30, Actor::Debtor, Step::Pay { whole: true }),
            (31, Actor::Debtor, Step::Close),
        ]
    ),
    course!("closed without claims", 5, 30..=200, [SEND, AGREE, (12, Sender, Step::Close)]),
    course!(
        "reopened",
        2,
        40..=90,
        [SEND, AGREE, (10, Sender, Step::Close), (25, Receiver, Step::Reopen),]
    ),
    course!("agreed, nothing demanded yet", 5, 2..=20, [SEND, MINE, AGREE]),
    course!("claim sent", 7, 4..=24, [SEND, MINE, AGREE, THEIRS, CLAIM]),
    course!("claim overdue", 4, 36..=60, [SEND, AGREE, CLAIM, (9, Actor::Claimant, Step::Message)]),
    course!("claim registered", 5, 6..=24, [SEND, AGREE, THEIRS, CLAIM, REGISTER]),
    course!("claim accepted", 4, 8..=28, [SEND, AGREE, CLAIM, REGISTER, ACCEPT_CLAIM]),
    course!(
        "claim disputed",
        4,
        9..=40,
        [
            SEND,
            MINE,
            AGREE,
            THEIRS,
            CLAIM,
            (8, Actor::Debtor, Step::Dispute),
            (9, Actor::Claimant, Step::Message),
        ]
    ),
    course!(
        "partly paid",
        3,
        20..=45,
        [SEND, AGREE, CLAIM, ACCEPT_CLAIM, (18, Actor::Debtor, Step::Pay { whole: false }),]
    ),
    course!("credited", 2, 14..=60, [SEND, AGREE, CLAIM, (10, Actor::Claimant, Step::Credit)]),
    course!(
        "proposal unanswered",
        4,
        2..=7,
        [SEND, MINE, (1, Receiver, Step::Accept { proposal: false }), THEIRS,]
    ),
    course!(
        "proposal overdue",
        2,
        10..=24,
        [SEND, (1, Receiver, Step::Accept { proposal: false })]
    ),
    course!(
        "counter-proposal",
        4,
        2..=8,
        [SEND, MINE, (1, Receiver, Step::AcceptAndCounter), THEIRS, (1, Receiver, Step::Message),]
    ),
    course!(
        "counter-proposal accepted",
        2,
        6..=30,
        [SEND, (1, Receiver, Step::AcceptAndCounter), (3, Sender, Step::AcceptProposal),]
    ),
    course!("nothing proposed", 3, 1..=9, [BARE, (1, Receiver, Step::Accept { proposal: false })]),
    course!("new", 9, 0..=6, [SEND]),
    course!("new, in hand", 3, 1..=6, [SEND, MINE, THEIRS]),
    course!("new without proposal", 2, 0..=6, [BARE, MINE]),
    course!("unanswered and overdue", 3, 9..=25, [SEND, MINE]),
    course!("rejected", 2, 1..=6, [SEND, MINE, (1, Receiver, Step::Reject)]),
    course!(
        "redirected",
        1,
        4..=9,
        [SEND, (1, Receiver, Step::Reject), (3, Sender, Step::Redirect),]
    ),
    course!("withdrawn", 2, 3..=90, [SEND, (2, Sender, Step::Withdraw)]),
    course!(
        "liability to be reopened",
        1,
        12..=16,
        [SEND, AGREE, (10, Receiver, Step::ReopenLiability),]
    ),
    course!(
        "close asked for",
        1,
        12..=17,
        [BARE, (1, Receiver, Step::Accept { proposal: false }), (11, Sender, Step::Close),]
    ),
];

/// The course of the `n`th incident: spread evenly, so that every hundred holds the same mix.
pub(super) fn of(n: u32) -> &'static Course {
    // 37 shares no factor with 100: neighbours differ.
    let mut place = (n * 37 + 11) % 100;
    for course in COURSES {
        if place < course.per_cent {
            return course;
        }
        place -= course.per_cent;
    }
    &COURSES[0]
}
