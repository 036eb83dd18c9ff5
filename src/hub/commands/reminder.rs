//! Reminders of duties: two days before the deadline, at it, and every week after it.
//!
//! They are the company's own and no event of the incident: the other company is not told.

use crate::db;
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::hub::Hub;
use crate::hub::store::reminder;

/// Gives `company` the reminders that are due. Each stands once, whoever else is at it; of
/// reminders that were missed, only the newest is given.
pub async fn give(hub: &Hub, company: &CompanyCode) -> Result<()> {
    let now = hub.clock.now();
    let mut tx = db::begin(&hub.db, company).await?;
    let until = hub.rules.reminded_until(now);
    for waiting in reminder::waiting(&mut tx, company, now, until).await? {
        if let Some(due) = hub.rules.reminder(waiting.due, now) {
            reminder::give(&mut tx, company, &waiting, due, now).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}
