//! A PostgreSQL of a test's own that keeps what it has acknowledged: to be killed and started again.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use skadehub::sandbox::database;
use skadehub::sandbox::postgres::{Options, Postgres, remove};
use sqlx::{Connection, PgConnection};

use super::database::own_folder;

const DATABASE: &str = "skadehub";
/// What a killed server left running must end before a new one may start.
const PATIENCE: Duration = Duration::from_mins(2);

/// The server, and its migrated database.
pub(crate) struct Durable {
    folder: PathBuf,
    server: Option<Postgres>,
}

impl Durable {
    /// A server whose every commit is on disk before it is acknowledged.
    pub(crate) async fn start() -> Self {
        Self::start_in(&own_folder()).await
    }

    /// The same with its data in this folder.
    pub(crate) async fn start_in(folder: &Path) -> Self {
        let server = start(folder).await;
        database::prepare(&server, DATABASE).await.unwrap();
        Self { folder: folder.to_owned(), server: Some(server) }
    }

    /// Whether the server takes connections.
    pub(crate) async fn answers(&self) -> bool {
        PgConnection::connect(&self.url("postgres")).await.is_ok()
    }

    /// The address of the database for a role.
    pub(crate) fn url(&self, role: &str) -> String {
        self.server.as_ref().unwrap().url(role, DATABASE)
    }

    /// `kill -9` of the server's first process; the others notice by themselves.
    pub(crate) fn kill(&self) {
        let file = std::fs::read_to_string(self.folder.join("cluster/postmaster.pid")).unwrap();
        let pid = Pid::from_raw(file.lines().next().unwrap().trim().parse().unwrap());
        kill_process(pid.unwrap(), Signal::KILL).unwrap();
    }

    /// What `pg_amcheck` finds wrong with tables and indexes.
    pub(crate) fn damage(&self) -> Option<String> {
        let mut command = Command::new(program("pg_amcheck"));
        command.args(["--install-missing", "--heapallindexed", "--username=postgres", "--host"]);
        let output = command.arg(self.folder.join("socket")).arg(DATABASE).output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (!output.status.success()).then(|| said(&output.stdout) + &said(&output.stderr))
    }

    /// Starts the server on what the killed one left on disk, or after an orderly stop.
    pub(crate) async fn restart(&mut self) {
        let old = self.server.take();
        tokio::task::spawn_blocking(move || drop(old)).await.unwrap();
        self.server = Some(start(&self.folder).await);
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        drop(self.server.take());
        let _ = remove(&self.folder);
    }
}

/// A program that belongs to the newest server installed; Debian keeps it off the `PATH`.
fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let numbered = versions.filter_map(|version| {
        let number: u32 = version.file_name().to_str()?.parse().ok()?;
        Some((number, version.path().join("bin").join(name)))
    });
    numbered.filter(|(_, path)| path.exists()).max().map_or_else(|| name.into(), |(_, path)| path)
}

async fn start(folder: &Path) -> Postgres {
    let options = Options { data: folder.to_owned(), durable: true };
    let started = tokio::task::spawn_blocking(move || {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match Postgres::start(&options) {
                Ok(server) => return server,
                // Processes of the killed server may still hold its memory.
                Err(error) => assert!(Instant::now() < deadline, "{error:#}"),
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    });
    started.await.unwrap()
}
