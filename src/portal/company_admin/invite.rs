//! Inviting a user.

use askama::Template;
use axum::Form as Posted;
use axum::response::{IntoResponse, Response};

use super::Desk;
use super::input::Input;
use crate::auth::session::FreshCode;
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};

#[derive(Template)]
#[template(path = "portal/company_admin/invite.html")]
struct InvitePage {
    frame: Frame,
    company: String,
    form: Form<Input>,
}

/// `GET /selskap/brukere/inviter`
pub(super) async fn show(desk: Desk, _: FreshCode) -> Response {
    Page(page(desk, Form::fresh(Input::default()))).into_response()
}

fn page(desk: Desk, form: Form<Input>) -> InvitePage {
    let company = desk.admin.identity.company_name.clone().unwrap_or_default();
    InvitePage { frame: desk.frame, company, form }
}

/// `POST /selskap/brukere/inviter`
pub(super) async fn submit(
    desk: Desk,
    _: FreshCode,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let mut errors = Errors::new();
    let username = input.username(&mut errors);
    let details = input.details(&mut errors, true);
    if !errors.is_empty() {
        return Ok(Rejected(page(desk, Form::rejected(input, errors))).into_response());
    }
    if !desk.invitation(&username, &details).store(&desk.app, desk.by()).await? {
        let taken = "Brukernavnet er tatt. Velg et annet, eller finn brukeren i listen.";
        let errors = Errors::one("brukernavn", taken);
        return Ok(Rejected(page(desk, Form::rejected(input, errors))).into_response());
    }
    let told = desk.invitation(&username, &details).welcome(&desk.app).await;
    Ok(redirect_with_flash("/selskap/brukere", &told))
}
