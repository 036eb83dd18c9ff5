//! That a company has asked Skadehub to look at its users: without it, nobody of Skadehub sees them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::auth::roster::By;
use crate::company_log::{self, Entry, Kind};
use crate::contract::Channel;
use crate::error::Result;
use crate::formats::CompanyCode;

/// A company's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// Who of the company asked.
    pub asked_by: String,
    /// On which day.
    pub asked_on: Date,
    /// Why.
    pub reason: String,
}

/// Records the request, also in the company's own log. Runs as the company.
pub(super) async fn record(
    db: &mut PgConnection,
    company: &CompanyCode,
    member: Uuid,
    request: &Request,
    by: By<'_>,
) -> Result<()> {
    sqlx::query!(
        "insert into portal.users_request
             (users_request, company, member, asked_by, asked_on, reason, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        company.as_str(),
        member,
        request.asked_by,
        request.asked_on.to_sqlx() as _,
        request.reason,
        by.at.to_sqlx()
    )
    .execute(&mut *db)
    .await?;
    let data = json!({"askedBy": request.asked_by, "askedOn": request.asked_on,
        "reason": request.reason});
    note(db, company, Kind::UsersRequested, data, by).await
}

/// The newest request that `member` has recorded since then. Runs as the company.
pub(super) async fn standing(
    db: &mut PgConnection,
    company: &CompanyCode,
    member: Uuid,
    since: Timestamp,
) -> Result<Option<Request>> {
    let row = sqlx::query!(
        "select asked_by, asked_on, reason from portal.users_request
         where company = $1 and member = $2 and recorded_at >= $3
         order by recorded_at desc limit 1",
        company.as_str(),
        member,
        since.to_sqlx()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Request {
        asked_by: row.asked_by,
        asked_on: row.asked_on.to_jiff(),
        reason: row.reason,
    }))
}

/// Notes in the company's log what Skadehub did.
pub(super) async fn note(
    db: &mut PgConnection,
    company: &CompanyCode,
    kind: Kind,
    data: serde_json::Value,
    by: By<'_>,
) -> Result<()> {
    let entry = Entry {
        company,
        kind,
        person: Some(by.username),
        channel: Channel::Portal,
        at: by.at,
        incident: None,
        reference: None,
        data,
    };
    company_log::append(db, entry).await
}
