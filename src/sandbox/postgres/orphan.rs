//! A server that an earlier, killed run left behind.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

/// Stops the server that still holds `cluster`, if any, and clears a stale pid file.
///
/// Only for a cluster whose lock we hold: nobody else may be using that server.
pub(super) fn stop(cluster: &Path, within: Duration) -> Result<()> {
    let pid_file = cluster.join("postmaster.pid");
    let Some(pid) = postmaster(&pid_file) else { return Ok(()) };
    let deadline = Instant::now() + within;
    while is_postgres(pid) {
        let _ = kill_process(pid, Signal::INT);
        if Instant::now() > deadline {
            bail!("the PostgreSQL of an earlier run (process {pid}) does not stop");
        }
        thread::sleep(Duration::from_millis(50));
    }
    if test_kill_process(pid).is_ok() && pid_file.exists() {
        // The number now belongs to another program; PostgreSQL would take that for a server.
        fs::remove_file(pid_file)?;
    }
    Ok(())
}

fn postmaster(pid_file: &Path) -> Option<Pid> {
    let text = fs::read_to_string(pid_file).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

fn is_postgres(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "postgres")
}
