//! Who plays: a hub with a clock of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::Result;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::plan;
use crate::clock::Clock;
use crate::formats::{CompanyCode, dates};
use crate::hub::Hub;
use crate::hub::commands::overdue;

/// For so many days back, duties that nobody did in time are noted on their day.
const NOTED_DAYS: i64 = 40;

/// A clock that stands where the play puts it.
#[derive(Debug, Clone, Default)]
pub struct Stage(Arc<AtomicI64>);

impl Stage {
    /// The clock, for the hub that the play is given on.
    pub fn clock(&self) -> Clock {
        let microseconds = self.0.clone();
        Clock::new(move || {
            Timestamp::from_microsecond(microseconds.load(Ordering::Relaxed)).unwrap_or_default()
        })
    }

    pub(super) fn set(&self, at: Timestamp) {
        self.0.store(at.as_microsecond(), Ordering::Relaxed);
    }
}

/// A hub whose clock is the stage's. Each plays its incidents at its own pace.
#[derive(Clone)]
pub struct Player {
    /// The hub.
    pub hub: Hub,
    /// Its time.
    pub stage: Stage,
}

impl Player {
    /// Lets the hub note what was not done in time, as it does while it runs.
    pub(super) async fn note_overdue(&self, now: Timestamp) -> Result<()> {
        let companies: Vec<CompanyCode> = plan::companies();
        for days in (0..=NOTED_DAYS).rev() {
            let day = dates::oslo_date(now).checked_sub(days.days())?;
            let just_past = SignedDuration::from_secs(20);
            self.stage.set(day.to_zoned(dates::oslo())?.timestamp() + just_past);
            for company in &companies {
                overdue::note(&self.hub, company).await?;
            }
        }
        Ok(())
    }
}
