//! The shared history: append-only, hash-chained per incident.
//!
//! `hash = SHA-256(previous ‖ fixed fields ‖ SHA-256(salt ‖ payload))`, every field
//! behind its length. Payload and salt can be erased and the chain still verifies.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use super::incident::Head;
use super::log::Asked;
use crate::company_log::digest;
use crate::contract::{self, Channel, Moment};
use crate::domain::{Event, Incident};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// Who acted.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The acting company; the hub itself acts in one's name, and is written as none.
    pub company: &'a CompanyCode,
    /// The acting person.
    pub user: Option<&'a str>,
    /// Through which door.
    pub channel: Channel,
}

/// What can be erased: what happened, and who did it.
#[derive(Serialize, Deserialize)]
struct Payload {
    data: serde_json::Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
}

/// The fields of an event that its hash covers.
#[derive(Debug, Clone)]
pub struct Link {
    /// The incident.
    pub incident: Uuid,
    /// Number within it.
    pub seq: i64,
    /// The event's id.
    pub id: Uuid,
    /// The two companies.
    pub pair: [String; 2],
    /// Kind.
    pub kind: String,
    /// Acting company.
    pub by: Option<String>,
    /// Door.
    pub channel: String,
    /// When, in whole microseconds.
    pub at: Timestamp,
    /// SHA-256(salt ‖ payload).
    pub payload_hash: Vec<u8>,
}

impl Link {
    /// The hash of this event behind `previous`.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        digest(&[
            previous,
            self.incident.as_bytes(),
            &self.seq.to_be_bytes(),
            self.id.as_bytes(),
            self.pair[0].as_bytes(),
            self.pair[1].as_bytes(),
            self.kind.as_bytes(),
            self.by.as_deref().unwrap_or_default().as_bytes(),
            self.channel.as_bytes(),
            &self.at.as_microsecond().to_be_bytes(),
            &self.payload_hash,
        ])
    }
}

/// The hash of a payload behind its salt.
pub fn payload_hash(salt: &[u8], payload: &[u8]) -> Vec<u8> {
    Sha256::new().chain_update(salt).chain_update(payload).finalize().to_vec()
}

/// Appends one event of `incident` (as it is after the act) and puts it in the outbox.
pub async fn append(
    db: &mut PgConnection,
    incident: &Incident,
    event: &Event,
    by: By<'_>,
    at: Timestamp,
    head: &mut Head,
) -> Result<()> {
    let hub = event.by_hub();
    let payload = Payload {
        data: event.data(by.company, incident.other(by.company)),
        user: by.user.filter(|_| !hub).map(str::to_owned),
    };
    let payload = serde_json::to_vec(&payload).map_err(anyhow::Error::from)?;
    let salt: [u8; 16] = rand::random();
    let link = Link {
        incident: incident.id,
        seq: head.seq + 1,
        id: Uuid::now_v7(),
        pair: [incident.sender.to_string(), incident.counterpart.to_string()],
        kind: event.kind().to_owned(),
        by: (!hub).then(|| by.company.to_string()),
        channel: if hub { Channel::System } else { by.channel }.as_str().to_owned(),
        at,
        payload_hash: payload_hash(&salt, &payload),
    };
    let hash = link.hash(&head.hash);
    sqlx::query!(
        "with written as (
             insert into hub.event (incident_id, seq, event_id, sender, counterpart, kind, by_company,
                 channel, at, payload, salt, payload_hash, previous_hash, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14))
         insert into hub.outbox (incident_id, seq, sender, counterpart) values ($1, $2, $4, $5)",
        link.incident,
        link.seq,
        link.id,
        link.pair[0],
        link.pair[1],
        link.kind,
        link.by,
        link.channel,
        at.to_sqlx() as _,
        payload,
        salt.as_slice(),
        link.payload_hash,
        head.hash,
        hash,
    )
    .execute(db)
    .await?;
    *head = Head { seq: link.seq, hash };
    Ok(())
}

/// An event's row as it is shown.
#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) incident_id: Uuid,
    pub(super) seq: i64,
    pub(super) event_id: Uuid,
    pub(super) kind: String,
    pub(super) by_company: Option<String>,
    pub(super) channel: String,
    pub(super) at: jiff_sqlx::Timestamp,
    pub(super) payload: Option<Vec<u8>>,
    pub(super) previous_hash: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Row {
    /// The event as `viewer` sees it: persons only of the own company.
    pub(super) fn shown_to(self, viewer: &CompanyCode) -> Result<contract::Event> {
        let payload = match &self.payload {
            None => Payload { data: serde_json::Value::Null, user: None },
            Some(bytes) => serde_json::from_slice(bytes)
                .map_err(|_| Error::Inconsistent("event", self.event_id.to_string()))?,
        };
        let own = self.by_company.as_deref() == Some(viewer.as_str());
        Ok(contract::Event {
            id: self.event_id,
            seq: self.seq,
            incident_id: self.incident_id,
            kind: self.kind,
            at: Moment(self.at.to_jiff()),
            by: contract::EventBy {
                company: self.by_company,
                user: payload.user.filter(|_| own),
                channel: self.channel,
            },
            data: payload.data,
            hash: data_encoding::HEXLOWER.encode(&self.hash),
            previous_hash: data_encoding::HEXLOWER.encode(&self.previous_hash),
        })
    }
}

/// Events of one incident after `seq`, oldest first.
pub async fn list(
    db: &mut PgConnection,
    incident: Uuid,
    after: i64,
    limit: i64,
    viewer: &CompanyCode,
) -> Result<Vec<contract::Event>> {
    let rows = sqlx::query_as!(
        Row,
        "select incident_id, seq, event_id, kind, by_company, channel, at, payload, previous_hash, hash
         from hub.event where incident_id = $1 and seq > $2 order by seq limit $3",
        incident,
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| row.shown_to(viewer)).collect()
}

#[derive(sqlx::FromRow)]
struct HistoryRow {
    position: i64,
    #[sqlx(flatten)]
    event: Row,
    reference: Option<String>,
    other: String,
}

/// The company's shared history, the newest first, each with its position in the feed.
pub async fn search(
    db: &mut PgConnection,
    company: &CompanyCode,
    asked: &Asked<i64>,
) -> Result<Vec<(i64, contract::HistoryEntry)>> {
    let mut query = QueryBuilder::new(
        "select f.position, e.incident_id, e.seq, e.event_id, e.kind, e.by_company, e.channel,
                e.at, e.payload, e.previous_hash, e.hash, p.reference, p.other
         from hub.feed f
         join hub.event e on e.incident_id = f.incident_id and e.seq = f.seq
         join hub.incident_party p on p.incident_id = f.incident_id and p.company = f.company
         where f.company = ",
    );
    query.push_bind(company.to_string());
    if let Some(position) = asked.after {
        query.push(" and f.position < ").push_bind(position);
    }
    asked.narrow(&mut query);
    if let Some(reference) = &asked.reference {
        query.push(" and (p.reference_key = ").push_bind(reference.clone());
        query.push(" or p.other_reference_key = ").push_bind(reference.clone()).push(")");
    }
    if let Some(person) = &asked.person {
        query.push(" and e.by_company = ").push_bind(company.to_string());
        query.push(
            " and e.payload is not null and convert_from(e.payload, 'UTF8')::jsonb ->> 'user' = ",
        );
        query.push_bind(person.clone());
    }
    query.push(" order by f.position desc limit ").push_bind(asked.limit);
    let rows = query.build_query_as::<HistoryRow>().fetch_all(db).await?;
    rows.into_iter()
        .map(|row| {
            let event = row.event.shown_to(company)?;
            let (reference, counterpart) = (row.reference, row.other);
            Ok((row.position, contract::HistoryEntry { event, reference, counterpart }))
        })
        .collect()
}
