//! Rows on their way into the database, by table, as `COPY` reads them.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

/// Lines for `COPY`, by table.
#[derive(Default)]
pub(super) struct Rows(BTreeMap<String, String>);

impl Rows {
    /// Adds a row.
    pub(super) fn add(&mut self, table: &str, values: &[&dyn Display]) {
        let lines = self.of(table);
        for (place, value) in values.iter().enumerate() {
            let tab = if place == 0 { "" } else { "\t" };
            let _ = write!(lines, "{tab}{value}");
        }
        lines.push('\n');
    }

    /// The lines of a table.
    pub(super) fn of(&mut self, table: &str) -> &mut String {
        if !self.0.contains_key(table) {
            self.0.insert(table.to_owned(), String::new());
        }
        self.0.entry(table.to_owned()).or_default()
    }

    /// Every table with its lines.
    pub(super) fn tables(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter()
    }
}

/// Bytes as `COPY` reads them.
pub(super) fn hex(bytes: &[u8]) -> String {
    format!("\\\\x{}", data_encoding::HEXLOWER.encode(bytes))
}

/// A value that may be missing.
pub(super) fn or_null(value: Option<&str>) -> &str {
    value.unwrap_or("\\N")
}
