//! The feed: events of all the company's incidents, in commit order.

use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::response::Response;

use super::answer::json;
use super::extract::Reader;
use super::query::Query;
use crate::contract::Feed;
use crate::db;
use crate::error::Result;
use crate::hub::Hub;
use crate::hub::store::feed;

/// Events after the cursor. `next` is never null: keep it as the cursor.
#[utoipa::path(get, path = "/events", tag = "Historikk",
    params(("after" = Option<String>, Query), ("limit" = Option<u8>, Query),
           ("wait" = Option<u8>, Query, description = "Seconds to wait for something new, at most 30")),
    responses((status = 200, body = Feed)))]
pub async fn events(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    let mut query = Query::of(raw.as_deref());
    let (after, wait) = (query.text("after"), query.text("wait"));
    let position = after.map_or(Some(0), |text| text.parse().ok().filter(|at| *at >= 0));
    if position.is_none() {
        query.fault("after", "invalid", "Pekeren er ikke en vi har gitt.");
    }
    let wait = wait.map_or(Some(0), |text| text.parse().ok().filter(|seconds| *seconds <= 30));
    if wait.is_none() {
        query.fault("wait", "invalid", "wait skal være 0–30 sekunder.");
    }
    let limit = query.limit();
    query.end()?;
    let (position, wait) =
        (position.unwrap_or_default(), Duration::from_secs(wait.unwrap_or_default()));
    // Subscribed before the first look, so that nothing falls between look and wait.
    let mut news = hub.news.subscribe();
    let until = tokio::time::Instant::now() + wait;
    loop {
        let mut tx = db::begin_read(&hub.db, &reader.company).await?;
        let found: Feed = feed::after(&mut tx, &reader.company, position, limit).await?;
        drop(tx);
        let stopping = *news.borrow();
        if !found.items.is_empty()
            || stopping
            || tokio::time::timeout_at(until, news.changed()).await.is_err()
        {
            return json(found, None);
        }
    }
}
