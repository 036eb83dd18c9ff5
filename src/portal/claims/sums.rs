//! The share of each typed line, and the sums, worked out as the hub will.

use super::input::LineInput;
use crate::contract::CodeItem;
use crate::formats::{Ore, Share};

/// What the lines that are understood come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sums {
    /// The other's share of each line; `None` for an amount that is not understood.
    pub shares: Vec<Option<Ore>>,
    /// Sum of the lines, less what is subtracted.
    pub gross: Ore,
    /// Our own part, as a deduction: never positive.
    pub own: Ore,
    /// What is demanded.
    pub total: Ore,
}

impl Sums {
    /// The sums of `lines`, of which the other party bears `share`.
    pub(super) fn of(lines: &[LineInput], types: &[CodeItem], share: Share) -> Self {
        let signed: Vec<Option<Ore>> = lines.iter().map(|line| signed(line, types)).collect();
        let known: Vec<Ore> = signed.iter().flatten().copied().collect();
        // Each amount is far below what a sum of a hundred of them could overflow.
        let gross = Ore::checked_sum(known.iter().copied()).unwrap_or_default();
        let total = share.of(gross);
        let mut spread = share.spread(&known).into_iter();
        let shares = signed.iter().map(|line| line.and_then(|_| spread.next())).collect();
        Self { shares, gross, own: Ore(total.0 - gross.0), total }
    }

    /// The share of a line as shown; a dash while its amount is not understood.
    pub(super) fn share(&self, at: usize) -> String {
        self.shares.get(at).copied().flatten().map_or_else(|| "–".to_owned(), Ore::kr)
    }
}

/// The line's amount; negative for a type that is subtracted.
fn signed(line: &LineInput, types: &[CodeItem]) -> Option<Ore> {
    let amount = Ore::parse_kroner(&line.amount).ok()?;
    let subtract = types.iter().any(|kind| kind.code == line.kind && kind.subtract);
    if subtract { amount.checked_neg() } else { Some(amount) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: &str, amount: &str) -> LineInput {
        LineInput { kind: kind.into(), text: String::new(), amount: amount.into() }
    }

    fn types() -> Vec<CodeItem> {
        let salvage = CodeItem { code: "salvage".into(), subtract: true, ..CodeItem::default() };
        vec![CodeItem { code: "repair".into(), ..CodeItem::default() }, salvage]
    }

    #[test]
    fn the_shares_are_spread_so_that_they_sum_to_the_total() {
        let lines = ["48 250,00", "6 400,50", "3 875", "2950"].map(|kr| line("repair", kr));
        let sums = Sums::of(&lines, &types(), Share::new(3, 4).unwrap());
        let shares: Vec<_> = (0..4).map(|at| sums.share(at).replace('\u{a0}', " ")).collect();
        assert_eq!(shares, ["36 187,50", "4 800,38", "2 906,25", "2 212,50"]);
        assert_eq!((sums.gross, sums.total), (Ore(6_147_550), Ore(4_610_663)));
        assert_eq!(sums.own.kr(), "\u{2212}15\u{a0}368,87");
    }

    #[test]
    fn salvage_is_subtracted_and_an_unread_amount_is_left_out() {
        let lines = [line("repair", "1000"), line("repair", "tusen"), line("salvage", "200")];
        let sums = Sums::of(&lines, &types(), Share::HALF);
        assert_eq!(sums.shares, [Some(Ore(50_000)), None, Some(Ore(-10_000))]);
        assert_eq!(sums.total, Ore(40_000));
        assert_eq!(sums.share(1), "–");
    }
}
