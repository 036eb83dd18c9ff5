//! The tables of a run: pages, acts, what protection costs, the process.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use secrecy::ExposeSecret;

use crate::app::Process;
use crate::house;
use crate::load::{Figures, Load, Request};
use crate::report::{Table, ms, rate, ratio};
use crate::run::Bench;
use crate::statements::{self, Statement};
use crate::visitor::{self, Visitor};

const HEAD: &[&str] = &[
    "page",
    "/s, 1",
    "p50 ms",
    "p99 ms",
    "/s, 8",
    "p50 ms",
    "p99 ms",
    "bytes",
    "statements",
    "probe /s, 1",
    "ratio",
    "probe /s, 8",
    "ratio",
    "pgbench /s, 8",
    "ratio",
];

impl Bench<'_> {
    pub(crate) async fn pages(
        &self,
        visitor: &mut Visitor,
        halves: &mut BTreeMap<String, Vec<f64>>,
    ) -> Result<Table> {
        let mut table = Table::new("Pages", HEAD);
        let mut reads = visitor::addresses(self.server).await?.reads;
        reads.push(("page 100 of the list", visitor.page_on("/hendelser", 99).await));
        let probe = self.probe().await?;
        for (name, path) in reads {
            let request = visitor.request(&path);
            self.load.ask(&request, 8).await?;
            let (one, eight) =
                (self.load.ask(&request, 1).await?, self.load.ask(&request, 8).await?);
            halves.entry(name.to_owned()).or_default().push(one.p50);
            let ran = statements::of(self.server, &self.log, &request).await?;
            let pgbench = self.pgbench().run(&ran, 8).await?;
            let mut cells = figures(name, one, eight, &ran);
            if path.contains("etter=") {
                cells.extend(["–"; 4].map(str::to_owned));
            } else {
                let as_much = format!(
                    "{path}{}bytes={:.0}",
                    if path.contains('?') { '&' } else { '?' },
                    eight.bytes
                );
                let request =
                    Request { base: probe.base.clone(), path: as_much, ..Request::default() };
                let (p1, p8) =
                    (self.load.ask(&request, 1).await?, self.load.ask(&request, 8).await?);
                cells.extend([
                    rate(p1),
                    ratio(one.rate, p1.rate),
                    rate(p8),
                    ratio(eight.rate, p8.rate),
                ]);
            }
            cells.extend([rate(pgbench), ratio(eight.rate, pgbench.rate)]);
            table.row(cells);
        }
        Ok(table)
    }

    pub(crate) async fn writes(&self, app: &Process, visitor: &mut Visitor) -> Result<Table> {
        const COLUMNS: &[&str] = &[
            "act",
            "/s, 1",
            "p50 ms",
            "p99 ms",
            "/s, 8",
            "p50 ms",
            "p99 ms",
            "bytes",
            "statements",
            "pgbench /s, 8",
            "ratio",
        ];
        let mut table = Table::new("Acts and the API", COLUMNS);
        let seal = house::parsed(&self.config)?.seal_keys.expose_secret().parse()?;
        let issuer = self.stand_ins.issuer();
        let ran = self.creation().await?;
        let durable = self.pgbench().run_fresh(&ran, 8).await?;
        let most = u32::try_from(self.load.time.as_secs())? * 1_500;
        for name in ["create, form", "create, API"] {
            let mut asked = Vec::new();
            for connections in [1, 8] {
                let request = match name {
                    "create, form" => visitor.drafts(self.server, &seal, most).await?,
                    _ => visitor::api_create(&app.base, &issuer).await?,
                };
                asked.push(self.load.ask(&request, connections).await?);
            }
            let mut cells = figures(name, asked[0], asked[1], &ran);
            cells.extend([rate(durable), ratio(asked[1].rate, durable.rate)]);
            table.row(cells);
        }
        let case = visitor::addresses(self.server).await?.case;
        let path = format!("/api/v1/incidents/{case}");
        for (name, path) in
            [("read, API", path.as_str()), ("feed, API", "/api/v1/events?after=1000&limit=50")]
        {
            let request = visitor::api(&app.base, &issuer, path).await?;
            let (one, eight) =
                (self.load.ask(&request, 1).await?, self.load.ask(&request, 8).await?);
            let ran = statements::of(self.server, &self.log, &request).await?;
            let pgbench = self.pgbench().run(&ran, 8).await?;
            let mut cells = figures(name, one, eight, &ran);
            cells.extend([rate(pgbench), ratio(eight.rate, pgbench.rate)]);
            table.row(cells);
        }
        Ok(table)
    }

    pub(crate) async fn protections(&self, visitor: &Visitor) -> Result<Table> {
        const COLUMNS: &[&str] = &["protection", "with /s, 8", "without /s, 8", "costs"];
        let mut table = Table::new("What protection costs", COLUMNS);
        let mut add = |name: &str, with: f64, without: f64| {
            let costs = format!("{:.0} %", (1.0 - with / without) * 100.0);
            table.row(vec![name.to_owned(), format!("{with:.0}"), format!("{without:.0}"), costs]);
        };
        for (name, path) in visitor::addresses(self.server).await?.reads.into_iter().take(3) {
            let request = visitor.request(&path);
            let with = self.load.ask(&request, 8).await?;
            self.row_security(false).await?;
            let without = self.load.ask(&request, 8).await;
            self.row_security(true).await?;
            add(&format!("row-level security, {name}"), with.rate, without?.rate);
            if name == "list of 50" {
                let mut packed = request.clone();
                packed.headers.push(("accept-encoding".into(), "gzip, deflate, br, zstd".into()));
                let packed = self.load.ask(&packed, 8).await?;
                add(
                    &format!("compression, {name}: {:.0} bytes", packed.bytes),
                    packed.rate,
                    with.rate,
                );
            }
        }
        let help = visitor.request("/hjelp");
        let nobody = Request { headers: Vec::new(), ..help.clone() };
        let (with, without) = (self.load.ask(&help, 8).await?, self.load.ask(&nobody, 8).await?);
        add("session, the help page", with.rate, without.rate);
        self.history(&mut add).await?;
        Ok(table)
    }

    /// The create transaction without what the history and the kept answer add.
    async fn history(&self, add: &mut impl FnMut(&str, f64, f64)) -> Result<()> {
        let ran = self.creation().await?;
        let whole = self.pgbench().run_fresh(&ran, 8).await?;
        for (name, mark) in [
            ("history and feed, create (pgbench)", "insert into hub.event"),
            ("kept answer, create (pgbench)", "hub.idempotency"),
        ] {
            let without: Vec<_> = ran.iter().filter(|it| !it.sql.contains(mark)).cloned().collect();
            let without = self.pgbench().run_fresh(&without, 8).await?;
            add(name, whole.rate, without.rate);
        }
        Ok(())
    }

    /// The transaction that creates an incident through the API.
    async fn creation(&self) -> Result<Vec<Statement>> {
        let base = format!("http://127.0.0.1:{}", self.options.port);
        let create = visitor::api_create(&base, &self.stand_ins.issuer()).await?;
        let brief = Load { folder: self.folder.clone(), time: Duration::from_secs(1) };
        let during = async { brief.ask(&create, 1).await.map(drop) };
        let ran = statements::during(self.server, &self.log, during).await?;
        let ran = statements::first_with(&ran, "insert into hub.incident\n");
        anyhow::ensure!(!ran.is_empty(), "no incident was created while the log was read");
        Ok(ran)
    }

    async fn row_security(&self, on: bool) -> Result<()> {
        let act = if on { "enable" } else { "disable" };
        let tables = [
            "incident",
            "incident_party",
            "incident_desk",
            "proposal",
            "message",
            "event",
            "claim",
            "claim_line",
            "payment",
            "credit_note",
        ];
        let sql: Vec<_> = tables
            .iter()
            .map(|table| format!("alter table hub.{table} {act} row level security"))
            .collect();
        house::command(self.server, &sql.join(";")).await
    }

    pub(crate) async fn process(
        &self,
        app: &Process,
        visitor: &Visitor,
        idle: f64,
    ) -> Result<Table> {
        let mut table = Table::new("The process", &["what", "figure"]);
        let size = Path::metadata(&self.options.program).context("the program")?.len();
        let megabytes = f64::from(u32::try_from(size / 100_000)?) / 10.0;
        let (_, most) = app.memory()?;
        let second = self.app(self.options.port + 1).await?;
        let list = visitor.request("/hendelser");
        let there = Request { base: second.base.clone(), ..list.clone() };
        let alone = self.load.ask(&list, 8).await?;
        let other = Load { folder: self.folder.join("second"), time: self.load.time };
        std::fs::create_dir_all(&other.folder)?;
        let (one, two) = tokio::try_join!(self.load.ask(&list, 4), other.ask(&there, 4))?;
        let both = one.rate + two.rate;
        for (what, figure) in [
            ("cold start to ready, ms", format!("{:.0}", app.started_in.as_secs_f64() * 1e3)),
            (
                "cold start of the second, ms",
                format!("{:.0}", second.started_in.as_secs_f64() * 1e3),
            ),
            ("program, MB", format!("{megabytes:.1}")),
            ("memory idle, MB", format!("{idle:.0}")),
            ("memory at its highest, MB", format!("{most:.0}")),
            ("list of 50: one process, 8 connections, /s", rate(alone)),
            ("list of 50: two processes, 4 connections each, /s", format!("{both:.0}")),
            ("two against one", ratio(both, alone.rate)),
        ] {
            table.row(vec![what.to_owned(), figure]);
        }
        Ok(table)
    }
}

fn figures(name: &str, one: Figures, eight: Figures, ran: &[Statement]) -> Vec<String> {
    vec![
        name.to_owned(),
        rate(one),
        ms(one.p50),
        ms(one.p99),
        rate(eight),
        ms(eight.p50),
        ms(eight.p99),
        format!("{:.0}", eight.bytes),
        ran.len().to_string(),
    ]
}
