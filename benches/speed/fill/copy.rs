//! One copy of a played incident: its gaps filled, its history hashed anew.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::json;
use skadehub::domain::deadline;
use skadehub::formats::rfc3339;
use skadehub::hub::store::event::{Link, payload_hash};
use uuid::Uuid;

use super::draw;
use super::rows::{Rows, hex, or_null};
use super::template::{Cell, Gap, Template};
use super::words::{filled, kid, plate, reference};

/// For how long an answer is kept under its key.
const KEYS_KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

const MESSAGES: [&str; 4] = [
    "Vi har fått takstrapporten fra verkstedet og sender kravet når den er gått gjennom.",
    "Kunden vår har sendt bilder fra stedet. Skademeldingen er signert av begge førerne.",
    "Kan dere bekrefte at dere har mottatt dokumentasjonen på leiebilen?",
    "Takk for svar. Vi kommer tilbake når vitnet har uttalt seg.",
];

/// What is settled about one copy before its rows are written.
pub(super) struct Copy<'a> {
    n: u32,
    pub(super) template: &'a Template,
    by: SignedDuration,
    days: i64,
    gaps: Vec<(String, String)>,
    id: Uuid,
    now: Timestamp,
    events: Vec<NewEvent>,
    foreign: BTreeMap<String, i32>,
    head: Vec<u8>,
    messages: u32,
}

struct NewEvent {
    pair: [String; 2],
    kind: String,
    by: Option<String>,
    channel: String,
    at: Timestamp,
    payload: String,
}

impl<'a> Copy<'a> {
    pub(super) fn of(template: &'a Template, n: u32, age: i64, now: Timestamp) -> Result<Self> {
        let own_age = now.duration_since(template.opened).as_hours() / 24;
        // Never so late that its last act would lie ahead.
        let latest = -(now.duration_since(template.last).as_hours() / 24);
        let days = (age - own_age).max(latest);
        let seconds = i64::from(draw::number(n, 2, 7_200)) + 1;
        let by = SignedDuration::from_hours(days * 24) + SignedDuration::from_secs(seconds);
        let at = |moment: Timestamp| moment - by;
        let mut gaps = Vec::new();
        for ((_, gap), question) in template.gaps.iter().zip(100..) {
            let new = match gap {
                Gap::Id(made) => draw::id(at(*made), n, question).to_string(),
                Gap::Reference(pattern) => reference(pattern, n),
                Gap::Plate { company } => plate(company, n, question)?,
                Gap::Kid => kid(n)?,
            };
            gaps.push((new.to_lowercase(), new));
        }
        let place = template.gaps.iter().position(|(_, gap)| *gap == Gap::Id(template.opened));
        let id = gaps[place.context("an incident without an id")?].1.parse()?;
        let events = template
            .events
            .iter()
            .map(|event| NewEvent {
                pair: event.pair.clone(),
                kind: event.kind.clone(),
                by: event.by.clone(),
                channel: event.channel.clone(),
                at: at(event.at),
                payload: filled(&event.payload, &gaps),
            })
            .collect();
        let (foreign, head) = (BTreeMap::new(), vec![0; 32]);
        Ok(Self { n, template, by, days, gaps, id, now, events, foreign, head, messages: 0 })
    }

    /// What the hub would have noted: that a duty was not done in time. `names` are the columns
    /// of the companies' own rows, the table of this number.
    pub(super) fn note_overdue(&mut self, table: usize, names: &[String]) {
        if self.events.iter().any(|event| event.kind == "deadline_passed") {
            return;
        }
        let own = self.template.rows.iter().filter(|(number, _)| *number == table);
        let value = |row: &[Cell], name: &str| {
            let place = names.iter().position(|known| known == name);
            place.map(|place| self.text(&row[place])).unwrap_or_default()
        };
        let passed = own.filter_map(|(_, row)| {
            let company = match &*value(row, "awaiting") {
                "us" => Some(value(row, "company")),
                "both" => None,
                _ => return None,
            };
            Some((self.overdue(row)?, company, value(row, "duty")))
        });
        let Some((due, company, duty)) = passed.min_by_key(|(due, ..)| *due) else { return };
        let data = json!({"company": company, "duty": duty, "dueAt": rfc3339::in_oslo(due)});
        self.events.push(NewEvent {
            pair: self.template.pair.clone(),
            kind: "deadline_passed".into(),
            by: None,
            channel: "system".into(),
            at: due,
            payload: json!({"data": data}).to_string(),
        });
    }

    /// When the one end of a day among the cells was, if it is past.
    fn overdue(&self, cells: &[Cell]) -> Option<Timestamp> {
        cells.iter().find_map(|cell| match cell {
            Cell::EndOf(day) => {
                Some(deadline::end_of(self.day(*day))).filter(|due| *due <= self.now)
            }
            _ => None,
        })
    }

    /// Messages to and fro, until the history is 5–20 events long.
    pub(super) fn talk(&mut self, rows: &mut Rows) {
        let wanted = 5 + draw::number(self.n, 3, 16) as usize;
        let last = self.events.last().map_or(self.now, |event| event.at);
        let missing = u32::try_from(wanted.saturating_sub(self.events.len())).unwrap_or_default();
        let [sender, counterpart] = &self.template.pair;
        for number in 0..missing {
            let by = if number % 2 == 0 { counterpart } else { sender };
            let user = format!("saksbehandler.{}", by.to_lowercase());
            let at = (last + SignedDuration::from_mins(i64::from(number) + 1)).min(self.now);
            let id = draw::id(at, self.n, 1_000 + number);
            let text = MESSAGES[draw::number(self.n, 2_000 + number, 4) as usize];
            rows.add(
                "message",
                &[&id, &self.id, sender, counterpart, by, &user, &at, &text, &"\\N"],
            );
            self.events.push(NewEvent {
                pair: self.template.pair.clone(),
                kind: "message_sent".into(),
                by: Some(by.clone()),
                channel: "portal".into(),
                at,
                payload: json!({"data": {"messageId": id}, "user": user}).to_string(),
            });
        }
        self.messages = missing;
    }

    /// The events with their chain, in both feeds, and the keys they were sent under.
    pub(super) fn history(&mut self, positions: &mut BTreeMap<String, i64>, rows: &mut Rows) {
        for (event, seq) in self.events.iter().zip(1_i64..) {
            let question = 10_000 + u32::try_from(seq).unwrap_or_default();
            let salt = draw::bytes(self.n, question);
            let link = Link {
                incident: self.id,
                seq,
                id: draw::id(event.at, self.n, question),
                pair: event.pair.clone(),
                kind: event.kind.clone(),
                by: event.by.clone(),
                channel: event.channel.clone(),
                at: event.at,
                payload_hash: payload_hash(&salt, event.payload.as_bytes()),
            };
            let hash = link.hash(&self.head);
            let (payload, salt) = (hex(event.payload.as_bytes()), hex(&salt));
            let (payload_hash, previous) = (hex(&link.payload_hash), hex(&self.head));
            rows.add(
                "event",
                &[
                    &self.id,
                    &seq,
                    &link.id,
                    &event.pair[0],
                    &event.pair[1],
                    &event.kind,
                    &or_null(event.by.as_deref()),
                    &event.channel,
                    &event.at,
                    &payload,
                    &salt,
                    &payload_hash,
                    &previous,
                    &hex(&hash),
                ],
            );
            for company in &event.pair {
                let position = positions.entry(company.clone()).or_default();
                *position += 1;
                rows.add("feed", &[company, position, &self.id, &seq]);
                if event.by.as_ref() != Some(company) {
                    *self.foreign.entry(company.clone()).or_default() += 1;
                }
            }
            if let Some(by) = event.by.as_ref().filter(|_| self.now - KEYS_KEPT < event.at) {
                let answer = [7_u8; 900];
                rows.add(
                    "idempotency",
                    &[by, &link.id, &hex(&hash), &201, &1, &hex(&answer), &event.at],
                );
            }
            self.head = hash;
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a cell and everything it may depend on")]
    pub(super) fn put(
        &self,
        line: &mut String,
        table: &str,
        name: &str,
        cell: &Cell,
        row: &[Cell],
        names: &[String],
        ends: &mut HashMap<Date, String>,
    ) {
        match (table, name) {
            ("incident", "event_hash") => line.push_str(&hex(&self.head)),
            ("incident", "event_seq" | "version") => {
                line.push_str(&self.events.len().to_string());
            }
            ("incident_party", "foreign_events") => {
                let company = names.iter().position(|name| name == "company");
                let company = company.map(|place| self.text(&row[place])).unwrap_or_default();
                let foreign = self.foreign.get(&company).copied().unwrap_or_default();
                line.push_str(&foreign.to_string());
            }
            ("incident_desk", "handler") => {
                // One of a company's many handlers.
                let name = match (self.text(cell), draw::number(self.n, 4, 25)) {
                    (nobody, _) if nobody.is_empty() => "\\N".to_owned(),
                    (name, 0) => name,
                    (name, other) => format!("{name}.{other}"),
                };
                line.push_str(&name);
            }
            ("incident_party", "overdue_noted") => {
                line.push_str(if self.overdue(row).is_some() { "t" } else { "f" });
            }
            _ => match cell {
                Cell::Same(text) => line.push_str(text),
                Cell::Moment(at) => line.push_str(&(*at - self.by).to_string()),
                Cell::Day(day) => line.push_str(&self.day(*day).to_string()),
                Cell::EndOf(day) => {
                    let day = self.day(*day);
                    let end = ends.entry(day).or_insert_with(|| deadline::end_of(day).to_string());
                    line.push_str(end);
                }
                Cell::Text(pieces) => line.push_str(&filled(pieces, &self.gaps)),
            },
        }
    }

    fn text(&self, cell: &Cell) -> String {
        match cell {
            Cell::Text(pieces) => filled(pieces, &self.gaps),
            _ => String::new(),
        }
    }

    fn day(&self, day: Date) -> Date {
        day.saturating_sub(self.days.days())
    }
}
