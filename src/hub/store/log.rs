//! The company log as it is read. Written by [`crate::company_log`], chained in [`super::log_chain`].

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Postgres, QueryBuilder};
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

impl<K> Asked<K> {
    /// Narrows `query` by what the log and the history have in common, in the table `e`.
    /// Only what is asked for is written: one statement for everything would be planned to read
    /// from end to end.
    pub(super) fn narrow(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(from) = self.period.0 {
            query.push(" and e.at >= ").push_bind(from.to_sqlx());
        }
        if let Some(before) = self.period.1 {
            query.push(" and e.at < ").push_bind(before.to_sqlx());
        }
        if let Some(channel) = &self.channel {
            query.push(" and e.channel = ").push_bind(channel.clone());
        }
        if !self.kinds.is_empty() {
            query.push(" and e.kind = any(").push_bind(self.kinds.clone()).push(")");
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    entry_id: Uuid,
    seq: Option<i64>,
    at: jiff_sqlx::Timestamp,
    kind: String,
    channel: String,
    person: Option<String>,
    incident_id: Option<Uuid>,
    reference: Option<String>,
    data: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
}

/// The company's log, the newest first.
pub async fn list(
    db: &mut PgConnection,
    company: &CompanyCode,
    asked: &Asked<(Timestamp, Uuid)>,
) -> Result<Vec<LogEntry>> {
    let mut query = QueryBuilder::new(
        "select entry_id, seq, at, kind, channel, person, incident_id, reference, data, hash
         from log.entry e where e.company = ",
    );
    query.push_bind(company.to_string());
    if let Some((at, id)) = asked.after {
        query.push(" and (e.at, e.entry_id) < (").push_bind(at.to_sqlx());
        query.push(", ").push_bind(id).push(")");
    }
    asked.narrow(&mut query);
    if let Some(reference) = &asked.reference {
        query.push(" and upper(replace(e.reference, ' ', '')) = ").push_bind(reference.clone());
    }
    if let Some(person) = &asked.person {
        query.push(" and e.person = ").push_bind(person.clone());
    }
    query.push(" order by e.at desc, e.entry_id desc limit ").push_bind(asked.limit);
    let rows = query.build_query_as::<Row>().fetch_all(db).await?;
    rows.into_iter().map(Row::shown).collect()
}

impl Row {
    fn shown(self) -> Result<LogEntry> {
        let data = self.data.as_deref().map(serde_json::from_slice).transpose();
        let data = data.map_err(|_| Error::Inconsistent("entry", self.entry_id.to_string()))?;
        Ok(LogEntry {
            id: self.entry_id,
            seq: self.seq,
            at: Moment(self.at.to_jiff()),
            kind: self.kind,
            channel: self.channel,
            person: self.person,
            incident_id: self.incident_id,
            reference: self.reference,
            erased: data.is_none(),
            data: data.unwrap_or_default(),
            hash: self.hash.map(|hash| data_encoding::HEXLOWER.encode(&hash)),
        })
    }
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
