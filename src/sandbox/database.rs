//! The application's database on the private server: roles, ownership, migrations.

use anyhow::{Context, Result};
use secrecy::SecretString;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::postgres::Postgres;
use crate::db;

/// Deletes the database `name`, if it is there.
pub async fn drop(server: &Postgres, name: &'static str) -> Result<()> {
    let mut superuser = PgConnection::connect(&server.url("postgres", "postgres")).await?;
    superuser
        .execute(AssertSqlSafe(format!("drop database if exists {name} with (force)")))
        .await?;
    Ok(superuser.close().await?)
}

/// Makes the roles and the database `name` where they are missing, and migrates it.
///
/// `name` goes into the statement as it is: the caller writes it in the code.
pub async fn prepare(server: &Postgres, name: &'static str) -> Result<()> {
    let mut superuser = PgConnection::connect(&server.url("postgres", "postgres")).await?;
    superuser
        .execute(include_str!("../../migrations/roles.sql"))
        .await
        .context("making the roles")?;
    let exists = sqlx::query("select from pg_database where datname = $1")
        .bind(name)
        .fetch_optional(&mut superuser)
        .await?;
    if exists.is_none() {
        let create = format!("create database {name} owner skadehub_owner template template0");
        superuser.execute(AssertSqlSafe(create)).await.context("making the database")?;
    }
    superuser.close().await?;

    let owner = db::pool(&SecretString::from(server.url("skadehub_owner", name)), 1)?;
    db::migrate(&owner).await?;
    owner.close().await;
    Ok(())
}
