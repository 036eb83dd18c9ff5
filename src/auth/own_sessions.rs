//! A member's own sessions: which there are, and ending them.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, PgPool};
use tower_sessions::session::Id;
use uuid::Uuid;

use super::session_store::hash;
use crate::error::Result;

/// More than anyone has.
const MOST: i64 = 100;

/// A browser in which the member is signed in, or halfway there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// What to call it when ending it. It opens nothing.
    pub handle: String,
    /// When the sign-in began.
    pub started_at: Timestamp,
    /// The newest request, to the minute.
    pub seen_at: Timestamp,
    /// The browser in words, when it said what it is.
    pub browser: Option<String>,
    /// The one that is asking.
    pub this: bool,
}

/// The member's sessions, the one last seen first.
pub async fn list(
    db: &PgPool,
    member: Uuid,
    this: Option<Id>,
    now: Timestamp,
) -> Result<Vec<OwnSession>> {
    let rows = sqlx::query!(
        r#"select id_hash, data ->> 'browser' as browser, created_at, seen_at
           from portal.session where member = $1 and expires_at > $2
           order by seen_at desc, created_at desc limit $3"#,
        member,
        now.to_sqlx(),
        MOST
    )
    .fetch_all(db)
    .await?;
    let this = this.map(hash);
    let sessions = rows.into_iter().map(|row| OwnSession {
        handle: BASE64URL_NOPAD.encode(&row.id_hash),
        started_at: row.created_at.to_jiff(),
        seen_at: row.seen_at.to_jiff(),
        browser: row.browser,
        this: this.is_some_and(|this| row.id_hash == this),
    });
    Ok(sessions.collect())
}

/// Ends one of the member's sessions; false when it is none of theirs, or has ended.
pub async fn end(
    db: &mut PgConnection,
    member: Uuid,
    handle: &str,
    now: Timestamp,
) -> Result<bool> {
    let Ok(id_hash) = BASE64URL_NOPAD.decode(handle.as_bytes()) else { return Ok(false) };
    let ended = sqlx::query!(
        "update portal.session set expires_at = $3
         where member = $1 and id_hash = $2 and expires_at > $3",
        member,
        id_hash,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// Ends the member's sessions, all or all but one, and says how many.
pub async fn end_all(
    db: &mut PgConnection,
    member: Uuid,
    except: Option<Id>,
    now: Timestamp,
) -> Result<u64> {
    let except = except.map(hash).map(Vec::from);
    let ended = sqlx::query!(
        "update portal.session set expires_at = $3
         where member = $1 and id_hash is distinct from $2 and expires_at > $3",
        member,
        except,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(ended.rows_affected())
}
