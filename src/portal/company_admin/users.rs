//! Brukere: everyone of the company, with their roles and when they were last here.

use askama::Template;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Desk;
use super::input::role_words;
use crate::auth::roster::{self, Listed};
use crate::error::Result;
use crate::formats::dates;
use crate::portal::page::{Frame, Page};
use crate::portal::view::Tag;

/// Whoever has not been here for so long is pointed out.
const UNUSED: SignedDuration = SignedDuration::from_hours(90 * 24);

#[derive(Template)]
#[template(path = "portal/company_admin/users.html")]
pub(super) struct UsersPage {
    frame: Frame,
    company: String,
    rows: Vec<Row>,
    /// How many have not been here for 90 days.
    unused: usize,
}

struct Row {
    member: Uuid,
    name: String,
    username: String,
    roles: String,
    last_use: String,
    status: Tag,
    unused: bool,
}

/// `GET /selskap/brukere`
pub(super) async fn show(desk: Desk) -> Result<Page<UsersPage>> {
    let mut tx = desk.begin().await?;
    let members = roster::list(&mut tx, desk.company()).await?;
    tx.rollback().await?;
    let now = desk.app.clock.now();
    let rows: Vec<Row> = members.into_iter().map(|member| row(member, now)).collect();
    let unused = rows.iter().filter(|row| row.unused).count();
    let company = desk.admin.identity.company_name.clone().unwrap_or_default();
    Ok(Page(UsersPage { frame: desk.frame, company, rows, unused }))
}

/// Whether the member has not been here for so long that it is pointed out.
fn unused(member: &Listed, now: Timestamp) -> bool {
    let last = member.last_sign_in_at;
    member.active && last.is_some_and(|at| now.duration_since(at) >= UNUSED)
}

fn row(member: Listed, now: Timestamp) -> Row {
    Row {
        last_use: member.last_sign_in_at.map_or_else(|| "Aldri".to_owned(), dates::moment),
        status: status(&member, now),
        unused: unused(&member, now),
        roles: role_words(&member.roles),
        member: member.member,
        name: member.display_name,
        username: member.username,
    }
}

/// Where the member stands.
pub(in crate::portal) fn status(member: &Listed, now: Timestamp) -> Tag {
    if !member.active {
        Tag::new("danger", "Stengt ute")
    } else if unused(member, now) {
        Tag::new("warning", "Ikke brukt på 90 dager")
    } else if member.last_sign_in_at.is_none() {
        Tag::new("info", "Invitert")
    } else if !member.enrolled {
        Tag::new("info", "Uten engangskode")
    } else {
        Tag::new("success", "Aktiv")
    }
}
