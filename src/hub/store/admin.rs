//! Companies, API clients and code lists as administrators keep them, and the work on a desk.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::contract::{AdminCompany, ApiClient, CodeItem, Moment, Usage};
use crate::error::Result;
use crate::formats::CompanyCode;

/// Every company, by code.
pub async fn companies(db: &mut PgConnection) -> Result<Vec<AdminCompany>> {
    let rows = sqlx::query!(
        "select code, version, name, organisation_number, kind, branch_of, active,
                claim_account_number, notice_address, processor_agreement_on, affiliation_agreement_on
         from hub.company order by code"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| AdminCompany {
            code: row.code,
            version: row.version,
            name: row.name,
            organisation_number: row.organisation_number,
            kind: row.kind,
            branch_of: row.branch_of,
            active: row.active,
            claim_account_number: row.claim_account_number,
            notice_address: row.notice_address,
            processor_agreement_on: row.processor_agreement_on.map(jiff_sqlx::Date::to_jiff),
            affiliation_agreement_on: row.affiliation_agreement_on.map(jiff_sqlx::Date::to_jiff),
        })
        .collect())
}

/// Adds a company; false when its code is taken.
pub async fn add_company(db: &mut PgConnection, it: &AdminCompany) -> Result<bool> {
    let done = sqlx::query!(
        "insert into hub.company (code, name, organisation_number, kind, branch_of, active,
             claim_account_number, notice_address, processor_agreement_on, affiliation_agreement_on)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (code) do nothing",
        it.code,
        it.name,
        it.organisation_number,
        it.kind,
        it.branch_of,
        it.active,
        it.claim_account_number,
        it.notice_address,
        it.processor_agreement_on.map(ToSqlx::to_sqlx) as _,
        it.affiliation_agreement_on.map(ToSqlx::to_sqlx) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a company that has this version; false when it has another.
pub async fn change_company(db: &mut PgConnection, it: &AdminCompany) -> Result<bool> {
    let done = sqlx::query!(
        "update hub.company set version = version + 1, name = $3, organisation_number = $4, kind = $5,
             branch_of = $6, active = $7, claim_account_number = $8, notice_address = $9,
             processor_agreement_on = $10, affiliation_agreement_on = $11
         where code = $1 and version = $2",
        it.code,
        it.version,
        it.name,
        it.organisation_number,
        it.kind,
        it.branch_of,
        it.active,
        it.claim_account_number,
        it.notice_address,
        it.processor_agreement_on.map(ToSqlx::to_sqlx) as _,
        it.affiliation_agreement_on.map(ToSqlx::to_sqlx) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What the company did in a period. Runs as the company.
pub async fn usage(
    db: &mut PgConnection,
    company: &CompanyCode,
    from: Timestamp,
    until: Timestamp,
) -> Result<Usage> {
    let row = sqlx::query!(
        r#"select
             (select count(*) from hub.incident_party
              where company = $1 and role = 'sender' and opened_at >= $2 and opened_at < $3) as "incidents!",
             (select count(*) from hub.claim
              where claimant = $1 and created_at >= $2 and created_at < $3) as "claims!""#,
        company.as_str(),
        from.to_sqlx() as _,
        until.to_sqlx() as _
    )
    .fetch_one(db)
    .await?;
    Ok(Usage { company: company.to_string(), incidents: row.incidents, claims: row.claims })
}

/// Every API client, or one company's.
pub async fn clients(db: &mut PgConnection, company: Option<&str>) -> Result<Vec<ApiClient>> {
    let rows = sqlx::query!(
        "select client_id, version, name, company, scopes, active, last_used_at from hub.api_client
         where $1::text is null or company = $1 order by company nulls first, client_id",
        company
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ApiClient {
            client_id: row.client_id,
            version: row.version,
            name: row.name,
            company: row.company,
            scopes: row.scopes,
            active: row.active,
            last_used_at: row.last_used_at.map(|at| Moment(at.to_jiff())),
        })
        .collect())
}

/// Adds a client; false when its id is taken.
pub async fn add_client(db: &mut PgConnection, it: &ApiClient) -> Result<bool> {
    let done = sqlx::query!(
        "insert into hub.api_client (client_id, name, company, scopes, active)
         values ($1, $2, $3, $4, $5) on conflict (client_id) do nothing",
        it.client_id,
        it.name,
        it.company,
        &it.scopes,
        it.active
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a client that has this version; false when it has another.
pub async fn change_client(db: &mut PgConnection, it: &ApiClient) -> Result<bool> {
    let done = sqlx::query!(
        "update hub.api_client set version = version + 1, name = $3, scopes = $4, active = $5
         where client_id = $1 and version = $2",
        it.client_id,
        it.version,
        it.name,
        &it.scopes,
        it.active
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that a client was here.
pub async fn client_seen(db: &PgPool, client: &str, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update hub.api_client set last_used_at = $2
         where client_id = $1 and (last_used_at is null or last_used_at < $2)",
        client,
        now.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Publishes a version and ends the one that would overlap it; false when the version is taken.
pub async fn publish(
    db: &mut PgConnection,
    name: &str,
    version: &str,
    from: Date,
    items: &[CodeItem],
) -> Result<bool> {
    let last = from.yesterday().unwrap_or(from);
    sqlx::query!(
        "update hub.code_list set valid_to = $2
         where name = $1 and valid_from < $3 and (valid_to is null or valid_to >= $3)",
        name,
        last.to_sqlx() as _,
        from.to_sqlx() as _
    )
    .execute(&mut *db)
    .await?;
    let done = sqlx::query!(
        "insert into hub.code_list (name, version, valid_from, items) values ($1, $2, $3, $4)
         on conflict do nothing",
        name,
        version,
        from.to_sqlx() as _,
        Json(items) as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// How many open incidents a person of the company handles.
pub async fn workload(db: &mut PgConnection, company: &CompanyCode, handler: &str) -> Result<i64> {
    let open = sqlx::query_scalar!(
        r#"select count(*) as "open!" from hub.incident_desk d
           join hub.incident_party p on p.incident_id = d.incident_id and p.company = d.company
           where d.company = $1 and d.handler = $2 and p.status in ('sent', 'accepted', 'rejected')"#,
        company.as_str(),
        handler
    );
    Ok(open.fetch_one(db).await?)
}

/// Gives a person's open incidents to another, or to nobody; how many.
pub async fn hand_over(
    db: &mut PgConnection,
    company: &CompanyCode,
    handler: &str,
    to: Option<&str>,
) -> Result<u64> {
    let done = sqlx::query!(
        "update hub.incident_desk d set handler = $3 from hub.incident_party p
         where d.company = $1 and d.handler = $2 and p.incident_id = d.incident_id
           and p.company = d.company and p.status in ('sent', 'accepted', 'rejected')",
        company.as_str(),
        handler,
        to
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}
