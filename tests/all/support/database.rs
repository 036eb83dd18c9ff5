//! A migrated database for each test, on one private server per test run.
//!
//! The connections are those of the application, so that a test meets row-level security
//! exactly as the application does; a superuser would pass it by.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use rustix::process::{Pid, test_kill_process};
use skadehub::sandbox::postgres::{Options, Postgres};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool};

use crate::fill;

const TEMPLATE: &str = "template_skadehub";

/// A run takes about ten minutes; one that lasts so long has a test that waits for ever.
const LONGEST_RUN: Duration = Duration::from_mins(40);

static SERVER: LazyLock<Postgres> = LazyLock::new(|| {
    clear_earlier_runs();
    if std::env::var_os("SKADEHUB_CHAOS_MINUTES").is_none() {
        std::thread::spawn(end_what_never_ends);
    }
    let server = Postgres::start(&Options { data: folder_of(std::process::id()), durable: false })
        .expect("the private PostgreSQL starts");
    // On a thread of its own: the caller may be inside a runtime.
    std::thread::scope(|scope| {
        let prepared = scope
            .spawn(|| runtime().block_on(skadehub::sandbox::database::prepare(&server, TEMPLATE)));
        prepared.join().unwrap().expect("the template is migrated");
    });
    server
});

/// One test's database, dropped with this value.
pub(crate) struct Database {
    name: String,
}

impl Database {
    /// A copy of the migrated, otherwise empty database.
    pub(crate) fn new() -> Self {
        Self::copy_of(TEMPLATE)
    }

    /// A database without anything of ours in it.
    pub(crate) fn empty() -> Self {
        LazyLock::force(&SERVER);
        Self::copy_of("template0")
    }

    fn copy_of(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        as_superuser(format!("create database {name} template {template} owner skadehub_owner"));
        Self { name }
    }

    /// Fills it with incidents.
    pub(crate) async fn fill(&self, plan: fill::Plan) {
        fill::fill(&SERVER, &self.name, plan).await.unwrap();
    }

    /// Lets the server's log tell how it runs each statement: plan, rows and buffers, as JSON.
    pub(crate) fn explain(&self) {
        let name = &self.name;
        for (setting, value) in [
            ("session_preload_libraries", "auto_explain"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_format", "json"),
            ("auto_explain.log_analyze", "on"),
            ("auto_explain.log_timing", "off"),
            ("auto_explain.log_nested_statements", "on"),
        ] {
            as_superuser(format!("alter database {name} set {setting} = '{value}'"));
        }
    }

    /// The server's log.
    pub(crate) fn log() -> String {
        std::fs::read_to_string(folder_of(std::process::id()).join("postgres.log")).unwrap()
    }

    /// The hub's pool.
    pub(crate) fn hub(&self) -> PgPool {
        self.pool("skadehub_hub")
    }

    /// The portal's pool.
    pub(crate) fn portal(&self) -> PgPool {
        self.pool("skadehub_portal")
    }

    /// The owner's pool: for looking at the schema, and for what the application may not do.
    pub(crate) fn owner(&self) -> PgPool {
        self.pool("skadehub_owner")
    }

    /// The address of the database for a role.
    pub(crate) fn url(&self, role: &str) -> String {
        SERVER.url(role, &self.name)
    }

    fn pool(&self, role: &str) -> PgPool {
        let options = PgPoolOptions::new().max_connections(10);
        options.connect_lazy(&self.url(role)).expect("the address is valid")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        as_superuser(format!("drop database {} with (force)", self.name));
    }
}

fn as_superuser(sql: String) {
    let url = SERVER.url("postgres", "postgres");
    apart(async move {
        let mut connection = PgConnection::connect(&url).await.unwrap();
        connection.execute(AssertSqlSafe(sql)).await.unwrap();
        connection.close().await.unwrap();
    });
}

/// Runs `work` to its end on a thread of its own: the caller may be inside a runtime.
fn apart(work: impl Future<Output = ()> + Send + 'static) {
    std::thread::spawn(move || runtime().block_on(work)).join().expect("the database answers");
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn folder_of(process: u32) -> PathBuf {
    std::env::temp_dir().join(format!("skadehub-test-{process}"))
}

/// A folder for one test alone, not made yet; a later run clears it away should the test not do so.
pub(crate) fn own_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    PathBuf::from(format!("{}-{number}", folder_of(std::process::id()).display()))
}

/// A free port that stays free while nobody listens there: the kernel gives it to no connection.
pub(crate) fn own_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id() % 500 * 20;
    loop {
        let number = (first + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let port = 20_000 + u16::try_from(number).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// The test runner itself waits without end.
fn end_what_never_ends() {
    std::thread::sleep(LONGEST_RUN);
    // Past the runner, which would keep it to show it with a test.
    let said = "The tests hang: the one above that runs for over 60 seconds and never ends.\n";
    let _ = std::io::stderr().write_all(said.as_bytes());
    std::process::exit(1);
}

/// A test process ends without a chance to tidy up, so the next one does it.
fn clear_earlier_runs() {
    let entries = std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries {
        let path: PathBuf = entry.path();
        if process_of(&path).is_some_and(|pid| test_kill_process(pid).is_err()) {
            let _ = std::fs::remove_dir_all(&path);
            let _ = std::fs::remove_file(path);
        }
    }
}

fn process_of(folder: &Path) -> Option<Pid> {
    let name = folder.file_name()?.to_str()?.strip_prefix("skadehub-test-")?;
    Pid::from_raw(name.split(['-', '.']).next()?.parse().ok()?)
}
