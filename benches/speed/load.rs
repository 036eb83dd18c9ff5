//! Asking for one address many times over, with `wrk`: bounded, on this machine only.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

/// What was measured of one address.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Figures {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Half of the answers took no longer, in milliseconds.
    pub(crate) p50: f64,
    /// 99 of 100 took no longer.
    pub(crate) p99: f64,
    /// Of one answer with its headers.
    pub(crate) bytes: f64,
}

/// What to send.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) base: String,
    pub(crate) headers: Vec<(String, String)>,
    /// Lua that makes the next request, for what must differ each time.
    pub(crate) script: Option<String>,
    pub(crate) path: String,
}

/// Where `wrk` writes and reads.
pub(crate) struct Load {
    pub(crate) folder: PathBuf,
    pub(crate) time: Duration,
}

const DONE: &str = r#"
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("FIGURES %f %f %f %f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.bytes / summary.requests, bad))
end
"#;

impl Load {
    /// Asks over `connections` connections. Every answer must be a success.
    pub(crate) async fn ask(&self, request: &Request, connections: u32) -> Result<Figures> {
        let script = self.folder.join("request.lua");
        std::fs::write(&script, lua(request))?;
        let (url, time) = (format!("{}{}", request.base, request.path), self.time);
        tokio::task::spawn_blocking(move || wrk(&url, connections, time, &script)).await?
    }
}

fn lua(request: &Request) -> String {
    let headers = request.headers.iter();
    let headers: Vec<_> =
        headers.map(|(name, value)| format!("wrk.headers[{name:?}] = {value:?}")).collect();
    let script = request.script.as_deref().unwrap_or_default();
    format!("{}\n{script}{DONE}", headers.join("\n"))
}

fn wrk(url: &str, connections: u32, time: Duration, script: &Path) -> Result<Figures> {
    let out = Command::new("wrk")
        .args(["-t1", "--timeout", "10s", "-c", &connections.to_string()])
        .args(["-d", &format!("{}s", time.as_secs().max(1)), "-s"])
        .arg(script)
        .arg(url)
        .output()
        .context("can't run wrk")?;
    let said = String::from_utf8_lossy(&out.stdout);
    let line = said.lines().find_map(|line| line.strip_prefix("FIGURES "));
    let line =
        line.with_context(|| format!("wrk said: {said}{}", String::from_utf8_lossy(&out.stderr)))?;
    let numbers: Vec<f64> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let [rate, p50, p99, bytes, bad] = numbers[..] else { anyhow::bail!("wrk said: {line}") };
    ensure!(bad == 0.0, "{bad} of the answers of {url} were no success");
    Ok(Figures { rate, p50, p99, bytes })
}
