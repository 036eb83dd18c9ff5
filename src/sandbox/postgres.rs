//! A private PostgreSQL: a direct child on a unix socket, for `dev` and for tests.
//!
//! It leaves nothing behind: the server dies with us, `kill -9` included, since the kernel
//! signals it when our keeper thread ends (`PR_SET_PDEATHSIG`, set by `setpriv` because a
//! program that forbids unsafe code can't do it between fork and exec). Should a server of
//! an earlier run still be closing down, the next start waits for it.

mod install;
mod orphan;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

use install::{Account, Install};

/// Longest path of a unix socket on Linux, in bytes, without the closing NUL.
const SOCKET_PATH_MAX: usize = 107;
const READY_WITHIN: Duration = Duration::from_mins(1);
const STOPPED_WITHIN: Duration = Duration::from_secs(20);

/// Where the server keeps its data, and how much it cares about losing it.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder of the server; made if missing.
    pub data: PathBuf,
    /// `true`: every commit is on disk before it is acknowledged. `false`: fast, for tests.
    pub durable: bool,
}

/// A running server. Dropping it stops it and waits until it has stopped.
#[derive(Debug)]
pub struct Postgres {
    socket: PathBuf,
    pid: Pid,
    /// Behind a lock only so that the handle can be shared.
    stopped: Mutex<Receiver<()>>,
    keeper: Option<JoinHandle<()>>,
    lock: File,
}

impl Postgres {
    /// Starts the server, making its database cluster first when there is none, and returns
    /// when it takes connections. Call it outside an async runtime.
    pub fn start(options: &Options) -> Result<Self> {
        let install = Install::find()?;
        let account = Account::to_run_as()?;
        let data = prepare(&options.data, &account)?;
        let lock = lock(&data)?;
        orphan::stop(&data.join("cluster"), STOPPED_WITHIN)?;
        let socket = data.join("socket");
        init(&install, &account, &data, options.durable)?;

        let command = server(&install, &account, &data, options.durable)?;
        let (ready, started) = mpsc::channel();
        let (ended, stopped) = mpsc::channel();
        let url = url(&socket, "postgres", "postgres");
        let log = data.join("postgres.log");
        let keeper = thread::Builder::new()
            .name("postgres".into())
            .spawn(move || keep(command, &url, &log, &ready, &ended))?;
        let pid = started.recv().context("the thread that starts PostgreSQL ended")??;
        let stopped = Mutex::new(stopped);
        Ok(Self { socket, pid, stopped, keeper: Some(keeper), lock })
    }

    /// The address of `database` for the database role `user`.
    pub fn url(&self, user: &str, database: &str) -> String {
        url(&self.socket, user, database)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let stopped = self.stopped.get_mut().unwrap_or_else(PoisonError::into_inner);
        if stopped.try_recv().is_err() {
            // SIGINT is PostgreSQL's fast shutdown: it ends connections and writes a checkpoint.
            let _ = kill_process(self.pid, Signal::INT);
            if stopped.recv_timeout(STOPPED_WITHIN).is_err() {
                let _ = kill_process(self.pid, Signal::QUIT);
            }
        }
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
        let _ = self.lock.unlock();
    }
}

/// Where the server of a data folder can live: in the folder itself, or, where the server's
/// account can't reach it or the socket's path would be too long, in a folder of its own
/// under `/var/tmp`, named after the first and equally lasting.
pub fn place(data: &Path) -> Result<PathBuf> {
    use sha2::{Digest, Sha256};

    let wanted = std::path::absolute(data)?.join("postgres");
    let account = Account::to_run_as()?;
    if account.blocked_by(&wanted)?.is_none() && socket_fits(&wanted) {
        return Ok(wanted);
    }
    let name =
        data_encoding::HEXLOWER.encode(&Sha256::digest(wanted.as_os_str().as_encoded_bytes())[..6]);
    Ok(PathBuf::from("/var/tmp").join(format!("skadehub-{name}")))
}

/// Deletes a server's folder, with everything in it.
pub fn remove(data: &Path) -> Result<()> {
    if !data.exists() {
        return Ok(());
    }
    let _lock = lock(data)?;
    orphan::stop(&data.join("cluster"), STOPPED_WITHIN)?;
    fs::remove_dir_all(data).with_context(|| format!("can't remove {}", data.display()))
}

fn prepare(data: &Path, account: &Account) -> Result<PathBuf> {
    let data = std::path::absolute(data)?;
    ensure!(
        socket_fits(&data),
        "the folder {} is too deep: the path of its socket may have {SOCKET_PATH_MAX} bytes",
        data.display()
    );
    fs::create_dir_all(&data).with_context(|| format!("can't make {}", data.display()))?;
    if let Some(closed) = account.blocked_by(&data)? {
        bail!(
            "PostgreSQL runs as {}, which may not enter {}; choose another data folder or `chmod a+x` that one",
            account.name(),
            closed.display()
        );
    }
    account.own(&data)?;
    fs::create_dir_all(data.join("socket"))?;
    account.own(&data.join("socket"))?;
    Ok(data)
}

fn socket_fits(data: &Path) -> bool {
    data.join("socket/.s.PGSQL.5432").as_os_str().len() <= SOCKET_PATH_MAX
}

fn lock(data: &Path) -> Result<File> {
    let lock = File::create(data.join("lock"))?;
    if lock.try_lock().is_err() {
        bail!("another process already runs the PostgreSQL in {}", data.display());
    }
    Ok(lock)
}

/// Makes the cluster under a working name, so that an interrupted try is not taken for one.
fn init(install: &Install, account: &Account, data: &Path, durable: bool) -> Result<()> {
    let (cluster, unfinished) = (data.join("cluster"), data.join("cluster.unfinished"));
    if cluster.join("PG_VERSION").exists() {
        return install.check_version(&cluster);
    }
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)?;
    }
    let mut command = account.command(&install.program("initdb"), None);
    command
        .arg("--pgdata")
        .arg(&unfinished)
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"])
        .arg("--no-instructions");
    if !durable {
        command.arg("--no-sync");
    }
    let made = command.current_dir("/").output().context("can't run initdb")?;
    ensure!(made.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&made.stderr));
    fs::rename(unfinished, cluster).context("can't put the new cluster in its place")
}

fn server(install: &Install, account: &Account, data: &Path, durable: bool) -> Result<Command> {
    let mut command = account.command(&install.program("postgres"), Some("INT"));
    command.arg("-D").arg(data.join("cluster")).arg("-k").arg(data.join("socket"));
    let mut settings = vec!["listen_addresses=", "max_connections=200", "log_min_messages=warning"];
    if !durable {
        settings.extend(["fsync=off", "full_page_writes=off", "synchronous_commit=off"]);
    }
    for setting in settings {
        command.args(["-c", setting]);
    }
    let log = File::create(data.join("postgres.log"))?;
    command.current_dir("/").stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    // A group of its own, so that ctrl-C in the terminal reaches us alone and we stop in order.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    Ok(command)
}

/// The keeper thread: the server's parent for as long as the server lives.
///
/// The kernel's parent-death signal follows the thread that started the child, not the
/// process, so the child must never be started from a thread that ends earlier.
fn keep(
    mut command: Command,
    url: &str,
    log: &Path,
    ready: &Sender<Result<Pid>>,
    ended: &Sender<()>,
) {
    let started =
        command.spawn().context("can't run postgres").and_then(|mut child| match wait_until_ready(
            &mut child, url, log,
        ) {
            Ok(()) => Ok(child),
            Err(error) => {
                let _ = child.kill();
                let _ = child.wait();
                Err(error)
            }
        });
    match started {
        Ok(mut child) => {
            let _ = ready.send(Ok(Pid::from_child(&child)));
            let _ = child.wait();
            let _ = ended.send(());
        }
        Err(error) => {
            let _ = ready.send(Err(error));
        }
    }
}

fn wait_until_ready(child: &mut Child, url: &str, log: &Path) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        let answer = runtime.block_on(async { PgConnection::connect(url).await?.close().await });
        let Err(error) = answer else { return Ok(()) };
        if let Some(status) = child.try_wait()? {
            let said = fs::read_to_string(log).unwrap_or_default();
            bail!("PostgreSQL ended at once ({status}):\n{said}");
        }
        if Instant::now() > deadline {
            return Err(error).context("PostgreSQL takes no connections");
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn url(socket: &Path, user: &str, database: &str) -> String {
    let host: String =
        url::form_urlencoded::byte_serialize(socket.as_os_str().as_encoded_bytes()).collect();
    format!("postgres://{user}@localhost/{database}?host={host}")
}

#[cfg(test)]
mod tests;
