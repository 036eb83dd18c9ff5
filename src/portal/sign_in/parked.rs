//! Forms that arrived after the session had ended: kept for the person who typed them, and no one else.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use sqlx::{Postgres, Transaction};
use url::form_urlencoded::parse;
use uuid::Uuid;

use crate::app::App;
use crate::auth::role::{AnyMember, As};
use crate::error::{Error, Result};
use crate::portal::page::{Frame, Page, redirect_with_flash};

/// How long a form is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(12);

const NOT_YOURS: &str = "Det er ikke noe lagret skjema til deg her. \
     Et skjema gis bare tilbake til den som skrev det, og bare i 12 timer.";

/// Fields that say what is to be done, or what the page was when it was drawn.
const STEERING: [&str; 12] = [
    "edit", "forslag", "handling", "kode", "ord-vist", "panel", "sett", "steg", "svar", "tilbake",
    "valgt", "version",
];

#[derive(Template)]
#[template(path = "portal/sign_in/parked.html")]
struct ParkedPage {
    frame: Frame,
    path: String,
    /// Every name and value of the form, in order.
    fields: Vec<(String, String)>,
    /// What a person will recognise as typed.
    typed: Vec<String>,
}

pub fn router() -> Router<App> {
    Router::new().route("/logg-inn/skjema/{id}", get(show))
}

/// Where a kept form is found again.
pub(super) fn address(id: Uuid) -> String {
    format!("/logg-inn/skjema/{id}")
}

async fn show(
    As(AnyMember(identity)): As<AnyMember>,
    State(app): State<App>,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response> {
    let found = match id.parse() {
        Ok(id) => find(&app, identity.user, id).await?,
        Err(_) => None,
    };
    let Some((path, body)) = found else { return Ok(redirect_with_flash("/", NOT_YOURS)) };
    let fields: Vec<(String, String)> = parse(&body).into_owned().collect();
    let typed = fields.iter().filter(|(name, value)| is_typed(name, value));
    let typed = typed.map(|(_, value)| value.clone()).collect();
    Ok(Page(ParkedPage { frame, path, fields, typed }).into_response())
}

/// Neither empty, nor an id, nor what buttons, ticks and hidden fields send along.
fn is_typed(name: &str, value: &str) -> bool {
    let steers = STEERING.contains(&name) || name.starts_with("var_") || name.ends_with("-type");
    !steers && !matches!(value.trim(), "" | "ja") && value.parse::<Uuid>().is_err()
}

/// Keeps a form for `member`, sealed.
pub(super) async fn park(app: &App, member: Uuid, path: &str, body: &[u8]) -> Result<Uuid> {
    sqlx::query!("delete from portal.parked_form").execute(&app.portal_db).await?;
    let id = Uuid::now_v7();
    let now = app.clock.now();
    let mut tx = begin(app, member).await?;
    sqlx::query!(
        "insert into portal.parked_form (parked_form, member, path, body, created_at, keep_until)
         values ($1, $2, $3, $4, $5, $6)",
        id,
        member,
        path,
        app.seal.seal(&owner(id, member), body),
        now.to_sqlx(),
        (now + KEPT).to_sqlx()
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

async fn find(app: &App, member: Uuid, id: Uuid) -> Result<Option<(String, Vec<u8>)>> {
    let mut tx = begin(app, member).await?;
    let row = sqlx::query!(
        "select path, body from portal.parked_form
         where parked_form = $1 and member = $2 and keep_until > $3",
        id,
        member,
        app.clock.now().to_sqlx()
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    let Some(row) = row else { return Ok(None) };
    let body = app
        .seal
        .open(&owner(id, member), &row.body)
        .map_err(|_| Error::Inconsistent("portal.parked_form", id.to_string()))?;
    Ok(Some((row.path, body.to_vec())))
}

/// A transaction that sees this member's forms and no other's.
async fn begin(app: &App, member: Uuid) -> Result<Transaction<'static, Postgres>> {
    let mut tx = crate::db::begin_plain(&app.portal_db).await?;
    sqlx::query!("select set_config('app.member', $1, true)", member.to_string())
        .fetch_one(&mut *tx)
        .await?;
    Ok(tx)
}

fn owner(id: Uuid, member: Uuid) -> String {
    format!("portal.parked_form:{id}:{member}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_back_to_read_is_what_was_typed() {
        let key = Uuid::nil().to_string();
        let sent = [
            ("nokkel", key.as_str()),
            ("linje-1-type", "repair"),
            ("linje-1-belop", "777"),
            ("kid", "1234 4"),
            ("mva-ja", "ja"),
            ("forfall", " "),
            ("handling", "regn"),
        ];
        let typed = sent.iter().filter(|(name, value)| is_typed(name, value));
        assert_eq!(typed.map(|(_, value)| *value).collect::<Vec<_>>(), ["777", "1234 4"]);
    }
}
