//! Tracing to standard error. No personal data goes into fields: ids, codes and counts only.

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// One JSON object per line, for a log collector.
    Json,
}

/// Starts logging, once per process. `RUST_LOG` sets what is logged.
pub fn init(format: Format) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Text => lines.with_target(false).compact().init(),
        Format::Json => lines.json().init(),
    }
}
