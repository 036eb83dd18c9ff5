//! Shares of liability: exact fractions of the whole, and money split by them.

use std::cmp::{Ordering, Reverse};
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Ore;

/// An exact fraction from 0 to 1, in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Terms", into = "Terms")]
pub struct Share {
    num: u32,
    den: u32,
}

/// The text or the terms are no fraction from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Andelen skal være en brøk fra 0/1 til 1/1, for eksempel 1/3.")]
pub struct InvalidShare;

/// A share on the wire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Terms {
    num: u32,
    den: u32,
}

impl Share {
    pub const ZERO: Self = Self { num: 0, den: 1 };
    pub const HALF: Self = Self { num: 1, den: 2 };
    pub const ONE: Self = Self { num: 1, den: 1 };

    /// `num/den` in lowest terms; nothing when it isn't a fraction from 0 to 1.
    pub fn new(num: u32, den: u32) -> Option<Self> {
        if den == 0 || num > den {
            return None;
        }
        let divisor = greatest_common_divisor(num, den);
        Some(Self { num: num / divisor, den: den / divisor })
    }

    /// The numerator in lowest terms.
    pub fn num(self) -> u32 {
        self.num
    }

    /// The denominator in lowest terms, never 0.
    pub fn den(self) -> u32 {
        self.den
    }

    /// What is left of the whole: the other party's share.
    #[must_use]
    pub fn complement(self) -> Self {
        Self { num: self.den - self.num, den: self.den }
    }

    /// This share of `total`, rounded half up to a whole øre.
    pub fn of(self, total: Ore) -> Ore {
        Ore(fit(self.half_up(i128::from(total.0))))
    }

    /// This share of each of `lines`, in whole øre that sum to [`Self::of`] their sum.
    ///
    /// By largest remainder, ties to the earlier line, so no line is off by an øre or more.
    /// Lines may be negative (salvage is subtracted).
    pub fn spread(self, lines: &[Ore]) -> Vec<Ore> {
        let (num, den) = (i128::from(self.num), i128::from(self.den));
        let exact = |line: &Ore| i128::from(line.0) * num;
        let mut shares: Vec<i128> = lines.iter().map(|l| exact(l).div_euclid(den)).collect();
        let total: i128 = lines.iter().map(|line| i128::from(line.0)).sum();
        let missing = self.half_up(total) - shares.iter().sum::<i128>();

        let mut by_remainder: Vec<usize> = (0..lines.len()).collect();
        by_remainder.sort_by_key(|&at| Reverse(exact(&lines[at]).rem_euclid(den)));
        let receives = usize::try_from(missing).unwrap_or(0);
        for at in by_remainder.into_iter().take(receives) {
            shares[at] += 1;
        }
        shares.into_iter().map(|share| Ore(fit(share))).collect()
    }

    /// In percent with at most two decimals, without the sign: `25`, `33,33`, `100`.
    pub fn percent(self) -> String {
        let (num, den) = (u64::from(self.num), u64::from(self.den));
        let hundredths = (20_000 * num + den) / (2 * den);
        let (whole, decimals) = (hundredths / 100, hundredths % 100);
        match (decimals / 10, decimals % 10) {
            (0, 0) => whole.to_string(),
            (tenths, 0) => format!("{whole},{tenths}"),
            _ => format!("{whole},{decimals:02}"),
        }
    }

    fn half_up(self, amount: i128) -> i128 {
        let (num, den) = (i128::from(self.num), i128::from(self.den));
        (2 * amount * num + den).div_euclid(2 * den)
    }
}

/// A share of an `i64` is never further from zero than the amount, so it always fits.
fn fit(share: i128) -> i64 {
    i64::try_from(share).unwrap_or(if share < 0 { i64::MIN } else { i64::MAX })
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl Ord for Share {
    fn cmp(&self, other: &Self) -> Ordering {
        let cross = |a: u32, b: u32| u64::from(a) * u64::from(b);
        cross(self.num, other.den).cmp(&cross(other.num, self.den))
    }
}

impl PartialOrd for Share {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}/{}", self.num, self.den))
    }
}

impl FromStr for Share {
    type Err = InvalidShare;

    /// Reads `1/3`, also with blanks and not in lowest terms.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (num, den) = text.split_once('/').ok_or(InvalidShare)?;
        let term = |text: &str| text.trim().parse().map_err(|_| InvalidShare);
        Self::new(term(num)?, term(den)?).ok_or(InvalidShare)
    }
}

impl TryFrom<Terms> for Share {
    type Error = InvalidShare;

    fn try_from(terms: Terms) -> Result<Self, Self::Error> {
        Self::new(terms.num, terms.den).ok_or(InvalidShare)
    }
}

impl From<Share> for Terms {
    fn from(share: Share) -> Self {
        Self { num: share.num, den: share.den }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn share(num: u32, den: u32) -> Share {
        Share::new(num, den).unwrap()
    }

    #[test]
    fn a_share_is_kept_in_lowest_terms() {
        assert_eq!(share(2, 4), Share::HALF);
        assert_eq!(share(0, 7), Share::ZERO);
        assert_eq!(share(9, 9), Share::ONE);
        assert_eq!((share(4, 6).num(), share(4, 6).den()), (2, 3));
        assert_eq!(Share::new(1, 0), None);
        assert_eq!(Share::new(4, 3), None);
    }

    #[test]
    fn percent_has_at_most_two_decimals() {
        let shown = [(0, 1), (1, 4), (1, 3), (2, 3), (1, 1), (1, 8), (1, 100), (1, 1_000)];
        let percents = shown.map(|(num, den)| share(num, den).percent());
        assert_eq!(percents, ["0", "25", "33,33", "66,67", "100", "12,5", "1", "0,1"]);
    }

    #[test]
    fn text_and_json_go_both_ways() {
        assert_eq!(share(1, 3).to_string(), "1/3");
        assert_eq!(" 2 / 6 ".parse(), Ok(share(1, 3)));
        assert_eq!("3/2".parse::<Share>(), Err(InvalidShare));
        assert_eq!("-1/2".parse::<Share>(), Err(InvalidShare));
        assert_eq!(serde_json::to_string(&share(1, 3)).unwrap(), r#"{"num":1,"den":3}"#);
        assert_eq!(serde_json::from_str::<Share>(r#"{"num":2,"den":4}"#).unwrap(), Share::HALF);
        assert!(serde_json::from_str::<Share>(r#"{"num":2,"den":0}"#).is_err());
    }

    #[test]
    fn half_an_øre_is_rounded_up() {
        assert_eq!(Share::HALF.of(Ore(5)), Ore(3));
        assert_eq!(share(1, 3).of(Ore(100)), Ore(33));
        assert_eq!(Share::ONE.of(Ore(i64::MIN)), Ore(i64::MIN));
    }

    #[test]
    fn a_tie_goes_to_the_earlier_line() {
        assert_eq!(Share::HALF.spread(&[Ore(1), Ore(1)]), [Ore(1), Ore(0)]);
        assert_eq!(
            share(1, 3).spread(&[Ore(100), Ore(101), Ore(100)]),
            [Ore(33), Ore(34), Ore(33)]
        );
    }

    #[test]
    fn salvage_is_shared_too() {
        assert_eq!(Share::HALF.spread(&[Ore(1_001), Ore(-500)]), [Ore(501), Ore(-250)]);
        assert_eq!(share(1, 3).spread(&[Ore(100), Ore(-50)]), [Ore(34), Ore(-17)]);
        assert_eq!(Share::HALF.spread(&[]), []);
    }

    /// Small denominators, as people agree on, and any others.
    fn any_share() -> impl Strategy<Value = Share> {
        prop_oneof![1_u32..13, 1..=u32::MAX]
            .prop_flat_map(|den| (0..=den, Just(den)))
            .prop_map(|(num, den)| share(num, den))
    }

    proptest! {
        #[test]
        fn the_shares_of_the_lines_sum_to_the_share_of_the_sum(
            share in any_share(),
            lines in prop::collection::vec((-99_999_999_999_i64..=99_999_999_999).prop_map(Ore), 0..20),
        ) {
            let total = Ore::checked_sum(lines.iter().copied()).unwrap();
            let spread = share.spread(&lines);
            prop_assert_eq!(Ore::checked_sum(spread.iter().copied()), Some(share.of(total)));
            let (num, den) = (i128::from(share.num), i128::from(share.den));
            for (part, line) in spread.iter().zip(&lines) {
                let off = i128::from(part.0) * den - i128::from(line.0) * num;
                prop_assert!(off.abs() < den, "{part} of {line} under {share}");
            }
        }

        #[test]
        fn the_two_parties_make_a_whole(share in any_share(), total in any::<i64>().prop_map(Ore)) {
            prop_assert_eq!(share.complement().complement(), share);
            let both = i128::from(share.of(total).0) + i128::from(share.complement().of(total).0);
            // Two halves of an øre are both rounded up.
            prop_assert!((0..=1).contains(&(both - i128::from(total.0))));
        }

        #[test]
        fn order_is_the_order_of_the_values(a in any_share(), b in any_share()) {
            let value = |share: Share| f64::from(share.num) / f64::from(share.den);
            if a < b { prop_assert!(value(a) <= value(b)); }
            prop_assert_eq!(a.cmp(&b).is_eq(), a == b);
        }
    }
}
