//! Sending a new incident: the registry is asked first, outside any transaction.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use sqlx::PgConnection;
use uuid::Uuid;

use super::insurer::{self, LookUp};
use super::{Begun, begin, record};
use crate::contract::{DuplicateMatch, Problem};
use crate::db;
use crate::domain::incident::Insurer;
use crate::domain::{Incident, IncidentStatus, Liability, Refusal, Side, Terms, Vehicle};
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::hub::reference_data::Snapshot;
use crate::hub::store::idempotency::{self, Answer};
use crate::hub::store::incident::Head;
use crate::hub::store::save::{self, At};
use crate::hub::store::{self};
use crate::hub::{Act, Hub};

/// A new incident, every field understood.
#[derive(Debug, Clone)]
pub struct NewIncident {
    /// Own claim-file number.
    pub reference: String,
    /// Date of the collision.
    pub loss_date: Date,
    /// Time of the collision.
    pub loss_time: Option<Time>,
    /// Where.
    pub place: Option<String>,
    /// What happened.
    pub description: Option<String>,
    /// Somebody was injured.
    pub personal_injury: bool,
    /// Own vehicle.
    pub own_vehicle: Vehicle,
    /// Code of `coverages`.
    pub coverage: String,
    /// The policyholder deducts VAT.
    pub vat_liable: bool,
    /// Insured against business interruption.
    pub business_interruption: bool,
    /// Own insurer chosen by hand.
    pub own_override: Option<Override>,
    /// The other vehicle.
    pub other_vehicle: Vehicle,
    /// The other insurer chosen by hand.
    pub other_override: Option<Override>,
    /// First proposal.
    pub proposal: Option<Terms>,
    /// The caller has confirmed that it is no duplicate.
    pub confirm_duplicate: bool,
}

/// An insurer chosen by hand.
#[derive(Debug, Clone)]
pub struct Override {
    /// The company.
    pub company: CompanyCode,
    /// Why.
    pub reason: Option<String>,
}

/// Sends a new incident.
pub async fn send(hub: &Hub, by: &Act, new: NewIncident) -> Result<Answer> {
    if let Some(answer) = answered_before(hub, by).await? {
        return Ok(answer);
    }
    let found = LookUp::of_both(hub, &new).await;
    let now = hub.clock.now();
    let incident = decided(hub, by, &new, &found, now).await?;
    store(hub, by, incident, &new, &found, now).await
}

/// What the incident would be suspected to duplicate; sends nothing.
pub async fn duplicates(hub: &Hub, by: &Act, new: NewIncident) -> Result<Vec<DuplicateMatch>> {
    let found = LookUp::of_both(hub, &new).await;
    let incident = decided(hub, by, &new, &found, hub.clock.now()).await?;
    let mut tx = db::begin_read(&hub.db, &by.company).await?;
    let matches = suspected(&mut tx, &incident, &new, &found).await?;
    drop(tx);
    Ok(matches)
}

/// The incident, with both insurers settled; refused when one of them cannot be.
async fn decided(
    hub: &Hub,
    by: &Act,
    new: &NewIncident,
    [own, other]: &[LookUp; 2],
    now: Timestamp,
) -> Result<Incident> {
    let directory = hub.reference.snapshot().await?;
    let mut errors = Vec::new();
    let own_insurer = insurer::own(by, new, own, &mut errors);
    let chosen = insurer::other(new, other, &directory, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors).into());
    }
    let Some((counterpart, other_insurer)) = chosen else {
        return Err(Refusal::CounterpartNotConnected.into());
    };
    if !directory.takes_part(&counterpart) {
        return Err(not_connected(&directory, &counterpart));
    }
    Ok(incident(by, new, counterpart, own_insurer, other_insurer, now))
}

async fn suspected(
    db: &mut PgConnection,
    incident: &Incident,
    new: &NewIncident,
    [own, other]: &[LookUp; 2],
) -> Result<Vec<DuplicateMatch>> {
    let (ours, theirs) = (own.numbers(&new.own_vehicle), other.numbers(&new.other_vehicle));
    store::duplicate::incidents(db, incident, &ours, &theirs).await
}

async fn answered_before(hub: &Hub, by: &Act) -> Result<Option<Answer>> {
    let Some(key) = &by.key else { return Ok(None) };
    let mut tx = db::begin(&hub.db, &by.company).await?;
    let answer = idempotency::find(&mut tx, &hub.seal, &by.company, key).await?;
    tx.rollback().await?;
    Ok(answer)
}

async fn store(
    hub: &Hub,
    by: &Act,
    mut incident: Incident,
    new: &NewIncident,
    found: &[LookUp; 2],
    now: Timestamp,
) -> Result<Answer> {
    let events = incident.sent(new.proposal.clone(), now, &hub.rules)?;
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    if !new.confirm_duplicate {
        let matches = suspected(&mut tx, &incident, new, found).await?;
        if !matches.is_empty() {
            let refusal = Problem::refused(&Refusal::DuplicateSuspected);
            return Err(Problem { matches, ..refusal }.into());
        }
    }
    let at = At { now, rules: &hub.rules };
    save::insert(&mut tx, &incident, at).await?;
    let mut head = Head { seq: 0, hash: vec![0; 32] };
    record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    super::answer(hub, tx, by, incident.id, 201).await
}

fn not_connected(directory: &Snapshot, company: &CompanyCode) -> crate::error::Error {
    let name = directory.company(company.as_str()).map_or(company.as_str(), |c| c.name.as_str());
    let refusal = Problem::refused(&Refusal::CounterpartNotConnected);
    let detail = format!(
        "{name} er ikke koblet til Skadehub. Ta kontakt med selskapet utenom, eller velg et annet selskap."
    );
    Problem { detail, ..refusal }.into()
}

fn incident(
    by: &Act,
    new: &NewIncident,
    counterpart: CompanyCode,
    own_insurer: Insurer,
    other_insurer: Insurer,
    now: Timestamp,
) -> Incident {
    Incident {
        id: Uuid::now_v7(),
        version: 0,
        status: IncidentStatus::Sent,
        sender: by.company.clone(),
        counterpart,
        opened_at: now,
        received_at: now,
        closed_at: None,
        loss_date: new.loss_date,
        loss_time: new.loss_time,
        place: new.place.clone(),
        description: new.description.clone(),
        personal_injury: new.personal_injury,
        sender_side: Side {
            reference: Some(new.reference.clone()),
            vehicle: new.own_vehicle.clone(),
            coverage: Some(new.coverage.clone()),
            vat_liable: new.vat_liable,
            business_interruption: new.business_interruption,
            insurer: own_insurer,
        },
        counterpart_side: Side {
            reference: None,
            vehicle: new.other_vehicle.clone(),
            coverage: None,
            vat_liable: false,
            business_interruption: false,
            insurer: other_insurer,
        },
        liability: Liability::None { since: now },
        last_proposal: 0,
        rejection: None,
        closing: None,
        reopening: None,
        injuries: 0,
        open_injuries: 0,
        claims: Vec::new(),
    }
}
