//! Claims: sending one, and everything that happens to it afterwards.

use jiff::civil::Date;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Begun, begin, finish, record, same_version};
use crate::contract::{FieldProblem, Problem};
use crate::domain::claim::{Demand, NewLine};
use crate::domain::{Claim, ClaimStatus, Event, Incident, Refusal};
use crate::error::{Error, Result};
use crate::formats::{AccountNumber, Kid, Ore};
use crate::hub::store::idempotency::Answer;
use crate::hub::store::{self, duplicate};
use crate::hub::{Act, Hub};

/// A claim asked for, every field understood.
#[derive(Debug, Clone)]
pub struct NewClaim {
    /// Own claim-file number of the incident.
    pub reference: String,
    /// Payment reference.
    pub kid: Kid,
    /// Last day of payment; by rule when none.
    pub due: Option<Date>,
    /// Message to the receiver.
    pub message: Option<String>,
    /// The lines, at least one.
    pub lines: Vec<NewLine>,
    /// The caller has confirmed that it is no duplicate.
    pub confirm_duplicate: bool,
    /// The caller has confirmed the VAT line.
    pub confirm_vat: bool,
}

/// Sends a claim.
pub async fn send(hub: &Hub, by: &Act, incident: Uuid, new: NewClaim) -> Result<Answer> {
    let account = account(hub, by).await?;
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let (mut incident, mut head) = store::incident::lock(&mut tx, incident, &by.company).await?;
    let demand = demand(&incident, by, &new)?;
    same_version(by, incident.version)?;
    let share = incident.claim_share(&by.company, &new.reference)?;
    let mut confirmed = Vec::new();
    if vat_unconfirmed(&incident, by, &new, &mut confirmed) {
        return Err(Refusal::VatConfirmationRequired.into());
    }
    if looks_sent(&mut tx, &incident, by, &new, demand.total).await? {
        confirmed.push("duplicate");
    }
    let now = hub.clock.now();
    let claim = Claim {
        id: Uuid::now_v7(),
        number: u32::try_from(incident.claims.len()).unwrap_or(u32::MAX) + 1,
        version: 1,
        claimant: by.company.clone(),
        kid: new.kid,
        account,
        due: new.due.unwrap_or_else(|| hub.rules.claim_due(now)),
        message: new.message,
        share,
        total: demand.total,
        status: ClaimStatus::Sent,
        booking_reference: None,
        dispute_reason: None,
        created_at: now,
        payments: Vec::new(),
        credits: Vec::new(),
    };
    let id = claim.id;
    store::claim::insert(&mut tx, &incident, &claim, &new.reference, &demand).await?;
    let events = [sent(&claim, confirmed)];
    incident.claims.push(claim);
    record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    let view = store::claim_view::one(&mut tx, id, &by.company).await?;
    finish(hub, tx, by, 201, Some(view.version), &view).await
}

/// Whether the claim looks like one sent before; refused unless the caller has confirmed that it is none.
async fn looks_sent(
    db: &mut PgConnection,
    incident: &Incident,
    by: &Act,
    new: &NewClaim,
    total: Ore,
) -> Result<bool> {
    let receiver = incident.other(&by.company);
    let (reference, kid) = (new.reference.as_str(), &new.kid);
    duplicate::one_at_a_time(db, &by.company, receiver, reference, kid, total).await?;
    let matches = duplicate::claims(db, &by.company, receiver, reference, kid, total).await?;
    if matches.is_empty() || new.confirm_duplicate {
        return Ok(!matches.is_empty());
    }
    let refusal = Problem::refused(&Refusal::DuplicateSuspected);
    Err(Problem { matches, ..refusal }.into())
}

/// The total must stay positive whatever the share; found before the rules are asked (422 before 409).
fn demand(incident: &Incident, by: &Act, new: &NewClaim) -> Result<Demand> {
    let share =
        incident.claim_share(&by.company, &new.reference).unwrap_or(crate::formats::Share::ONE);
    match Demand::of(new.lines.clone(), share) {
        Some(demand) if demand.total.is_positive() => Ok(demand),
        _ => Err(Problem::invalid(vec![FieldProblem::new(
            "/lines",
            "total_not_positive",
            "Summen av underkravene må være større enn null.",
        )])
        .into()),
    }
}

fn vat_unconfirmed(
    incident: &Incident,
    by: &Act,
    new: &NewClaim,
    confirmed: &mut Vec<&'static str>,
) -> bool {
    let vat = new.lines.iter().any(|line| line.kind == "vat");
    if vat && incident.side(&by.company).vat_liable {
        if !new.confirm_vat {
            return true;
        }
        confirmed.push("vat");
    }
    false
}

fn sent(claim: &Claim, confirmed: Vec<&'static str>) -> Event {
    Event::ClaimSent {
        claim: claim.id,
        number: claim.number,
        kid: claim.kid.clone(),
        total: claim.total,
        share: claim.share,
        due: claim.due,
        confirmed,
    }
}

/// The company's account for claims, as it is administered now.
async fn account(hub: &Hub, by: &Act) -> Result<Option<AccountNumber>> {
    let data = hub.reference.snapshot().await?;
    let account = data.company(by.company.as_str()).and_then(|c| c.claim_account_number.clone());
    Ok(account.as_deref().map(AccountNumber::parse).transpose().map_err(anyhow::Error::from)?)
}

/// What can be done to a claim.
#[derive(Debug, Clone)]
pub enum ClaimAct {
    /// Book it.
    Register(Option<String>),
    /// Accept it.
    Accept,
    /// Dispute it.
    Dispute(String),
    /// Report a payment.
    ReportPayment(Ore, Date),
    /// Credit it, all that is outstanding when no amount is given.
    Credit(Option<Ore>, String),
}

/// Does one of those.
pub async fn act(hub: &Hub, by: &Act, id: Uuid, act: ClaimAct) -> Result<Answer> {
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let incident = store::claim::incident_of(&mut tx, id).await?;
    let (mut incident, mut head) = store::incident::lock(&mut tx, incident, &by.company).await?;
    let claim = incident.claims.iter().find(|claim| claim.id == id).ok_or(Error::NotFound)?;
    same_version(by, claim.version)?;
    let company = &by.company;
    let events = match act {
        ClaimAct::Register(reference) => incident.register_claim(company, claim, reference),
        ClaimAct::Accept => incident.accept_claim(company, claim),
        ClaimAct::Dispute(reason) => incident.dispute_claim(company, claim, reason),
        ClaimAct::ReportPayment(amount, date) => {
            incident.report_payment(company, claim, amount, date)
        }
        ClaimAct::Credit(amount, reason) => incident.credit_claim(company, claim, amount, reason),
    }?;
    let now = hub.clock.now();
    record(hub, &mut tx, by, &mut incident, &mut head, &events, now).await?;
    let view = store::claim_view::one(&mut tx, id, &by.company).await?;
    finish(hub, tx, by, 200, Some(view.version), &view).await
}
