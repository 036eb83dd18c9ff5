//! The table behind the sessions, as tower-sessions asks for it.

use std::fmt;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error as StoreError, Result as StoreResult};
use uuid::Uuid;

use super::members::{Member, Row};
use super::session::{ABSOLUTE, IDLE, SIGN_IN, SignIn};
use crate::clock::Clock;
use crate::error::Result;

/// The record's entry with the member as they are now: read with it, never stored.
pub(super) const MEMBER: &str = "member";

/// The time last seen is moved no more often than this.
const TOUCH: SignedDuration = SignedDuration::from_mins(1);

/// How long an ended session is remembered, for forms that come too late.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(12);

/// The sessions in the database.
#[derive(Clone)]
pub struct Sessions {
    db: PgPool,
    clock: Clock,
}

impl Sessions {
    /// Sessions in this database.
    pub fn new(db: PgPool, clock: Clock) -> Self {
        Self { db, clock }
    }

    /// The time by which sessions are judged.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whose session this was, also after it has ended.
    pub async fn former_member(&self, id: Id) -> Result<Option<Uuid>> {
        let member =
            sqlx::query_scalar!("select member from portal.session where id_hash = $1", &hash(id))
                .fetch_optional(&self.db)
                .await?;
        Ok(member)
    }

    async fn insert(&self, record: &Record) -> Result<()> {
        let now = self.clock.now();
        let sign_in: SignIn = entry(record, SIGN_IN)?;
        let absolute = sign_in.started_at + ABSOLUTE;
        let mut db = self.db.acquire().await?;
        purge(&mut db, now).await?;
        sqlx::query!(
            "insert into portal.session
                 (id_hash, member, provider_sid, data, created_at, seen_at, expires_at, absolute_until)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
            &hash(record.id),
            sign_in.member,
            sign_in.provider_sid,
            stored(&sign_in) as _,
            sign_in.started_at.to_sqlx(),
            now.to_sqlx(),
            (now + IDLE).min(absolute).to_sqlx(),
            absolute.to_sqlx()
        )
        .execute(&mut *db)
        .await?;
        Ok(())
    }

    async fn update(&self, record: &Record) -> Result<()> {
        let sign_in: SignIn = entry(record, SIGN_IN)?;
        sqlx::query!(
            "update portal.session set data = $2 where id_hash = $1 and expires_at > $3",
            &hash(record.id),
            stored(&sign_in) as _,
            self.clock.now().to_sqlx()
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    async fn find(&self, id: Id) -> Result<Option<Record>> {
        let now = self.clock.now();
        let row = sqlx::query!(
            r#"select data as "data: Json<serde_json::Value>", seen_at,
                      m.member, username, company, company_name, roles,
                      totp_confirmed_at is not null as "enrolled!"
               from portal.session s join portal.member m on m.member = s.member
               where id_hash = $1 and expires_at > $2 and active"#,
            &hash(id),
            now.to_sqlx()
        )
        .fetch_optional(&self.db)
        .await?;
        let Some(row) = row else { return Ok(None) };
        if now.duration_since(row.seen_at.to_jiff()) >= TOUCH {
            self.touch(id, now).await?;
        }
        let member = Member::try_from(Row {
            member: row.member,
            username: row.username,
            company: row.company,
            company_name: row.company_name,
            roles: row.roles,
            enrolled: row.enrolled,
        })?;
        let data = [
            (SIGN_IN, row.data.0),
            (MEMBER, serde_json::to_value(member).map_err(anyhow::Error::from)?),
        ];
        Ok(Some(Record {
            id,
            data: data.map(|(key, value)| (key.to_owned(), value)).into(),
            expiry_date: OffsetDateTime::UNIX_EPOCH,
        }))
    }

    async fn touch(&self, id: Id, now: Timestamp) -> Result<()> {
        sqlx::query!(
            "update portal.session set seen_at = $2, expires_at = least($3, absolute_until)
             where id_hash = $1 and seen_at <= $4 and expires_at > $2",
            &hash(id),
            now.to_sqlx(),
            (now + IDLE).to_sqlx(),
            (now - TOUCH).to_sqlx()
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }

    async fn remove(&self, id: Id) -> Result<()> {
        sqlx::query!("delete from portal.session where id_hash = $1", &hash(id))
            .execute(&self.db)
            .await?;
        Ok(())
    }
}

/// Ends the sessions the provider has ended: those of its session `sid`, or all of the person.
pub async fn end_by_provider(
    db: &mut PgConnection,
    issuer: &str,
    subject: Option<&str>,
    sid: Option<&str>,
    now: Timestamp,
) -> Result<u64> {
    let ended = sqlx::query!(
        "update portal.session s set expires_at = $4
         from portal.member m
         where m.member = s.member and m.issuer = $1 and s.expires_at > $4
           and (m.subject = $2 or $2 is null) and (s.provider_sid = $3 or $3 is null)
           and ($2 is not null or $3 is not null)",
        issuer,
        subject,
        sid,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected())
}

/// Notes that a logout token has been acted on; false when it had been before.
pub async fn use_logout_token(
    db: &mut PgConnection,
    jti: &str,
    until: Timestamp,
    now: Timestamp,
) -> Result<bool> {
    // A clock may differ a little, and a token is looked at a little after it has expired.
    let keep_until = until.max(now) + SignedDuration::from_mins(5);
    sqlx::query!("delete from portal.logout_token where keep_until < $1", now.to_sqlx())
        .execute(&mut *db)
        .await?;
    let noted = sqlx::query!(
        "insert into portal.logout_token (jti, keep_until) values ($1, $2) on conflict do nothing",
        jti,
        keep_until.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(noted.rows_affected() == 1)
}

/// Removes what ended long ago.
async fn purge(db: &mut PgConnection, now: Timestamp) -> Result<()> {
    sqlx::query!("delete from portal.session where expires_at < $1", (now - REMEMBERED).to_sqlx())
        .execute(db)
        .await?;
    Ok(())
}

pub(super) fn hash(id: Id) -> [u8; 32] {
    Sha256::digest(id.0.to_le_bytes()).into()
}

fn stored(sign_in: &SignIn) -> Json<&SignIn> {
    Json(sign_in)
}

fn entry<T: DeserializeOwned>(record: &Record, key: &str) -> Result<T> {
    let value = record.data.get(key).cloned().unwrap_or_default();
    Ok(serde_json::from_value(value).map_err(anyhow::Error::from)?)
}

impl fmt::Debug for Sessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sessions")
    }
}

#[async_trait]
impl tower_sessions::SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        self.insert(record).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> StoreResult<()> {
        self.update(record).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        self.find(*id).await.map_err(backend)
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.remove(*id).await.map_err(backend)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape map_err asks for")]
fn backend(error: crate::error::Error) -> StoreError {
    StoreError::Backend(error.to_string())
}
