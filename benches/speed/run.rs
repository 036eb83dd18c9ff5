//! A run: for each number of incidents everything is started, asked, and compared.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use skadehub::clock::Clock;
use skadehub::sandbox::postgres::{self, Postgres};

use crate::app::Process;
use crate::house::{self, DATABASE};
use crate::load::Load;
use crate::report::{Table, ms, ratio};
use crate::stand_ins::StandIns;
use crate::statements::Pgbench;
use crate::visitor::{HANDLER, Visitor};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// 20 000 incidents only, and a second a figure instead of ten
    #[arg(long)]
    quick: bool,
    /// Where the filled databases are kept between runs
    #[arg(long)]
    data: PathBuf,
    /// The product, release build
    #[arg(long)]
    pub(crate) program: PathBuf,
    /// Other numbers of incidents than 20 000 and 1 000 000
    #[arg(long, value_delimiter = ',')]
    incidents: Vec<u32>,
    /// The first of four ports
    #[arg(long, default_value_t = 18_100)]
    pub(crate) port: u16,
    /// Seconds per figure
    #[arg(long)]
    seconds: Option<u64>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let sizes: Vec<u32> = match (&*options.incidents, options.quick) {
        ([], true) => vec![20_000],
        ([], false) => vec![20_000, 1_000_000],
        (given, _) => given.to_vec(),
    };
    let mut halves: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for size in sizes {
        let server = house::filled(&options.data, size)?;
        let runtime = tokio::runtime::Runtime::new()?;
        let tables = runtime.block_on(measure(options, &server, size, &mut halves))?;
        println!("\n## {size} incidents");
        tables.iter().for_each(Table::print);
    }
    let mut growth =
        Table::new("Growth: p50 at one connection, ms", &["page", "fewest", "most", "ratio"]);
    for (page, p50) in halves {
        if let [first, .., last] = p50[..] {
            growth.row(vec![page, ms(first), ms(last), ratio(last, first)]);
        }
    }
    growth.print();
    Ok(())
}

/// What every measurement needs.
pub(crate) struct Bench<'a> {
    pub(crate) options: &'a Options,
    pub(crate) server: &'a Postgres,
    pub(crate) load: Load,
    pub(crate) stand_ins: StandIns,
    pub(crate) config: Value,
    pub(crate) folder: PathBuf,
    pub(crate) log: PathBuf,
    pub(crate) socket: PathBuf,
}

async fn measure(
    options: &Options,
    server: &Postgres,
    size: u32,
    halves: &mut BTreeMap<String, Vec<f64>>,
) -> Result<Vec<Table>> {
    let folder = options.data.join(size.to_string());
    let place = postgres::place(&folder)?;
    let seconds = options.seconds.unwrap_or(if options.quick { 1 } else { 10 });
    let portal = format!("http://127.0.0.1:{}", options.port);
    let stand_ins = StandIns::start(&portal, Clock::system()).await?;
    let config = house::config(server, &stand_ins, &portal);
    let bench = Bench {
        load: Load { folder: folder.clone(), time: Duration::from_secs(seconds) },
        log: place.join("postgres.log"),
        socket: place.join("socket"),
        options,
        server,
        stand_ins,
        config,
        folder,
    };
    let app = bench.app(options.port).await?;
    let (idle, _) = app.memory()?;
    let auditing = bench.auditing(&app).await?;
    let mut visitor =
        Visitor::sign_in(server, &app.base, HANDLER, &house::parsed(&bench.config)?).await?;
    let pages = bench.pages(&mut visitor, halves).await?;
    let writes = bench.writes(&app, &mut visitor).await?;
    let protections = bench.protections(&visitor).await?;
    let process = bench.process(&app, &visitor, idle).await?;
    Ok(vec![pages, writes, protections, process, auditing])
}

impl Bench<'_> {
    pub(crate) async fn app(&self, port: u16) -> Result<Process> {
        let log = self.folder.join(format!("app-{port}.log"));
        Process::serve(&self.options.program, &self.config, port, &log).await
    }

    pub(crate) async fn probe(&self) -> Result<Process> {
        let port = self.options.port + 3;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("probe").args(["--port", &port.to_string(), "--database"]);
        command.arg(self.server.url("postgres", DATABASE));
        Process::start(command, port, &self.folder.join("probe.log")).await
    }

    pub(crate) fn pgbench(&self) -> Pgbench<'_> {
        let seconds = self.load.time.as_secs();
        Pgbench { socket: self.socket.clone(), folder: &self.folder, seconds }
    }
}
