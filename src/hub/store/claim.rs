//! Claims: reading them for a decision, writing what was decided.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::column::{as_word, company, share, signed, unsigned, word};
use crate::domain::claim::{Credit, Demand, Payment};
use crate::domain::event::ClaimEvent;
use crate::domain::{Claim, Incident};
use crate::error::{Error, Result};
use crate::formats::{AccountNumber, CompanyCode, Kid, Ore};

/// The incident's claims, oldest first, with their payments and credits.
pub async fn of_incident(db: &mut PgConnection, incident: Uuid) -> Result<Vec<Claim>> {
    let rows = sqlx::query!(
        "select claim_id, number, version, claimant, kid, account_number, due_date, message,
                share_num, share_den, total_ore, status, booking_reference, dispute_reason, created_at
         from hub.claim where incident_id = $1 order by number",
        incident
    )
    .fetch_all(&mut *db)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut money = money(db, incident).await?;
    rows.into_iter()
        .map(|row| {
            let (payments, credits) = money.remove(&row.claim_id).unwrap_or_default();
            let account = row.account_number.as_deref().map(AccountNumber::parse).transpose();
            Ok(Claim {
                id: row.claim_id,
                number: unsigned(row.number),
                version: row.version,
                claimant: company(&row.claimant)?,
                kid: Kid::parse(&row.kid).map_err(|_| Error::Inconsistent("claim", row.kid))?,
                account: account.map_err(anyhow::Error::from)?,
                due: row.due_date.to_jiff(),
                message: row.message,
                share: share(row.share_num, row.share_den)?,
                total: Ore(row.total_ore),
                status: word(&row.status, "claim")?,
                booking_reference: row.booking_reference,
                dispute_reason: row.dispute_reason,
                created_at: row.created_at.to_jiff(),
                payments,
                credits,
            })
        })
        .collect()
}

type Money = HashMap<Uuid, (Vec<Payment>, Vec<Credit>)>;

async fn money(db: &mut PgConnection, incident: Uuid) -> Result<Money> {
    let payments = sqlx::query!(
        "select p.claim_id, p.by_company, p.amount_ore, p.paid_on, p.confirmed, p.at
         from hub.payment p join hub.claim c using (claim_id)
         where c.incident_id = $1 order by p.number",
        incident
    )
    .fetch_all(&mut *db)
    .await?;
    let credits = sqlx::query!(
        "select n.claim_id, n.amount_ore, n.reason, n.at
         from hub.credit_note n join hub.claim c using (claim_id)
         where c.incident_id = $1 order by n.number",
        incident
    )
    .fetch_all(db)
    .await?;
    let mut money = Money::new();
    for row in payments {
        money.entry(row.claim_id).or_default().0.push(Payment {
            by: company(&row.by_company)?,
            amount: Ore(row.amount_ore),
            date: row.paid_on.to_jiff(),
            confirmed: row.confirmed,
            at: row.at.to_jiff(),
        });
    }
    for row in credits {
        money.entry(row.claim_id).or_default().1.push(Credit {
            amount: Ore(row.amount_ore),
            reason: row.reason,
            at: row.at.to_jiff(),
        });
    }
    Ok(money)
}

/// The incident a claim belongs to, when the company can see it.
pub async fn incident_of(db: &mut PgConnection, claim: Uuid) -> Result<Uuid> {
    sqlx::query_scalar!("select incident_id from hub.claim where claim_id = $1", claim)
        .fetch_optional(db)
        .await?
        .ok_or(Error::NotFound)
}

/// Stores a new claim with its lines.
pub async fn insert(
    db: &mut PgConnection,
    incident: &Incident,
    claim: &Claim,
    reference: &str,
    demand: &Demand,
) -> Result<()> {
    let receiver = incident.other(&claim.claimant);
    sqlx::query!(
        "insert into hub.claim (claim_id, incident_id, number, version, claimant, receiver, reference,
            kid, account_number, due_date, message, share_num, share_den, gross_ore, total_ore, status,
            created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'sent', $16)",
        claim.id,
        incident.id,
        signed(claim.number),
        claim.version,
        claim.claimant.as_str(),
        receiver.as_str(),
        reference,
        claim.kid.as_str(),
        claim.account.as_ref().map(AccountNumber::as_str),
        claim.due.to_sqlx() as _,
        claim.message,
        signed(claim.share.num()),
        signed(claim.share.den()),
        demand.gross.0,
        claim.total.0,
        claim.created_at.to_sqlx() as _,
    )
    .execute(&mut *db)
    .await?;
    for (line, number) in demand.lines.iter().zip(1..) {
        sqlx::query!(
            "insert into hub.claim_line (claim_id, line_number, claimant, receiver, kind, gross_ore,
                subtract, demanded_ore, description)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            claim.id,
            number,
            claim.claimant.as_str(),
            receiver.as_str(),
            line.kind,
            line.gross.0,
            line.subtract,
            line.demanded.0,
            line.description,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Writes a claim after `what` happened to it.
pub async fn save(
    db: &mut PgConnection,
    claim: &Claim,
    what: &ClaimEvent,
    receiver: &CompanyCode,
    at: Timestamp,
) -> Result<()> {
    let done = sqlx::query!(
        "update hub.claim set version = $2, status = $3, paid_ore = $4, credited_ore = $5,
            booking_reference = $6, dispute_reason = $7
         where claim_id = $1",
        claim.id,
        claim.version,
        as_word(&claim.status)?,
        claim.paid().0,
        claim.credited().0,
        claim.booking_reference,
        claim.dispute_reason,
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::Inconsistent("claim", claim.id.to_string()));
    }
    match what {
        ClaimEvent::PaymentReported { .. } => add_payment(db, claim, receiver, at).await,
        ClaimEvent::PaymentConfirmed { .. } => confirm_payments(db, claim).await,
        ClaimEvent::Credited { .. } => add_credit(db, claim, receiver, at).await,
        _ => Ok(()),
    }
}

async fn add_payment(
    db: &mut PgConnection,
    claim: &Claim,
    receiver: &CompanyCode,
    at: Timestamp,
) -> Result<()> {
    let Some(payment) = claim.payments.last() else { return Ok(()) };
    sqlx::query!(
        "insert into hub.payment (claim_id, number, claimant, receiver, by_company, amount_ore, paid_on, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        claim.id,
        count(claim.payments.len()),
        claim.claimant.as_str(),
        receiver.as_str(),
        payment.by.as_str(),
        payment.amount.0,
        payment.date.to_sqlx() as _,
        at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn confirm_payments(db: &mut PgConnection, claim: &Claim) -> Result<()> {
    let confirmed: Vec<i32> = claim
        .payments
        .iter()
        .zip(1..)
        .filter_map(|(payment, number)| payment.confirmed.then_some(number))
        .collect();
    sqlx::query!(
        "update hub.payment set confirmed = true where claim_id = $1 and number = any($2)",
        claim.id,
        &confirmed
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn add_credit(
    db: &mut PgConnection,
    claim: &Claim,
    receiver: &CompanyCode,
    at: Timestamp,
) -> Result<()> {
    let Some(credit) = claim.credits.last() else { return Ok(()) };
    sqlx::query!(
        "insert into hub.credit_note (claim_id, number, claimant, receiver, amount_ore, reason, at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        claim.id,
        count(claim.credits.len()),
        claim.claimant.as_str(),
        receiver.as_str(),
        credit.amount.0,
        credit.reason,
        at.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn count(length: usize) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}
