//! Writing each party's row of an incident: its side, what its lists need, what a former party keeps.

use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::column::as_word;
use super::save::{At, one_row};
use crate::domain::registry::Outcome;
use crate::domain::{Incident, Refusal, Side};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// What an act means for one company's row.
#[derive(Debug, Clone, Copy)]
pub struct News {
    /// So many events are new to it.
    pub foreign: i32,
    /// It has said whether it is the right party.
    pub answered: bool,
}

/// Writes one company's row: its side, and what its lists need.
#[expect(clippy::too_many_lines, reason = "one statement of 34 columns")]
pub async fn write(
    db: &mut PgConnection,
    incident: &Incident,
    company: &CompanyCode,
    news: News,
    at: At<'_>,
) -> Result<()> {
    let other = incident.other(company);
    let (side, theirs) = (incident.side(company), incident.side(other));
    let awaiting = incident.awaiting(company, at.rules);
    let totals = Totals::of(incident, company);
    let is_sender = *company == incident.sender;
    sqlx::query!(
        "insert into hub.incident_party
           (incident_id, company, other, role, reference, registration_number, country,
            vehicle_description, coverage, vat_liable, business_interruption, insurer_outcome,
            insurer_registry, insurer_since, insurer_checked_at, insurer_by_hand, insurer_reason,
            status, opened_at, changed_at, loss_date, awaiting, duty, due_at, foreign_events,
            claims_sent, claims_received, claims_open, reference_key, other_reference_key,
            other_registration, search_text, received_at, answered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34)
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
            answered_at = case when incident_party.received_at = excluded.received_at
                then coalesce(excluded.answered_at, incident_party.answered_at) else excluded.answered_at end,
            received_at = excluded.received_at, frozen = null",
        incident.id,
        company.as_str(),
        other.as_str(),
        if is_sender { "sender" } else { "counterpart" },
        side.reference,
        number(side),
        side.vehicle.country,
        side.vehicle.description,
        side.coverage,
        side.vat_liable,
        side.business_interruption,
        side.insurer.outcome.map(Outcome::as_str),
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
        news.foreign,
        totals.sent,
        totals.received,
        totals.open,
        key(side.reference.as_deref()),
        key(theirs.reference.as_deref()),
        number(theirs),
        search_text(incident, side, theirs),
        (!is_sender).then(|| incident.received_at.to_sqlx()) as _,
        // Another server's clock may have been ahead when it was received.
        news.answered.then(|| at.now.max(incident.received_at).to_sqlx()) as _,
    )
    .execute(db)
    .await
    .map_err(known_constraint)?;
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

fn number(side: &Side) -> Option<String> {
    side.vehicle.number.as_ref().map(|number| number.as_str().to_owned())
}

fn search_text(incident: &Incident, side: &Side, theirs: &Side) -> String {
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

fn known_constraint(error: sqlx::Error) -> Error {
    let known = error.as_database_error().and_then(|e| e.constraint());
    if known == Some("incident_party_reference_once") {
        return Refusal::DuplicateReference.into();
    }
    error.into()
}
