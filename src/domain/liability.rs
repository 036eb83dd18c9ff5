//! Liability: coded situations, proposals of a split, agreement.

mod acts;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Invalid;
use crate::formats::{CompanyCode, Share};

/// A typeløsning: a coded standard situation, with a standard split or a free one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiabilityCode {
    /// For example `203`.
    pub code: String,
    /// Version of the code list.
    pub version: String,
    /// Who bears what.
    pub split: CodeSplit,
    /// A proposal needs a reason.
    pub reason_required: bool,
}

/// The split a code gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeSplit {
    /// Part A bears this, part B the rest.
    Fixed(Share),
    /// Either part may bear any of these, the other the rest.
    Free(Vec<Share>),
}

/// A company's part in the coded situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// Part A.
    A,
    /// Part B.
    B,
}

impl Part {
    /// The other company's part.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// `a` or `b`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
        }
    }
}

/// What a proposal says, once it has been checked against the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Liability code.
    pub code: String,
    /// Version of the code list.
    pub code_version: String,
    /// The proposer's part.
    pub own_part: Part,
    /// The proposer's share.
    pub own_share: Share,
    /// Reason.
    pub reason: Option<String>,
}

impl Terms {
    /// Checks a proposal against its code; `split` is (own, other).
    pub fn check(
        code: Option<&LiabilityCode>,
        own_part: Part,
        split: Option<(Share, Share)>,
        reason: Option<String>,
    ) -> Result<Self, Vec<Invalid>> {
        let Some(code) = code else {
            return Err(vec![Invalid::new("code", "unknown_code", "Typeløsningen finnes ikke.")]);
        };
        let mut errors = Vec::new();
        let own_share = match own_share(code, own_part, split) {
            Ok(share) => share,
            Err(error) => {
                errors.push(error);
                Share::ZERO
            }
        };
        if code.reason_required && reason.is_none() {
            errors.push(Invalid::new(
                "reason",
                "reason_required",
                "Skriv en begrunnelse. Denne typeløsningen krever det.",
            ));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let (code, code_version) = (code.code.clone(), code.version.clone());
        Ok(Self { code, code_version, own_part, own_share, reason })
    }
}

fn own_share(
    code: &LiabilityCode,
    own_part: Part,
    split: Option<(Share, Share)>,
) -> Result<Share, Invalid> {
    const WRONG: Invalid = Invalid::new(
        "split",
        "split_not_allowed",
        "Fordelingsbrøken kan ikke brukes med denne typeløsningen.",
    );
    match (&code.split, split) {
        (CodeSplit::Fixed(_), Some(_)) => Err(WRONG),
        (CodeSplit::Fixed(a), None) => Ok(match own_part {
            Part::A => *a,
            Part::B => a.complement(),
        }),
        (CodeSplit::Free(_), None) => {
            Err(Invalid::new("split", "split_required", "Velg en fordelingsbrøk."))
        }
        (CodeSplit::Free(allowed), Some((own, other))) => {
            let right = own.complement() == other && allowed.contains(&own);
            if right { Ok(own) } else { Err(WRONG) }
        }
    }
}

/// A numbered, immutable offer of a code and a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// 1, 2, 3 … within the incident.
    pub number: u32,
    /// The company that made it.
    pub by: CompanyCode,
    /// What it says, seen by the proposer.
    pub terms: Terms,
    /// When it was made.
    pub at: Timestamp,
    /// When the receiver's time is up.
    pub due: Timestamp,
}

impl Proposal {
    /// The share `company` bears.
    pub fn share_of(&self, company: &CompanyCode) -> Share {
        if *company == self.by { self.terms.own_share } else { self.terms.own_share.complement() }
    }

    /// The part `company` has.
    pub fn part_of(&self, company: &CompanyCode) -> Part {
        if *company == self.by { self.terms.own_part } else { self.terms.own_part.other() }
    }
}

/// Where the liability of an incident stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Liability {
    /// Nothing stands; both have been free to propose since then.
    None {
        /// When the last one fell away, or the incident was opened.
        since: Timestamp,
    },
    /// The newest proposal waits for the other company.
    Proposed(Proposal),
    /// Both agree.
    Agreed {
        /// The proposal that was accepted.
        proposal: Proposal,
        /// When.
        at: Timestamp,
    },
}

/// [`Liability`] in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiabilityStatus {
    /// No proposal stands.
    None,
    /// A proposal waits.
    Proposed,
    /// Agreed.
    Agreed,
}

impl Liability {
    /// In one word.
    pub fn status(&self) -> LiabilityStatus {
        match self {
            Self::None { .. } => LiabilityStatus::None,
            Self::Proposed(_) => LiabilityStatus::Proposed,
            Self::Agreed { .. } => LiabilityStatus::Agreed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(num: u32, den: u32) -> LiabilityCode {
        let share = Share::new(num, den).expect("a share");
        LiabilityCode {
            code: "405".into(),
            version: "2026-1".into(),
            split: CodeSplit::Fixed(share),
            reason_required: false,
        }
    }

    fn free() -> LiabilityCode {
        let split = CodeSplit::Free(vec![Share::ZERO, Share::HALF, Share::ONE]);
        LiabilityCode { code: "999".into(), version: "2026-1".into(), split, reason_required: true }
    }

    fn codes(result: Result<Terms, Vec<Invalid>>) -> Vec<&'static str> {
        result.expect_err("refused").into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn a_fixed_code_gives_each_part_its_share() {
        let a = Terms::check(Some(&fixed(1, 4)), Part::A, None, None).expect("allowed");
        let b = Terms::check(Some(&fixed(1, 4)), Part::B, None, None).expect("allowed");
        assert_eq!((a.own_share.num(), a.own_share.den()), (1, 4));
        assert_eq!(a.own_share.complement(), b.own_share);
    }

    #[test]
    fn a_split_is_only_for_free_codes() {
        let half = Some((Share::HALF, Share::HALF));
        assert_eq!(
            codes(Terms::check(Some(&fixed(1, 2)), Part::A, half, None)),
            ["split_not_allowed"]
        );
    }

    #[test]
    fn a_free_code_needs_a_split_and_a_reason() {
        let missing = codes(Terms::check(Some(&free()), Part::A, None, None));
        assert_eq!(missing, ["split_required", "reason_required"]);
    }

    #[test]
    fn a_free_split_must_be_allowed_and_sum_to_one() {
        let odd = Share::new(1, 5).map(|share| (share, share.complement()));
        let reason = || Some("fordi".to_owned());
        assert_eq!(
            codes(Terms::check(Some(&free()), Part::A, odd, reason())),
            ["split_not_allowed"]
        );
        let uneven = Some((Share::HALF, Share::ONE));
        assert_eq!(
            codes(Terms::check(Some(&free()), Part::A, uneven, reason())),
            ["split_not_allowed"]
        );
        let half = Some((Share::HALF, Share::HALF));
        assert!(Terms::check(Some(&free()), Part::A, half, reason()).is_ok());
    }

    #[test]
    fn an_unknown_code_is_said_to_be_unknown() {
        assert_eq!(codes(Terms::check(None, Part::A, None, None)), ["unknown_code"]);
    }
}
