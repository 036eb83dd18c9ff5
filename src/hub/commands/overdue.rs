//! Duties that were not done in time become an event, once each. They change nothing else.

use super::record;
use crate::db;
use crate::domain::{Duty, Event, Who};
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::hub::store::{self, overdue};
use crate::hub::{Act, Hub};

/// Notes `company`'s own overdue duties. The row is locked first, so that of many
/// processes one writes, and the duty is looked at again under the lock.
pub async fn note(hub: &Hub, company: &CompanyCode) -> Result<()> {
    let mut tx = db::begin(&hub.db, company).await?;
    let due = overdue::unnoted(&mut tx, company, hub.clock.now()).await?;
    tx.commit().await?;
    for id in due {
        let mut tx = db::begin(&hub.db, company).await?;
        let (mut incident, mut head) = store::incident::lock(&mut tx, id, company).await?;
        let now = hub.clock.now();
        let awaiting = incident.awaiting(company, &hub.rules);
        let whose = match awaiting.who {
            Who::Us => Some(company.clone()),
            Who::Both => None,
            Who::Them | Who::Nobody => continue,
        };
        let Some(due) = awaiting.due.filter(|due| *due <= now && awaiting.duty != Duty::None)
        else {
            continue;
        };
        if !overdue::mark(&mut tx, id, company, whose.is_none()).await? {
            continue;
        }
        let act = Act::of_hub(company);
        let events = [Event::DeadlinePassed { company: whose, duty: awaiting.duty, due }];
        record(hub, &mut tx, &act, &mut incident, &mut head, &events, now).await?;
        tx.commit().await?;
    }
    Ok(())
}
