//! A full disk: PostgreSQL on a small file system that fills up while clients write.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};

use super::campaign::Campaign;
use super::checker::{self, Feeds};
use super::journal::Journal;
use super::writers::Writers;
use crate::support::database::own_folder;
use crate::support::durable::Durable;
use crate::support::machine::{Machine, Store};

/// Room for a new cluster, its log, and some work.
const SIZE: &str = "size=220m,mode=755";
const PATIENCE: Duration = Duration::from_mins(5);

/// A file system in memory, gone with this value.
struct Disk(PathBuf);

impl Disk {
    /// None where this account may not mount one.
    fn mount() -> Option<Self> {
        let folder = own_folder();
        std::fs::create_dir_all(&folder).unwrap();
        let disk = Self(folder);
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(&disk.0);
        mount.status().is_ok_and(|status| status.success()).then_some(disk)
    }

    /// Takes all the room that is left, until the ballast is removed.
    fn fill(&self) -> Ballast {
        let ballast = Ballast(self.0.join("ballast"));
        let mut file = std::fs::File::create(&ballast.0).unwrap();
        while std::io::Write::write_all(&mut file, &[0; 16 * 1024]).is_ok() {}
        ballast
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

struct Ballast(PathBuf);

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_is_recovered_from() {
    let mut campaign = Campaign::begin("full-disk").await;
    let Some(disk) = Disk::mount() else {
        return campaign.tell("LEFT OUT: it takes the right to mount a file system (root)");
    };
    let database = Durable::start_in(&disk.0.join("postgres")).await;
    let mut superuser = PgConnection::connect(&database.url("postgres")).await.unwrap();
    // The log is to keep within the disk as long as nothing else fills it.
    superuser.execute("alter system set max_wal_size = '64MB'").await.unwrap();
    superuser.execute("select pg_reload_conf()").await.unwrap();
    let mut machine = Machine::start(Store::Own(database)).await;
    let mut feeds = Feeds::default();
    let mut times = 0;
    while let Some(mut rng) = campaign.round() {
        let writers = Writers::start(&machine, Vec::new(), &mut rng).await;
        more(&writers.journal, Journal::written, 40).await;
        let ballast = disk.fill();
        more(&writers.journal, Journal::retries, 40).await;
        drop(ballast);
        let Store::Own(database) = &mut machine.store else { unreachable!("it is its own") };
        if !database.answers().await {
            // Where the log had no room it stopped, to be started by the operator.
            database.restart().await;
        }
        more(&writers.journal, Journal::written, 40).await;
        times += 1;
        let (journal, _) = writers.stop().await;
        let mut found = checker::findings(&machine, &journal, &mut feeds).await;
        if let Store::Own(database) = &machine.store {
            found.extend(database.damage());
        }
        campaign.tell(&format!("{times} times full; {}; {} lost", journal.summary(), found.len()));
        campaign.none(&found);
    }
}

/// Waits until this many more have been counted.
async fn more(journal: &Journal, count: impl Fn(&Journal) -> usize, more: usize) {
    let enough = count(journal) + more;
    let deadline = Instant::now() + PATIENCE;
    while count(journal) < enough {
        assert!(Instant::now() < deadline, "nothing happens: {}", journal.summary());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
