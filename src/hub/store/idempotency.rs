//! Answers kept under their idempotency keys: the same key and request get the first answer again.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::contract::Problem;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::sealed::Seal;

/// A key, and what it was used for: SHA-256 of method, path and body.
#[derive(Debug, Clone)]
pub struct Key {
    /// As the caller sent it.
    pub text: String,
    /// Of the request.
    pub fingerprint: [u8; 32],
}

/// An answer as it goes to the caller.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The `ETag`.
    pub version: Option<i64>,
    /// JSON.
    pub body: Vec<u8>,
    /// Given before.
    pub replay: bool,
}

/// Takes the key for this transaction, or says that its request still runs.
pub async fn take(db: &mut PgConnection, company: &CompanyCode, key: &Key) -> Result<()> {
    let taken = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as "taken!""#,
        format!("{company} {}", key.text)
    )
    .fetch_one(db)
    .await?;
    if taken {
        return Ok(());
    }
    Err(Problem::new(409, "in_progress", "Den samme forespørselen behandles allerede.")
        .retry_after(1)
        .into())
}

/// The answer given before under this key, if any.
pub async fn find(
    db: &mut PgConnection,
    seal: &Seal,
    company: &CompanyCode,
    key: &Key,
) -> Result<Option<Answer>> {
    let row = sqlx::query!(
        "select fingerprint, status, version, answer from hub.idempotency
         where company = $1 and key = $2",
        company.as_str(),
        key.text
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    if row.fingerprint != key.fingerprint {
        return Err(Problem::new(
            422,
            "idempotency_key_reused",
            "Nøkkelen er alt brukt til en annen forespørsel.",
        )
        .into());
    }
    let body = seal
        .open(&owner(company), &row.answer)
        .map_err(|_| Error::Inconsistent("idempotency", key.text.clone()))?;
    Ok(Some(Answer {
        status: u16::try_from(row.status).unwrap_or(200),
        version: row.version,
        body: body.to_vec(),
        replay: true,
    }))
}

/// Keeps an answer under its key.
pub async fn keep(
    db: &mut PgConnection,
    seal: &Seal,
    company: &CompanyCode,
    key: &Key,
    answer: &Answer,
    at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into hub.idempotency (company, key, fingerprint, status, version, answer, at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        company.as_str(),
        key.text,
        key.fingerprint.as_slice(),
        i16::try_from(answer.status).unwrap_or(200),
        answer.version,
        seal.seal(&owner(company), &answer.body),
        at.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(())
}

fn owner(company: &CompanyCode) -> String {
    format!("hub.idempotency:{company}")
}

/// Forgets answers older than 7 days.
pub async fn forget(db: &mut PgConnection, company: &CompanyCode, now: Timestamp) -> Result<()> {
    let oldest = now.saturating_sub(jiff::Span::new().hours(7 * 24)).unwrap_or(Timestamp::MIN);
    sqlx::query!(
        "delete from hub.idempotency where company = $1 and at < $2",
        company.as_str(),
        oldest.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(())
}
