//! One-time codes: six digits every 30 seconds (RFC 6238, SHA-1), each good once.
//!
//! A code counts in its own step and the one after, never ahead of time. All that
//! decides about a code happens while the member's row is locked, so neither two
//! requests nor two processes can use one code twice or try faster than allowed.

use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use totp_rs::{Builder, Secret, Totp};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::recovery;
use crate::error::{Error, Result};
use crate::sealed::Seal;

mod change;

pub use change::{change, next};

/// Seconds a code is current.
pub const STEP: u64 = 30;

/// Wrong tries within [`WINDOW`] before the next one has to wait.
const FREE_TRIES: i64 = 5;

/// What [`FREE_TRIES`] counts over, and the longest wait.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// How long a wrong try makes later waits longer.
const MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// What became of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The code was right and is now used up.
    Accepted,
    /// The code was wrong, too old or already used.
    Wrong,
    /// Too many wrong tries: nothing was looked at. Seconds until the next try.
    Wait(u64),
}

/// A secret shared with the member's authenticator app.
pub struct SharedSecret(Totp);

impl SharedSecret {
    fn new(bytes: &[u8], username: &str) -> Self {
        let totp = Builder::new()
            .with_secret(bytes.to_vec())
            .with_issuer(Some("Skadehub".to_owned()))
            .with_account_name(username.to_owned())
            .with_step_duration(STEP)
            .with_skew(0)
            .build_noncompliant();
        Self(totp)
    }

    /// The key as people type it: base32, in groups of four.
    pub fn groups(&self) -> Vec<String> {
        let key = Zeroizing::new(self.0.secret().to_base32());
        key.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect()
    }

    /// The `otpauth://` address the QR code holds.
    pub fn url(&self) -> Result<String> {
        self.0.to_url().map_err(|error| Error::Internal(anyhow::anyhow!("otpauth url: {error}")))
    }

    /// The code of the step `at` falls in.
    pub fn code(&self, at: Timestamp) -> String {
        self.0.generate(seconds(at)).to_string()
    }

    /// The step `code` belongs to: the current one or the one before, never one ahead.
    fn step_of(&self, code: &str, now: Timestamp) -> Option<u64> {
        let now = seconds(now);
        [now, now.saturating_sub(STEP)].into_iter().find_map(|at| self.0.check(code, at))
    }
}

fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or_default()
}

fn owner(member: Uuid) -> String {
    format!("portal.member:{member}")
}

/// The member's secret while it waits for its first code: made once, the same until confirmed.
///
/// `None` when the member is enrolled already; a confirmed secret is never shown again.
pub async fn pending(db: &PgPool, seal: &Seal, member: Uuid) -> Result<Option<SharedSecret>> {
    let fresh = Secret::generate();
    let sealed = seal.seal(&owner(member), fresh.as_ref());
    let row = sqlx::query!(
        r#"update portal.member set totp_secret = coalesce(totp_secret, $2)
           where member = $1 and totp_confirmed_at is null and active
           returning username, totp_secret as "sealed!""#,
        member,
        sealed
    )
    .fetch_optional(db)
    .await?;
    row.map(|row| open(seal, member, &row.username, &row.sealed)).transpose()
}

fn open(seal: &Seal, member: Uuid, username: &str, sealed: &[u8]) -> Result<SharedSecret> {
    let bytes = seal
        .open(&owner(member), sealed)
        .map_err(|_| Error::Inconsistent("portal.member", member.to_string()))?;
    Ok(SharedSecret::new(&bytes, username))
}

/// Tries a one-time code; the first accepted one also confirms the enrolment.
pub async fn try_code(
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
    let step = match &locked.sealed {
        Some(sealed) => open(seal, member, &locked.username, sealed)?.step_of(&digits, now),
        None => None,
    };
    let accepted = match step {
        Some(step) => use_step(&mut tx, member, step, now).await?,
        None => false,
    };
    settle(&mut tx, member, accepted, now).await?;
    tx.commit().await?;
    Ok(if accepted { Outcome::Accepted } else { Outcome::Wrong })
}

/// Tries a recovery code. Costs one argon2 hash, made before the row is locked.
pub async fn try_recovery_code(
    db: &PgPool,
    member: Uuid,
    code: &str,
    now: Timestamp,
) -> Result<Outcome> {
    if let Some(wait) = wait(&mut *db.acquire().await?, member, now).await? {
        return Ok(Outcome::Wait(wait));
    }
    let hash = recovery::hash_for(db, member, code).await?;
    let mut tx = crate::db::begin_plain(db).await?;
    if lock(&mut tx, member).await?.is_none() {
        return Err(Error::SignedOut);
    }
    if let Some(wait) = wait(&mut tx, member, now).await? {
        return Ok(Outcome::Wait(wait));
    }
    let accepted = match hash {
        Some(hash) => recovery::use_up(&mut tx, member, &hash, now).await?,
        None => false,
    };
    settle(&mut tx, member, accepted, now).await?;
    tx.commit().await?;
    Ok(if accepted { Outcome::Accepted } else { Outcome::Wrong })
}

struct Locked {
    username: String,
    sealed: Option<Vec<u8>>,
    next: Option<Vec<u8>>,
}

async fn lock(db: &mut PgConnection, member: Uuid) -> Result<Option<Locked>> {
    let row = sqlx::query_as!(
        Locked,
        "select username, totp_secret as sealed, totp_next as next from portal.member
         where member = $1 and active for no key update",
        member
    )
    .fetch_optional(db)
    .await?;
    Ok(row)
}

/// Marks the step as used, unless it or a later one was used before.
async fn use_step(db: &mut PgConnection, member: Uuid, step: u64, now: Timestamp) -> Result<bool> {
    let step = i64::try_from(step).unwrap_or(i64::MAX);
    let used = sqlx::query!(
        "update portal.member
         set totp_last_step = $2, totp_confirmed_at = coalesce(totp_confirmed_at, $3)
         where member = $1 and totp_last_step < $2",
        member,
        step,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Seconds to wait before the next try, when there were too many wrong ones.
async fn wait(db: &mut PgConnection, member: Uuid, now: Timestamp) -> Result<Option<u64>> {
    let row = sqlx::query!(
        r#"select count(*) filter (where at > $2) as "lately!", count(*) as "tries!", max(at) as last
           from portal.code_attempt where member = $1 and at > $3"#,
        member,
        (now - WINDOW).to_sqlx(),
        (now - MEMORY).to_sqlx()
    )
    .fetch_one(db)
    .await?;
    let Some(last) = row.last else { return Ok(None) };
    let until = last.to_jiff() + delay(row.lately, row.tries);
    let left = until.duration_since(now);
    Ok((left > SignedDuration::ZERO).then(|| left.as_secs().unsigned_abs().max(1)))
}

/// The delay after this many wrong tries in the window and in memory: none below five, then
/// 30 s doubling to 15 min.
///
/// Whoever keeps guessing ends at five tries per window, about 480 a day: a chance below
/// 0.1 % a day of hitting one of the two valid codes. Nobody is ever locked out for good.
fn delay(lately: i64, tries: i64) -> SignedDuration {
    if lately < FREE_TRIES {
        return SignedDuration::ZERO;
    }
    SignedDuration::from_secs(30 << (tries - FREE_TRIES).clamp(0, 5)).min(WINDOW)
}

/// Forgets the wrong tries after a right one, or notes one more.
async fn settle(db: &mut PgConnection, member: Uuid, accepted: bool, now: Timestamp) -> Result<()> {
    let forget_before = if accepted { Timestamp::MAX } else { now - MEMORY };
    sqlx::query!(
        "delete from portal.code_attempt where member = $1 and at <= $2",
        member,
        forget_before.to_sqlx()
    )
    .execute(&mut *db)
    .await?;
    if !accepted {
        sqlx::query!(
            "insert into portal.code_attempt (member, at) values ($1, $2)",
            member,
            now.to_sqlx()
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
