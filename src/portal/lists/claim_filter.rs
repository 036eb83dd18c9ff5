//! The fields a list of claims is filtered by.

use super::address::{AFTER, Address};
use super::filter::Reader;
use crate::contract::ClaimFilter;
use crate::portal::directory::Directory;
use crate::portal::form::Errors;
use crate::portal::view::Choice;

/// The statuses in which something is outstanding.
pub(super) const OPEN: &str = "sent,registered,accepted,disputed";

/// The choice of all of them.
const ALL_OPEN: &str = "apne";

/// The names of the fields, without the order.
pub(super) const FIELDS: [&str; 5] = ["retning", "status", "motpart", "kid", "forfalt"];

/// Reads the filter; `order` is used when none is asked for.
pub(super) fn read(
    address: &mut Address,
    directory: &Directory,
    order: &'static str,
) -> (ClaimFilter, Errors) {
    let mut reader = Reader::new(address);
    let direction = reader.choice("retning", &direction_choices());
    let status = reader.choice("status", &status_choices());
    let status = status.map(|it| if it == ALL_OPEN { OPEN.to_owned() } else { it });
    let counterpart = reader.counterpart(directory);
    let kid = reader.kid();
    let overdue = reader.choice("forfalt", &overdue_choices());
    let sort = reader.choice("sorter", &sort_choices()).or_else(|| Some(order.to_owned()));
    let errors = reader.errors;
    let after = Some(address.get(AFTER).to_owned()).filter(|after| !after.is_empty());
    let filter =
        ClaimFilter { direction, status, kid, counterpart, overdue, sort, limit: None, after };
    (filter, errors)
}

pub(super) fn direction_choices() -> Vec<Choice> {
    Choice::list([("sent", "Sendt av oss"), ("received", "Mottatt")])
}

pub(super) fn status_choices() -> Vec<Choice> {
    Choice::list([
        (ALL_OPEN, "Med noe utestående"),
        ("sent", "Sendt"),
        ("registered", "Registrert"),
        ("accepted", "Godtatt"),
        ("disputed", "Bestridt"),
        ("paid", "Betalt"),
        ("credited", "Kreditert"),
    ])
}

pub(super) fn overdue_choices() -> Vec<Choice> {
    Choice::list([("true", "Over forfall"), ("false", "Ikke over forfall")])
}

pub(super) fn sort_choices() -> Vec<Choice> {
    Choice::list([("due", "Forfall"), ("created", "Nyeste først")])
}
