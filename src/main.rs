//! The command line.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

use skadehub::config::Config;
use skadehub::operate::{self, HoldOptions};
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
    /// Erase what is past its time, as the hub does by itself
    Retention {
        /// Only say what would be erased, and what is held
        #[arg(long)]
        dry_run: bool,
    },
    /// Keep entries of a company's log past their time
    Hold(HoldOptions),
}

#[derive(Subcommand)]
enum Audit {
    /// Check every chain, and name the first broken link of each
    Verify {
        /// Compare with this file of signed heads too; may be given several times
        #[arg(long)]
        against: Vec<PathBuf>,
        /// Whose signature they must bear, hexadecimal; the configured key's when left out
        #[arg(long)]
        public_key: Option<String>,
    },
    /// Write the signed heads of all chains as they are now
    Sign {
        /// The file
        file: PathBuf,
    },
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
        Command::Audit { what } => {
            telemetry::init(Format::Json);
            let config = Config::from_environment()?;
            match what {
                Audit::Verify { against, public_key } => {
                    block_on(operate::verify(&config, &against, public_key))
                }
                Audit::Sign { file } => block_on(operate::sign_heads(&config, &file)),
            }
        }
        Command::Retention { dry_run } => {
            telemetry::init(Format::Json);
            block_on(operate::retain(&Config::from_environment()?, dry_run))
        }
        Command::Hold(options) => {
            telemetry::init(Format::Json);
            block_on(operate::hold(&Config::from_environment()?, options))
        }
    }
}

fn block_on(work: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Runtime::new()?.block_on(work)
}
