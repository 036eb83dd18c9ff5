//! Processes to be measured: started, watched, stopped.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const READY_WITHIN: Duration = Duration::from_secs(20);

/// A process that answers at an address. Dropping it stops it.
pub(crate) struct Process {
    child: Child,
    /// From the start of the program to its first answer.
    pub(crate) started_in: Duration,
    pub(crate) base: String,
}

impl Process {
    /// The product itself, release build, by this configuration.
    pub(crate) async fn serve(
        program: &Path,
        config: &Value,
        port: u16,
        log: &Path,
    ) -> Result<Self> {
        let mut command = Command::new(program);
        command.arg("serve").env("SKADEHUB_LISTEN", format!("127.0.0.1:{port}"));
        for (key, value) in config.as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            command.env(format!("SKADEHUB_{}", key.to_uppercase()), value);
        }
        Self::start(command, port, log).await
    }

    /// Starts `command` and waits until it is ready.
    pub(crate) async fn start(mut command: Command, port: u16, log: &Path) -> Result<Self> {
        let log = File::create(log)?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("can't run {command:?}"))?;
        let base = format!("http://127.0.0.1:{port}");
        let mut process = Self { child, started_in: Duration::ZERO, base };
        while !process.answers().await {
            if start.elapsed() > READY_WITHIN || process.child.try_wait()?.is_some() {
                bail!("the process at {} is not ready", process.base);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        process.started_in = start.elapsed();
        Ok(process)
    }

    async fn answers(&self) -> bool {
        let answer = reqwest::get(format!("{}/readyz", self.base)).await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }

    /// Resident memory now, and at its highest, in MB.
    pub(crate) fn memory(&self) -> Result<(f64, f64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|rest| rest.split_whitespace().next());
            number.and_then(|number| number.parse::<f64>().ok()).unwrap_or_default()
        };
        Ok((kilobytes("VmRSS:") / 1024.0, kilobytes("VmHWM:") / 1024.0))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let _ = self.child.wait();
    }
}
