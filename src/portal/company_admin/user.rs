//! One user: name, address and roles; resetting the second factor; letting in again.

use askama::Template;
use axum::Form as Posted;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use uuid::Uuid;

use super::Desk;
use super::input::{Input, ROLES, role_words};
use crate::auth::role::Role;
use crate::auth::roster::{self, Listed};
use crate::auth::session::FreshCode;
use crate::company_log::Kind;
use crate::contract::{Problem, Workload};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::conflict::{Changed, Conflict, Value};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};

#[derive(Template)]
#[template(path = "portal/company_admin/user.html")]
struct UserPage {
    frame: Frame,
    member: Listed,
    last_use: String,
    /// The person is the administrator who looks.
    own: bool,
    /// What is still in the name of one who is shut out.
    left: Option<Workload>,
    form: Form<Input>,
}

/// The address of a user's page.
pub(super) fn path(member: Uuid) -> String {
    format!("/selskap/brukere/{member}")
}

/// The id in an address; what is none is not there.
pub(super) fn id(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::NotFound)
}

/// A member of the administrator's company.
pub(super) async fn found(desk: &Desk, member: &str) -> Result<Listed> {
    let mut tx = desk.begin().await?;
    let found = roster::find(&mut tx, desk.company(), id(member)?).await?;
    tx.rollback().await?;
    Ok(found)
}

/// `GET /selskap/brukere/{id}`
pub(super) async fn show(desk: Desk, _: FreshCode, Path(member): Path<String>) -> Result<Response> {
    let member = found(&desk, &member).await?;
    let form = Form::fresh(Input::of(&member));
    Ok(Page(page(desk, member, form).await?).into_response())
}

async fn page(desk: Desk, member: Listed, form: Form<Input>) -> Result<UserPage> {
    let left = if member.active { None } else { Some(desk.hub.workload(&member.username).await?) };
    let own = member.member == desk.admin.user;
    let last_use = member.last_sign_in_at.map_or_else(|| "Aldri".to_owned(), dates::moment);
    Ok(UserPage { frame: desk.frame, member, last_use, own, left, form })
}

/// `POST /selskap/brukere/{id}`
pub(super) async fn submit(
    desk: Desk,
    _: FreshCode,
    Path(member): Path<String>,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let member = found(&desk, &member).await?;
    let address = path(member.member);
    let mut errors = Errors::new();
    let details = input.details(&mut errors, false);
    if member.member == desk.admin.user && !details.roles.contains(&Role::CompanyAdmin) {
        errors.add("roller", "Du kan ikke ta fra deg selv rollen. Be en annen administrator.");
    }
    let handles = |roles: &[Role]| {
        [Role::Handler, Role::InjuryHandler].iter().any(|role| roles.contains(role))
    };
    if handles(&member.roles)
        && !handles(&details.roles)
        && desk.hub.workload(&member.username).await?.rules > 0
    {
        errors.add(
            "roller",
            "Regler for nye hendelser går til brukeren. Endre reglene før du tar bort rollen.",
        );
    }
    if !errors.is_empty() {
        let page = page(desk, member, Form::rejected(input, errors)).await?;
        return Ok(Rejected(page).into_response());
    }
    let version = input.version.parse().unwrap_or(0);
    let mut tx = desk.begin().await?;
    let (company, by) = (desk.company(), desk.by());
    if !roster::change(&mut tx, company, member.member, version, &details, by).await? {
        tx.rollback().await?;
        return Ok(overtaken(desk, &member, &input));
    }
    let data = json!({"user": member.username, "before": role_words(&member.roles),
        "after": role_words(&details.roles)});
    desk.note(&mut tx, Kind::UserChanged, data).await?;
    tx.commit().await?;
    Ok(redirect_with_flash(&address, "Brukeren er lagret. Endringen gjelder fra nå."))
}

/// Another administrator was first: both values of each field.
fn overtaken(desk: Desk, member: &Listed, input: &Input) -> Response {
    let stored = Input::of(member);
    let address = path(member.member);
    let changed = member.changed_by.clone().zip(member.changed_at);
    let mut conflict = Conflict::new(desk.frame, format!("Brukeren {}", member.username), &address)
        .version(member.version)
        .buttons("Lagre bruker", &address)
        .changed(changed.map(|(who, at)| Changed { who, when: dates::moment(at), what: None }));
    conflict.field("navn", "Navn", Value::text(&input.navn), Value::text(&stored.navn));
    conflict.field("epost", "E-post", Value::text(&input.epost), Value::text(&stored.epost));
    for (field, _, label, _) in ROLES {
        let value = |input: &Input| Value::ticked(input.ticked(field));
        conflict.field(field, label, value(input), value(&stored));
    }
    conflict.into_response()
}

/// `POST /selskap/brukere/{id}/nullstill`
pub(super) async fn reset(
    desk: Desk,
    _: FreshCode,
    Path(member): Path<String>,
) -> Result<Response> {
    let member = found(&desk, &member).await?;
    let address = path(member.member);
    if member.member == desk.admin.user {
        let told = "Du kan ikke nullstille din egen engangskode. Be en annen administrator.";
        return Err(Problem::new(409, "own_factor", told).into());
    }
    let mut tx = desk.begin().await?;
    roster::reset_factor(&mut tx, desk.company(), member.member, desk.by()).await?;
    desk.note(&mut tx, Kind::SecondFactorReset, json!({"user": member.username})).await?;
    tx.commit().await?;
    let told = format!(
        "Engangskoden til {} er nullstilt. Den settes opp på nytt ved neste innlogging.",
        member.display_name
    );
    Ok(redirect_with_flash(&address, &told))
}

/// `POST /selskap/brukere/{id}/slipp-inn`
pub(super) async fn admit(
    desk: Desk,
    _: FreshCode,
    Path(member): Path<String>,
) -> Result<Response> {
    let member = found(&desk, &member).await?;
    let address = path(member.member);
    let mut tx = desk.begin().await?;
    if roster::admit(&mut tx, desk.company(), member.member, true, desk.by()).await? {
        desk.note(&mut tx, Kind::UserEnabled, json!({"user": member.username})).await?;
    }
    tx.commit().await?;
    super::at_provider(&desk.app, &member.username, true).await;
    Ok(redirect_with_flash(&address, &format!("{} har tilgang igjen.", member.display_name)))
}
