//! The probe: the smallest honest axum and sqlx page that runs the same SQL over the same rows
//! and answers with a page of the same size. No session, no security, no history: the limit of
//! what the product is built of.

use std::str::FromStr;
use std::time::Duration;

use anyhow::Result;
use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use skadehub::contract::Incident;
use skadehub::domain::Rules;
use skadehub::formats::CompanyCode;
use skadehub::hub::store::list::{Asked, Sort};
use skadehub::hub::store::party::key;
use skadehub::hub::store::view::Viewing;
use skadehub::hub::store::{claim_view, count, event, list, message, proposal_view, view};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::net::TcpListener;
use uuid::Uuid;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The database, as a role that passes row-level security
    #[arg(long)]
    database: String,
    #[arg(long)]
    port: u16,
    /// Connections to the database
    #[arg(long, default_value_t = 10)]
    pool: u32,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html><html lang="nb"><title>Probe</title><h1>{{ heading }}</h1>
<table>{% for it in rows %}<tr><td>{{ it.id }}</td><td>{{ it.own.reference.as_deref().unwrap_or_default() }}</td>
<td>{{ it.other.company }}</td><td>{{ it.loss_date }}</td><td>{{ it.portal_url }}</td></tr>
{% endfor %}</table>{% for line in lines %}<p>{{ line }}</p>
{% endfor %}"#
)]
struct Plain {
    heading: String,
    rows: Vec<Incident>,
    lines: Vec<String>,
}

/// What a page is asked for, and how large it must be.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Wanted {
    bytes: usize,
    referanse: Option<String>,
    regnr: Option<String>,
    kid: Option<String>,
    tekst: Option<String>,
}

#[derive(Clone)]
struct Probe {
    db: PgPool,
    company: CompanyCode,
    rules: Rules,
}

type Answer = Result<Html<String>, StatusCode>;

pub(crate) async fn serve(options: Options) -> Result<()> {
    let connect = PgConnectOptions::from_str(&options.database)?.options([("app.company", "FJT")]);
    let db = PgPoolOptions::new()
        .max_connections(options.pool)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        .connect_lazy_with(connect);
    let router = Router::new()
        .route("/readyz", get("ready"))
        .route("/", get(dashboard))
        .route("/hendelser", get(incidents))
        .route("/sok", get(incidents))
        .route("/hendelser/{id}", get(case))
        .with_state(Probe { db, company: "FJT".parse()?, rules: Rules::default() });
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    Ok(axum::serve(listener, router).await?)
}

async fn dashboard(State(probe): State<Probe>, Query(wanted): Query<Wanted>) -> Answer {
    let mut db = probe.db.acquire().await.map_err(broken)?;
    let now = Timestamp::now();
    let counts = count::all(&mut db, &probe.company, now).await.map_err(broken)?;
    let who = vec!["us".to_owned(), "both".to_owned()];
    let asked = Asked { who, sort: Sort::Due, limit: 50, now, ..Asked::default() };
    let rows = list::incidents(&mut db, &probe.company, &asked).await.map_err(broken)?;
    drop(db);
    page(&probe, format!("{counts:?}"), rows, Vec::new(), wanted.bytes)
}

async fn incidents(State(probe): State<Probe>, Query(wanted): Query<Wanted>) -> Answer {
    let words = wanted.tekst.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned);
    let asked = Asked {
        reference: key(wanted.referanse.as_deref()),
        registration_number: wanted.regnr.clone(),
        kid: wanted.kid.clone(),
        words: words.collect(),
        limit: 50,
        now: Timestamp::now(),
        ..Asked::default()
    };
    let mut db = probe.db.acquire().await.map_err(broken)?;
    let rows = list::incidents(&mut db, &probe.company, &asked).await.map_err(broken)?;
    drop(db);
    page(&probe, String::new(), rows, Vec::new(), wanted.bytes)
}

async fn case(
    State(probe): State<Probe>,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let mut db = probe.db.acquire().await.map_err(broken)?;
    let company = &probe.company;
    let incident = view::one(&mut db, id, viewing(&probe)).await.map_err(broken)?;
    let mut lines = Vec::new();
    for event in event::list(&mut db, id, 0, 10_000, company).await.map_err(broken)? {
        lines.push(format!("{} {} {}", event.seq, event.kind, event.hash));
    }
    for proposal in proposal_view::list(&mut db, id, company).await.map_err(broken)? {
        lines.push(format!("{} {}", proposal.number, proposal.code));
    }
    for claim in claim_view::of_incident(&mut db, id, company).await.map_err(broken)? {
        lines.push(format!("{} {} {}", claim.kid, claim.total_ore, claim.lines.len()));
    }
    for message in message::list(&mut db, id, company).await.map_err(broken)? {
        lines.push(message.text);
    }
    drop(db);
    let shown = Plain { heading: incident.id.to_string(), rows: vec![incident], lines };
    filled(shown, wanted.bytes)
}

fn page(
    probe: &Probe,
    heading: String,
    rows: Vec<view::Row>,
    lines: Vec<String>,
    bytes: usize,
) -> Answer {
    let rows: Result<Vec<_>, _> = rows.into_iter().map(|row| row.shown(viewing(probe))).collect();
    filled(Plain { heading, rows: rows.map_err(broken)?, lines }, bytes)
}

/// The page, drawn out to the size wanted.
fn filled(page: Plain, bytes: usize) -> Answer {
    let mut html = page.render().map_err(broken)?;
    if let Some(missing) = bytes.checked_sub(html.len()) {
        html.extend(std::iter::repeat_n("<p>..</p>", missing / 9));
    }
    Ok(Html(html))
}

fn viewing(probe: &Probe) -> Viewing<'_> {
    Viewing {
        company: &probe.company,
        now: Timestamp::now(),
        rules: &probe.rules,
        portal: "http://localhost",
    }
}

fn broken(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}
