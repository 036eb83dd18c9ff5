//! Another app in the place of the one that is set up.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use totp_rs::Secret;
use uuid::Uuid;

use super::{Outcome, SharedSecret, lock, open, owner, settle, wait};
use crate::error::{Error, Result};
use crate::sealed::Seal;

/// The secret of a new app, while the old one still counts: made once, the same until confirmed.
///
/// `None` when the member is not enrolled: then there is nothing to change.
pub async fn next(db: &PgPool, seal: &Seal, member: Uuid) -> Result<Option<SharedSecret>> {
    let fresh = Secret::generate();
    let sealed = seal.seal(&owner(member), fresh.as_ref());
    let row = sqlx::query!(
        r#"update portal.member set totp_next = coalesce(totp_next, $2)
           where member = $1 and totp_confirmed_at is not null and active
           returning username, totp_next as "sealed!""#,
        member,
        sealed
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| open(seal, member, &row.username, &row.sealed)).transpose()
}

/// Tries a code of the new app; the right one puts it in the place of the old.
pub async fn change(
    db: &PgPool,
    seal: &Seal,
    member: Uuid,
    code: &str,
    now: Timestamp,
) -> Result<Outcome> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let mut tx = crate::db::begin_plain(db).await?;
    let Some(locked) = lock(&mut tx, member).await? else { return Err(Error::SignedOut) };
    if let Some(wait) = wait(&mut tx, member, now).await? {
        return Ok(Outcome::Wait(wait));
    }
    let step = match &locked.next {
        Some(sealed) => open(seal, member, &locked.username, sealed)?.step_of(&digits, now),
        None => None,
    };
    if let Some(step) = step {
        replace(&mut tx, member, step, now).await?;
    }
    settle(&mut tx, member, step.is_some(), now).await?;
    tx.commit().await?;
    Ok(if step.is_some() { Outcome::Accepted } else { Outcome::Wrong })
}

/// The new secret takes the place of the old; the code that proved it is used up.
async fn replace(db: &mut PgConnection, member: Uuid, step: u64, now: Timestamp) -> Result<()> {
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    sqlx::query!(
        "update portal.member
         set totp_secret = totp_next, totp_next = null, totp_confirmed_at = $3, totp_last_step = $2
         where member = $1",
        member,
        step,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}
