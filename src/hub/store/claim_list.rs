//! Lists of claims: filters, order, keyset paging.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::claim_view;
use crate::error::Result;
use crate::formats::CompanyCode;

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
    let mut query = claim_view::select();
    let own = company.to_string();
    match asked.direction.as_deref() {
        Some("sent") => query.push(" where claimant = ").push_bind(own),
        Some("received") => query.push(" where receiver = ").push_bind(own),
        _ => query
            .push(" where (claimant = ")
            .push_bind(own.clone())
            .push(" or receiver = ")
            .push_bind(own)
            .push(")"),
    };
    if !asked.status.is_empty() {
        query.push(" and status = any(").push_bind(asked.status.clone()).push(")");
    }
    if let Some(kid) = &asked.kid {
        query.push(" and kid = ").push_bind(kid.clone());
    }
    if let Some(other) = &asked.counterpart {
        query.push(" and ").push_bind(other.clone()).push(" in (claimant, receiver)");
    }
    if let Some(overdue) = asked.overdue {
        query
            .push(" and (status in ('sent', 'registered', 'accepted', 'disputed') and due_date < ");
        query.push_bind(asked.today.to_sqlx()).push(") = ").push_bind(overdue);
    }
    if let Some((made, due, id)) = asked.after {
        if asked.by_due {
            query.push(" and (due_date, claim_id) > (").push_bind(due.to_sqlx());
        } else {
            query.push(" and (created_at, claim_id) < (").push_bind(made.to_sqlx());
        }
        query.push(", ").push_bind(id).push(")");
    }
    query.push(if asked.by_due {
        " order by due_date, claim_id"
    } else {
        " order by created_at desc, claim_id desc"
    });
    query.push(" limit ").push_bind(asked.limit + 1);
    Ok(query.build_query_as::<claim_view::Row>().fetch_all(db).await?)
}
