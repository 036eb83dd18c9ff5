//! Rows of a file: what stands in each column, and how CSV writes it.

use jiff::Timestamp;

use super::words;
use crate::contract::{HistoryEntry, LogEntry};
use crate::formats::dates;
use crate::portal::incident::history::Teller;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Moment(Timestamp),
    Number(i64),
    Empty,
}

impl Cell {
    fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// As CSV writes it. A text that a spreadsheet would run as a formula gets a mark before it.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                format!("'{text}")
            }
            Self::Text(text) => text.clone(),
            Self::Moment(at) => {
                at.to_zoned(dates::oslo()).strftime("%d.%m.%Y %H:%M:%S").to_string()
            }
            Self::Number(number) => number.to_string(),
            Self::Empty => String::new(),
        }
    }
}

/// The columns of the history.
pub(super) const HISTORY: [&str; 10] = [
    "Tidspunkt",
    "Type",
    "Beskrivelse",
    "Hvem",
    "Kanal",
    "Skadenummer",
    "Motpart",
    "Hendelse",
    "Nummer",
    "Avtrykk",
];

/// The columns of the log.
pub(super) const LOG: [&str; 9] = [
    "Tidspunkt",
    "Type",
    "Beskrivelse",
    "Hvem",
    "Kanal",
    "Skadenummer",
    "Hendelse",
    "Nummer",
    "Avtrykk",
];

/// A row of the history.
pub(super) fn of_history(entry: &HistoryEntry, teller: Teller<'_>) -> Vec<Cell> {
    let event = &entry.event;
    vec![
        Cell::Moment(event.at.0),
        Cell::text(words::kind(&event.kind)),
        Cell::text(teller.sentence(event, &[])),
        Cell::text(teller.actor(event)),
        Cell::text(words::channel(&event.by.channel)),
        Cell::text(entry.reference.clone().unwrap_or_default()),
        Cell::text(teller.names.company(&entry.counterpart)),
        Cell::text(event.incident_id.to_string()),
        Cell::Number(event.seq),
        Cell::text(&event.hash),
    ]
}

/// A row of the log.
pub(super) fn of_log(entry: &LogEntry) -> Vec<Cell> {
    vec![
        Cell::Moment(entry.at.0),
        Cell::text(words::kind(&entry.kind)),
        Cell::text(words::details(entry)),
        Cell::text(words::who(entry)),
        Cell::text(words::channel(&entry.channel)),
        Cell::text(entry.reference.clone().unwrap_or_default()),
        Cell::text(entry.incident_id.map(|id| id.to_string()).unwrap_or_default()),
        entry.seq.map_or(Cell::Empty, Cell::Number),
        Cell::text(entry.hash.clone().unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_only_text() {
        for formula in ["=1+1", "+47", "-1", "@x", "\t=1", "\r=1"] {
            assert_eq!(Cell::text(formula).plain(), format!("'{formula}"));
        }
        assert_eq!(Cell::text("2026-1").plain(), "2026-1");
    }

    #[test]
    fn a_time_is_oslos() {
        let at = Cell::Moment("2026-06-01T10:00:00Z".parse().unwrap());
        assert_eq!(at.plain(), "01.06.2026 12:00:00");
    }
}
