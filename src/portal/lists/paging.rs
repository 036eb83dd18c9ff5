//! The foot of a list: how much is shown, and the way to the rest.

use super::address::{AFTER, Address};
use crate::contract::Count;

/// What the foot of a list says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::portal) struct Paging {
    /// «Viser 9 av 9 oppgaver».
    pub(in crate::portal) shown: String,
    /// The first page, when this is another one.
    pub(in crate::portal) first: Option<String>,
    /// The page after this one.
    pub(in crate::portal) next: Option<String>,
}

/// The thing a list counts: one, and several.
pub(in crate::portal) type Unit = (&'static str, &'static str);

pub(in crate::portal) const TASKS: Unit = ("oppgave", "oppgaver");
pub(in crate::portal) const INCIDENTS: Unit = ("hendelse", "hendelser");
pub(in crate::portal) const CLAIMS: Unit = ("krav", "krav");
pub(in crate::portal) const ENTRIES: Unit = ("oppføring", "oppføringer");

impl Paging {
    /// The foot of a page with `rows` rows. `total` is the length of the whole list, where known.
    pub(in crate::portal) fn new(
        address: &Address,
        rows: usize,
        next: Option<&str>,
        total: Option<Count>,
        unit: Unit,
    ) -> Self {
        let is_first = address.get(AFTER).is_empty();
        let shown = match total {
            Some(total) => format!("Viser {rows} av {} {}", number(total), unit.1),
            None if is_first && next.is_none() => format!("Viser {}", counted(rows, unit)),
            None if is_first => format!("Viser de første {rows} {}", unit.1),
            None => format!("Viser {} til", counted(rows, unit)),
        };
        Self {
            shown,
            first: (!is_first).then(|| address.first_page()),
            next: next.map(|cursor| address.after(cursor)),
        }
    }
}

/// «1 oppgave», «3 oppgaver».
pub(in crate::portal) fn counted(count: usize, unit: Unit) -> String {
    format!("{count} {}", if count == 1 { unit.0 } else { unit.1 })
}

/// «41», or «1 000+».
pub(in crate::portal) fn number(count: Count) -> String {
    match (count.more, count.count) {
        (false, below @ ..1000) => below.to_string(),
        (false, count) => format!("{}\u{a0}{:03}", count / 1000, count % 1000),
        (true, count) => format!("{}\u{a0}{:03}+", count / 1000, count % 1000),
    }
}

/// Two counts together.
pub(in crate::portal) fn sum(one: Count, other: Count) -> Count {
    Count { count: one.count + other.count, more: one.more || other.more }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_beyond_a_thousand_says_so() {
        assert_eq!(number(Count { count: 41, more: false }), "41");
        assert_eq!(number(Count { count: 1000, more: false }), "1\u{a0}000");
        assert_eq!(number(Count { count: 1000, more: true }), "1\u{a0}000+");
    }

    #[test]
    fn the_foot_tells_how_much_of_the_list_is_shown() {
        let first = Address::new("/", "");
        let all = Some(Count { count: 9, more: false });
        assert_eq!(Paging::new(&first, 9, None, all, TASKS).shown, "Viser 9 av 9 oppgaver");
        assert_eq!(Paging::new(&first, 1, None, None, TASKS).shown, "Viser 1 oppgave");
        let more = Paging::new(&first, 50, Some("c"), None, INCIDENTS);
        assert_eq!(more.shown, "Viser de første 50 hendelser");
        assert_eq!((more.first, more.next.as_deref()), (None, Some("/?etter=c")));
        let last = Paging::new(&Address::new("/", "etter=c"), 2, None, None, INCIDENTS);
        assert_eq!(last.first.as_deref(), Some("/"));
    }
}
