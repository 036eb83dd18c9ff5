//! The company log as it is read. Written by [`crate::company_log`], chained in [`super::log_chain`].

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::contract::{LogEntry, Moment};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// What is asked for of the log, or of the shared history; `K` is the place of a row in its order.
#[derive(Debug, Clone)]
pub struct Asked<K> {
    /// At or after, and before.
    pub period: (Option<Timestamp>, Option<Timestamp>),
    /// A person of the own company, or its API client.
    pub person: Option<String>,
    /// Kinds.
    pub kinds: Vec<String>,
    /// Normalised reference.
    pub reference: Option<String>,
    /// Channel.
    pub channel: Option<String>,
    /// The last row of the page before.
    pub after: Option<K>,
    /// At most this many rows.
    pub limit: i64,
}

/// The company's log, the newest first.
pub async fn list(
    db: &mut PgConnection,
    company: &CompanyCode,
    asked: &Asked<(Timestamp, Uuid)>,
) -> Result<Vec<LogEntry>> {
    let rows = sqlx::query!(
        "select entry_id, seq, at, kind, channel, person, incident_id, reference, data, hash
         from log.entry
         where company = $1 and ($2::timestamptz is null or (at, entry_id) < ($2, $3::uuid))
           and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
           and (cardinality($6::text[]) = 0 or kind = any($6))
           and ($7::text is null or channel = $7)
           and ($8::text is null or upper(replace(reference, ' ', '')) = $8)
           and ($9::text is null or person = $9)
         order by at desc, entry_id desc limit $10",
        company.as_str(),
        asked.after.map(|(at, _)| at.to_sqlx()) as _,
        asked.after.map(|(_, id)| id),
        asked.period.0.map(ToSqlx::to_sqlx) as _,
        asked.period.1.map(ToSqlx::to_sqlx) as _,
        &asked.kinds,
        asked.channel,
        asked.reference,
        asked.person,
        asked.limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let data = row.data.as_deref().map(serde_json::from_slice).transpose();
            let data = data.map_err(|_| Error::Inconsistent("entry", row.entry_id.to_string()))?;
            Ok(LogEntry {
                id: row.entry_id,
                seq: row.seq,
                at: Moment(row.at.to_jiff()),
                kind: row.kind,
                channel: row.channel,
                person: row.person,
                incident_id: row.incident_id,
                reference: row.reference,
                erased: data.is_none(),
                data: data.unwrap_or_default(),
                hash: row.hash.map(|hash| data_encoding::HEXLOWER.encode(&hash)),
            })
        })
        .collect()
}

/// The company's own reference of an incident, if it has given one.
pub async fn own_reference(
    db: &mut PgConnection,
    company: &CompanyCode,
    incident: Uuid,
) -> Result<Option<String>> {
    let reference = sqlx::query_scalar!(
        "select reference from hub.incident_party where incident_id = $1 and company = $2",
        incident,
        company.as_str()
    );
    Ok(reference.fetch_optional(db).await?.flatten())
}
