//! What of a company's log is past its time, its erasure, and the holds that prevent it.
//!
//! The database's clock decides, and its trigger refuses whatever goes further: a process whose
//! clock is wrong erases nothing too early.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Result;
use crate::formats::CompanyCode;

/// Entries of one kind that are past their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// As the API names it.
    pub kind: String,
    /// How many would be erased.
    pub entries: i64,
    /// How many a hold keeps.
    pub held: i64,
    /// The first of all of them.
    pub oldest: Timestamp,
    /// The last.
    pub newest: Timestamp,
}

/// A legal hold on a company's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// The entries about this incident; all entries when there is none.
    pub incident: Option<Uuid>,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub set_by: String,
    /// Until this moment.
    pub until: Timestamp,
}

/// What is past its time, by kind.
pub async fn due(db: &mut PgConnection, company: &CompanyCode) -> Result<Vec<Due>> {
    let rows = sqlx::query!(
        r#"select kind, count(*) filter (where not held) as "entries!",
                  count(*) filter (where held) as "held!",
                  min(at) as "oldest!", max(at) as "newest!"
           from (select kind, at, log.is_held(company, incident_id) as held from log.entry
                 where company = $1 and salt is not null and log.is_access(kind)
                   and at < log.access_kept_from(now()) and hash is not null) past
           group by kind order by kind"#,
        company.as_str()
    );
    let rows = rows.fetch_all(db).await?;
    let due = rows.into_iter().map(|row| Due {
        kind: row.kind,
        entries: row.entries,
        held: row.held,
        oldest: row.oldest.to_jiff(),
        newest: row.newest.to_jiff(),
    });
    Ok(due.collect())
}

/// Erases at most `limit` entries that nobody else is erasing; how many. Hashes, kinds and times stay.
pub async fn erase(db: &mut PgConnection, company: &CompanyCode, limit: i64) -> Result<u64> {
    let done = sqlx::query!(
        "update log.entry e
         set person = null, incident_id = null, reference = null, data = null, salt = null
         from (select entry_id from log.entry
               where company = $1 and salt is not null and log.is_access(kind)
                 and at < log.access_kept_from(now()) and hash is not null
                 and not log.is_held(company, incident_id)
               order by at limit $2 for update skip locked) due
         where e.company = $1 and e.entry_id = due.entry_id",
        company.as_str(),
        limit
    );
    Ok(done.execute(db).await?.rows_affected())
}

/// Sets a hold, in the place of an earlier one of the same entries.
pub async fn hold(
    db: &mut PgConnection,
    company: &CompanyCode,
    hold: &Hold,
    now: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "insert into log.hold (company, incident_id, reason, set_by, set_at, until)
         values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint hold_once do update
         set reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at,
             until = excluded.until",
        company.as_str(),
        hold.incident,
        hold.reason,
        hold.set_by,
        now.to_sqlx() as _,
        hold.until.to_sqlx() as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The holds in force.
pub async fn holds(db: &mut PgConnection, company: &CompanyCode) -> Result<Vec<Hold>> {
    let rows = sqlx::query!(
        "select incident_id, reason, set_by, until from log.hold
         where company = $1 and until > now() order by set_at",
        company.as_str()
    );
    let rows = rows.fetch_all(db).await?;
    let hold = rows.into_iter().map(|row| Hold {
        incident: row.incident_id,
        reason: row.reason,
        set_by: row.set_by,
        until: row.until.to_jiff(),
    });
    Ok(hold.collect())
}
