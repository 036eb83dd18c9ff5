//! Acts on an incident that has been sent.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Begun, act as run, begin, finish};
use crate::company_log::{self, Entry, Kind};
use crate::db;
use crate::domain::event::PartyChange;
use crate::domain::incident::ProposalAnswer;
use crate::domain::{Event, Terms};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::hub::store::idempotency::Answer;
use crate::hub::store::{self};
use crate::hub::{Act, Hub};

/// What the counterpart gives when it accepts.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Own claim-file number.
    pub reference: String,
    /// Changes of the own side in the same act.
    pub change: PartyChange,
    /// What it answers to the proposal.
    pub answer: ProposalAnswer,
}

/// The counterpart is the right party.
pub async fn accept(hub: &Hub, by: &Act, id: Uuid, given: Acceptance) -> Result<Answer> {
    let company = by.company.clone();
    run(hub, by, id, 200, move |incident, now| {
        let mut events =
            incident.accept(&company, &given.reference, given.answer, now, &hub.rules)?;
        let change = incident.change(&company, given.change)?;
        events.splice(1..1, change);
        Ok(events)
    })
    .await
}

/// The counterpart is not the right party.
pub async fn reject(
    hub: &Hub,
    by: &Act,
    id: Uuid,
    reason: String,
    text: Option<String>,
    suggested: Option<CompanyCode>,
) -> Result<Answer> {
    run(hub, by, id, 200, |incident, _| incident.reject(&by.company, reason, text, suggested)).await
}

/// The sender sends it on.
pub async fn redirect(
    hub: &Hub,
    by: &Act,
    id: Uuid,
    to: CompanyCode,
    reason: String,
) -> Result<Answer> {
    run(hub, by, id, 200, |incident, now| {
        incident.redirect(&by.company, &to, reason, now, &hub.rules)
    })
    .await
}

/// Acts that take only a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Simple {
    /// Take it back.
    Withdraw,
    /// Close, ask for it, or confirm it.
    Close,
    /// Say no to closing.
    DeclineClose,
    /// Open a closed incident again.
    Reopen,
    /// Ask for the liability to be opened again, or confirm it.
    ReopenLiability,
    /// Say no to that.
    DeclineReopenLiability,
}

/// Does one of the acts that take only a reason.
pub async fn simple(
    hub: &Hub,
    by: &Act,
    id: Uuid,
    act: Simple,
    reason: Option<String>,
) -> Result<Answer> {
    run(hub, by, id, 200, |incident, _| {
        let company = &by.company;
        let why = reason.clone().unwrap_or_default();
        match act {
            Simple::Withdraw => incident.withdraw(company, why),
            Simple::Close => incident.close(company, reason),
            Simple::DeclineClose => incident.decline_close(company, why),
            Simple::Reopen => incident.reopen(company, why),
            Simple::ReopenLiability => incident.reopen_liability(company, why),
            Simple::DeclineReopenLiability => incident.decline_liability_reopen(company, why),
        }
    })
    .await
}

/// Proposes a split.
pub async fn propose(hub: &Hub, by: &Act, id: Uuid, terms: Terms) -> Result<Answer> {
    run(hub, by, id, 201, |incident, now| incident.propose(&by.company, terms, now, &hub.rules))
        .await
}

/// Accepts the newest proposal.
pub async fn accept_proposal(hub: &Hub, by: &Act, id: Uuid, number: u32) -> Result<Answer> {
    run(hub, by, id, 200, |incident, _| incident.accept_proposal(&by.company, number)).await
}

/// Changes the own side, and who handles it.
pub async fn change(
    hub: &Hub,
    by: &Act,
    id: Uuid,
    change: PartyChange,
    handler: Option<Option<String>>,
) -> Result<Answer> {
    if change.is_empty() {
        return assign(hub, by, id, handler).await;
    }
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let (mut incident, mut head) = store::incident::lock(&mut tx, id, &by.company).await?;
    super::same_version(by, incident.version)?;
    let now = hub.clock.now();
    let events: Vec<Event> = incident.change(&by.company, change)?;
    super::record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    if let Some(handler) = handler {
        hand_over(hub, &mut tx, by, id, handler).await?;
    }
    super::answer(hub, tx, by, id, 200).await
}

/// Gives the incident to a handler, and notes it in the company's log.
async fn hand_over(
    hub: &Hub,
    db: &mut PgConnection,
    by: &Act,
    id: Uuid,
    handler: Option<String>,
) -> Result<()> {
    store::desk::assign(db, id, &by.company, handler.as_deref()).await?;
    let reference = store::log::own_reference(db, &by.company, id).await?;
    let entry = Entry {
        company: &by.company,
        kind: Kind::HandlerChanged,
        person: by.user.as_deref(),
        channel: by.channel,
        at: hub.clock.now(),
        incident: Some(id),
        reference: reference.as_deref(),
        data: json!({"handler": handler}),
    };
    company_log::append(db, entry).await
}

/// The handler is the company's own: no lock, no version, no shared event.
async fn assign(hub: &Hub, by: &Act, id: Uuid, handler: Option<Option<String>>) -> Result<Answer> {
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    if !store::incident::exists(&mut tx, id, &by.company).await? {
        return Err(Error::NotFound);
    }
    if let Some(handler) = handler {
        hand_over(hub, &mut tx, by, id, handler).await?;
    }
    super::answer(hub, tx, by, id, 200).await
}

/// Marks everything on it seen by the own company. No event.
pub async fn seen(hub: &Hub, by: &Act, id: Uuid) -> Result<Answer> {
    let mut tx = db::begin(&hub.db, &by.company).await?;
    if !store::desk::seen(&mut tx, id, &by.company).await? {
        return Err(Error::NotFound);
    }
    let keyless = Act { key: None, ..by.clone() };
    finish(hub, tx, &keyless, 200, None, &serde_json::json!({})).await
}
