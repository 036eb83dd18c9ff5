//! A company's first administrator, who invites the others.

use askama::Template;
use axum::Form as Posted;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};

use super::companies::{LIST, found, is_administered};
use crate::app::App;
use crate::auth::roster::By;
use crate::auth::session::FreshCode;
use crate::contract::{Acting, AdminCompany, Problem};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::portal::acting::Operator;
use crate::portal::company_admin::Person;
use crate::portal::form::{Errors, Form};
use crate::portal::invitation::Invitation;
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};

#[derive(Template)]
#[template(path = "portal/hub_admin/first_administrator.html")]
struct AdministratorPage {
    frame: Frame,
    /// The company's page.
    address: String,
    company: AdminCompany,
    form: Form<Person>,
}

/// The company, which must have nobody who administers it.
async fn unadministered(app: &App, hub: &Acting, code: &str) -> Result<AdminCompany> {
    let company = found(hub, code).await?;
    if is_administered(app, code).await? {
        let told = "Selskapet har en administrator, som inviterer resten selv.";
        return Err(Problem::new(409, "administered", told).into());
    }
    Ok(company)
}

/// `GET /forvaltning/selskaper/{code}/administrator`
pub(super) async fn show(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Path(code): Path<String>,
) -> Result<Response> {
    let company = unadministered(&app, &hub, &code).await?;
    let (form, address) = (Form::fresh(Person::default()), format!("{LIST}/{code}"));
    Ok(Page(AdministratorPage { frame, address, company, form }).into_response())
}

/// `POST /forvaltning/selskaper/{code}/administrator`
pub(super) async fn submit(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Path(code): Path<String>,
    Posted(mut input): Posted<Person>,
) -> Result<Response> {
    let (company, address) = (unadministered(&app, &hub, &code).await?, format!("{LIST}/{code}"));
    input.be_administrator();
    let mut errors = Errors::new();
    let username = input.username(&mut errors);
    let details = input.details(&mut errors, true);
    if errors.is_empty() {
        let invitation = Invitation {
            company: &company.code.parse::<CompanyCode>().map_err(|_| Error::NotFound)?,
            company_name: &company.name,
            username: &username,
            details: &details,
        };
        let by = By { username: &hub.actor().user, at: app.clock.now() };
        if invitation.store(&app, by).await? {
            let told = invitation.welcome(&app).await;
            return Ok(redirect_with_flash(&address, &told));
        }
        errors.add("brukernavn", "Brukernavnet er tatt. Velg et annet.");
    }
    let form = Form::rejected(input, errors);
    Ok(Rejected(AdministratorPage { frame, address, company, form }).into_response())
}
