//! A company's handler rules, and what they are tried on.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::column::{company, word};
use crate::contract::{HandlerRule, HandlerRules, Moment};
use crate::domain::handler_rule::Arrival;
use crate::error::Result;
use crate::formats::CompanyCode;

/// An incident that came to the company.
pub struct Arrived {
    /// Its id.
    pub id: Uuid,
    /// When it was sent, or reached the company.
    pub at: Timestamp,
    /// What was known of it then.
    pub arrival: Arrival,
}

/// Families of liability codes, by version and code.
pub type Families = HashMap<(String, String), String>;

/// The rules in force; none, in version 0, before the first change.
pub async fn in_force(db: &mut PgConnection, company: &CompanyCode) -> Result<HandlerRules> {
    let row = sqlx::query!(
        r#"select version, rules as "rules: Json<Vec<HandlerRule>>", changed_by, changed_at
           from hub.handler_rule_list where company = $1"#,
        company.as_str()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map_or_else(HandlerRules::default, |row| HandlerRules {
        version: row.version,
        rules: row.rules.0,
        changed_by: row.changed_by,
        changed_at: Some(Moment(row.changed_at.to_jiff())),
    }))
}

/// Stores the rules in the place of those of the version before; false when another version stands.
pub async fn save(
    db: &mut PgConnection,
    company: &CompanyCode,
    rules: &[HandlerRule],
    before: i64,
    by: Option<&str>,
    at: Timestamp,
) -> Result<bool> {
    let done = sqlx::query!(
        "insert into hub.handler_rule_list as list (company, version, rules, changed_by, changed_at)
         values ($1, $2::bigint + 1, $3, $4, $5)
         on conflict (company) do update set version = excluded.version, rules = excluded.rules,
             changed_by = excluded.changed_by, changed_at = excluded.changed_at
         where list.version = $2",
        company.as_str(),
        before,
        Json(rules) as _,
        by,
        at.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The families of all liability codes.
pub async fn families(db: &mut PgConnection) -> Result<Families> {
    let rows = sqlx::query!(
        r#"select version, item ->> 'code' as "code!", item ->> 'family' as "family!"
           from hub.code_list, jsonb_array_elements(items) item
           where name = 'liability-codes' and item ->> 'family' is not null"#
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| ((row.version, row.code), row.family)).collect())
}

/// The company's incidents that came in a period, the newest first, each as it was then.
pub async fn arrived(
    db: &mut PgConnection,
    own: &CompanyCode,
    from: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Arrived>> {
    let families = families(db).await?;
    let rows = sqlx::query!(
        r#"select p.incident_id as "incident_id!", p.role as "role!", p.at as "at!", p.other as "other!",
                  p.own_reference, p.other_reference, p.registration_number, p.other_registration,
                  p.insurer_registry, q.code as "code?", q.code_version as "code_version?"
           from (select incident_id, role, opened_at as at, company as sender, other,
                        reference as own_reference, null as other_reference, registration_number,
                        other_registration, insurer_registry
                 from hub.incident_party
                 where company = $1 and opened_at >= $2 and opened_at < $3 and role = 'sender'
                 union all
                 select incident_id, role, received_at, other, other, null, other_reference_key,
                        registration_number, other_registration, insurer_registry
                 from hub.incident_party
                 where company = $1 and received_at >= $2 and received_at < $3
                 order by at desc, incident_id desc limit $4) p
           left join hub.proposal q
             on q.incident_id = p.incident_id and q.at = p.at and q.by_company = p.sender
           order by p.at desc, p.incident_id desc"#,
        own.as_str(),
        from.to_sqlx() as _,
        until.to_sqlx() as _,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let coded = row.code_version.zip(row.code.clone());
            let arrival = Arrival {
                role: word(&row.role, "role")?,
                counterpart: company(&row.other)?,
                family: coded.and_then(|coded| families.get(&coded).cloned()),
                code: row.code,
                registry_company: row.insurer_registry.as_deref().map(company).transpose()?,
                own_reference: row.own_reference,
                other_reference: row.other_reference,
                own_registration: row.registration_number,
                other_registration: row.other_registration,
            };
            Ok(Arrived { id: row.incident_id, at: row.at.to_jiff(), arrival })
        })
        .collect()
}
