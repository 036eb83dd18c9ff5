//! Lists of incidents: filters, order, keyset paging.

mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::view::{self, Row};
use crate::error::Result;
use crate::formats::CompanyCode;

/// Who may be awaited, which statuses and duties there are: as SQL.
const AWAITING: [&str; 4] = ["'us'", "'them'", "'both'", "'nobody'"];
const STATUSES: [&str; 5] = ["'sent'", "'accepted'", "'rejected'", "'withdrawn'", "'closed'"];
const DUTIES: [&str; 8] = [
    "'answer_incident'",
    "'redirect_or_withdraw'",
    "'answer_close'",
    "'answer_reopen'",
    "'answer_proposal'",
    "'propose'",
    "'answer_claim'",
    "'none'",
];

/// The order of a list of incidents; the id breaks ties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Newest first.
    #[default]
    Opened,
    /// Soonest due first; those without a due time are left out.
    Due,
    /// Newest loss first.
    Loss,
    /// By the other company's code, newest first within it.
    Counterpart,
}

/// What a cursor remembers of the last row of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// When it was opened.
    pub opened: Timestamp,
    /// When it is due.
    pub due: Option<Timestamp>,
    /// Loss date.
    pub loss: Date,
    /// The other company.
    pub other: String,
    /// The id.
    pub id: Uuid,
}

/// A list asked for, every filter understood.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// First and last loss date.
    pub loss: (Option<Date>, Option<Date>),
    /// Normalised reference.
    pub reference: Option<String>,
    /// The other company.
    pub counterpart: Option<String>,
    /// Normalised registration number.
    pub registration_number: Option<String>,
    /// KID.
    pub kid: Option<String>,
    /// Statuses.
    pub status: Vec<String>,
    /// Who is awaited.
    pub who: Vec<String>,
    /// Which duties.
    pub duties: Vec<String>,
    /// Past due, or not.
    pub overdue: Option<bool>,
    /// Own duties that have been given at least so many reminders.
    pub reminders: Option<i32>,
    /// The own handler; empty for nobody.
    pub handler: Option<String>,
    /// `sender` or `counterpart`.
    pub role: Option<String>,
    /// Opened at or after, and before.
    pub opened: (Option<Timestamp>, Option<Timestamp>),
    /// Reached the company at or after, and before.
    pub received: (Option<Timestamp>, Option<Timestamp>),
    /// Answered by the company at or after, and before.
    pub answered: (Option<Timestamp>, Option<Timestamp>),
    /// Changed at or after.
    pub changed_since: Option<Timestamp>,
    /// Words, each to be found.
    pub words: Vec<String>,
    /// The order.
    pub sort: Sort,
    /// The last row of the page before.
    pub after: Option<Keys>,
    /// At most this many rows.
    pub limit: i64,
    /// Now, for what is overdue.
    pub now: Timestamp,
}

/// One page of incidents, and one row more when there is a next page.
pub async fn incidents(
    db: &mut PgConnection,
    company: &CompanyCode,
    asked: &Asked,
) -> Result<Vec<Row>> {
    // The page is found first, by the company's own rows alone, and only then completed: what
    // stands beside a row is looked up for those shown and no others.
    let mut query = QueryBuilder::new("select ");
    query.push(view::COLUMNS).push(" from (select p.* from hub.incident_party p");
    query.push(" where p.company = ").push_bind(company.to_string());
    filter_case(&mut query, asked);
    filter_turn(&mut query, company, asked);
    words::filter(db, &mut query, asked).await?;
    after(&mut query, asked);
    query.push(order(asked.sort)).push(" limit ").push_bind(asked.limit + 1);
    query.push(") p").push(view::JOINS).push(order(asked.sort));
    Ok(query.build_query_as::<Row>().fetch_all(db).await?)
}

fn filter_case(query: &mut QueryBuilder<Postgres>, asked: &Asked) {
    if let Some(from) = asked.loss.0 {
        query.push(" and p.loss_date >= ").push_bind(from.to_sqlx());
    }
    if let Some(to) = asked.loss.1 {
        query.push(" and p.loss_date <= ").push_bind(to.to_sqlx());
    }
    if let Some(reference) = &asked.reference {
        query.push(" and (p.reference_key = ").push_bind(reference.clone());
        query.push(" or p.other_reference_key = ").push_bind(reference.clone()).push(")");
    }
    if let Some(counterpart) = &asked.counterpart {
        query.push(" and p.other = ").push_bind(counterpart.clone());
    }
    if let Some(number) = &asked.registration_number {
        query.push(" and (p.registration_number = ").push_bind(number.clone());
        query.push(" or p.other_registration = ").push_bind(number.clone()).push(")");
    }
    if let Some(kid) = &asked.kid {
        query
            .push(" and p.incident_id in (select c.incident_id from hub.claim c where c.kid = ")
            .push_bind(kid.clone())
            .push(")");
    }
    if let Some(role) = &asked.role {
        query.push(" and p.role = ").push_bind(role.clone());
    }
    for (column, (from, before)) in [
        ("opened_at", asked.opened),
        ("received_at", asked.received),
        ("answered_at", asked.answered),
    ] {
        if let Some(from) = from {
            query.push(" and p.").push(column).push(" >= ").push_bind(from.to_sqlx());
        }
        if let Some(before) = before {
            query.push(" and p.").push(column).push(" < ").push_bind(before.to_sqlx());
        }
    }
    if let Some(since) = asked.changed_since {
        query.push(" and p.changed_at >= ").push_bind(since.to_sqlx());
    }
}

fn filter_turn(query: &mut QueryBuilder<Postgres>, company: &CompanyCode, asked: &Asked) {
    one_of(query, "p.awaiting", &AWAITING, &asked.who);
    one_of(query, "p.status", &STATUSES, &asked.status);
    one_of(query, "p.duty", &DUTIES, &asked.duties);
    match asked.overdue {
        Some(true) => {
            query.push(" and p.awaiting <> 'nobody' and p.due_at <= ");
            query.push_bind(asked.now.to_sqlx());
        }
        Some(false) => {
            query.push(" and (p.due_at is null or p.due_at > ");
            query.push_bind(asked.now.to_sqlx()).push(")");
        }
        None => {}
    }
    if let Some(least) = asked.reminders {
        query.push(
            " and p.awaiting in ('us', 'both') and exists (select from hub.reminder r
                 where r.incident_id = p.incident_id and r.company = p.company
                   and r.duty = p.duty and r.due_at = p.due_at and r.number >= ",
        );
        query.push_bind(least).push(")");
    }
    match asked.handler.as_deref() {
        // Looked up row by row in the order shown. Written as an inequality, of which the planner
        // expects one row in three: as `is null` it is taken for rare, and everything is read.
        Some("") => {
            query.push(
                " and (select count(d.handler) from hub.incident_desk d
                       where d.incident_id = p.incident_id and d.company = p.company) < 1",
            );
        }
        Some(handler) => {
            query.push(
                " and p.incident_id in (select d.incident_id from hub.incident_desk d where d.company = ",
            );
            query.push_bind(company.to_string());
            query.push(" and d.handler = ").push_bind(handler.to_owned()).push(")");
        }
        None => {}
    }
}

/// Words that are asked for, written out and not bound: they differ so much in how common they
/// are that one plan for any of them would be a bad one, and partial indexes would not serve it.
fn one_of(
    query: &mut QueryBuilder<Postgres>,
    column: &'static str,
    known: &'static [&'static str],
    asked: &[String],
) {
    if asked.is_empty() {
        return;
    }
    let mut words = query.push(" and ").push(column).push(" in (").separated(", ");
    for word in known {
        if asked.iter().any(|asked| word.trim_matches('\'') == asked) {
            words.push(word);
        }
    }
    query.push(")");
}

/// Only what comes after the page before.
fn after(query: &mut QueryBuilder<Postgres>, asked: &Asked) {
    if asked.sort == Sort::Due && asked.who.is_empty() {
        query.push(" and p.awaiting <> 'nobody'");
    }
    if let Some(keys) = &asked.after {
        let id = keys.id;
        match asked.sort {
            Sort::Opened => {
                query.push(" and (p.opened_at, p.incident_id) < (");
                query.push_bind(keys.opened.to_sqlx());
            }
            Sort::Due => {
                query.push(" and (p.due_at, p.incident_id) > (");
                query.push_bind(keys.due.unwrap_or(keys.opened).to_sqlx());
            }
            Sort::Loss => {
                query.push(" and (p.loss_date, p.incident_id) < (");
                query.push_bind(keys.loss.to_sqlx());
            }
            Sort::Counterpart => {
                query.push(" and (p.other > ").push_bind(keys.other.clone());
                query.push(" or p.other = ").push_bind(keys.other.clone());
                query.push(" and (p.opened_at, p.incident_id) < (");
                query.push_bind(keys.opened.to_sqlx());
            }
        }
        query.push(", ").push_bind(id).push(")");
        if asked.sort == Sort::Counterpart {
            query.push(")");
        }
    }
}

fn order(sort: Sort) -> &'static str {
    match sort {
        Sort::Opened => " order by p.opened_at desc, p.incident_id desc",
        Sort::Due => " order by p.due_at, p.incident_id",
        Sort::Loss => " order by p.loss_date desc, p.incident_id desc",
        Sort::Counterpart => " order by p.other, p.opened_at desc, p.incident_id desc",
    }
}
