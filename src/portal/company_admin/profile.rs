//! Selskapet: what Skadehub keeps of it, its branches, and where notices go.

use askama::Template;
use axum::Form as Posted;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Desk;
use crate::contract::{AdminCompany, OwnCompany, OwnCompanyInput, Terms};
use crate::error::{Error, Result};
use crate::formats::{OrganisationNumber, dates};
use crate::portal::conflict::{Conflict, Value};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};

const PAGE: &str = "/selskap/profil";

#[derive(Template)]
#[template(path = "portal/company_admin/profile.html")]
struct ProfilePage {
    frame: Frame,
    company: AdminCompany,
    branches: Vec<String>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    version: String,
    varsel: String,
}

impl Input {
    fn of(company: &AdminCompany) -> Self {
        let varsel = company.notice_address.clone().unwrap_or_default();
        Self { version: company.version.to_string(), varsel }
    }
}

impl ProfilePage {
    fn new(desk: Desk, own: OwnCompany, form: Form<Input>) -> Self {
        let told = |it: AdminCompany| {
            let active = if it.active { "" } else { ", ikke aktiv" };
            format!("{} ({}){active}", it.name, it.code)
        };
        let branches = own.branches.into_iter().map(told).collect();
        Self { frame: desk.frame, company: own.company, branches, form }
    }

    fn organisation_number(&self) -> String {
        let number = &self.company.organisation_number;
        OrganisationNumber::parse(number).map_or_else(|_| number.clone(), |it| it.display())
    }

    fn processor_agreement(&self) -> String {
        self.company.processor_agreement_on.map(dates::date).unwrap_or_default()
    }

    fn affiliation_agreement(&self) -> String {
        self.company.affiliation_agreement_on.map(dates::date).unwrap_or_default()
    }
}

/// `GET /selskap/profil`
pub(super) async fn show(desk: Desk) -> Result<Response> {
    let own = desk.hub.own_company().await?;
    let form = Form::fresh(Input::of(&own.company));
    Ok(Page(ProfilePage::new(desk, own, form)).into_response())
}

/// `POST /selskap/profil`
pub(super) async fn submit(desk: Desk, Posted(input): Posted<Input>) -> Result<Response> {
    let notice_address = Some(input.varsel.trim().to_owned()).filter(|text| !text.is_empty());
    let terms = Terms::version(Some(input.version.parse().unwrap_or(0)));
    let problem =
        match desk.hub.change_own_company(&OwnCompanyInput { notice_address }, terms).await {
            Ok(_) => return Ok(redirect_with_flash(PAGE, "Adressen er lagret.")),
            Err(Error::Problem(problem)) if [412, 422].contains(&problem.status) => problem,
            Err(error) => return Err(error),
        };
    let own = desk.hub.own_company().await?;
    if problem.status == 412 {
        let stored = Input::of(&own.company);
        let mut conflict = Conflict::new(desk.frame, own.company.name.clone(), PAGE)
            .version(own.company.version)
            .buttons("Lagre adressen", PAGE);
        let (typed, now) = (Value::text(&input.varsel), Value::text(&stored.varsel));
        conflict.field("varsel", "Varsler sendes til", typed, now);
        return Ok(conflict.into_response());
    }
    let form = Form::rejected(input, Errors::one("varsel", problem.detail));
    Ok(Rejected(ProfilePage::new(desk, own, form)).into_response())
}
