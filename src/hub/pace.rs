//! How incidents come in and are answered, week by week.
//!
//! What lies before today changes no more. It is counted once a day in each process; only the
//! running week is counted each time it is asked for.

use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use moka::future::Cache;
use sqlx::PgPool;

use super::store::pace;
use crate::contract::WeekCount;
use crate::db;
use crate::error::Result;
use crate::formats::CompanyCode;

/// Whole weeks before the running one.
const WEEKS: i32 = 7;
/// Days before today whose answers make the average.
const DAYS: i32 = 30;
/// An act begun before midnight may be stored after it: the past is looked at again.
const AGE: Duration = Duration::from_mins(10);
const COMPANIES: u64 = 1_000;

/// A cached reader of the past.
#[derive(Clone)]
pub struct Pace(Cache<(CompanyCode, Date), Arc<Past>>);

/// What lies before a day.
#[derive(Debug)]
pub struct Past {
    /// The whole weeks before the day's own, oldest first.
    pub weeks: Vec<WeekCount>,
    /// Average of the 30 days before the day.
    pub answer_seconds: Option<i64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(COMPANIES).time_to_live(AGE).build())
    }
}

impl Pace {
    /// What lies before `today` for the company.
    pub async fn before(
        &self,
        db: &PgPool,
        company: &CompanyCode,
        today: Date,
    ) -> Result<Arc<Past>> {
        let key = (company.clone(), today);
        if let Some(past) = self.0.get(&key).await {
            return Ok(past);
        }
        let first = monday(today).saturating_sub(WEEKS.weeks());
        let mut tx = db::begin_read(db, company).await?;
        let weeks = pace::weeks(&mut tx, company, first, WEEKS).await?;
        let from = today.saturating_sub(DAYS.days());
        let answer_seconds = pace::answer_seconds(&mut tx, company, from, today).await?;
        drop(tx);
        let past = Arc::new(Past { weeks, answer_seconds });
        self.0.insert(key, Arc::clone(&past)).await;
        Ok(past)
    }
}

/// The Monday of the day's week.
pub fn monday(day: Date) -> Date {
    day.saturating_sub(i32::from(day.weekday().since(Weekday::Monday)).days())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_week_begins_on_monday() {
        assert_eq!(monday(date(2026, 11, 23)), date(2026, 11, 23));
        assert_eq!(monday(date(2026, 11, 29)), date(2026, 11, 23));
        assert_eq!(monday(date(2027, 1, 1)), date(2026, 12, 28));
    }
}
