//! The fields the log and the history are searched by.

use crate::contract::{LogFilter, Page};
use crate::error::{Error, Result};
use crate::portal::form::Errors;
use crate::portal::lists::address::{AFTER, Address};
use crate::portal::lists::filter::Reader;
use crate::portal::view::Choice;

use super::words;

/// The names of the fields.
pub(super) const FIELDS: [&str; 6] = ["fra", "til", "person", "type", "skadenummer", "kanal"];

/// Reads the fields of an address; `kinds` are those of the list.
pub(super) fn read(address: &mut Address, kinds: &[Choice]) -> (LogFilter, Errors) {
    let mut reader = Reader::new(address);
    let (from, to) = reader.period("fra", "til");
    let (person, reference) = (reader.text("person"), reader.text("skadenummer"));
    let kind = reader.choice("type", kinds);
    let channel = reader.choice("kanal", &words::channels());
    let errors = reader.errors;
    let after = Some(address.get(AFTER).to_owned()).filter(|after| !after.is_empty());
    (
        LogFilter { from, to, person, kind, reference, channel, after, ..LogFilter::default() },
        errors,
    )
}

/// Asks for a page, unless the fields were not understood; of what they say the hub only reads the
/// cursor anew.
pub(super) async fn ask<T>(
    page: impl Future<Output = Result<Page<T>>>,
    errors: Errors,
) -> Result<(Page<T>, Errors)> {
    let nothing = Page { items: Vec::new(), next: None };
    if !errors.is_empty() {
        return Ok((nothing, errors));
    }
    match page.await {
        Ok(page) => Ok((page, errors)),
        Err(Error::Problem(problem)) if problem.status == 422 => {
            let told = "Denne siden av listen finnes ikke. Gå til første side.";
            Ok((nothing, Errors::one("liste", told)))
        }
        Err(error) => Err(error),
    }
}
