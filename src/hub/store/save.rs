//! Writing an incident after an act: its row and its proposals. The parties' rows are in [`super::party`].

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::column::{as_word, signed};
use super::incident::Head;
use crate::domain::incident::Ask;
use crate::domain::{Incident, Liability, Proposal, Rules};
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

/// Row-level security hides rows silently; a write that reached none is a fault of ours.
pub(super) fn one_row(rows: u64, table: &'static str, incident: &Incident) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Error::Inconsistent(table, incident.id.to_string())) }
}
