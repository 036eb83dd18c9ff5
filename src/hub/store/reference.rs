//! The directory, the API clients and the code lists: no company's own.

use jiff::Timestamp;
use sqlx::PgPool;
use sqlx::types::Json;

use crate::contract::{CodeItem, CodeList, Company, Scopes};
use crate::error::Result;

/// Every company, by code.
pub async fn companies(db: &PgPool) -> Result<Vec<Company>> {
    let rows = sqlx::query_as!(
        Company,
        "select code, name, organisation_number, active, claim_account_number
         from hub.company order by code"
    );
    Ok(rows.fetch_all(db).await?)
}

/// Every version of every code list, the newest first within a name.
pub async fn code_lists(db: &PgPool) -> Result<Vec<CodeList>> {
    let rows = sqlx::query!(
        r#"select name, version, valid_from, valid_to, items as "items: Json<Vec<CodeItem>>"
           from hub.code_list order by name, valid_from desc, version desc"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CodeList {
            name: row.name,
            version: row.version,
            valid_from: row.valid_from.to_jiff(),
            valid_to: row.valid_to.map(jiff_sqlx::Date::to_jiff),
            items: row.items.0,
        })
        .collect())
}

/// An active API client: its company, if it has one, its scopes, and its last call.
pub async fn client(
    db: &PgPool,
    id: &str,
) -> Result<Option<(Option<String>, Scopes, Option<Timestamp>)>> {
    let row = sqlx::query!(
        "select company, scopes, last_used_at from hub.api_client where client_id = $1 and active",
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let scopes = Scopes::named(row.scopes.iter().map(String::as_str));
        (row.company, scopes, row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff))
    }))
}
