//! Code lists: every version, and the publishing of one.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde_json::json;

use super::{Admin, Change, answered, parse};
use crate::company_log::{Kind, operator};
use crate::contract::{CodeList, NewCodeList, Page, Problem};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::hub::Hub;
use crate::hub::api::answer::json as answer;
use crate::hub::api::query::Query;
use crate::hub::store::{self, admin};

/// Every version of every code list.
#[utoipa::path(get, path = "/admin/code-lists", tag = "Forvaltning", responses((status = 200, body = Page<CodeList>)))]
pub async fn list(State(hub): State<Hub>, _: Admin, RawQuery(raw): RawQuery) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let items = store::reference::code_lists(&hub.db).await?;
    answer(Page { items, next: None }, None)
}

/// Publish a version of a code list. What was agreed under an older version keeps it.
#[utoipa::path(post, path = "/admin/code-lists/{name}", tag = "Forvaltning", params(("name" = String, Path)),
    request_body = NewCodeList, responses((status = 201, body = CodeList)))]
pub async fn publish(
    State(hub): State<Hub>,
    Path(name): Path<String>,
    change: Change,
) -> Result<Response> {
    let today = dates::oslo_date(hub.clock.now());
    let known = store::reference::code_lists(&hub.db).await?;
    if !known.iter().any(|list| list.name == name) {
        return Err(Error::NotFound);
    }
    let newest = known.iter().filter(|list| list.name == name).map(|list| list.valid_from).max();
    let earliest = newest.unwrap_or(today).max(today).tomorrow().unwrap_or(today);
    let (admin, _, list) =
        change.read(|fields, errors| parse::code_list(fields, errors, name, earliest))?;
    let mut tx = db::begin(&hub.db, &operator()).await?;
    if !admin::publish(&mut tx, &list.name, &list.version, list.valid_from, &list.items).await? {
        return Err(
            Problem::new(409, "taken", "Det finnes allerede en utgave med dette navnet.").into()
        );
    }
    let data = json!({"name": list.name, "version": list.version, "from": list.valid_from});
    admin.note(&hub, &mut tx, &operator(), Kind::CodeListPublished, data).await?;
    tx.commit().await?;
    answered(201, &list, None)
}
