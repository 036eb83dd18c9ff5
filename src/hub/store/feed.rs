//! The feed: each company's events in commit order, without gaps to fall into.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::contract::{Event, Feed};
use crate::error::Result;
use crate::formats::CompanyCode;

/// How many events one turn of the sequencer moves.
const TURN: i64 = 500;

/// Events after `position`.
pub async fn after(
    db: &mut PgConnection,
    company: &CompanyCode,
    position: i64,
    limit: i64,
) -> Result<Feed> {
    let rows = sqlx::query!(
        "select f.position, e.incident_id, e.seq, e.event_id, e.kind, e.by_company, e.channel, e.at,
                e.payload, e.previous_hash, e.hash
         from hub.feed f join hub.event e on e.incident_id = f.incident_id and e.seq = f.seq
         where f.company = $1 and f.position > $2 order by f.position limit $3",
        company.as_str(),
        position,
        limit
    )
    .fetch_all(db)
    .await?;
    let next = rows.last().map_or(position, |row| row.position).to_string();
    let items = rows
        .into_iter()
        .map(|row| {
            super::event::Row {
                incident_id: row.incident_id,
                seq: row.seq,
                event_id: row.event_id,
                kind: row.kind,
                by_company: row.by_company,
                channel: row.channel,
                at: row.at,
                payload: row.payload,
                previous_hash: row.previous_hash,
                hash: row.hash,
            }
            .shown_to(company)
        })
        .collect::<Result<Vec<Event>>>()?;
    Ok(Feed { items, next })
}

struct Waiting {
    outbox_id: i64,
    incident_id: Uuid,
    seq: i64,
    sender: String,
    counterpart: String,
}

/// Moves committed events from the outbox into the feeds of both parties.
/// One sequencer at a time; returns how many events it moved, `None` when another is at it.
pub async fn sequence(db: &PgPool) -> Result<Option<usize>> {
    let mut tx = crate::db::begin_plain(db).await?;
    let mine = sqlx::query_scalar!(r#"select pg_try_advisory_xact_lock(7310) as "mine!""#)
        .fetch_one(&mut *tx)
        .await?;
    if !mine {
        return Ok(None);
    }
    let waiting = sqlx::query_as!(
        Waiting,
        "select outbox_id, incident_id, seq, sender, counterpart from hub.outbox
         order by outbox_id limit $1",
        TURN
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut feeds: BTreeMap<&str, Vec<&Waiting>> = BTreeMap::new();
    for event in &waiting {
        feeds.entry(&event.sender).or_default().push(event);
        feeds.entry(&event.counterpart).or_default().push(event);
    }
    for (company, events) in feeds {
        append(&mut tx, company, &events).await?;
    }
    let moved: Vec<i64> = waiting.iter().map(|event| event.outbox_id).collect();
    sqlx::query!("delete from hub.outbox where outbox_id = any($1)", &moved)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Some(moved.len()))
}

async fn append(db: &mut PgConnection, company: &str, events: &[&Waiting]) -> Result<()> {
    let incidents: Vec<Uuid> = events.iter().map(|event| event.incident_id).collect();
    let seqs: Vec<i64> = events.iter().map(|event| event.seq).collect();
    // The feed is the company's own, so the sequencer acts as the company.
    sqlx::query_scalar!("select set_config('app.company', $1, true)", company)
        .fetch_one(&mut *db)
        .await?;
    sqlx::query!(
        "insert into hub.feed (company, position, incident_id, seq)
         select $1, coalesce((select max(position) from hub.feed where company = $1), 0) + e.place,
                e.incident_id, e.seq
         from unnest($2::uuid[], $3::bigint[]) with ordinality as e(incident_id, seq, place)",
        company,
        &incidents,
        &seqs
    )
    .execute(db)
    .await?;
    Ok(())
}
