//! How long a campaign lasts, what is random in it, and what it tells.

use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::sync::{Mutex, MutexGuard};

/// Campaigns load the machine: one at a time.
static ALONE: Mutex<()> = Mutex::const_new(());

/// One campaign under way.
pub(super) struct Campaign {
    name: &'static str,
    seed: u64,
    rounds: u32,
    ends: Option<Instant>,
    _alone: MutexGuard<'static, ()>,
}

impl Campaign {
    /// Waits until no other runs, and begins.
    ///
    /// `SKADEHUB_CHAOS_MINUTES` sets its length, one round without it, and `SKADEHUB_CHAOS_SEED`
    /// what is drawn.
    pub(super) async fn begin(name: &'static str) -> Self {
        let alone = ALONE.lock().await;
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
        let minutes = number("SKADEHUB_CHAOS_MINUTES");
        Self {
            name,
            seed: number("SKADEHUB_CHAOS_SEED").unwrap_or(1),
            rounds: 0,
            ends: minutes.map(|minutes| Instant::now() + Duration::from_secs(60 * minutes)),
            _alone: alone,
        }
    }

    /// The next round's chance; nothing when the campaign is over.
    pub(super) fn round(&mut self) -> Option<StdRng> {
        let goes_on = self.rounds == 0 || self.ends.is_some_and(|end| Instant::now() < end);
        self.rounds += 1;
        goes_on.then(|| StdRng::seed_from_u64(self.seed + (u64::from(self.rounds - 1) << 32)))
    }

    /// Whether it runs for as long as it was told, instead of one short round.
    pub(super) fn is_long(&self) -> bool {
        self.ends.is_some()
    }

    /// Says how it goes; seen with `--nocapture`, and when the test fails.
    pub(super) fn tell(&self, what: &str) {
        println!("{} (seed {}, round {}): {what}", self.name, self.seed, self.rounds);
    }

    /// Ends the campaign when something was found.
    #[track_caller]
    pub(super) fn none(&self, found: &[String]) {
        assert!(found.is_empty(), "{} (seed {}):\n  {}", self.name, self.seed, found.join("\n  "));
    }
}
