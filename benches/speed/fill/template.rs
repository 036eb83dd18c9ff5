//! Played incidents, read back as rows with gaps: what differs from copy to copy.
//!
//! The columns are those the database has, so that a table or a column that is added later
//! comes along by itself.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use skadehub::domain::deadline;
use skadehub::formats::dates;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

/// Written anew for every copy, or not copied at all.
const NOT_COPIED: [&str; 4] = ["event", "feed", "outbox", "idempotency"];

/// A played incident.
pub(super) struct Template {
    pub(super) opened: Timestamp,
    pub(super) last: Timestamp,
    /// Closed, withdrawn or otherwise at its end.
    pub(super) ended: bool,
    /// Sender and counterpart as they are now.
    pub(super) pair: [String; 2],
    /// The texts that each copy replaces, longest first.
    pub(super) gaps: Vec<(String, Gap)>,
    /// By number of the table in [`Templates::tables`].
    pub(super) rows: Vec<(usize, Vec<Cell>)>,
    pub(super) events: Vec<PlayedEvent>,
}

/// What a copy puts in the place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gap {
    /// An id, made some time after the incident was opened.
    Id(Timestamp),
    Reference(String),
    Plate {
        company: String,
    },
    Kid,
}

/// One value of a row.
pub(super) enum Cell {
    Same(String),
    Moment(Timestamp),
    /// The end of a day in Oslo.
    EndOf(Date),
    Day(Date),
    Text(Vec<Piece>),
}

/// A piece of a text.
pub(super) enum Piece {
    Same(String),
    Gap { number: usize, lower: bool },
}

pub(super) struct PlayedEvent {
    pub(super) kind: String,
    pub(super) pair: [String; 2],
    pub(super) by: Option<String>,
    pub(super) channel: String,
    pub(super) at: Timestamp,
    pub(super) payload: Vec<Piece>,
}

/// All played incidents, and the tables they lie in.
pub(super) struct Templates {
    pub(super) all: Vec<Template>,
    /// Table and columns.
    pub(super) tables: Vec<(String, Vec<String>)>,
    /// The last position of each company's feed.
    pub(super) positions: BTreeMap<String, i64>,
}

type Rows = HashMap<Uuid, Vec<(usize, Value)>>;

pub(super) async fn read(superuser: &str, now: Timestamp) -> Result<Templates> {
    let mut db = PgConnection::connect(superuser).await?;
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "select c.table_name, c.column_name, c.data_type from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where table_schema = 'hub' and table_type = 'BASE TABLE' and is_generated = 'NEVER'
         order by c.table_name, c.ordinal_position",
    )
    .fetch_all(&mut db)
    .await?;
    let mut tables: Vec<(String, Vec<String>)> = Vec::new();
    let mut types = HashMap::new();
    for (table, column, kind) in columns {
        if NOT_COPIED.contains(&table.as_str()) {
            continue;
        }
        types.insert((table.clone(), column.clone()), kind);
        match tables.last_mut() {
            Some((last, columns)) if *last == table => columns.push(column),
            _ => tables.push((table, vec![column])),
        }
    }
    tables.retain(|(_, names)| has(names, "incident_id") || has(names, "claim_id"));
    let mut rows = rows(&mut db, &tables).await?;
    let mut events = events(&mut db).await?;
    let mut all = Vec::new();
    for (id, rows) in &mut rows {
        let events = events.remove(id).unwrap_or_default();
        all.push(template(*id, rows, &events, &tables, &types, now)?);
    }
    all.sort_by_key(|template| (template.opened, template.pair.clone()));
    let positions = sqlx::query_as::<_, (String, i64)>(
        "select company, max(position) from hub.feed group by 1",
    )
    .fetch_all(&mut db)
    .await?;
    db.close().await?;
    Ok(Templates { all, tables, positions: positions.into_iter().collect() })
}

fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|known| known == name)
}

async fn rows(db: &mut PgConnection, tables: &[(String, Vec<String>)]) -> Result<Rows> {
    let mut rows = Rows::new();
    for (number, (table, names)) in tables.iter().enumerate() {
        let of_claim = "join hub.claim c on c.claim_id = t.claim_id";
        let (join, owner) = if has(names, "incident_id") { ("", "t") } else { (of_claim, "c") };
        let sql =
            format!("select {owner}.incident_id, to_jsonb(t) from hub.{table} t {join} order by 1");
        let found: Vec<(Uuid, Value)> =
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&mut *db).await?;
        for (incident, row) in found {
            rows.entry(incident).or_default().push((number, row));
        }
    }
    Ok(rows)
}

async fn events(db: &mut PgConnection) -> Result<HashMap<Uuid, Vec<Value>>> {
    let found: Vec<(Uuid, Value)> = sqlx::query_as(
        "select incident_id, to_jsonb(e) || jsonb_build_object('payload', convert_from(payload, 'UTF8'))
         from hub.event e order by incident_id, seq",
    )
    .fetch_all(db)
    .await?;
    let mut events: HashMap<Uuid, Vec<Value>> = HashMap::new();
    for (incident, event) in found {
        events.entry(incident).or_default().push(event);
    }
    Ok(events)
}

fn template(
    id: Uuid,
    rows: &[(usize, Value)],
    events: &[Value],
    tables: &[(String, Vec<String>)],
    types: &HashMap<(String, String), String>,
    now: Timestamp,
) -> Result<Template> {
    let of = |name: &'static str| rows.iter().filter(move |(number, _)| tables[*number].0 == name);
    let (_, incident) = of("incident").next().context("an incident without a row")?;
    let opened = moment(&incident["opened_at"])?;
    let mut gaps = vec![(id.to_string(), Gap::Id(opened))];
    for (_, row) in rows {
        for key in ["claim_id", "message_id", "attachment_id", "injury_id"] {
            if let Some(text) = row[key].as_str() {
                let made = row.get("created_at").or(row.get("at")).map_or(Ok(opened), moment)?;
                gaps.push((text.to_owned(), Gap::Id(made)));
            }
        }
    }
    for (_, party) in of("incident_party") {
        let company = text(&party["company"])?;
        if let Some(reference) = party["reference"].as_str() {
            gaps.push((reference.to_owned(), Gap::Reference(reference.to_owned())));
        }
        if let Some(plate) = party["registration_number"].as_str() {
            gaps.push((plate.to_owned(), Gap::Plate { company }));
        }
    }
    for (_, claim) in of("claim") {
        gaps.push((text(&claim["kid"])?, Gap::Kid));
    }
    gaps.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then(one.cmp(other)));
    gaps.dedup_by(|(one, _), (other, _)| one == other);
    let mut cells = Vec::new();
    for (number, row) in rows {
        let (table, names) = &tables[*number];
        let row: Result<Vec<_>> = names
            .iter()
            .map(|name| cell(&row[name], &types[&(table.clone(), name.clone())], &gaps))
            .collect();
        cells.push((*number, row?));
    }
    let events: Result<Vec<_>> = events.iter().map(|event| played(event, &gaps)).collect();
    let events = events?;
    let last = events.last().map_or(opened, |event| event.at);
    let status = text(&incident["status"])?;
    let pair = [text(&incident["sender"])?, text(&incident["counterpart"])?];
    let ended = matches!(status.as_str(), "closed" | "withdrawn") && opened < now;
    Ok(Template { opened, last, ended, pair, gaps, rows: cells, events })
}

fn played(event: &Value, gaps: &[(String, Gap)]) -> Result<PlayedEvent> {
    Ok(PlayedEvent {
        kind: text(&event["kind"])?,
        pair: [text(&event["sender"])?, text(&event["counterpart"])?],
        by: event["by_company"].as_str().map(str::to_owned),
        channel: text(&event["channel"])?,
        at: moment(&event["at"])?,
        payload: pieces(&text(&event["payload"])?, gaps),
    })
}

fn cell(value: &Value, kind: &str, gaps: &[(String, Gap)]) -> Result<Cell> {
    Ok(match (value, kind) {
        (Value::Null, _) => Cell::Same("\\N".into()),
        (Value::String(_), "timestamp with time zone") => {
            let at = moment(value)?;
            let day = dates::oslo_date(at - jiff::SignedDuration::from_micros(1));
            if deadline::end_of(day) == at { Cell::EndOf(day) } else { Cell::Moment(at) }
        }
        (Value::String(text), "date") => Cell::Day(text.parse()?),
        (Value::String(text), _) => Cell::Text(pieces(&escaped(text), gaps)),
        (Value::Bool(yes), _) => Cell::Same(if *yes { "t" } else { "f" }.into()),
        (Value::Array(_), "ARRAY") => return Err(anyhow!("a column of lists is not copied yet")),
        (other, _) => Cell::Text(pieces(&escaped(&other.to_string()), gaps)),
    })
}

/// As `COPY` reads it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t").replace('\r', "\\r")
}

fn pieces(text: &str, gaps: &[(String, Gap)]) -> Vec<Piece> {
    let mut pieces = vec![Piece::Same(text.to_owned())];
    for (number, (known, _)) in gaps.iter().enumerate() {
        for lower in [false, true] {
            let wanted = if lower { known.to_lowercase() } else { known.clone() };
            pieces =
                pieces.into_iter().flat_map(|piece| split(piece, &wanted, number, lower)).collect();
        }
    }
    pieces
}

fn split(piece: Piece, wanted: &str, number: usize, lower: bool) -> Vec<Piece> {
    let Piece::Same(text) = piece else { return vec![piece] };
    let mut found = Vec::new();
    for (place, part) in text.split(wanted).enumerate() {
        if place > 0 {
            found.push(Piece::Gap { number, lower });
        }
        if !part.is_empty() {
            found.push(Piece::Same(part.to_owned()));
        }
    }
    found
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().with_context(|| format!("{value} is no text"))?.to_owned())
}

fn moment(value: &Value) -> Result<Timestamp> {
    Ok(text(value)?.parse()?)
}
