//! Many users from a list: first what will happen to each, then all of it or nothing.

use askama::Template;
use axum::Form as Posted;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::Desk;
use super::input::{Input as Person, ROLES, role_words};
use crate::auth::role::Role;
use crate::auth::roster::{self, Details, Listed};
use crate::auth::session::FreshCode;
use crate::company_log::Kind;
use crate::contract::Problem;
use crate::error::Result;
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, Rejected, redirect_with_flash};
use crate::portal::view::Tag;

/// The columns of the list.
const COLUMNS: [&str; 4] = ["brukernavn", "navn", "epost", "roller"];

/// The longest list.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "portal/company_admin/import.html")]
struct ImportPage {
    frame: Frame,
    /// What will happen, line by line; none before it has been looked at.
    plan: Option<Vec<Line>>,
    form: Form<Input>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    liste: String,
    /// `importer` on the page that shows what will happen.
    gjor: String,
}

/// One line, and what will happen to it.
struct Line {
    username: String,
    details: Details,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Invite,
    /// Somebody of the company: roles before.
    Change(Box<Listed>),
    Nothing,
}

/// `GET /selskap/brukere/importer`
pub(super) async fn show(desk: Desk, _: FreshCode) -> Response {
    let input = Input { liste: format!("{}\n", COLUMNS.join(";")), ..Input::default() };
    Page(ImportPage { frame: desk.frame, plan: None, form: Form::fresh(input) }).into_response()
}

/// `POST /selskap/brukere/importer`
pub(super) async fn submit(
    desk: Desk,
    _: FreshCode,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let mut tx = desk.begin().await?;
    let known = roster::list(&mut tx, desk.company()).await?;
    tx.rollback().await?;
    let plan = match plan(&input.liste, &known, desk.username()) {
        Ok(plan) => plan,
        Err(errors) => {
            let form = Form::rejected(input, errors);
            return Ok(Rejected(ImportPage { frame: desk.frame, plan: None, form }).into_response());
        }
    };
    if input.gjor != "importer" {
        let form = Form::fresh(input);
        return Ok(Page(ImportPage { frame: desk.frame, plan: Some(plan), form }).into_response());
    }
    carry_out(&desk, &plan).await?;
    let mut invited = 0;
    for line in plan.iter().filter(|line| line.what == What::Invite) {
        desk.invitation(&line.username, &line.details).welcome(&desk.app).await;
        invited += 1;
    }
    let changed = plan.iter().filter(|line| matches!(line.what, What::Change(_))).count();
    let told = format!("{invited} brukere er invitert og {changed} er endret.");
    Ok(redirect_with_flash("/selskap/brukere", &told))
}

/// What a list means, or every fault in it with its line.
fn plan(text: &str, known: &[Listed], me: &str) -> Result<Vec<Line>, Errors> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(text.as_bytes());
    let head = reader.headers().map(|head| head.iter().map(str::trim).eq(COLUMNS));
    if !head.unwrap_or_default() {
        let told = format!("Første linje skal være {}.", COLUMNS.join(";"));
        return Err(Errors::one("liste", told));
    }
    let (mut lines, mut faults) = (Vec::<Line>::new(), Vec::new());
    for (number, record) in (2..).zip(reader.records()) {
        match record
            .map_err(|_| "har ikke fire kolonner".to_owned())
            .and_then(|it| line(&it, known, me))
        {
            Ok(line) if lines.iter().any(|other| other.username == line.username) => {
                faults.push(format!("linje {number}: {} står to ganger", line.username));
            }
            Ok(line) => lines.push(line),
            Err(fault) => faults.push(format!("linje {number}: {fault}")),
        }
    }
    if lines.is_empty() && faults.is_empty() {
        faults.push("listen har ingen brukere".to_owned());
    }
    if lines.len() > MOST {
        faults.push(format!("listen har mer enn {MOST} brukere"));
    }
    if faults.is_empty() { Ok(lines) } else { Err(Errors::one("liste", sentence(&faults))) }
}

/// The first faults, as one sentence.
fn sentence(faults: &[String]) -> String {
    let rest = faults.len().saturating_sub(8);
    let more = if rest > 0 { format!("; og {rest} til") } else { String::new() };
    format!("Rett dette: {}{more}.", faults[..faults.len() - rest].join("; "))
}

fn line(record: &csv::StringRecord, known: &[Listed], me: &str) -> Result<Line, String> {
    let cell = |at: usize| record.get(at).unwrap_or_default().trim();
    let mut typed = Person {
        brukernavn: cell(0).to_owned(),
        navn: cell(1).to_owned(),
        epost: cell(2).to_owned(),
        ..Person::default()
    };
    for word in cell(3).split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()) {
        let role = ROLES.iter().find(|(field, role, ..)| word == *field || word == role.word());
        match role {
            Some((field, ..)) => typed.tick(field),
            None => return Err(format!("rollen «{word}» finnes ikke")),
        }
    }
    let mut errors = Errors::new();
    let username = typed.username(&mut errors);
    let details = typed.details(&mut errors, true);
    if let Some((_, fault)) = errors.iter().next() {
        return Err(fault.trim_end_matches('.').to_lowercase());
    }
    let member = known.iter().find(|member| member.username == username);
    if username == me && !details.roles.contains(&Role::CompanyAdmin) {
        return Err("du kan ikke ta fra deg selv rollen som administrator".to_owned());
    }
    let what = match member {
        None => What::Invite,
        Some(member) if same(member, &details) => What::Nothing,
        Some(member) => What::Change(Box::new(member.clone())),
    };
    Ok(Line { username, details, what })
}

fn same(member: &Listed, details: &Details) -> bool {
    let roles = |roles: &[Role]| {
        let mut codes: Vec<_> = roles.iter().map(|role| role.code()).collect();
        codes.sort_unstable();
        codes
    };
    member.display_name == details.display_name
        && member.email == details.email
        && roles(&member.roles) == roles(&details.roles)
}

/// All of it in one transaction, each with its entry in the log.
async fn carry_out(desk: &Desk, plan: &[Line]) -> Result<()> {
    let company_name = desk.admin.identity.company_name.clone().unwrap_or_default();
    let mut tx = desk.begin().await?;
    for line in plan {
        let (company, by, new) = (desk.company(), desk.by(), &line.details);
        let done = match &line.what {
            What::Nothing => continue,
            What::Invite => {
                roster::invite(&mut tx, company, &company_name, &line.username, new, by)
                    .await?
                    .is_some()
            }
            What::Change(old) => {
                roster::change(&mut tx, company, old.member, old.version, new, by).await?
            }
        };
        if !done {
            let told = format!(
                "{} er tatt, eller endret av en annen. Ingen brukere er endret.",
                line.username
            );
            return Err(Problem::new(409, "overtaken", told).into());
        }
        let (kind, data) = line.told();
        desk.note(&mut tx, kind, data).await?;
    }
    Ok(tx.commit().await?)
}

impl Line {
    /// The entry of the log.
    fn told(&self) -> (Kind, serde_json::Value) {
        let roles = role_words(&self.details.roles);
        match &self.what {
            What::Change(old) => (
                Kind::UserChanged,
                json!({"user": self.username, "before": role_words(&old.roles), "after": roles}),
            ),
            _ => (Kind::UserInvited, json!({"user": self.username, "roles": roles})),
        }
    }

    /// What will happen, as a tag.
    fn tag(&self) -> Tag {
        match self.what {
            What::Invite => Tag::new("info", "Inviteres"),
            What::Change(_) => Tag::new("warning", "Endres"),
            What::Nothing => Tag::new("neutral", "Uendret"),
        }
    }

    /// The roles, and those before where they change.
    fn roles(&self) -> String {
        let after = role_words(&self.details.roles);
        match &self.what {
            What::Change(old) if role_words(&old.roles) != after => {
                format!("{after} (før: {})", role_words(&old.roles))
            }
            _ => after,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> String {
        let errors = plan(text, &[], "admin.fjt").err().unwrap_or_default();
        errors.of("liste").unwrap_or_default().to_owned()
    }

    #[test]
    fn every_line_that_is_wrong_is_named() {
        let text = "brukernavn;navn;epost;roller\n\
            kari;Kari;kari@x.example;saksbehandler revisor\n\
            ola;Ola;ola;revisor\n\
            kari;Kari;kari@x.example;revisor\n\
            per;Per;per@x.example;sjef\n\
            admin.fjt;Anne;anne@x.example;revisor\n";
        let told = faults(text);
        for part in [
            "linje 3:",
            "linje 4: kari står to ganger",
            "linje 5: rollen «sjef»",
            "linje 6: du kan ikke",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
        assert!(!told.contains("linje 2"), "{told}");
        assert!(faults("navn;epost\n").starts_with("Første linje skal være"));
    }

    #[test]
    fn roles_are_read_by_field_or_word() {
        let text =
            "brukernavn;navn;epost;roller\nkari;Kari;k@x.example;administrator, saksbehandler\n";
        let plan = plan(text, &[], "anne").unwrap_or_default();
        assert_eq!(plan[0].details.roles, [Role::Handler, Role::CompanyAdmin]);
        assert_eq!(plan[0].what, What::Invite);
    }
}
