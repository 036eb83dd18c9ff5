//! Writing an incident after an act: its row, both parties' rows, its proposals.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::incident::{Head, as_word, signed};
use crate::domain::incident::Ask;
use crate::domain::{Incident, Liability, Proposal, Rules, Side};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// What goes with a write beside the incident.
#[derive(Debug, Clone, Copy)]
pub struct At<'a> {
    /// When.
    pub now: Timestamp,
    /// The rules that make due times.
    pub rules: &'a Rules,
}

/// Inserts a new incident's own row.
pub async fn insert(db: &mut PgConnection, incident: &Incident, at: At<'_>) -> Result<()> {
    let l = liability(&incident.liability);
    sqlx::query!(
        "insert into hub.incident
           (incident_id, version, status, sender, counterpart, opened_at, received_at, changed_at,
            loss_date, loss_time, place, description, personal_injury, liability, liability_since,
            proposal_number, last_proposal, event_seq, event_hash)
         values ($1, $2, $3, $4, $5, $6, $6, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, $16)",
        incident.id,
        incident.version,
        as_word(&incident.status)?,
        incident.sender.as_str(),
        incident.counterpart.as_str(),
        at.now.to_sqlx() as _,
        incident.loss_date.to_sqlx() as _,
        incident.loss_time.map(ToSqlx::to_sqlx) as _,
        incident.place,
        incident.description,
        incident.personal_injury,
        l.word,
        l.since.unwrap_or(at.now).to_sqlx() as _,
        l.number,
        signed(incident.last_proposal),
        vec![0_u8; 32],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Updates the incident's row, with the new head of its chain.
pub async fn update(
    db: &mut PgConnection,
    incident: &Incident,
    head: &Head,
    at: At<'_>,
) -> Result<()> {
    let l = liability(&incident.liability);
    let rejection = incident.rejection.as_ref();
    let (closing, reopening) = (incident.closing.as_ref(), incident.reopening.as_ref());
    let done = sqlx::query!(
        "update hub.incident set
            version = $2, status = $3, counterpart = $4, received_at = $5, changed_at = $6, closed_at = $7,
            personal_injury = $8, liability = $9, liability_since = coalesce($10, liability_since),
            proposal_number = $11, last_proposal = $12,
            rejected_reason = $13, rejected_text = $14, suggested = $15, rejected_at = $16,
            closing_by = $17, closing_at = $18, closing_reason = $19,
            reopening_by = $20, reopening_at = $21, reopening_reason = $22,
            event_seq = $23, event_hash = $24
         where incident_id = $1",
        incident.id,
        incident.version,
        as_word(&incident.status)?,
        incident.counterpart.as_str(),
        incident.received_at.to_sqlx() as _,
        at.now.to_sqlx() as _,
        incident.closed_at.map(ToSqlx::to_sqlx) as _,
        incident.personal_injury,
        l.word,
        l.since.map(ToSqlx::to_sqlx) as _,
        l.number,
        signed(incident.last_proposal),
        rejection.map(|r| r.reason.as_str()),
        rejection.and_then(|r| r.text.as_deref()),
        rejection.and_then(|r| r.suggested.as_ref()).map(CompanyCode::as_str),
        rejection.map(|r| r.at.to_sqlx()) as _,
        by(closing),
        closing.map(|ask| ask.at.to_sqlx()) as _,
        closing.and_then(|ask| ask.reason.as_deref()),
        by(reopening),
        reopening.map(|ask| ask.at.to_sqlx()) as _,
        reopening.and_then(|ask| ask.reason.as_deref()),
        head.seq,
        head.hash,
    )
    .execute(db)
    .await?;
    one_row(done.rows_affected(), "incident", incident)
}

/// Writes one company's row: its side, and what its lists need. `foreign` events are new to it.
pub async fn party(
    db: &mut PgConnection,
    incident: &Incident,
    company: &CompanyCode,
    foreign: i32,
    at: At<'_>,
) -> Result<()> {
    let other = incident.other(company);
    let (side, theirs) = (incident.side(company), incident.side(other));
    let awaiting = incident.awaiting(company, at.rules);
    let totals = Totals::of(incident, company);
    let number = |side: &Side| side.vehicle.number.as_ref().map(|n| n.as_str().to_owned());
    sqlx::query!(
        "insert into hub.incident_party
           (incident_id, company, other, role, reference, registration_number, country,
            vehicle_description, coverage, vat_liable, business_interruption, insurer_outcome,
            insurer_registry, insurer_since, insurer_checked_at, insurer_by_hand, insurer_reason,
            status, opened_at, changed_at, loss_date, awaiting, duty, due_at, foreign_events,
            claims_sent, claims_received, claims_open, reference_key, other_reference_key,
            other_registration, search_text)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
         on conflict (incident_id, company) do update set
            other = excluded.other, role = excluded.role, reference = excluded.reference,
            vehicle_description = excluded.vehicle_description, coverage = excluded.coverage,
            vat_liable = excluded.vat_liable, business_interruption = excluded.business_interruption,
            insurer_by_hand = excluded.insurer_by_hand, insurer_reason = excluded.insurer_reason,
            status = excluded.status, changed_at = excluded.changed_at,
            overdue_noted = incident_party.overdue_noted
                and incident_party.duty = excluded.duty and incident_party.due_at = excluded.due_at,
            awaiting = excluded.awaiting, duty = excluded.duty, due_at = excluded.due_at,
            foreign_events = incident_party.foreign_events + excluded.foreign_events,
            claims_sent = excluded.claims_sent, claims_received = excluded.claims_received,
            claims_open = excluded.claims_open, reference_key = excluded.reference_key,
            other_reference_key = excluded.other_reference_key, search_text = excluded.search_text,
            frozen = null",
        incident.id,
        company.as_str(),
        other.as_str(),
        if *company == incident.sender { "sender" } else { "counterpart" },
        side.reference,
        number(side),
        side.vehicle.country,
        side.vehicle.description,
        side.coverage,
        side.vat_liable,
        side.business_interruption,
        side.insurer.outcome.map(crate::domain::registry::Outcome::as_str),
        side.insurer.registry_company.as_ref().map(CompanyCode::as_str),
        side.insurer.since.map(ToSqlx::to_sqlx) as _,
        side.insurer.checked_at.map(ToSqlx::to_sqlx) as _,
        side.insurer.by_hand,
        side.insurer.reason,
        as_word(&incident.status)?,
        incident.opened_at.to_sqlx() as _,
        at.now.to_sqlx() as _,
        incident.loss_date.to_sqlx() as _,
        as_word(&awaiting.who)?,
        as_word(&awaiting.duty)?,
        awaiting.due.map(ToSqlx::to_sqlx) as _,
        foreign,
        totals.sent,
        totals.received,
        totals.open,
        key(side.reference.as_deref()),
        key(theirs.reference.as_deref()),
        number(theirs),
        search_text(incident, side, theirs),
    )
    .execute(db)
    .await
    .map_err(known_constraint)?;
    Ok(())
}

/// Stores a proposal.
pub async fn proposal(db: &mut PgConnection, incident: &Incident, new: &Proposal) -> Result<()> {
    let (num, den) = (new.terms.own_share.num(), new.terms.own_share.den());
    sqlx::query!(
        "insert into hub.proposal (incident_id, number, sender, counterpart, by_company, code,
            code_version, own_part, share_num, share_den, reason, at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        incident.id,
        signed(new.number),
        incident.sender.as_str(),
        incident.counterpart.as_str(),
        new.by.as_str(),
        new.terms.code,
        new.terms.code_version,
        new.terms.own_part.as_str(),
        signed(num),
        signed(den),
        new.terms.reason,
        new.at.to_sqlx() as _,
        new.due.to_sqlx() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a former counterpart keeps: the incident as it last saw it.
pub async fn freeze(
    db: &mut PgConnection,
    incident: &Incident,
    former: &CompanyCode,
    view: &serde_json::Value,
) -> Result<()> {
    let done = sqlx::query!(
        "update hub.incident_party
         set frozen = $3, status = 'rejected', awaiting = 'nobody', duty = 'none', due_at = null
         where incident_id = $1 and company = $2",
        incident.id,
        former.as_str(),
        view,
    )
    .execute(db)
    .await?;
    one_row(done.rows_affected(), "incident_party", incident)
}

/// A reference as it is searched for: capitals without blanks.
pub fn key(reference: Option<&str>) -> Option<String> {
    reference.map(|text| {
        text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
    })
}

struct Totals {
    sent: i64,
    received: i64,
    open: i32,
}

impl Totals {
    fn of(incident: &Incident, company: &CompanyCode) -> Self {
        let mut totals = Self { sent: 0, received: 0, open: 0 };
        for claim in &incident.claims {
            let left = claim.total.0 - claim.credited().0;
            if claim.claimant == *company {
                totals.sent += left;
            } else {
                totals.received += left;
            }
            totals.open += i32::from(claim.is_open());
        }
        totals
    }
}

struct LiabilityColumns {
    word: &'static str,
    since: Option<Timestamp>,
    number: i32,
}

fn liability(liability: &Liability) -> LiabilityColumns {
    match liability {
        Liability::None { since } => {
            LiabilityColumns { word: "none", since: Some(*since), number: 0 }
        }
        Liability::Proposed(proposal) => {
            LiabilityColumns { word: "proposed", since: None, number: signed(proposal.number) }
        }
        Liability::Agreed { proposal, at } => {
            LiabilityColumns { word: "agreed", since: Some(*at), number: signed(proposal.number) }
        }
    }
}

fn by(ask: Option<&Ask>) -> Option<&str> {
    ask.map(|ask| ask.by.as_str())
}

fn search_text(incident: &Incident, side: &Side, theirs: &Side) -> String {
    let number = |side: &Side| side.vehicle.number.as_ref().map(|n| n.as_str().to_owned());
    let words = [
        side.reference.clone(),
        theirs.reference.clone(),
        number(side),
        number(theirs),
        side.vehicle.description.clone(),
        theirs.vehicle.description.clone(),
        incident.place.clone(),
        incident.description.clone(),
    ];
    words.into_iter().flatten().collect::<Vec<_>>().join("\n").to_lowercase()
}

/// Row-level security hides rows silently; a write that reached none is a fault of ours.
fn one_row(rows: u64, table: &'static str, incident: &Incident) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Inconsistent(table, incident.id.to_string())) }
}

fn known_constraint(error: sqlx::Error) -> Error {
    let known = error.as_database_error().and_then(|e| e.constraint());
    if known == Some("incident_party_reference_once") {
        return crate::domain::Refusal::DuplicateReference.into();
    }
    error.into()
}
