//! Lists of claims: filters, order, keyset paging.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

use super::claim_view;
use crate::error::Result;
use crate::formats::CompanyCode;

/// The statuses of a claim with something outstanding, and the same as SQL.
const OPEN: [&str; 4] = ["sent", "registered", "accepted", "disputed"];
const STATUS_OPEN: &str = "status in ('sent', 'registered', 'accepted', 'disputed')";

/// A list of claims asked for.
#[derive(Debug, Clone, Default)]
pub struct AskedClaims {
    /// `sent` or `received`.
    pub direction: Option<String>,
    /// Statuses.
    pub status: Vec<String>,
    /// KID.
    pub kid: Option<String>,
    /// The other company.
    pub counterpart: Option<String>,
    /// Outstanding and past due on this day, or not.
    pub overdue: Option<bool>,
    /// Soonest due first instead of newest first.
    pub by_due: bool,
    /// The last row of the page before: when made, when due, id.
    pub after: Option<(Timestamp, Date, Uuid)>,
    /// At most this many rows.
    pub limit: i64,
    /// Today in Oslo.
    pub today: Date,
}

/// One page of claims, and one row more when there is a next page.
pub async fn page(
    db: &mut PgConnection,
    company: &CompanyCode,
    asked: &AskedClaims,
) -> Result<Vec<claim_view::Row>> {
    // Each side is read in order from its own index; the two never hold the same claim.
    const SENT: (&str, &str) = ("claimant", "receiver");
    const RECEIVED: (&str, &str) = ("receiver", "claimant");
    let sides: &[_] = match asked.direction.as_deref() {
        Some("sent") => &[SENT],
        Some("received") => &[RECEIVED],
        _ => &[SENT, RECEIVED],
    };
    let mut query = QueryBuilder::new("select ");
    query.push(claim_view::COLUMNS).push(" from (");
    for (place, (own, other)) in sides.iter().enumerate() {
        query.push(if place == 0 { "(select " } else { " union all (select " });
        query.push(claim_view::COLUMNS).push(" from hub.claim where ").push(own).push(" = ");
        query.push_bind(company.to_string());
        filter(&mut query, asked, other);
        query.push(order(asked)).push(" limit ").push_bind(asked.limit + 1).push(")");
    }
    query.push(") c").push(order(asked)).push(" limit ").push_bind(asked.limit + 1);
    Ok(query.build_query_as::<claim_view::Row>().fetch_all(db).await?)
}

fn filter(query: &mut QueryBuilder<Postgres>, asked: &AskedClaims, other: &str) {
    let is_open = |status: &String| OPEN.contains(&status.as_str());
    if asked.status.len() == OPEN.len() && asked.status.iter().all(is_open) {
        // Written out and not bound: so a plan for any parameters may use the indexes of open claims.
        query.push(" and ").push(STATUS_OPEN);
    } else if !asked.status.is_empty() {
        query.push(" and status = any(").push_bind(asked.status.clone()).push(")");
    }
    if let Some(kid) = &asked.kid {
        query.push(" and kid = ").push_bind(kid.clone());
    }
    if let Some(counterpart) = &asked.counterpart {
        query.push(" and ").push(other).push(" = ").push_bind(counterpart.clone());
    }
    if let Some(overdue) = asked.overdue {
        query.push(if overdue { " and (" } else { " and not (" }).push(STATUS_OPEN);
        query.push(" and due_date < ").push_bind(asked.today.to_sqlx()).push(")");
    }
    if let Some((made, due, id)) = asked.after {
        if asked.by_due {
            query.push(" and (due_date, claim_id) > (").push_bind(due.to_sqlx());
        } else {
            query.push(" and (created_at, claim_id) < (").push_bind(made.to_sqlx());
        }
        query.push(", ").push_bind(id).push(")");
    }
}

fn order(asked: &AskedClaims) -> &'static str {
    if asked.by_due {
        " order by due_date, claim_id"
    } else {
        " order by created_at desc, claim_id desc"
    }
}
