//! Asking TFFAuto again about vehicles it could not be asked about when the incident was sent.
//!
//! The answer is kept beside the choice made by hand, which stands. Only a difference is an event.

use super::record;
use crate::db;
use crate::domain::registry::RegistryAnswer;
use crate::domain::{Event, IncidentStatus};
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::hub::store::registry_check::{self, Unchecked};
use crate::hub::store::{self};
use crate::hub::{Act, Hub};

/// How many vehicles one round asks about.
const ROUND: i64 = 50;

/// Asks again about the vehicles of the incidents that `sender` opened. The registry's client
/// leaves a registry that is down alone, so that a round then ends at once.
pub async fn check(hub: &Hub, sender: &CompanyCode) -> Result<()> {
    let mut tx = db::begin(&hub.db, sender).await?;
    let unchecked = registry_check::unchecked(&mut tx, sender, ROUND).await?;
    tx.commit().await?;
    for vehicle in unchecked {
        let asked = hub.registry.insurer(&vehicle.number, &vehicle.country, vehicle.loss_date);
        if let Ok(answer) = asked.await {
            keep(hub, sender, &vehicle, answer).await?;
        }
    }
    Ok(())
}

/// Keeps one answer, once: the incident's row is locked first, and the side looked at again under the lock.
async fn keep(
    hub: &Hub,
    sender: &CompanyCode,
    about: &Unchecked,
    answer: RegistryAnswer,
) -> Result<()> {
    let mut tx = db::begin(&hub.db, sender).await?;
    let (mut incident, mut head) = store::incident::lock(&mut tx, about.incident, sender).await?;
    let over = matches!(incident.status, IncidentStatus::Withdrawn | IncidentStatus::Closed);
    let stands = !over && [&incident.sender, &incident.counterpart].contains(&&about.side);
    let now = hub.clock.now();
    if !stands || !registry_check::keep(&mut tx, about, &answer, now).await? {
        return Ok(());
    }
    if answer.company.as_ref() != Some(&about.side) {
        let events = [Event::RegistryDiffers { side: about.side.clone(), company: answer.company }];
        let act = Act::of_hub(sender);
        record(hub, &mut tx, &act, &mut incident, &mut head, &events, now).await?;
    }
    tx.commit().await?;
    Ok(())
}
