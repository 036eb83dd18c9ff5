//! Sending a new incident: the registry is asked first, outside any transaction.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use uuid::Uuid;

use super::{Begun, begin, record};
use crate::contract::{FieldProblem, Problem};
use crate::db;
use crate::domain::incident::Insurer;
use crate::domain::registry::RegistryAnswer;
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
    let directory = hub.reference.snapshot().await?;
    let (own, other) = tokio::join!(
        look_up(hub, &new.own_vehicle, new.loss_date),
        look_up(hub, &new.other_vehicle, new.loss_date)
    );
    let mut errors = Vec::new();
    let own_insurer = own_insurer(by, &new, &own, &mut errors);
    let chosen = counterpart(&new, &other, &directory, &mut errors);
    if !errors.is_empty() {
        return Err(Problem::invalid(errors).into());
    }
    let Some((counterpart, other_insurer)) = chosen else {
        return Err(Refusal::CounterpartNotConnected.into());
    };
    if !directory.takes_part(&counterpart) {
        return Err(not_connected(&directory, &counterpart));
    }
    let now = hub.clock.now();
    let incident = incident(by, &new, counterpart, own_insurer, other_insurer, now);
    store(hub, by, incident, &new, &own, &other, now).await
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
    own: &LookUp,
    other: &LookUp,
    now: Timestamp,
) -> Result<Answer> {
    let events = incident.sent(new.proposal.clone(), now, &hub.rules)?;
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    if !new.confirm_duplicate {
        let (ours, theirs) = (own.numbers(&new.own_vehicle), other.numbers(&new.other_vehicle));
        let matches = store::duplicate::incidents(&mut tx, &incident, &ours, &theirs).await?;
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

/// What the registry said of one vehicle, and when.
struct LookUp {
    answer: Option<RegistryAnswer>,
    at: Option<Timestamp>,
}

impl LookUp {
    /// Every number the vehicle answers to.
    fn numbers(&self, vehicle: &Vehicle) -> Vec<String> {
        let known = self.answer.iter().flat_map(|answer| &answer.numbers);
        let mut numbers: Vec<String> = known.map(|number| number.as_str().to_owned()).collect();
        if let Some(number) = &vehicle.number {
            numbers.push(number.as_str().to_owned());
        }
        numbers
    }

    fn named(&self) -> Option<&CompanyCode> {
        self.answer.as_ref().and_then(|answer| answer.company.as_ref())
    }

    fn insurer(&self, chosen: &CompanyCode, reason: Option<String>) -> Insurer {
        let named = self.named();
        Insurer {
            outcome: self.answer.as_ref().map(|answer| answer.outcome),
            registry_company: named.cloned(),
            since: self.answer.as_ref().and_then(|answer| answer.since),
            checked_at: self.at,
            by_hand: named != Some(chosen),
            reason,
        }
    }
}

/// A registry that is down never blocks: then nothing is known, and a choice by hand is asked for.
async fn look_up(hub: &Hub, vehicle: &Vehicle, day: Date) -> LookUp {
    let Some(number) = &vehicle.number else { return LookUp { answer: None, at: None } };
    match hub.registry.insurer(number, &vehicle.country, day).await {
        Ok(answer) => LookUp { answer: Some(answer), at: Some(hub.clock.now()) },
        Err(error) => {
            tracing::warn!(%error, "sent without the registry's answer");
            LookUp { answer: None, at: None }
        }
    }
}

/// The own company is always the caller; a registry that names another needs an override with a reason.
fn own_insurer(
    by: &Act,
    new: &NewIncident,
    look_up: &LookUp,
    errors: &mut Vec<FieldProblem>,
) -> Insurer {
    let given = new.own_override.as_ref();
    let contradicted = look_up.named().is_some_and(|named| *named != by.company);
    match given {
        Some(given) if given.company != by.company => errors.push(FieldProblem::new(
            "/own/insurerOverride/company",
            "override_required",
            "Eget kjøretøy må være forsikret hos dere selv.",
        )),
        Some(given) if contradicted && given.reason.is_none() => errors.push(FieldProblem::new(
            "/own/insurerOverride/reason",
            "reason_required",
            "Skriv hvorfor registeret tar feil av selskapet for eget kjøretøy.",
        )),
        None if contradicted => errors.push(FieldProblem::new(
            "/own/insurerOverride",
            "override_required",
            format!(
                "TFFAuto sier at kjøretøyet er forsikret hos {} på skadedatoen. Bekreft at det er deres, med begrunnelse.",
                look_up.named().map_or("et annet selskap", CompanyCode::as_str)
            ),
        )),
        _ => {}
    }
    look_up.insurer(&by.company, given.and_then(|given| given.reason.clone()))
}

/// The other company: the registry's, or the one chosen by hand.
fn counterpart(
    new: &NewIncident,
    look_up: &LookUp,
    directory: &Snapshot,
    errors: &mut Vec<FieldProblem>,
) -> Option<(CompanyCode, Insurer)> {
    let named = look_up.named();
    match (&new.other_override, named) {
        (None, Some(named)) => Some((named.clone(), look_up.insurer(named, None))),
        (None, None) => {
            errors.push(FieldProblem::new(
                "/other/insurerOverride",
                "company_required",
                "Registeret oppgir ikke noe selskap for kjøretøyet. Velg motpartens selskap.",
            ));
            None
        }
        (Some(given), named) => {
            if directory.company(given.company.as_str()).is_none() {
                errors.push(FieldProblem::new(
                    "/other/insurerOverride/company",
                    "unknown_company",
                    "Selskapet finnes ikke i Skadehub.",
                ));
            }
            let contradicts = named.is_some_and(|named| *named != given.company);
            if contradicts && given.reason.is_none() {
                errors.push(FieldProblem::new(
                    "/other/insurerOverride/reason",
                    "reason_required",
                    "Skriv hvorfor et annet selskap enn det registeret oppgir, er det rette.",
                ));
            }
            Some((given.company.clone(), look_up.insurer(&given.company, given.reason.clone())))
        }
    }
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
        open_injuries: 0,
        claims: Vec::new(),
    }
}
