//! The one way to write: lock, decide, store, commit.
//!
//! Each command is a few lines: what the domain is asked. [`act`] does the rest
//! the same way for all of them, the answer kept under the idempotency key included.

pub mod claim;
pub mod create;
pub mod handler_rules;
pub mod incident;
mod insurer;
pub mod message;
pub mod overdue;
pub mod registry;
pub mod reminder;

use jiff::Timestamp;
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use super::store::idempotency::{self, Answer};
use super::store::incident::Head;
use super::store::party::{self, News};
use super::store::save::{self, At};
use super::store::{self, event};
use super::{Act, Hub};
use crate::contract::Problem;
use crate::db::{self, Tx};
use crate::domain::{Event, Incident, Refusal};
use crate::error::Result;
use crate::formats::CompanyCode;

/// A transaction that holds the act's idempotency key, or the answer given before.
pub enum Begun {
    /// Nothing was answered under the key.
    Fresh(Tx),
    /// The first answer again.
    Before(Answer),
}

/// Begins the transaction of an act and takes its idempotency key.
pub async fn begin(hub: &Hub, act: &Act) -> Result<Begun> {
    let mut tx = db::begin(&hub.db, &act.company).await?;
    if let Some(key) = &act.key {
        idempotency::take(&mut tx, &act.company, key).await?;
        if let Some(answer) = idempotency::find(&mut tx, &hub.seal, &act.company, key).await? {
            return Ok(Begun::Before(answer));
        }
    }
    Ok(Begun::Fresh(tx))
}

/// Keeps the answer under the act's key, and commits.
pub async fn finish(
    hub: &Hub,
    mut tx: Tx,
    act: &Act,
    status: u16,
    version: Option<i64>,
    body: &impl Serialize,
) -> Result<Answer> {
    let body = serde_json::to_vec(body).map_err(anyhow::Error::from)?;
    let answer = Answer { status, version, body, replay: false };
    if let Some(key) = &act.key {
        let now = hub.clock.now();
        idempotency::keep(&mut tx, &hub.seal, &act.company, key, &answer, now).await?;
    }
    tx.commit().await?;
    Ok(answer)
}

/// Decides an act on a locked incident, stores what it changed, and answers with the incident.
pub(super) async fn act(
    hub: &Hub,
    act: &Act,
    id: Uuid,
    status: u16,
    decide: impl FnOnce(&Incident, Timestamp) -> Result<Vec<Event>, Refusal>,
) -> Result<Answer> {
    let mut tx = match begin(hub, act).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let (mut incident, mut head) = store::incident::lock(&mut tx, id, &act.company).await?;
    same_version(act, incident.version)?;
    let now = hub.clock.now();
    let events = decide(&incident, now)?;
    record(hub, &mut tx, act, &mut incident, &mut head, &events, now).await?;
    answer(hub, tx, act, id, status).await
}

/// Answers with the incident as it stands after the act, and commits.
pub(super) async fn answer(
    hub: &Hub,
    mut tx: Tx,
    act: &Act,
    id: Uuid,
    status: u16,
) -> Result<Answer> {
    let view = store::view::one(&mut tx, id, hub.viewing(&act.company)).await?;
    finish(hub, tx, act, status, Some(view.version), &view).await
}

/// Refuses an act whose caller knew another version.
pub(super) fn same_version(act: &Act, stored: i64) -> Result<()> {
    match act.version {
        Some(known) if known != stored => Err(Problem::version_conflict(stored).into()),
        _ => Ok(()),
    }
}

/// Applies and stores events of an incident that stands in the database: state, history, outbox.
pub(super) async fn record(
    hub: &Hub,
    db: &mut PgConnection,
    act: &Act,
    incident: &mut Incident,
    head: &mut Head,
    events: &[Event],
    now: Timestamp,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let at = At { now, rules: &hub.rules };
    // What the hub notes by itself, and that a message was read, must not overtake a person's form.
    let aside = |event: &Event| event.by_hub() || matches!(event, Event::MessageRead { .. });
    if !events.iter().all(aside) {
        incident.version += 1;
    }
    for event in events {
        if let Event::IncidentRedirected { .. } = event {
            freeze(hub, db, incident).await?;
        }
        incident.apply(event, &act.company, now);
        event::append(db, incident, event, act.by(), now, head).await?;
        match event {
            Event::ProposalMade(proposal) => save::proposal(db, incident, proposal).await?,
            Event::Claim { claim, what, .. } => {
                if let Some(claim) = incident.claims.iter().find(|known| known.id == *claim) {
                    let receiver = incident.other(&claim.claimant);
                    store::claim::save(db, claim, what, receiver, now).await?;
                }
            }
            _ => {}
        }
    }
    save::update(db, incident, head, at).await?;
    parties(db, act, incident, events, at).await?;
    for company in newly_theirs(incident, events) {
        handler_rules::hand_out(db, act, incident, company, now).await?;
    }
    Ok(())
}

/// The companies to which these events make it a new incident.
fn newly_theirs<'a>(incident: &'a Incident, events: &[Event]) -> Vec<&'a CompanyCode> {
    if events.iter().any(|event| matches!(event, Event::IncidentSent { .. })) {
        vec![&incident.sender, &incident.counterpart]
    } else if events.iter().any(|event| matches!(event, Event::IncidentRedirected { .. })) {
        vec![&incident.counterpart]
    } else {
        Vec::new()
    }
}

/// Writes both parties' rows; events are new to whoever did not cause them.
async fn parties(
    db: &mut PgConnection,
    act: &Act,
    incident: &Incident,
    events: &[Event],
    at: At<'_>,
) -> Result<()> {
    let news = events.iter().filter(|event| !matches!(event, Event::MessageRead { .. })).count();
    let news = i32::try_from(news).unwrap_or(i32::MAX);
    let by_hub = events.iter().all(Event::by_hub);
    let answer = |event: &Event| {
        matches!(event, Event::IncidentAccepted { .. } | Event::IncidentRejected { .. })
    };
    let answered = events.iter().any(answer);
    for company in [&incident.sender, &incident.counterpart] {
        let own = *company == act.company && !by_hub;
        let news = News { foreign: if own { 0 } else { news }, answered: own && answered };
        party::write(db, incident, company, news, at).await?;
    }
    Ok(())
}

/// Before a redirect, the former counterpart's view is kept as it stands.
async fn freeze(hub: &Hub, db: &mut PgConnection, incident: &Incident) -> Result<()> {
    let former = incident.counterpart.clone();
    db::act_as(db, &former).await?;
    let view = store::view::one(db, incident.id, hub.viewing(&former)).await?;
    db::act_as(db, &incident.sender).await?;
    let view = serde_json::to_value(view).map_err(anyhow::Error::from)?;
    party::freeze(db, incident, &former, &view).await
}
