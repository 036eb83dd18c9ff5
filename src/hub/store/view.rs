//! Incidents as the API shows them: one query for one, one query for a list.

use jiff::Timestamp;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::incident::{outcome, share, unsigned, word};
use crate::contract::{
    Agreed, Awaiting, ClaimTotals, Incident, Insurer, Liability, Moment, Party, Proposal,
    Rejection, Request, Split, Vehicle,
};
use crate::domain::{Duty, LiabilityStatus, Rules, Who};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// What a view needs beside its row.
#[derive(Debug, Clone, Copy)]
pub struct Viewing<'a> {
    /// Whose side it is seen from.
    pub company: &'a CompanyCode,
    /// Now, for what is overdue.
    pub now: Timestamp,
    /// The rules that make due times.
    pub rules: &'a Rules,
    /// The portal's address.
    pub portal: &'a str,
}

const COLUMNS: &str = "
    p.incident_id, p.role, p.status, p.opened_at, p.changed_at, p.loss_date, p.awaiting, p.duty, p.due_at,
    p.company, p.other, p.reference, p.registration_number, p.country, p.vehicle_description, p.coverage,
    p.vat_liable, p.business_interruption, p.insurer_outcome, p.insurer_registry, p.insurer_since,
    p.insurer_checked_at, p.insurer_by_hand, p.insurer_reason, p.foreign_events,
    p.claims_sent, p.claims_received, p.claims_open, p.frozen,
    o.reference as o_reference, o.registration_number as o_registration_number, o.country as o_country,
    o.vehicle_description as o_vehicle_description, o.coverage as o_coverage, o.vat_liable as o_vat_liable,
    o.business_interruption as o_business_interruption, o.insurer_outcome as o_insurer_outcome,
    o.insurer_registry as o_insurer_registry, o.insurer_since as o_insurer_since,
    o.insurer_checked_at as o_insurer_checked_at, o.insurer_by_hand as o_insurer_by_hand,
    o.insurer_reason as o_insurer_reason,
    i.version, i.loss_time, i.place, i.description, i.personal_injury, i.liability, i.liability_since,
    i.rejected_reason, i.rejected_text, i.suggested, i.rejected_at, i.closing_by, i.closing_at,
    i.closing_reason, i.reopening_by, i.reopening_at, i.reopening_reason,
    r.number, r.by_company, r.code, r.code_version, r.own_part, r.share_num, r.share_den, r.reason,
    r.at, r.due_at as r_due_at,
    d.handler, coalesce(d.seen_events, 0) as seen_events";

const JOINS: &str = "
    from hub.incident_party p
    left join hub.incident i on i.incident_id = p.incident_id
    left join hub.incident_party o on o.incident_id = p.incident_id and o.company = p.other
    left join hub.proposal r on r.incident_id = p.incident_id and r.number = i.proposal_number
    left join hub.incident_desk d on d.incident_id = p.incident_id and d.company = p.company";

/// An incident's row, seen by one company.
#[derive(sqlx::FromRow)]
pub struct Row {
    incident_id: Uuid,
    role: String,
    status: String,
    opened_at: jiff_sqlx::Timestamp,
    changed_at: jiff_sqlx::Timestamp,
    loss_date: jiff_sqlx::Date,
    awaiting: String,
    duty: String,
    due_at: Option<jiff_sqlx::Timestamp>,
    other: String,
    #[sqlx(flatten)]
    own: OwnSide,
    #[sqlx(flatten)]
    theirs: OtherSide,
    foreign_events: i32,
    claims_sent: i64,
    claims_received: i64,
    claims_open: i32,
    frozen: Option<serde_json::Value>,
    version: Option<i64>,
    loss_time: Option<jiff_sqlx::Time>,
    place: Option<String>,
    description: Option<String>,
    personal_injury: Option<bool>,
    liability: Option<String>,
    liability_since: Option<jiff_sqlx::Timestamp>,
    rejected_reason: Option<String>,
    rejected_text: Option<String>,
    suggested: Option<String>,
    rejected_at: Option<jiff_sqlx::Timestamp>,
    closing_by: Option<String>,
    closing_at: Option<jiff_sqlx::Timestamp>,
    closing_reason: Option<String>,
    reopening_by: Option<String>,
    reopening_at: Option<jiff_sqlx::Timestamp>,
    reopening_reason: Option<String>,
    number: Option<i32>,
    by_company: Option<String>,
    code: Option<String>,
    code_version: Option<String>,
    own_part: Option<String>,
    share_num: Option<i32>,
    share_den: Option<i32>,
    reason: Option<String>,
    at: Option<jiff_sqlx::Timestamp>,
    r_due_at: Option<jiff_sqlx::Timestamp>,
    handler: Option<String>,
    seen_events: i32,
}

#[derive(sqlx::FromRow)]
struct OwnSide {
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
    insurer_since: Option<jiff_sqlx::Date>,
    insurer_checked_at: Option<jiff_sqlx::Timestamp>,
    insurer_by_hand: bool,
    insurer_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct OtherSide {
    o_reference: Option<String>,
    o_registration_number: Option<String>,
    o_country: Option<String>,
    o_vehicle_description: Option<String>,
    o_coverage: Option<String>,
    o_vat_liable: Option<bool>,
    o_business_interruption: Option<bool>,
    o_insurer_outcome: Option<String>,
    o_insurer_registry: Option<String>,
    o_insurer_since: Option<jiff_sqlx::Date>,
    o_insurer_checked_at: Option<jiff_sqlx::Timestamp>,
    o_insurer_by_hand: Option<bool>,
    o_insurer_reason: Option<String>,
}

/// `select …` of the company's own incidents, to be filtered further.
pub fn select(company: &CompanyCode) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    query.push(COLUMNS).push(JOINS).push(" where p.company = ").push_bind(company.to_string());
    query
}

/// One incident.
pub async fn one(db: &mut PgConnection, id: Uuid, viewing: Viewing<'_>) -> Result<Incident> {
    let mut query = select(viewing.company);
    query.push(" and p.incident_id = ").push_bind(id);
    let row = query.build_query_as::<Row>().fetch_optional(db).await?;
    row.ok_or(Error::NotFound)?.shown(viewing)
}

impl Row {
    /// The sort keys of the lists.
    pub fn keys(&self) -> super::list::Keys {
        super::list::Keys {
            opened: self.opened_at.to_jiff(),
            due: self.due_at.map(jiff_sqlx::Timestamp::to_jiff),
            loss: self.loss_date.to_jiff(),
            other: self.other.clone(),
            id: self.incident_id,
        }
    }

    /// The incident as `viewing` sees it.
    pub fn shown(mut self, viewing: Viewing<'_>) -> Result<Incident> {
        if let Some(frozen) = self.frozen.take() {
            return serde_json::from_value(frozen)
                .map_err(|_| Error::Inconsistent("incident_party", self.incident_id.to_string()));
        }
        let broken = || Error::Inconsistent("incident", self.incident_id.to_string());
        let liability = self.liability(viewing)?;
        let unread = self.foreign_events - self.seen_events;
        Ok(Incident {
            id: self.incident_id,
            version: self.version.ok_or_else(broken)?,
            status: word(&self.status, "incident")?,
            opened_at: moment(self.opened_at),
            changed_at: moment(self.changed_at),
            loss_date: self.loss_date.to_jiff(),
            loss_time: self.loss_time.map(|time| time.to_jiff().strftime("%H:%M").to_string()),
            role: word(&self.role, "incident_party")?,
            awaiting: self.awaiting(viewing)?,
            rejection: self.rejection(),
            closing: request(&self.closing_by, self.closing_at, &self.closing_reason, viewing),
            reopening: request(
                &self.reopening_by,
                self.reopening_at,
                &self.reopening_reason,
                viewing,
            ),
            place: self.place,
            description: self.description,
            own: self.own.party(self.handler)?,
            other: self.theirs.party(self.other)?,
            personal_injury: self.personal_injury.unwrap_or_default(),
            liability,
            claim_totals: ClaimTotals {
                sent_ore: self.claims_sent,
                received_ore: self.claims_received,
                open: unsigned(self.claims_open),
            },
            unread: unsigned(unread),
            portal_url: format!("{}/hendelser/{}", viewing.portal, self.incident_id),
            events: None,
            proposals: None,
            claims: None,
            messages: None,
        })
    }

    fn awaiting(&self, viewing: Viewing<'_>) -> Result<Awaiting> {
        let due = self.due_at.map(jiff_sqlx::Timestamp::to_jiff);
        let who: Who = word(&self.awaiting, "incident_party")?;
        let duty: Duty = word(&self.duty, "incident_party")?;
        let overdue = due.is_some_and(|due| due <= viewing.now);
        Ok(Awaiting { who, duty, due_at: due.map(Moment), overdue })
    }

    fn rejection(&self) -> Option<Rejection> {
        Some(Rejection {
            reason: self.rejected_reason.clone()?,
            text: self.rejected_text.clone(),
            suggested_company: self.suggested.clone(),
            at: moment(self.rejected_at?),
        })
    }

    fn liability(&self, viewing: Viewing<'_>) -> Result<Liability> {
        let status: LiabilityStatus =
            word(self.liability.as_deref().unwrap_or_default(), "incident")?;
        let proposal = self.proposal(viewing)?;
        let agreed = match (status, &proposal, self.liability_since) {
            (LiabilityStatus::Agreed, Some(proposal), Some(at)) => Some(Agreed {
                number: proposal.number,
                code: proposal.code.clone(),
                code_version: proposal.code_version.clone(),
                own_role: proposal.own_role.clone(),
                own: proposal.split.own,
                other: proposal.split.other,
                at: moment(at),
            }),
            _ => None,
        };
        Ok(Liability { status, proposal, agreed })
    }

    fn proposal(&self, viewing: Viewing<'_>) -> Result<Option<Proposal>> {
        let Some(number) = self.number else { return Ok(None) };
        let stored = Stored {
            number,
            by: self.by_company.as_deref().unwrap_or_default(),
            code: self.code.as_deref().unwrap_or_default(),
            code_version: self.code_version.as_deref().unwrap_or_default(),
            own_part: self.own_part.as_deref().unwrap_or_default(),
            share: (self.share_num.unwrap_or_default(), self.share_den.unwrap_or_default()),
            reason: self.reason.as_deref(),
            at: self.at.zip(self.r_due_at),
        };
        stored.shown_to(viewing.company).map(Some)
    }
}

/// A proposal as stored: seen from the proposer.
struct Stored<'a> {
    number: i32,
    by: &'a str,
    code: &'a str,
    code_version: &'a str,
    own_part: &'a str,
    share: (i32, i32),
    reason: Option<&'a str>,
    at: Option<(jiff_sqlx::Timestamp, jiff_sqlx::Timestamp)>,
}

impl Stored<'_> {
    fn shown_to(&self, viewer: &CompanyCode) -> Result<Proposal> {
        let own = self.by == viewer.as_str();
        let proposer = share(self.share.0, self.share.1)?;
        let split = if own {
            Split { own: proposer, other: proposer.complement() }
        } else {
            Split { own: proposer.complement(), other: proposer }
        };
        let (at, due) =
            self.at.ok_or_else(|| Error::Inconsistent("proposal", self.number.to_string()))?;
        Ok(Proposal {
            number: unsigned(self.number),
            by: if own { "own" } else { "other" }.to_owned(),
            code: self.code.to_owned(),
            code_version: self.code_version.to_owned(),
            own_role: if (self.own_part == "a") == own { "a" } else { "b" }.to_owned(),
            split,
            reason: self.reason.map(str::to_owned),
            at: moment(at),
            due_at: moment(due),
        })
    }
}

/// The proposals of an incident, oldest first.
pub async fn proposals(
    db: &mut PgConnection,
    incident: Uuid,
    viewer: &CompanyCode,
) -> Result<Vec<Proposal>> {
    let rows = sqlx::query!(
        "select number, by_company, code, code_version, own_part, share_num, share_den, reason, at, due_at
         from hub.proposal where incident_id = $1 order by number",
        incident
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Stored {
                number: row.number,
                by: &row.by_company,
                code: &row.code,
                code_version: &row.code_version,
                own_part: &row.own_part,
                share: (row.share_num, row.share_den),
                reason: row.reason.as_deref(),
                at: Some((row.at, row.due_at)),
            }
            .shown_to(viewer)
        })
        .collect()
}

impl OwnSide {
    fn party(self, handler: Option<String>) -> Result<Party> {
        Ok(Party {
            insurer: Insurer {
                company: self.company.clone(),
                source: source(self.insurer_by_hand),
                outcome: self.insurer_outcome.as_deref().map(outcome).transpose()?,
                registry_company: self.insurer_registry,
                checked_at: self.insurer_checked_at.map(moment),
                reason: self.insurer_reason,
                since: self.insurer_since.map(jiff_sqlx::Date::to_jiff),
            },
            company: self.company,
            reference: self.reference,
            vehicle: vehicle(self.registration_number, self.country, self.vehicle_description),
            coverage: self.coverage,
            vat_liable: self.vat_liable,
            business_interruption: self.business_interruption,
            handler,
        })
    }
}

impl OtherSide {
    fn party(self, company: String) -> Result<Party> {
        Ok(Party {
            insurer: Insurer {
                company: company.clone(),
                source: source(self.o_insurer_by_hand.unwrap_or_default()),
                outcome: self.o_insurer_outcome.as_deref().map(outcome).transpose()?,
                registry_company: self.o_insurer_registry,
                checked_at: self.o_insurer_checked_at.map(moment),
                reason: self.o_insurer_reason,
                since: self.o_insurer_since.map(jiff_sqlx::Date::to_jiff),
            },
            company,
            reference: self.o_reference,
            vehicle: vehicle(
                self.o_registration_number,
                self.o_country.unwrap_or_default(),
                self.o_vehicle_description,
            ),
            coverage: self.o_coverage,
            vat_liable: self.o_vat_liable.unwrap_or_default(),
            business_interruption: self.o_business_interruption.unwrap_or_default(),
            handler: None,
        })
    }
}

fn vehicle(number: Option<String>, country: String, description: Option<String>) -> Vehicle {
    Vehicle { unregistered: number.is_none(), registration_number: number, country, description }
}

fn source(by_hand: bool) -> String {
    if by_hand { "override" } else { "registry" }.to_owned()
}

fn request(
    by: &Option<String>,
    at: Option<jiff_sqlx::Timestamp>,
    reason: &Option<String>,
    viewing: Viewing<'_>,
) -> Option<Request> {
    let (by, at) = by.as_deref().zip(at)?;
    Some(Request {
        by: if by == viewing.company.as_str() { "own" } else { "other" }.to_owned(),
        reason: reason.clone(),
        at: moment(at),
        due_at: Moment(viewing.rules.answer_due(at.to_jiff())),
    })
}

fn moment(at: jiff_sqlx::Timestamp) -> Moment {
    Moment(at.to_jiff())
}
