//! Locking an incident and reading it as the aggregate the domain decides on.

use jiff_sqlx::{Date, Time, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

use super::column::{company, outcome, share, status, unsigned};
use crate::domain::incident::{Ask, Insurer, Rejection};
use crate::domain::{Incident, Liability, Part, Proposal, Refusal, Side, Terms, Vehicle};
use crate::error::{Error, Result};
use crate::formats::{CompanyCode, RegistrationNumber};

/// The head of an incident's event chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Number of the newest event, 0 for none.
    pub seq: i64,
    /// Its hash; 32 zeros for none.
    pub hash: Vec<u8>,
}

/// Locks the incident, always first in a transaction, and reads it.
///
/// Not there and not yours are the same. A former counterpart, which has only its
/// frozen view, is told that the incident is rejected.
pub async fn lock(
    db: &mut PgConnection,
    id: Uuid,
    company: &CompanyCode,
) -> Result<(Incident, Head)> {
    let row = sqlx::query_as!(
        Row,
        "select version, status, sender, counterpart, opened_at, received_at, closed_at, loss_date,
                loss_time, place, description, personal_injury, liability, liability_since,
                proposal_number, last_proposal, rejected_reason, rejected_text, suggested, rejected_at,
                closing_by, closing_at, closing_reason, reopening_by, reopening_at, reopening_reason,
                event_seq, event_hash
         from hub.incident where incident_id = $1 for no key update",
        id
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else {
        return Err(missing(db, id, company).await?);
    };
    let (sender_side, counterpart_side) = sides(db, id, &row).await?;
    let proposal = match row.proposal_number {
        0 => None,
        number => Some(proposal(db, id, number).await?),
    };
    let claims = super::claim::of_incident(db, id).await?;
    let head = Head { seq: row.event_seq, hash: row.event_hash.clone() };
    Ok((row.into_incident(id, sender_side, counterpart_side, proposal, claims)?, head))
}

async fn missing(db: &mut PgConnection, id: Uuid, company: &CompanyCode) -> Result<Error> {
    let former = sqlx::query_scalar!(
        r#"select true as "former!" from hub.incident_party
           where incident_id = $1 and company = $2 and frozen is not null"#,
        id,
        company.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(if former.is_some() { Refusal::Rejected.into() } else { Error::NotFound })
}

/// Whether the company can see the incident at all.
pub async fn exists(db: &mut PgConnection, id: Uuid, company: &CompanyCode) -> Result<bool> {
    let row = sqlx::query_scalar!(
        r#"select true as "there!" from hub.incident_party where incident_id = $1 and company = $2"#,
        id,
        company.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.is_some())
}

async fn sides(db: &mut PgConnection, id: Uuid, incident: &Row) -> Result<(Side, Side)> {
    let rows = sqlx::query_as!(
        SideRow,
        "select company, reference, registration_number, country, vehicle_description, coverage,
                vat_liable, business_interruption, insurer_outcome, insurer_registry, insurer_since,
                insurer_checked_at, insurer_by_hand, insurer_reason
         from hub.incident_party where incident_id = $1 and company in ($2, $3)",
        id,
        incident.sender,
        incident.counterpart
    )
    .fetch_all(db)
    .await?;
    let (mut sender, mut counterpart) = (None, None);
    for row in rows {
        if row.company == incident.sender {
            sender = Some(row.into_side()?);
        } else {
            counterpart = Some(row.into_side()?);
        }
    }
    sender.zip(counterpart).ok_or_else(|| Error::Inconsistent("incident_party", id.to_string()))
}

async fn proposal(db: &mut PgConnection, id: Uuid, number: i32) -> Result<Proposal> {
    let row = sqlx::query!(
        "select by_company, code, code_version, own_part, share_num, share_den, reason, at, due_at
         from hub.proposal where incident_id = $1 and number = $2",
        id,
        number
    )
    .fetch_one(db)
    .await?;
    let own_part = if row.own_part == "a" { Part::A } else { Part::B };
    Ok(Proposal {
        number: unsigned(number),
        by: company(&row.by_company)?,
        terms: Terms {
            code: row.code,
            code_version: row.code_version,
            own_part,
            own_share: share(row.share_num, row.share_den)?,
            reason: row.reason,
        },
        at: row.at.to_jiff(),
        due: row.due_at.to_jiff(),
    })
}

struct Row {
    version: i64,
    status: String,
    sender: String,
    counterpart: String,
    opened_at: Timestamp,
    received_at: Timestamp,
    closed_at: Option<Timestamp>,
    loss_date: Date,
    loss_time: Option<Time>,
    place: Option<String>,
    description: Option<String>,
    personal_injury: bool,
    liability: String,
    liability_since: Timestamp,
    proposal_number: i32,
    last_proposal: i32,
    rejected_reason: Option<String>,
    rejected_text: Option<String>,
    suggested: Option<String>,
    rejected_at: Option<Timestamp>,
    closing_by: Option<String>,
    closing_at: Option<Timestamp>,
    closing_reason: Option<String>,
    reopening_by: Option<String>,
    reopening_at: Option<Timestamp>,
    reopening_reason: Option<String>,
    event_seq: i64,
    event_hash: Vec<u8>,
}

impl Row {
    fn into_incident(
        self,
        id: Uuid,
        sender_side: Side,
        counterpart_side: Side,
        proposal: Option<Proposal>,
        claims: Vec<crate::domain::Claim>,
    ) -> Result<Incident> {
        let since = self.liability_since.to_jiff();
        let liability = match (self.liability.as_str(), proposal) {
            ("none", None) => Liability::None { since },
            ("proposed", Some(proposal)) => Liability::Proposed(proposal),
            ("agreed", Some(proposal)) => Liability::Agreed { proposal, at: since },
            _ => return Err(Error::Inconsistent("incident", id.to_string())),
        };
        let rejection = match (self.rejected_at, self.rejected_reason) {
            (Some(at), Some(reason)) => Some(Rejection {
                reason,
                text: self.rejected_text,
                suggested: self.suggested.as_deref().map(company).transpose()?,
                at: at.to_jiff(),
            }),
            _ => None,
        };
        Ok(Incident {
            id,
            version: self.version,
            status: status(&self.status)?,
            sender: company(&self.sender)?,
            counterpart: company(&self.counterpart)?,
            opened_at: self.opened_at.to_jiff(),
            received_at: self.received_at.to_jiff(),
            closed_at: self.closed_at.map(Timestamp::to_jiff),
            loss_date: self.loss_date.to_jiff(),
            loss_time: self.loss_time.map(Time::to_jiff),
            place: self.place,
            description: self.description,
            personal_injury: self.personal_injury,
            sender_side,
            counterpart_side,
            liability,
            last_proposal: unsigned(self.last_proposal),
            rejection,
            closing: ask(self.closing_by, self.closing_at, self.closing_reason)?,
            reopening: ask(self.reopening_by, self.reopening_at, self.reopening_reason)?,
            injuries: 0,
            open_injuries: 0,
            claims,
        })
    }
}

struct SideRow {
    company: String,
    reference: Option<String>,
    registration_number: Option<String>,
    country: String,
    vehicle_description: Option<String>,
    coverage: Option<String>,
    vat_liable: bool,
    business_interruption: bool,
    insurer_outcome: Option<String>,
    insurer_registry: Option<String>,
    insurer_since: Option<Date>,
    insurer_checked_at: Option<Timestamp>,
    insurer_by_hand: bool,
    insurer_reason: Option<String>,
}

impl SideRow {
    fn into_side(self) -> Result<Side> {
        let number = self.registration_number.as_deref().map(RegistrationNumber::parse);
        Ok(Side {
            reference: self.reference,
            vehicle: Vehicle {
                number: number.transpose().map_err(anyhow::Error::from)?,
                country: self.country,
                description: self.vehicle_description,
            },
            coverage: self.coverage,
            vat_liable: self.vat_liable,
            business_interruption: self.business_interruption,
            insurer: Insurer {
                outcome: self.insurer_outcome.as_deref().map(outcome).transpose()?,
                registry_company: self.insurer_registry.as_deref().map(company).transpose()?,
                since: self.insurer_since.map(Date::to_jiff),
                checked_at: self.insurer_checked_at.map(Timestamp::to_jiff),
                by_hand: self.insurer_by_hand,
                reason: self.insurer_reason,
            },
        })
    }
}

fn ask(by: Option<String>, at: Option<Timestamp>, reason: Option<String>) -> Result<Option<Ask>> {
    let Some((by, at)) = by.zip(at) else { return Ok(None) };
    Ok(Some(Ask { by: company(&by)?, at: at.to_jiff(), reason }))
}
