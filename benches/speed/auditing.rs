//! What auditors ask for: every chain checked, and 100 000 rows of the history as a file.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use futures_util::StreamExt;
use skadehub::clock::Clock;
use skadehub::db;
use skadehub::hub::audit;

use crate::app::Process;
use crate::house::{self, DATABASE};
use crate::report::Table;
use crate::run::Bench;
use crate::visitor::{AUDITOR, Visitor};

/// So many rows are taken out, and the rest of the first day.
const ROWS: i64 = 100_000;

impl Bench<'_> {
    /// Before anything is written. Signs in anew, which ends the sessions of other visitors.
    pub(crate) async fn auditing(&self, app: &Process) -> Result<Table> {
        const COLUMNS: &[&str] = &["what", "number", "s", "/s", "memory at its highest, MB"];
        let mut table = Table::new("The history", COLUMNS);
        let (events, broken, seconds) = self.checked().await?;
        let name = match broken {
            0 => "events checked".to_owned(),
            // What `pgbench` wrote in an earlier run is a copy, hashes and all.
            broken => format!("events checked, {broken} chains with copies by pgbench"),
        };
        table.row(line(&name, events, seconds, None));
        let config = house::parsed(&self.config)?;
        let auditor = Visitor::sign_in(self.server, &app.base, AUDITOR, &config).await?;
        let mut rows = 0;
        for kind in ["csv", "xlsx"] {
            // A process of its own, whose memory is that of the file alone.
            let own = self.app(self.options.port + 2).await?;
            let path =
                format!("/revisor/historikk/fil?filtype={kind}&fra={}", self.first_day().await?);
            let (lines, seconds) = taken_out(&auditor, &own, &path).await?;
            // Of a workbook, which is packed, the number is that of the same rows before it.
            rows = if kind == "csv" { lines.saturating_sub(1) } else { rows };
            let name = format!("rows as {}", kind.to_uppercase());
            table.row(line(&name, rows, seconds, Some(own.memory()?.1)));
        }
        Ok(table)
    }

    /// Events, chains that do not hold, and the seconds it took to check all of them.
    async fn checked(&self) -> Result<(u64, usize, f64)> {
        let hub = db::pool(&self.server.url("skadehub_hub", DATABASE).into(), 1)?;
        let start = Instant::now();
        let report = audit::verify(&hub, Clock::system().now()).await?;
        let seconds = start.elapsed().as_secs_f64();
        Ok((report.events + report.entries, report.broken.len(), seconds))
    }

    /// The day from which on Fjordtrygd has so many events; the first of all when it has fewer.
    async fn first_day(&self) -> Result<String> {
        let mut db = house::superuser(self.server, DATABASE).await?;
        let day: Option<String> = sqlx::query_scalar(
            "select to_char(min(at) at time zone 'Europe/Oslo', 'DD.MM.YYYY') from (
                 select at from hub.event where 'FJT' in (sender, counterpart)
                 order by at desc limit $1) newest",
        )
        .bind(ROWS)
        .fetch_one(&mut db)
        .await?;
        day.context("there are no events")
    }
}

/// Reads a file to its end: its lines, and the seconds that took.
async fn taken_out(auditor: &Visitor, from: &Process, path: &str) -> Result<(u64, f64)> {
    let mut request = reqwest::Client::new().get(format!("{}{path}", from.base));
    for (name, value) in auditor.request(path).headers {
        request = request.header(name, value);
    }
    let start = Instant::now();
    let answer = request.send().await?.error_for_status()?;
    ensure!(answer.headers().contains_key("content-disposition"), "{path} is no file");
    let (mut lines, mut body) = (0, answer.bytes_stream());
    while let Some(chunk) = body.next().await {
        lines += chunk?.split(|byte| *byte == b'\n').count() as u64 - 1;
    }
    Ok((lines, start.elapsed().as_secs_f64()))
}

fn line(what: &str, number: u64, seconds: f64, memory: Option<f64>) -> Vec<String> {
    let rate = f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / seconds;
    let memory = memory.map_or_else(|| "–".to_owned(), |memory| format!("{memory:.0}"));
    vec![what.to_owned(), number.to_string(), format!("{seconds:.2}"), format!("{rate:.0}"), memory]
}
