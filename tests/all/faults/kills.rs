//! `kill -9` at random points while twenty clients write: of the program, of PostgreSQL, of both.
//! And PostgreSQL restarted in good order, as for an upgrade.

use std::time::{Duration, Instant};

use rand::Rng;
use rand::rngs::StdRng;

use super::campaign::Campaign;
use super::checker::{self, Feeds};
use super::journal::Journal;
use super::writers::{COMPANIES, Writers};
use crate::support::durable::Durable;
use crate::support::machine::{Machine, Store};

/// Kills in one round, between two checks: of a short campaign, and of a long one.
const KILLS: [u32; 2] = [3, 10];
/// Within this time clients get at least a few writes through, or something is stuck.
const PATIENCE: Duration = Duration::from_mins(5);

/// What is killed.
#[derive(Clone, Copy, PartialEq)]
enum Victim {
    Program,
    Database,
    Both,
    /// The database, in good order.
    Restarted,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_program_loses_nothing_that_was_acknowledged() {
    run(Campaign::begin("kill-program").await, Victim::Program).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_the_database_loses_nothing_that_was_acknowledged() {
    run(Campaign::begin("kill-database").await, Victim::Database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killing_both_loses_nothing_that_was_acknowledged() {
    run(Campaign::begin("kill-both").await, Victim::Both).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn restarting_the_database_loses_nothing_and_is_no_error_of_ours() {
    run(Campaign::begin("restart-database").await, Victim::Restarted).await;
}

async fn run(mut campaign: Campaign, victim: Victim) {
    let mut machine = Machine::start(Store::Own(Durable::start().await)).await;
    let mut people = Vec::new();
    for company in COMPANIES {
        let username = format!("saksbehandler.{}", company.to_lowercase());
        people.push((company, machine.signed_in(&username).await));
    }
    let mut feeds = Feeds::default();
    let mut kills = 0;
    while let Some(mut rng) = campaign.round() {
        let writers = Writers::start(&machine, people, &mut rng).await;
        for _ in 0..KILLS[usize::from(campaign.is_long())] {
            progress(&writers.journal, &mut rng).await;
            kill(&mut machine, victim).await;
            kills += 1;
        }
        progress(&writers.journal, &mut rng).await;
        let journal;
        (journal, people) = writers.stop().await;
        let mut found = checker::findings(&machine, &journal, &mut feeds).await;
        if let Store::Own(database) = &machine.store {
            found.extend(database.damage());
        }
        campaign.tell(&format!("{kills} kills; {}; {} lost", journal.summary(), found.len()));
        campaign.none(&found);
    }
}

/// Waits until the clients have got some more done, and a moment more.
async fn progress(journal: &Journal, rng: &mut StdRng) {
    let enough = journal.written() + rng.random_range(1..40);
    let deadline = Instant::now() + PATIENCE;
    while journal.written() < enough {
        assert!(Instant::now() < deadline, "the clients get nothing done");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_micros(rng.random_range(0..30_000))).await;
}

async fn kill(machine: &mut Machine, victim: Victim) {
    let program = matches!(victim, Victim::Program | Victim::Both);
    if program {
        machine.kill();
    }
    if let (Store::Own(database), false) = (&mut machine.store, victim == Victim::Program) {
        if victim != Victim::Restarted {
            database.kill();
        }
        database.restart().await;
    }
    if program {
        machine.run().await;
    }
    machine.ready().await;
}
