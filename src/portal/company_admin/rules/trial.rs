//! What the rules would have done with last month's new incidents.

use askama::Template;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::Draft;
use crate::contract::{HandlerRulesInput, RulesTrial, TriedIncident};
use crate::domain::Role;
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::directory::Directory;
use crate::portal::page::{Frame, Page};

#[derive(Template)]
#[template(path = "portal/company_admin/rules_trial.html")]
struct TrialPage {
    frame: Frame,
    /// «oktober 2026»
    month: String,
    total: i64,
    counts: Vec<(Option<String>, i64)>,
    rows: Vec<Row>,
    carried: String,
    version: i64,
    pending: bool,
}

struct Row {
    id: Uuid,
    at: String,
    how: &'static str,
    counterpart: String,
    reference: Option<String>,
    rule: Option<u32>,
    handler: Option<String>,
}

/// The page; changes nothing.
pub(super) async fn show(draft: Draft) -> Result<Response> {
    let new = HandlerRulesInput { rules: draft.rules.clone() };
    let RulesTrial { from, total, by_handler, incidents, .. } =
        match draft.desk.hub.try_handler_rules(&new).await {
            Ok(trial) => trial,
            Err(Error::Problem(problem)) if problem.status == 422 => {
                let told: Vec<_> = problem.errors.iter().map(|it| it.message.as_str()).collect();
                return Ok(draft.sent_back(told.join(" ")));
            }
            Err(error) => return Err(error),
        };
    let directory = &draft.names.directory;
    let rows = incidents.into_iter().map(|it| row(it, directory)).collect();
    let page = TrialPage {
        month: format!("{} {}", dates::month(from), from.year()),
        total,
        counts: by_handler.into_iter().map(|it| (it.handler, it.incidents)).collect(),
        rows,
        carried: draft.carried(),
        version: draft.version,
        pending: draft.rules != draft.in_force.rules,
        frame: draft.desk.frame,
    };
    Ok(Page(page).into_response())
}

fn row(incident: TriedIncident, directory: &Directory) -> Row {
    Row {
        id: incident.id,
        at: dates::moment(incident.came_at.0),
        how: match incident.role {
            Role::Sender => "Sendt til",
            Role::Counterpart => "Mottatt fra",
        },
        counterpart: directory.name(&incident.counterpart).to_owned(),
        reference: incident.reference,
        rule: incident.rule,
        handler: incident.handler,
    }
}
