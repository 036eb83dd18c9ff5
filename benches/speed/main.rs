//! `bin/bench`: what the pages cost, beside what the same work costs without the product.
//!
//! Read in this order: [`fill`] makes the incidents, [`house`] starts everything on one machine,
//! [`visitor`] signs in and knows the addresses, [`load`] asks for them many times over,
//! [`probe`] and [`statements`] are what they are compared with, [`auditing`] is what auditors ask
//! for, [`run`] puts it together.

mod app;
mod auditing;
#[path = "../../tests/all/support/browser.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "written for the tests, which need all of it")]
mod browser;
mod fill;
mod house;
mod load;
mod probe;
mod report;
mod run;
mod stand_ins;
mod statements;
mod tables;
mod visitor;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    /// Given by `cargo bench`.
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Fill private databases where that is not done yet, measure, and print the tables
    Run(run::Options),
    /// Only fill
    Fill {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        incidents: u32,
    },
    /// Serve the pages that the product's are compared with
    Probe(probe::Options),
}

fn main() -> Result<()> {
    match CommandLine::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Fill { data, incidents } => house::filled(&data, incidents).map(drop),
        Command::Probe(options) => tokio::runtime::Runtime::new()?.block_on(probe::serve(options)),
    }
}
