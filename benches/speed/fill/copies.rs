//! The copies: one incident at a time, as rows.

use std::collections::HashMap;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;

use super::copy::Copy;
use super::draw;
use super::rows::Rows;
use super::template::{Template, Templates};

/// How far back incidents lie, in days.
const SPAN: u32 = 3 * 365;
/// From this age on, in days, every incident has come to its end.
const ENDED: i64 = 200;
/// Makes the copies in the order in which they were opened.
pub(super) struct Copies {
    templates: Templates,
    count: u32,
    now: Timestamp,
    ends: HashMap<Date, String>,
}

impl Copies {
    pub(super) fn new(templates: Templates, count: u32, now: Timestamp) -> Self {
        Self { templates, count, now, ends: HashMap::new() }
    }

    /// The columns of a table whose rows are copied.
    pub(super) fn columns(&self) -> Vec<(String, Vec<String>)> {
        self.templates.tables.clone()
    }

    /// Writes the rows of the `n`th copy.
    pub(super) fn write(&mut self, n: u32, rows: &mut Rows) -> Result<()> {
        let age = age(n, self.count);
        let template = like(&self.templates.all, n, age, self.now)?;
        let mut copy = Copy::of(template, n, age, self.now)?;
        let own = self.templates.tables.iter().position(|(table, _)| table == "incident_party");
        if let Some(own) = own {
            copy.note_overdue(own, &self.templates.tables[own].1);
        }
        copy.talk(rows);
        copy.history(&mut self.templates.positions, rows);
        for (number, cells) in &copy.template.rows {
            let (table, names) = &self.templates.tables[*number];
            let lines = rows.of(table);
            for (place, (name, cell)) in names.iter().zip(cells).enumerate() {
                if place > 0 {
                    lines.push('\t');
                }
                copy.put(lines, table, name, cell, cells, names, &mut self.ends);
            }
            lines.push('\n');
        }
        Ok(())
    }
}

/// The age in days of the `n`th of `count`, the oldest first.
fn age(n: u32, count: u32) -> i64 {
    i64::from(SPAN) * i64::from(count - 1 - n) / i64::from(count)
}

/// One that is about as old, and that has ended if that is long ago.
fn like(templates: &[Template], n: u32, age: i64, now: Timestamp) -> Result<&Template> {
    let days = |template: &Template| now.duration_since(template.opened).as_hours() / 24;
    let near = (age / 8).max(2);
    let fits = |template: &&Template| {
        if age > ENDED { template.ended } else { (days(template) - age).abs() <= near }
    };
    let fitting: Vec<_> = templates.iter().filter(fits).collect();
    let nearest = templates.iter().min_by_key(|template| (days(template) - age).abs());
    let count = u32::try_from(fitting.len())?;
    match fitting.get(draw::number(n, 1, count) as usize) {
        Some(template) => Ok(template),
        None => nearest.context("nothing to copy"),
    }
}
