//! How liability is split between two parties, as a bar and in words.

use crate::formats::Share;

/// The split figure: our share always left, theirs right; A filled, B hatched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub own: Side,
    pub other: Side,
}

/// One party's part of the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// «Oss», or the other company's short name.
    pub name: String,
    /// `A` or `B`: the party's role in the situation.
    pub letter: char,
    pub share: Share,
    /// «33,33», without the sign.
    pub percent: String,
    /// Width of its part of the bar, for SVG: «33.33».
    pub width: String,
}

impl Side {
    fn new(name: &str, is_a: bool, share: Share) -> Self {
        let percent = share.percent();
        Self {
            name: name.to_owned(),
            letter: if is_a { 'A' } else { 'B' },
            share,
            width: percent.replace(',', "."),
            percent,
        }
    }

    pub fn is_a(&self) -> bool {
        self.letter == 'A'
    }
}

impl Split {
    pub fn new(own: Share, other: Share, own_is_a: bool, own_name: &str, other_name: &str) -> Self {
        Self {
            own: Side::new(own_name, own_is_a, own),
            other: Side::new(other_name, !own_is_a, other),
        }
    }

    /// Seen from our company: «Oss» and the other's name, whose share is the rest.
    pub fn ours(own: Share, own_is_a: bool, other_name: &str) -> Self {
        Self::new(own, own.complement(), own_is_a, "Oss", other_name)
    }

    /// Whether both carry a part, so that a line stands between them.
    pub fn is_shared(&self) -> bool {
        self.own.share != Share::ZERO && self.other.share != Share::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_fill_the_bar_to_its_end() {
        let third = Share::new(1, 3).unwrap();
        let split = Split::ours(third, false, "Nordlys");
        assert_eq!(split.own.width, "33.33");
        assert_eq!(split.other.percent, "66,67");
        assert_eq!((split.own.letter, split.other.letter), ('B', 'A'));
    }
}
