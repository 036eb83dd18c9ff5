//! The tables, as Markdown.

use crate::load::Figures;

/// A table under a heading.
pub(crate) struct Table {
    heading: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(heading: &'static str, columns: &'static [&'static str]) -> Self {
        Self { heading, columns, rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        // On its way already, for whoever watches.
        eprintln!("{}: {}", self.heading, cells.join(" | "));
        self.rows.push(cells);
    }

    pub(crate) fn print(&self) {
        println!("\n### {}\n", self.heading);
        println!("| {} |", self.columns.join(" | "));
        println!("|---|{}", "--:|".repeat(self.columns.len().saturating_sub(1)));
        for row in &self.rows {
            println!("| {} |", row.join(" | "));
        }
    }
}

/// Rate.
pub(crate) fn rate(figures: Figures) -> String {
    format!("{:.0}", figures.rate)
}

/// Milliseconds.
pub(crate) fn ms(milliseconds: f64) -> String {
    format!("{milliseconds:.2}")
}

/// One as a share of another.
pub(crate) fn ratio(one: f64, other: f64) -> String {
    if other > 0.0 { format!("{:.2}", one / other) } else { "–".to_owned() }
}
