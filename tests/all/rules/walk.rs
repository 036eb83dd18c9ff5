//! Random walks: whatever two companies do in whatever order, the rules hold.
//!
//! A failing walk prints its seed and its last acts. `SKADEHUB_WALK_SEED=17` walks that
//! one again; `SKADEHUB_WALKS=3000` walks more of them, from `SKADEHUB_CHAOS_SEED` on.

mod invariants;
mod world;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use world::World;

/// Steps of one walk; the default number of walks makes 120 000 steps.
const STEPS: usize = 400;
const WALKS: u64 = 300;

#[test]
fn the_rules_hold_on_every_random_walk() {
    let mut happened: BTreeMap<&'static str, usize> = BTreeMap::new();
    for seed in seeds() {
        for (kind, times) in walk(seed) {
            *happened.entry(kind).or_default() += times;
        }
    }
    println!("walk: {} walks of {STEPS} steps, nothing broken; {happened:?}", seeds().len());
    if std::env::var_os("SKADEHUB_WALK_SEED").is_none() {
        let rare: Vec<_> = KINDS.iter().filter(|kind| happened.get(*kind) < Some(&100)).collect();
        assert!(rare.is_empty(), "the walks hardly ever see {rare:?}: {happened:?}");
    }
}

/// Every kind of event a company can cause by an act of the domain, and refusals.
const KINDS: [&str; 24] = [
    "proposal_made",
    "incident_accepted",
    "proposal_accepted",
    "incident_rejected",
    "incident_redirected",
    "incident_withdrawn",
    "close_asked",
    "close_declined",
    "incident_closed",
    "incident_reopened",
    "liability_reopen_asked",
    "liability_reopen_declined",
    "liability_reopened",
    "party_changed",
    "claim_sent",
    "claim_registered",
    "claim_accepted",
    "claim_disputed",
    "payment_reported",
    "payment_confirmed",
    "claim_credited",
    "claim paid",
    "claim credited",
    "refused",
];

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().unwrap());
    match number("SKADEHUB_WALK_SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = number("SKADEHUB_CHAOS_SEED").unwrap_or(1);
            (first..first + number("SKADEHUB_WALKS").unwrap_or(WALKS)).collect()
        }
    }
}

/// One walk; how often each kind of thing happened.
fn walk(seed: u64) -> BTreeMap<&'static str, usize> {
    let mut world = World::new(seed);
    let walked = catch_unwind(AssertUnwindSafe(|| {
        for _ in 0..STEPS {
            world.step();
        }
    }));
    if let Err(broken) = walked {
        let acts = world.log.iter().rev().take(12).rev().cloned().collect::<Vec<_>>().join("\n  ");
        eprintln!(
            "walk with SKADEHUB_WALK_SEED={seed} broke after {} acts, the last:\n  {acts}",
            world.log.len()
        );
        resume_unwind(broken);
    }
    world.happened
}
