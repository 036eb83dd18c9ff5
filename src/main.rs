//! The command line.

use anyhow::Result;
use clap::{Parser, Subcommand};

use skadehub::config::Config;
use skadehub::sandbox::dev;
use skadehub::serve::{self, Part};
use skadehub::telemetry::{self, Format};

/// The exchange of motor claims between insurers.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run everything on this machine, with demonstration companies
    Dev(dev::Options),
    /// Serve hub and portal, by the configuration in the environment
    Serve {
        /// Run one of the two
        #[arg(long, value_enum)]
        only: Option<Part>,
    },
    /// Bring the database up to date
    Migrate,
    /// Look into the history
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
}

#[derive(Subcommand)]
enum Audit {
    /// Check every event chain, and name the first broken link of each
    Verify,
}

fn main() -> Result<()> {
    match CommandLine::parse().command {
        Command::Dev(options) => {
            telemetry::init(Format::Text);
            dev::run(&options)
        }
        Command::Serve { only } => {
            telemetry::init(Format::Json);
            block_on(serve::serve(Config::from_environment()?, only))
        }
        Command::Migrate => {
            telemetry::init(Format::Json);
            block_on(serve::migrate(&Config::from_environment()?))
        }
        Command::Audit { what: Audit::Verify } => {
            telemetry::init(Format::Json);
            block_on(serve::verify(&Config::from_environment()?))
        }
    }
}

fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(work)
}
