//! The clients: core systems and people that write at the same time and keep a journal.

mod client;
mod person;
mod story;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::journal::{self, Journal, Outcome};
use crate::support::browser::Browser;
use crate::support::machine::Machine;

pub(super) use client::{Asked, Client};
pub(super) use story::new_incident;

/// The companies whose core systems and people write.
pub(super) const COMPANIES: [&str; 3] = ["FJT", "NLS", "TND"];
/// Core systems that write at the same time; with a person of each company, twenty clients.
const CORE_SYSTEMS: usize = 17;

/// Numbers that no two writes share, over all rounds.
static NUMBER: AtomicU32 = AtomicU32::new(0);

fn number() -> u32 {
    NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

/// A company's claims handler at a browser.
pub(super) type SignedIn = (&'static str, Browser);

/// Everyone who writes in one round.
pub(super) struct Writers {
    pub(super) journal: Arc<Journal>,
    tasks: JoinSet<Option<SignedIn>>,
}

impl Writers {
    /// Sets twenty clients to work; the browsers are those of signed-in people.
    pub(super) async fn start(machine: &Machine, people: Vec<SignedIn>, rng: &mut StdRng) -> Self {
        let journal = Arc::new(Journal::default());
        let mut clients = Vec::new();
        for company in COMPANIES {
            let api = machine.api(&format!("fagsystem-{}", company.to_lowercase())).await;
            clients.push(Client { company, api, journal: Arc::clone(&journal) });
        }
        let common = common(&clients[0]).await;
        let mut tasks = JoinSet::new();
        for _ in 0..CORE_SYSTEMS {
            let writer =
                story::Writer { clients: clients.clone(), rng: StdRng::from_rng(rng), common };
            tasks.spawn(async move {
                writer.run().await;
                None
            });
        }
        for (company, browser) in people {
            let person = person::Person { browser, company, journal: Arc::clone(&journal) };
            tasks.spawn(async move { Some((company, person.run().await)) });
        }
        Self { journal, tasks }
    }

    /// Tells them to stop, waits for their last answers, and gives the browsers back.
    pub(super) async fn stop(self) -> (Arc<Journal>, Vec<SignedIn>) {
        self.journal.close();
        (self.journal, self.tasks.join_all().await.into_iter().flatten().collect())
    }
}

/// An incident that everybody writes to.
async fn common(client: &Client) -> Uuid {
    let asked = story::new_incident("FJT", "NLS", json!(null));
    match client.write(asked).await {
        Outcome::Acknowledged(answer) => journal::id(&answer),
        other => panic!("{other:?}"),
    }
}
