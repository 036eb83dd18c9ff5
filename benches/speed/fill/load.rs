//! Writing the copies: `COPY`, two connections at a time, indexes made afterwards.

use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tokio::sync::{Mutex, mpsc};

use super::Plan;
use super::copies::Copies;
use super::rows::Rows;
use super::template::Templates;

/// Incidents of one `COPY`.
const BATCH: u32 = 1_000;
const WRITERS: usize = 2;

/// The columns of the tables whose rows are made and not copied.
const MADE: [(&str, &str); 3] = [
    (
        "event",
        "incident_id, seq, event_id, sender, counterpart, kind, by_company, channel, at, payload, salt, payload_hash, previous_hash, hash",
    ),
    ("feed", "company, position, incident_id, seq"),
    ("idempotency", "company, key, fingerprint, status, version, answer, at"),
];
const MESSAGE: &str =
    "message_id, incident_id, sender, counterpart, by_company, by_user, at, text, read_at";

pub(super) async fn load(superuser: &str, templates: Templates, plan: Plan) -> Result<()> {
    let mut db = PgConnection::connect(superuser).await?;
    let indexes = drop_indexes(&mut db).await?;
    let copies = Copies::new(templates, plan.copies, plan.now);
    let columns = Arc::new(columns(&copies));
    let (send, receive) = mpsc::channel(WRITERS);
    let receive = Arc::new(Mutex::new(receive));
    let maker = thread::spawn(move || make(copies, plan, &send));
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let writing = write(superuser.to_owned(), Arc::clone(&receive), Arc::clone(&columns));
            tokio::spawn(writing)
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    // With nobody left to read, a maker that still writes ends as well.
    drop(receive);
    maker.join().map_err(|_| anyhow::anyhow!("making the copies failed"))??;
    db.execute("set maintenance_work_mem = '1GB'").await?;
    for index in indexes {
        db.execute(AssertSqlSafe(index)).await?;
    }
    db.execute("vacuum (analyze, freeze)").await.context("gathering statistics")?;
    Ok(db.close().await?)
}

/// Drops the indexes that are no constraint's, and tells how to make them again.
async fn drop_indexes(db: &mut PgConnection) -> Result<Vec<String>> {
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "select c.oid::regclass::text, pg_get_indexdef(c.oid)
         from pg_index i join pg_class c on c.oid = i.indexrelid
         where c.relnamespace = 'hub'::regnamespace
           and not exists (select from pg_constraint k where k.conindid = c.oid)
         order by 1",
    )
    .fetch_all(&mut *db)
    .await?;
    for (name, _) in &indexes {
        db.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
    }
    Ok(indexes.into_iter().map(|(_, definition)| definition).collect())
}

fn columns(copies: &Copies) -> Vec<(String, String)> {
    let played = copies.columns().into_iter().map(|(table, names)| match table.as_str() {
        "message" => (table, MESSAGE.to_owned()),
        _ => (table, names.join(", ")),
    });
    let made = MADE.iter().map(|(table, names)| ((*table).to_owned(), (*names).to_owned()));
    played.chain(made).collect()
}

fn make(mut copies: Copies, plan: Plan, to: &mpsc::Sender<Rows>) -> Result<()> {
    let mut n = 0;
    while n < plan.copies {
        let mut rows = Rows::default();
        let end = (n + BATCH).min(plan.copies);
        while n < end {
            copies.write(n, &mut rows)?;
            n += 1;
        }
        if to.blocking_send(rows).is_err() {
            break;
        }
    }
    Ok(())
}

async fn write(
    superuser: String,
    from: Arc<Mutex<mpsc::Receiver<Rows>>>,
    columns: Arc<Vec<(String, String)>>,
) -> Result<()> {
    let mut db = PgConnection::connect(&superuser).await?;
    // The rows are whole, and the history may be written here; nobody is to be told of it.
    db.execute("set session_replication_role = replica; set synchronous_commit = off").await?;
    loop {
        let Some(rows) = from.lock().await.recv().await else { break };
        for (table, lines) in rows.tables() {
            let known = columns.iter().find(|(name, _)| *name == table);
            let (_, names) = known.with_context(|| format!("{table} is unknown"))?;
            let sql = format!("copy hub.{table} ({names}) from stdin");
            let mut copy = db.copy_in_raw(&sql).await?;
            copy.send(lines.into_bytes()).await?;
            copy.finish().await.with_context(|| format!("copying into {table}"))?;
        }
    }
    Ok(db.close().await?)
}
