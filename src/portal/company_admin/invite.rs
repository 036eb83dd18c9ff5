//! Inviting a user: membership and roles here, an account at the provider, and a mail that says so.

use askama::Template;
use axum::Form as Posted;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Desk;
use super::input::{Input, role_words};
use crate::auth::roster::{self, Details};
use crate::company_log::Kind;
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
pub(super) async fn show(desk: Desk) -> Response {
    if let Some(code) = desk.step_up("/selskap/brukere/inviter") {
        return code;
    }
    Page(page(desk, Form::fresh(Input::default()))).into_response()
}

fn page(desk: Desk, form: Form<Input>) -> InvitePage {
    let company = desk.admin.identity.company_name.clone().unwrap_or_default();
    InvitePage { frame: desk.frame, company, form }
}

/// `POST /selskap/brukere/inviter`
pub(super) async fn submit(desk: Desk, Posted(input): Posted<Input>) -> Result<Response> {
    if let Some(code) = desk.step_up("/selskap/brukere/inviter") {
        return Ok(code);
    }
    let mut errors = Errors::new();
    let username = input.username(&mut errors);
    let details = input.details(&mut errors, true);
    if !errors.is_empty() {
        return Ok(Rejected(page(desk, Form::rejected(input, errors))).into_response());
    }
    if !invite(&desk, &username, &details).await? {
        let taken = "Brukernavnet er tatt. Velg et annet, eller finn brukeren i listen.";
        let errors = Errors::one("brukernavn", taken);
        return Ok(Rejected(page(desk, Form::rejected(input, errors))).into_response());
    }
    let told = welcome(&desk, &username, &details).await;
    Ok(redirect_with_flash("/selskap/brukere", &told))
}

/// Stores the membership; false when somebody has the username.
async fn invite(desk: &Desk, username: &str, details: &Details) -> Result<bool> {
    let name = desk.admin.identity.company_name.clone().unwrap_or_default();
    let mut tx = desk.begin().await?;
    let (company, by) = (desk.company(), desk.by());
    if roster::invite(&mut tx, company, &name, username, details, by).await?.is_none() {
        return Ok(false);
    }
    let data =
        json!({"user": username, "roles": role_words(&details.roles), "email": details.email});
    desk.note(&mut tx, Kind::UserInvited, data).await?;
    tx.commit().await?;
    Ok(true)
}

/// Makes the account and sends the mail, and says what came of it. The invitation stands anyway.
pub(super) async fn welcome(desk: &Desk, username: &str, details: &Details) -> String {
    let to = details.email.as_deref().unwrap_or_default();
    let mut told = format!("{} er invitert.", details.display_name);
    if let Some(accounts) = &desk.app.accounts {
        match accounts.create(username, &details.display_name, to).await {
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "an account could not be made");
                told +=
                    " Innloggingskontoen kunne ikke opprettes nå: be IT-avdelingen opprette den.";
            }
        }
    }
    let Some(post) = &desk.app.post else {
        return format!("{told} Gi beskjed om adressen {}.", desk.app.config.public_url);
    };
    let company = desk.admin.identity.company_name.as_deref().unwrap_or("Selskapet ditt");
    let text = format!(
        "Hei, {}!\n\n{company} har gitt deg tilgang til Skadehub som {}.\n\n\
         Logg inn her: {}\nBrukernavnet ditt er {username}.\n\n\
         Første gang setter du opp en engangskode i en app på telefonen.\n",
        details.display_name,
        role_words(&details.roles),
        desk.app.config.public_url,
    );
    match post.send(to, "Du er invitert til Skadehub", text).await {
        Ok(()) => format!("{told} E-post er sendt til {to}."),
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "an invitation could not be mailed");
            format!(
                "{told} E-posten kunne ikke sendes nå: gi beskjed om adressen {}.",
                desk.app.config.public_url
            )
        }
    }
}
