//! Notices to all who use the portal: stored here, and shown on top of every page meanwhile.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use moka::future::Cache;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::clock::Clock;
use crate::error::{Error, Result};

/// How long a new notice may go unseen in another process than the one that wrote it.
const AGE: Duration = Duration::from_secs(5);

/// Words to all, from one moment to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: Uuid,
    pub text: String,
    /// `info` or `warning`: the colour it is shown in.
    pub kind: String,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// The notices of a request, for the frame around its page.
pub type Shown = Arc<Vec<Notice>>;

/// Reads notices from the database at most every few seconds.
#[derive(Clone)]
pub struct Notices {
    db: PgPool,
    clock: Clock,
    kept: Cache<(), Shown>,
}

impl Notices {
    /// Notices in this database.
    pub fn new(db: PgPool, clock: Clock) -> Self {
        Self { db, clock, kept: Cache::builder().max_capacity(1).time_to_live(AGE).build() }
    }

    /// Reads them anew for the next page, after a change in this process.
    pub fn forget(&self) {
        self.kept.invalidate_all();
    }

    async fn now(&self) -> Shown {
        let read = async {
            let all = all(&mut *self.db.acquire().await?).await?;
            Ok::<_, Error>(Arc::new(all))
        };
        let all = self.kept.try_get_with((), read).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "notices could not be read");
            Shown::default()
        });
        let now = self.clock.now();
        if all.iter().all(|it| !it.is_shown(now)) {
            return Shown::default();
        }
        Arc::new(all.iter().filter(|it| it.is_shown(now)).cloned().collect())
    }
}

impl Notice {
    fn is_shown(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// Layer of the portal: puts what is to be shown now into the request. A page never fails for
/// want of it.
pub async fn layer(State(notices): State<Notices>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(notices.now().await);
    next.run(request).await
}

/// The newest notices, past ones too.
pub async fn all(db: &mut PgConnection) -> Result<Vec<Notice>> {
    let rows = sqlx::query!(
        "select notice, text, kind, shown_from, shown_until from portal.notice
         order by shown_until desc, notice desc limit 50"
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Notice {
            id: row.notice,
            text: row.text,
            kind: row.kind,
            from: row.shown_from.to_jiff(),
            until: row.shown_until.to_jiff(),
        })
        .collect())
}

/// Adds one.
pub async fn add(db: &mut PgConnection, it: &Notice, by: &str) -> Result<()> {
    sqlx::query!(
        "insert into portal.notice (notice, text, kind, shown_from, shown_until, written_by)
         values ($1, $2, $3, $4, $5, $6)",
        it.id,
        it.text,
        it.kind,
        it.from.to_sqlx(),
        it.until.to_sqlx(),
        by
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends one now, also before it has begun; its text.
pub async fn end(db: &mut PgConnection, id: Uuid, now: Timestamp) -> Result<Option<String>> {
    let text = sqlx::query_scalar!(
        "update portal.notice
         set shown_until = $2, shown_from = least(shown_from, $2::timestamptz - interval '1 second')
         where notice = $1 and shown_until > $2 returning text",
        id,
        now.to_sqlx()
    );
    Ok(text.fetch_optional(db).await?)
}
