//! A company's users, on its request: who asked, when and why comes before anything is shown.

use askama::Template;
use axum::Form as Posted;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::request::{self, Request};
use super::visit::Visit;
use crate::auth::roster::{self, Listed};
use crate::auth::session::FreshCode;
use crate::company_log::Kind;
use crate::contract::AdminCompany;
use crate::error::Result;
use crate::formats::dates;
use crate::portal::company_admin::{at_provider, role_words, status};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};
use crate::portal::view::Tag;

/// The longest answer to who and why.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "portal/hub_admin/users_request.html")]
struct RequestPage {
    frame: Frame,
    /// The company's page.
    address: String,
    company: AdminCompany,
    form: Form<Input>,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/users.html")]
struct UsersPage {
    frame: Frame,
    address: String,
    company: AdminCompany,
    request: Request,
    rows: Vec<Row>,
}

struct Row {
    member: Listed,
    roles: String,
    last_use: String,
    status: Tag,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/user.html")]
struct UserPage {
    frame: Frame,
    address: String,
    /// The page of all of them.
    users: String,
    company: AdminCompany,
    row: Row,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    hvem: String,
    dato: String,
    hvorfor: String,
}

impl UsersPage {
    fn asked_on(&self) -> String {
        dates::date(self.request.asked_on)
    }
}

/// `GET /forvaltning/selskaper/{code}/brukere`
pub(super) async fn show(visit: Visit) -> Result<Response> {
    let mut tx = visit.begin().await?;
    let Some(request) = visit.request(&mut tx).await? else {
        tx.rollback().await?;
        let dato = dates::date(dates::oslo_date(visit.app.clock.now()));
        let form = Form::fresh(Input { dato, ..Input::default() });
        let page = RequestPage {
            address: visit.company_page(),
            frame: visit.frame,
            company: visit.company,
            form,
        };
        return Ok(Page(page).into_response());
    };
    let members = roster::list(&mut tx, &visit.code).await?;
    tx.rollback().await?;
    let now = visit.app.clock.now();
    let rows = members.into_iter().map(|member| row(member, now)).collect();
    let page = UsersPage {
        address: visit.company_page(),
        frame: visit.frame,
        company: visit.company,
        request,
        rows,
    };
    Ok(Page(page).into_response())
}

fn row(member: Listed, now: Timestamp) -> Row {
    Row {
        roles: role_words(&member.roles),
        last_use: member.last_sign_in_at.map_or_else(|| "Aldri".to_owned(), dates::moment),
        status: status(&member, now),
        member,
    }
}

/// `POST /forvaltning/selskaper/{code}/brukere`: the request is recorded, and the users are shown.
pub(super) async fn ask(
    visit: Visit,
    _: FreshCode,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let request = match read(&input, visit.app.clock.now()) {
        Ok(request) => request,
        Err(errors) => {
            let form = Form::rejected(input, errors);
            let page = RequestPage {
                address: visit.company_page(),
                frame: visit.frame,
                company: visit.company,
                form,
            };
            return Ok(Rejected(page).into_response());
        }
    };
    let mut tx = visit.begin().await?;
    request::record(&mut tx, &visit.code, visit.admin.user, &request, visit.by()).await?;
    tx.commit().await?;
    let told = format!("Forespørselen står i loggen til {}.", visit.company.name);
    Ok(redirect_with_flash(&visit.users(), &told))
}

fn read(input: &Input, now: Timestamp) -> Result<Request, Errors> {
    let mut errors = Errors::new();
    let text = |errors: &mut Errors, field: &'static str, typed: &str, missing: &str| {
        let typed = typed.trim();
        if typed.is_empty() {
            errors.add(field, missing);
        } else if typed.chars().count() > LONGEST {
            errors.add(field, format!("Bruk høyst {LONGEST} tegn."));
        }
        typed.to_owned()
    };
    let missing = "Skriv hvem i selskapet som ba om det.";
    let asked_by = text(&mut errors, "hvem", &input.hvem, missing);
    let asked_on = errors.take("dato", dates::parse_date(input.dato.trim())).unwrap_or_default();
    if asked_on > dates::oslo_date(now) {
        errors.add("dato", "Datoen er ikke kommet ennå.");
    }
    let missing = "Skriv hva selskapet trenger hjelp til.";
    let reason = text(&mut errors, "hvorfor", &input.hvorfor, missing);
    errors.none()?;
    Ok(Request { asked_by, asked_on, reason })
}

/// `GET /forvaltning/selskaper/{code}/brukere/{id}`
pub(super) async fn user(
    visit: Visit,
    _: FreshCode,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    let mut tx = visit.begin().await?;
    let Some((_, member)) = visit.user(&mut tx, &id).await? else { return Ok(visit.ask()) };
    tx.rollback().await?;
    let row = row(member, visit.app.clock.now());
    let (address, users) = (visit.company_page(), visit.users());
    Ok(Page(UserPage { address, users, frame: visit.frame, company: visit.company, row })
        .into_response())
}

/// `POST /forvaltning/selskaper/{code}/brukere/{id}/nullstill`
pub(super) async fn reset(
    visit: Visit,
    _: FreshCode,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    help(&visit, &id, Help::Reset).await
}

/// `POST /forvaltning/selskaper/{code}/brukere/{id}/steng`
pub(super) async fn disable(
    visit: Visit,
    _: FreshCode,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response> {
    help(&visit, &id, Help::Disable).await
}

/// What Skadehub does to a user of a company that asked.
#[derive(Clone, Copy)]
enum Help {
    Reset,
    Disable,
}

async fn help(visit: &Visit, id: &str, what: Help) -> Result<Response> {
    let mut tx = visit.begin().await?;
    let Some((request, member)) = visit.user(&mut tx, id).await? else { return Ok(visit.ask()) };
    let (code, by) = (&visit.code, visit.by());
    let (kind, done) = match what {
        Help::Reset => {
            roster::reset_factor(&mut tx, code, member.member, by).await?;
            (Kind::SecondFactorReset, true)
        }
        Help::Disable => {
            (Kind::UserDisabled, roster::admit(&mut tx, code, member.member, false, by).await?)
        }
    };
    if done {
        let data = json!({"user": member.username, "askedBy": request.asked_by});
        request::note(&mut tx, code, kind, data, by).await?;
    }
    tx.commit().await?;
    let told = match what {
        Help::Reset => "har fått engangskoden nullstilt, og setter den opp ved neste innlogging.",
        Help::Disable => {
            at_provider(&visit.app, &member.username, false).await;
            "er stengt ute. Hendelser, utkast og regler står i brukerens navn til selskapets administrator gir dem videre."
        }
    };
    Ok(redirect_with_flash(&visit.users(), &format!("{} {told}", member.display_name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_when_and_why_are_all_asked_for() {
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let faults = |input: &Input| {
            let errors = read(input, now).err().unwrap_or_default();
            errors.iter().map(|(field, _)| field.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(faults(&Input::default()), ["hvem", "dato", "hvorfor"]);
        let input =
            Input { hvem: "Kari".into(), dato: "25.11.2026".into(), hvorfor: "Ny telefon".into() };
        assert_eq!(faults(&input), [""; 0]);
        assert_eq!(faults(&Input { dato: "26.11.2026".into(), ..input }), ["dato"]);
    }
}
