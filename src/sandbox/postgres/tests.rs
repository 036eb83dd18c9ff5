//! Tests against the installed PostgreSQL.

use std::path::{Path, PathBuf};

use sqlx::{Connection, Executor, PgConnection};

use super::{Options, Postgres};

/// A folder that the server's account can reach, gone when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("skadehub-{name}-{}", std::process::id()));
        Self(folder)
    }

    fn options(&self) -> Options {
        Options { data: self.0.clone(), durable: false }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn run(url: &str, sql: &'static str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url).await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    });
}

fn processes_of(cluster: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let wanted = cluster.to_str().unwrap();
    processes
        .filter_map(|process| std::fs::read(process.path().join("cmdline")).ok())
        .filter(|line| String::from_utf8_lossy(line).contains(wanted))
        .count()
}

#[test]
fn data_outlives_the_server_and_the_server_does_not_outlive_its_handle() {
    let folder = Folder::new("keeps");
    let first = Postgres::start(&folder.options()).unwrap();
    run(&first.url("postgres", "postgres"), "create table kept (); create role someone login");
    drop(first);
    assert_eq!(processes_of(&folder.0.join("cluster")), 0);

    let second = Postgres::start(&folder.options()).unwrap();
    run(&second.url("postgres", "postgres"), "select from kept");
    run(&second.url("someone", "postgres"), "select 1");
}

#[test]
fn a_folder_has_one_server_at_a_time() {
    let folder = Folder::new("single");
    let _running = Postgres::start(&folder.options()).unwrap();
    let error = Postgres::start(&folder.options()).unwrap_err();
    assert!(error.to_string().contains("already runs"), "{error}");
}

#[test]
fn a_server_left_by_a_killed_run_is_stopped_first() {
    let folder = Folder::new("orphan");
    let first = Postgres::start(&folder.options()).unwrap();
    // As after `kill -9`: the lock is free, the server is still there.
    let orphan = first.pid;
    first.lock.unlock().unwrap();

    let second = Postgres::start(&folder.options()).unwrap();
    assert_ne!(second.pid, orphan);
    run(&second.url("postgres", "postgres"), "select 1");
}

#[test]
fn a_path_too_long_for_a_socket_is_refused_with_the_reason() {
    let data = std::env::temp_dir().join("x".repeat(100));
    let error = Postgres::start(&Options { data: data.clone(), durable: false }).unwrap_err();
    assert!(error.to_string().contains("107 bytes"), "{error}");
    assert!(!data.exists());
}

#[test]
fn a_folder_that_cannot_hold_the_server_gets_another_place() {
    let deep = std::env::temp_dir().join("y".repeat(100));
    let place = super::place(&deep).unwrap();
    assert!(place.starts_with("/var/tmp"), "{}", place.display());
    assert_eq!(place, super::place(&deep).unwrap());
}
