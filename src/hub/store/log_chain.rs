//! The chains of the company logs: entries get their places, and are read to be checked.

use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::chain::Head;
use crate::company_log::{Kind, Payload as Hashed, digest};
use crate::error::Result;
use crate::formats::CompanyCode;

/// The fields of an entry that its hash covers.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    company: &'a str,
    seq: i64,
    id: Uuid,
    kind: &'a str,
    channel: &'a str,
    at: Timestamp,
    payload_hash: &'a [u8],
}

impl Fields<'_> {
    /// The hash of this entry behind `previous`.
    pub fn hash(&self, previous: &[u8]) -> Vec<u8> {
        digest(&[
            previous,
            self.company.as_bytes(),
            &self.seq.to_be_bytes(),
            self.id.as_bytes(),
            self.kind.as_bytes(),
            self.channel.as_bytes(),
            &self.at.as_microsecond().to_be_bytes(),
            self.payload_hash,
        ])
    }
}

/// An entry with what it claims about itself.
#[derive(Debug, Clone)]
pub struct Link {
    /// Its number.
    pub seq: i64,
    id: Uuid,
    kind: String,
    channel: String,
    at: Timestamp,
    person: Option<String>,
    incident: Option<Uuid>,
    reference: Option<String>,
    data: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    payload_hash: Vec<u8>,
    /// The hash of the entry before it, as stored.
    pub previous: Vec<u8>,
    /// Its hash, as stored.
    pub hash: Vec<u8>,
}

impl Link {
    /// What its hash covers.
    pub fn fields<'a>(&'a self, company: &'a CompanyCode) -> Fields<'a> {
        Fields {
            company: company.as_str(),
            seq: self.seq,
            id: self.id,
            kind: &self.kind,
            channel: &self.channel,
            at: self.at,
            payload_hash: &self.payload_hash,
        }
    }

    /// How the payload stands to what was hashed.
    pub fn payload(&self) -> Payload {
        let whole = match (&self.salt, &self.data) {
            (Some(salt), Some(data)) => {
                let (person, reference) = (self.person.as_deref(), self.reference.as_deref());
                let payload = Hashed { person, incident: self.incident, reference, data };
                payload.hash(salt) == self.payload_hash
            }
            (None, None)
                if self.person.is_none() && self.incident.is_none() && self.reference.is_none() =>
            {
                return Payload::Erased;
            }
            _ => false,
        };
        if whole { Payload::Whole } else { Payload::Changed }
    }

    /// Whether it may be erased, when access since `kept_from` is kept.
    pub fn is_erasable(&self, kept_from: Timestamp) -> bool {
        Kind::named(&self.kind).is_some_and(Kind::is_access) && self.at < kept_from
    }
}

/// How a payload stands to what was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// It is what was hashed.
    Whole,
    /// All of it is erased, and the salt.
    Erased,
    /// Neither.
    Changed,
}

/// Links of the company's chain after number `after`, in order.
pub async fn links(
    db: &mut PgConnection,
    company: &CompanyCode,
    after: i64,
    limit: i64,
) -> Result<Vec<Link>> {
    let rows = sqlx::query!(
        r#"select seq as "seq!", entry_id, kind, channel, at, person, incident_id, reference, data,
                  salt, payload_hash, previous_hash as "previous_hash!", hash as "hash!"
           from log.entry where company = $1 and seq > $2 order by seq limit $3"#,
        company.as_str(),
        after,
        limit
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Link {
            seq: row.seq,
            id: row.entry_id,
            kind: row.kind,
            channel: row.channel,
            at: row.at.to_jiff(),
            person: row.person,
            incident: row.incident_id,
            reference: row.reference,
            data: row.data,
            salt: row.salt,
            payload_hash: row.payload_hash,
            previous: row.previous_hash,
            hash: row.hash,
        })
        .collect())
}

/// The hash of one entry, if it is there.
pub async fn hash_at(
    db: &mut PgConnection,
    company: &CompanyCode,
    seq: i64,
) -> Result<Option<Vec<u8>>> {
    let hash = sqlx::query_scalar!(
        r#"select hash as "hash!" from log.entry where company = $1 and seq = $2"#,
        company.as_str(),
        seq
    );
    Ok(hash.fetch_optional(db).await?)
}

/// Where the company's chain ends.
pub async fn head(db: &mut PgConnection, company: &CompanyCode) -> Result<Head> {
    let row = sqlx::query!("select seq, hash from log.head where company = $1", company.as_str())
        .fetch_optional(db)
        .await?;
    Ok(row.map_or(Head { seq: 0, hash: vec![0; 32] }, |row| Head { seq: row.seq, hash: row.hash }))
}

/// An entry that waits for its place.
#[derive(Debug, Clone)]
pub struct Waiting {
    waiting_id: i64,
    /// Whose log.
    pub company: String,
    entry_id: Uuid,
}

/// The first `limit` entries that wait, for the one sequencer; `None` when another is at it.
pub async fn waiting(db: &mut PgConnection, limit: i64) -> Result<Option<Vec<Waiting>>> {
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(7311) as "mine!""#)
        .fetch_one(&mut *db)
        .await?;
    if !mine {
        return Ok(None);
    }
    let waiting = sqlx::query_as!(
        Waiting,
        "select waiting_id, company, entry_id from log.waiting order by waiting_id limit $1",
        limit
    );
    Ok(Some(waiting.fetch_all(db).await?))
}

/// Gives the entries of one company their places, in the order they waited. The caller acts as
/// the company and holds the sequencer's lock.
pub async fn chain_up(
    db: &mut PgConnection,
    company: &CompanyCode,
    waiting: &[&Waiting],
) -> Result<()> {
    let ids: Vec<Uuid> = waiting.iter().map(|it| it.entry_id).collect();
    let mut head = head(db, company).await?;
    let rows = sqlx::query!(
        r#"select e.entry_id, e.kind, e.channel, e.at, e.payload_hash
           from unnest($2::uuid[]) with ordinality as w(id, place)
           join log.entry e on e.company = $1 and e.entry_id = w.id where e.hash is null
           order by w.place"#,
        company.as_str(),
        &ids
    )
    .fetch_all(&mut *db)
    .await?;
    let (mut numbers, mut previous, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let fields = Fields {
            company: company.as_str(),
            seq: head.seq + 1,
            id: row.entry_id,
            kind: &row.kind,
            channel: &row.channel,
            at: row.at.to_jiff(),
            payload_hash: &row.payload_hash,
        };
        let hash = fields.hash(&head.hash);
        numbers.push(fields.seq);
        previous.push(std::mem::replace(&mut head.hash, hash.clone()));
        hashes.push(hash);
        head.seq += 1;
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.entry_id).collect();
    place(db, company, &ids, &numbers, &previous, &hashes).await?;
    let done: Vec<i64> = waiting.iter().map(|it| it.waiting_id).collect();
    sqlx::query!("delete from log.waiting where waiting_id = any($1)", &done)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into log.head (company, seq, hash) values ($1, $2, $3)
         on conflict (company) do update set seq = excluded.seq, hash = excluded.hash",
        company.as_str(),
        head.seq,
        head.hash
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn place(
    db: &mut PgConnection,
    company: &CompanyCode,
    ids: &[Uuid],
    numbers: &[i64],
    previous: &[Vec<u8>],
    hashes: &[Vec<u8>],
) -> Result<()> {
    sqlx::query!(
        "update log.entry e set seq = n.seq, previous_hash = n.previous, hash = n.hash
         from unnest($2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[]) as n(id, seq, previous, hash)
         where e.company = $1 and e.entry_id = n.id",
        company.as_str(),
        ids,
        numbers,
        previous,
        hashes
    )
    .execute(db)
    .await?;
    Ok(())
}
