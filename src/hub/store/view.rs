//! Incidents as the API shows them: one query for one, one query for a list.

use jiff::Timestamp;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::column::{unsigned, word};
use crate::contract::{
    Agreed, Awaiting, ClaimTotals, Incident, Liability, Moment, Proposal, Rejection, Reminder,
    Request,
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

/// The columns of [`Row`].
pub(super) const COLUMNS: &str = "
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
    d.handler, coalesce(d.seen_events, 0) as seen_events, m.number as reminder, m.at as reminded_at";

/// What stands beside a company's own row `p`.
pub(super) const JOINS: &str = "
    left join hub.incident i on i.incident_id = p.incident_id
    left join hub.incident_party o on o.incident_id = p.incident_id and o.company = p.other
    left join hub.proposal r on r.incident_id = p.incident_id and r.number = i.proposal_number
    left join hub.incident_desk d on d.incident_id = p.incident_id and d.company = p.company
    left join lateral (
        select r.number, r.at from hub.reminder r
        where r.incident_id = p.incident_id and r.company = p.company and r.duty = p.duty and r.due_at = p.due_at
        order by r.number desc limit 1) m on p.awaiting in ('us', 'both')";

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
    own: super::side_view::OwnSide,
    #[sqlx(flatten)]
    theirs: super::side_view::OtherSide,
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
    reminder: Option<i32>,
    reminded_at: Option<jiff_sqlx::Timestamp>,
}

/// `select …` of the company's own incidents, to be filtered further.
fn select(company: &CompanyCode) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new("select ");
    query.push(COLUMNS).push(" from hub.incident_party p").push(JOINS);
    query.push(" where p.company = ").push_bind(company.to_string());
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
            let seen: Incident = serde_json::from_value(frozen)
                .map_err(|_| Error::Inconsistent("incident_party", self.incident_id.to_string()))?;
            // What it waited for then is no longer its business.
            return Ok(Incident { awaiting: self.awaiting(viewing)?, ..seen });
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
            closing: request(
                self.closing_by.as_deref(),
                self.closing_at,
                self.closing_reason.as_deref(),
                viewing,
            ),
            reopening: request(
                self.reopening_by.as_deref(),
                self.reopening_at,
                self.reopening_reason.as_deref(),
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
        let given = self.reminder.map(unsigned).zip(self.reminded_at);
        let reminder = given.map(|(number, at)| Reminder {
            number,
            at: moment(at),
            to_administrator: number >= viewing.rules.remind_administrator_from,
        });
        Ok(Awaiting { who, duty, due_at: due.map(Moment), overdue, reminder })
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
        let stored = super::proposal_view::Stored {
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

fn request(
    by: Option<&str>,
    at: Option<jiff_sqlx::Timestamp>,
    reason: Option<&str>,
    viewing: Viewing<'_>,
) -> Option<Request> {
    let (by, at) = by.zip(at)?;
    Some(Request {
        by: if by == viewing.company.as_str() { "own" } else { "other" }.to_owned(),
        reason: reason.map(str::to_owned),
        at: moment(at),
        due_at: Moment(viewing.rules.answer_due(at.to_jiff())),
    })
}

fn moment(at: jiff_sqlx::Timestamp) -> Moment {
    Moment(at.to_jiff())
}
