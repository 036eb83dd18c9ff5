//! Claims as the API shows them.

use std::collections::HashMap;

use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::column::{share, unsigned, word};
use crate::contract::{Claim, ClaimLine, Credit, Moment, Payment};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// The columns of [`Row`].
pub const COLUMNS: &str = "claim_id, version, incident_id, number, claimant, receiver, reference, kid, due_date, \
     message, share_num, share_den, gross_ore, total_ore, credited_ore, paid_ore, account_number, \
     status, booking_reference, dispute_reason, created_at";

/// A claim's row.
#[derive(sqlx::FromRow)]
pub struct Row {
    claim_id: Uuid,
    version: i64,
    incident_id: Uuid,
    number: i32,
    claimant: String,
    receiver: String,
    reference: String,
    kid: String,
    due_date: jiff_sqlx::Date,
    message: Option<String>,
    share_num: i32,
    share_den: i32,
    gross_ore: i64,
    total_ore: i64,
    credited_ore: i64,
    paid_ore: i64,
    account_number: Option<String>,
    status: String,
    booking_reference: Option<String>,
    dispute_reason: Option<String>,
    created_at: jiff_sqlx::Timestamp,
}

/// One claim.
pub async fn one(db: &mut PgConnection, id: Uuid, viewer: &CompanyCode) -> Result<Claim> {
    let mut query = select();
    query.push(" where claim_id = ").push_bind(id);
    let row = query.build_query_as::<Row>().fetch_optional(&mut *db).await?;
    let rows = vec![row.ok_or(Error::NotFound)?];
    whole(db, rows, viewer).await?.pop().ok_or(Error::NotFound)
}

/// The claims of one incident, oldest first.
pub async fn of_incident(
    db: &mut PgConnection,
    incident: Uuid,
    viewer: &CompanyCode,
) -> Result<Vec<Claim>> {
    let mut query = select();
    query.push(" where incident_id = ").push_bind(incident).push(" order by number");
    let rows = query.build_query_as::<Row>().fetch_all(&mut *db).await?;
    whole(db, rows, viewer).await
}

/// `select … from hub.claim`, to be filtered.
pub fn select() -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    query.push(COLUMNS).push(" from hub.claim");
    query
}

/// Adds lines, payments and credits to the rows: one query each for all of them.
pub async fn whole(
    db: &mut PgConnection,
    rows: Vec<Row>,
    viewer: &CompanyCode,
) -> Result<Vec<Claim>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.claim_id).collect();
    let mut lines = lines(db, &ids).await?;
    let mut payments = payments(db, &ids, viewer).await?;
    let mut credits = credits(db, &ids).await?;
    rows.into_iter()
        .map(|row| {
            let id = row.claim_id;
            let mut claim = row.shown_to(viewer)?;
            claim.lines = lines.remove(&id).unwrap_or_default();
            claim.payments = payments.remove(&id).unwrap_or_default();
            claim.credits = credits.remove(&id).unwrap_or_default();
            Ok(claim)
        })
        .collect()
}

impl Row {
    fn shown_to(self, viewer: &CompanyCode) -> Result<Claim> {
        let sent = self.claimant == viewer.as_str();
        Ok(Claim {
            id: self.claim_id,
            version: self.version,
            incident_id: self.incident_id,
            number: unsigned(self.number),
            direction: if sent { "sent" } else { "received" }.to_owned(),
            counterpart: if sent { self.receiver } else { self.claimant },
            reference: self.reference,
            kid: self.kid,
            due_date: self.due_date.to_jiff(),
            message: self.message,
            lines: Vec::new(),
            share: share(self.share_num, self.share_den)?,
            gross_ore: self.gross_ore,
            total_ore: self.total_ore,
            credited_ore: self.credited_ore,
            paid_ore: self.paid_ore,
            outstanding_ore: self.total_ore - self.credited_ore - self.paid_ore,
            account_number: self.account_number,
            status: word(&self.status, "claim")?,
            // The booking reference is the receiver's own, told the claimant by registering.
            booking_reference: self.booking_reference,
            dispute_reason: self.dispute_reason,
            created_at: Moment(self.created_at.to_jiff()),
            payments: Vec::new(),
            credits: Vec::new(),
        })
    }

    /// The sort keys of the list: when it was made, and when it is due.
    pub fn keys(&self) -> (jiff::Timestamp, jiff::civil::Date, Uuid) {
        (self.created_at.to_jiff(), self.due_date.to_jiff(), self.claim_id)
    }
}

async fn lines(db: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<ClaimLine>>> {
    let rows = sqlx::query!(
        "select claim_id, kind, gross_ore, demanded_ore, description from hub.claim_line
         where claim_id = any($1) order by claim_id, line_number",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(grouped(rows.into_iter().map(|row| {
        (
            row.claim_id,
            ClaimLine {
                kind: row.kind,
                gross_ore: row.gross_ore,
                demanded_ore: row.demanded_ore,
                description: row.description,
            },
        )
    })))
}

async fn payments(
    db: &mut PgConnection,
    ids: &[Uuid],
    viewer: &CompanyCode,
) -> Result<HashMap<Uuid, Vec<Payment>>> {
    let rows = sqlx::query!(
        "select claim_id, by_company, amount_ore, paid_on, confirmed, at from hub.payment
         where claim_id = any($1) order by claim_id, number",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(grouped(rows.into_iter().map(|row| {
        let by = if row.by_company == viewer.as_str() { "own" } else { "other" };
        (
            row.claim_id,
            Payment {
                by: by.to_owned(),
                amount_ore: row.amount_ore,
                date: row.paid_on.to_jiff(),
                confirmed: row.confirmed,
                at: Moment(row.at.to_jiff()),
            },
        )
    })))
}

async fn credits(db: &mut PgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Credit>>> {
    let rows = sqlx::query!(
        "select claim_id, amount_ore, reason, at from hub.credit_note
         where claim_id = any($1) order by claim_id, number",
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(grouped(rows.into_iter().map(|row| {
        let at = Moment(row.at.to_jiff());
        (row.claim_id, Credit { amount_ore: row.amount_ore, reason: row.reason, at })
    })))
}

fn grouped<T>(rows: impl Iterator<Item = (Uuid, T)>) -> HashMap<Uuid, Vec<T>> {
    let mut groups: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (id, row) in rows {
        groups.entry(id).or_default().push(row);
    }
    groups
}
