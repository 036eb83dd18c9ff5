//! The worklists of the overview, a tab each: their words, orders and counts.

use crate::contract::{Count, Counts};
use crate::portal::lists::address::Address;
use crate::portal::lists::paging::{CLAIMS, INCIDENTS, TASKS, Unit, sum};
use crate::portal::lists::{claim_filter, filter};
use crate::portal::view::Choice;

/// What names a tab in an address.
pub(super) const TAB: &str = "fane";

/// A worklist of the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Us,
    Them,
    Claims,
    Overdue,
    Closed,
}

impl Tab {
    pub(super) const ALL: [Self; 5] =
        [Self::Us, Self::Them, Self::Claims, Self::Overdue, Self::Closed];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Us => "oss",
            Self::Them => "motpart",
            Self::Claims => "krav",
            Self::Overdue => "utlopt",
            Self::Closed => "avsluttet",
        }
    }

    /// The tab of an address; the first for one that names none we know.
    pub(super) fn of(address: &Address) -> Self {
        Self::ALL.into_iter().find(|tab| tab.code() == address.get(TAB)).unwrap_or(Self::Us)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Us => "Venter på oss",
            Self::Them => "Venter på motpart",
            Self::Claims => "Krav",
            Self::Overdue => "Frist utløpt",
            Self::Closed => "Avsluttet",
        }
    }

    /// How long the list is when nothing is filtered.
    pub(super) fn count(self, counts: &Counts) -> Count {
        match self {
            Self::Us => sum(counts.us, counts.both),
            Self::Them => counts.them,
            Self::Claims => counts.open_claims,
            Self::Overdue => sum(counts.overdue, counts.overdue_them),
            Self::Closed => counts.closed,
        }
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Self::Us => TASKS,
            Self::Claims => CLAIMS,
            _ => INCIDENTS,
        }
    }

    /// The order when none is asked for.
    pub(super) fn order(self) -> &'static str {
        if self == Self::Closed { "opened" } else { "due" }
    }

    /// The orders to choose from.
    pub(super) fn orders(self) -> Vec<Choice> {
        match self {
            Self::Claims => claim_filter::sort_choices(),
            Self::Closed => filter::calm_sort_choices(),
            _ => filter::sort_choices(),
        }
    }

    /// Said when the list is empty without a filter: a heading, and what will stand here.
    pub(super) fn nothing(self) -> (&'static str, &'static str) {
        match self {
            Self::Us => (
                "Ingenting venter på oss akkurat nå",
                "Når et annet selskap sender en hendelse, et forslag eller et krav, står det her med frist.",
            ),
            Self::Them => (
                "Vi venter ikke på noen",
                "Det vi sender til andre selskaper, står her til de har svart.",
            ),
            Self::Claims => (
                "Ingen krav har noe utestående",
                "Krav vi sender eller mottar, står her til de er betalt eller kreditert.",
            ),
            Self::Overdue => (
                "Ingen frister er utløpt",
                "Blir en frist oversittet, av oss eller av motparten, står hendelsen her.",
            ),
            Self::Closed => (
                "Ingen hendelser er avsluttet ennå",
                "En hendelse avsluttes når ansvaret er avtalt og kravene er gjort opp.",
            ),
        }
    }
}
