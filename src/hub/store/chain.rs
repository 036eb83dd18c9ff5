//! The event chains as they are checked: heads from the incidents, links from the events.

use sqlx::PgConnection;
use uuid::Uuid;

use super::event::Link;
pub use super::incident::Head;
use crate::error::Result;
use crate::formats::CompanyCode;

/// A stored event with what it claims about itself.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What its hash covers, as it is stored now.
    pub link: Link,
    /// Salt and payload; none once they have been erased.
    pub salt: Option<Vec<u8>>,
    /// See `salt`.
    pub payload: Option<Vec<u8>>,
    /// The hash of the event before it, as stored.
    pub previous: Vec<u8>,
    /// Its hash, as stored.
    pub hash: Vec<u8>,
}

/// The heads of at most `limit` incidents that `sender` opened, by id, after `after`; only those
/// with `counterpart` when one is named.
pub async fn heads(
    db: &mut PgConnection,
    sender: &CompanyCode,
    counterpart: Option<&CompanyCode>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<(Uuid, Head)>> {
    let rows = sqlx::query!(
        "select incident_id, event_seq, event_hash from hub.incident
         where sender = $1 and incident_id > $2 and ($4::text is null or counterpart = $4)
         order by incident_id limit $3",
        sender.as_str(),
        after,
        limit,
        counterpart.map(CompanyCode::as_str)
    )
    .fetch_all(db)
    .await?;
    let head = |seq, hash| Head { seq, hash };
    Ok(rows.into_iter().map(|row| (row.incident_id, head(row.event_seq, row.event_hash))).collect())
}

/// The hash of one event, if it is there.
pub async fn hash_at(db: &mut PgConnection, incident: Uuid, seq: i64) -> Result<Option<Vec<u8>>> {
    let hash = sqlx::query_scalar!(
        "select hash from hub.event where incident_id = $1 and seq = $2",
        incident,
        seq
    );
    Ok(hash.fetch_optional(db).await?)
}

/// Every event of `incidents`, oldest first within each.
///
/// The sender is a party of all of them, also of those from before a redirect.
pub async fn events(db: &mut PgConnection, incidents: &[Uuid]) -> Result<Vec<Stored>> {
    let rows = sqlx::query!(
        "select incident_id, seq, event_id, sender, counterpart, kind, by_company, channel, at,
                payload, salt, payload_hash, previous_hash, hash
         from hub.event where incident_id = any($1) order by incident_id, seq",
        incidents
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Stored {
            link: Link {
                incident: row.incident_id,
                seq: row.seq,
                id: row.event_id,
                pair: [row.sender, row.counterpart],
                kind: row.kind,
                by: row.by_company,
                channel: row.channel,
                at: row.at.to_jiff(),
                payload_hash: row.payload_hash,
            },
            salt: row.salt,
            payload: row.payload,
            previous: row.previous_hash,
            hash: row.hash,
        })
        .collect())
}
