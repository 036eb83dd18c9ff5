//! Messages between the two insurers.

use uuid::Uuid;

use super::{Begun, begin, finish, record};
use crate::domain::Event;
use crate::error::{Error, Result};
use crate::hub::store::idempotency::Answer;
use crate::hub::store::{self, message};
use crate::hub::{Act, Hub};

/// Sends a message.
pub async fn send(hub: &Hub, by: &Act, incident: Uuid, text: &str) -> Result<Answer> {
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let (mut incident, mut head) = store::incident::lock(&mut tx, incident, &by.company).await?;
    super::same_version(by, incident.version)?;
    incident.may_write(&by.company)?;
    let (now, id) = (hub.clock.now(), Uuid::now_v7());
    message::insert(&mut tx, &incident, id, by.by(), text, now).await?;
    let events = [Event::MessageSent { id }];
    record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    let sent = message::one(&mut tx, incident.id, id, &by.company).await?;
    finish(hub, tx, by, 201, None, &sent).await
}

/// Marks a received message read; reading one's own or one read before changes nothing.
pub async fn read(hub: &Hub, by: &Act, incident: Uuid, id: Uuid) -> Result<Answer> {
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let (mut incident, mut head) = match store::incident::lock(&mut tx, incident, &by.company).await
    {
        Err(Error::Problem(_)) => return Err(Error::NotFound),
        other => other?,
    };
    let now = hub.clock.now();
    if message::read(&mut tx, incident.id, id, &by.company, now).await? {
        let events = [Event::MessageRead { id }];
        record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    }
    let read = message::one(&mut tx, incident.id, id, &by.company).await?;
    finish(hub, tx, by, 200, None, &read).await
}
