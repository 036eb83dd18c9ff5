//! The directory, the API clients and the demonstration code lists, written as the schema's owner.

use anyhow::Result;
use jiff_sqlx::ToSqlx;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};

use crate::contract::CodeList;
use crate::formats::CompanyCode;
use crate::sandbox::demo_world::{CompanyKind, DemoWorld};

/// Adds what is missing; what is there already is left as it is.
pub async fn load(world: &DemoWorld, owner: &PgPool) -> Result<()> {
    let mut tx = owner.begin().await?;
    companies(world, &mut tx).await?;
    clients(world, &mut tx).await?;
    let lists: Vec<CodeList> = serde_json::from_str(include_str!("../data/code-lists.json"))?;
    for list in lists {
        let (from, to) = (list.valid_from.to_sqlx(), list.valid_to.map(ToSqlx::to_sqlx));
        sqlx::query!(
            "insert into hub.code_list (name, version, valid_from, valid_to, items)
             values ($1, $2, $3, $4, $5) on conflict do nothing",
            list.name,
            list.version,
            from as _,
            to as _,
            Json(list.items) as _
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn companies(world: &DemoWorld, db: &mut PgConnection) -> Result<()> {
    for company in &world.companies {
        let kind = match company.kind {
            CompanyKind::Norwegian => "tff_member",
            CompanyKind::Branch => "branch",
            CompanyKind::GuaranteeFund => "guarantee_fund",
        };
        sqlx::query!(
            "insert into hub.company (code, name, organisation_number, kind, active,
                 claim_account_number, processor_agreement_on, affiliation_agreement_on)
             values ($1, $2, $3, $4, true, $5, '2026-01-05', '2026-01-05') on conflict do nothing",
            company.code.as_str(),
            company.name,
            company.organisation_number,
            kind,
            company.claim_account_number
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn clients(world: &DemoWorld, db: &mut PgConnection) -> Result<()> {
    for client in &world.api_clients {
        sqlx::query!(
            "insert into hub.api_client (client_id, company, scopes) values ($1, $2, $3) on conflict do nothing",
            client.client_id,
            client.company.as_ref().map(CompanyCode::as_str),
            &client.scopes
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
