//! Step 4: «Se over før du sender». Shows the incident that will be sent, and nothing else.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::compose::{self, Faults};
use super::desk::{Answer, Desk};
use super::draft::Step;
use super::lookup::Finding;
use super::shown::Head;
use super::similar::{self, Similar};
use super::store::Stored;
use crate::contract::{NewIncident, NewVehicle, Problem};
use crate::error::Result;
use crate::formats::{Share, dates};
use crate::portal::code_lists::{self, CodeLists};
use crate::portal::directory::Directory;
use crate::portal::page::{Frame, Page};
use crate::portal::picker;
use crate::portal::view::{Deadline, Split};

#[derive(Template)]
#[template(path = "portal/new_incident/preview.html")]
pub(super) struct PreviewPage {
    frame: Frame,
    head: Head,
    /// What will be sent; none while something is missing or wrong.
    shown: Option<Shown>,
    faults: Vec<Fault>,
    /// The form was sent and came back.
    rejected: bool,
    /// Why the hub refused.
    refusal: Option<Refusal>,
    /// What the other company has sent that looks the same.
    similar: Vec<Similar>,
    /// It has been confirmed that this is another incident.
    confirmed: bool,
}

/// Something to fix, with the way to its field.
struct Fault {
    href: String,
    sentence: String,
}

/// What the hub said no to.
struct Refusal {
    duplicate: bool,
    detail: String,
}

/// The incident in words.
struct Shown {
    incident: NewIncident,
    own_name: String,
    /// «Nordlys Skadeforsikring», and «(NLS, org.nr. 310 425 885)».
    receiver_name: String,
    receiver_marks: String,
    receiver_short: String,
    /// «TFFAuto», «Valgt av oss», …
    found: Found,
    coverage: String,
    loss: String,
    proposal: Option<Proposal>,
    deadline: Deadline,
    days: u16,
}

/// How the receiver was found.
struct Found {
    by_registry: bool,
    plate: String,
    checked: String,
    reason: String,
    /// What the registry said, when another company was chosen.
    registry: String,
}

/// The proposal in words.
struct Proposal {
    code: String,
    title: String,
    own_is_a: bool,
    split: Split,
    is_free: bool,
    reason: Option<String>,
}

/// `GET /utkast/{id}/se-over`
pub(super) async fn show(desk: Desk, Path(id): Path<Uuid>) -> Answer {
    let mut stored = desk.open(id).await?;
    desk.look_up(&mut stored).await?;
    let page = page(&desk, &stored).await?;
    Ok(Page(page).into_response())
}

/// The preview of a draft, with what is wrong in it.
pub(super) async fn page(desk: &Desk, stored: &Stored) -> Result<PreviewPage> {
    let (lists, directory) = (desk.code_lists().await?, desk.directory().await?);
    let whole = compose::whole(&stored.draft, &desk.known(stored, &lists));
    let (shown, faults, similar) = match whole {
        Ok(incident) => {
            let similar = similar::to(desk, &incident).await?;
            let shown = shown(desk, stored, incident, &lists, &directory);
            (shown, Faults::default(), similar)
        }
        Err(faults) => (None, faults, Vec::new()),
    };
    Ok(PreviewPage {
        frame: desk.frame.clone(),
        head: Head::of(desk, stored, Step::Preview, false),
        shown,
        faults: listed(stored.id, &faults),
        rejected: false,
        refusal: None,
        similar,
        confirmed: false,
    })
}

impl PreviewPage {
    /// The page after a try to send, with what is wrong: 422.
    pub(super) fn wrong(mut self, faults: &Faults) -> Response {
        self.faults = listed(self.head.id, faults);
        self.rejected = true;
        (StatusCode::UNPROCESSABLE_ENTITY, Page(self)).into_response()
    }

    /// The page after a try to send that the hub refused.
    pub(super) fn refused(mut self, problem: &Problem) -> Response {
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
        self.rejected = true;
        let duplicate = problem.code == "duplicate_suspected";
        if duplicate {
            self.similar = problem.matches.iter().map(Similar::of).collect();
        }
        self.refusal = Some(Refusal { duplicate, detail: problem.detail.clone() });
        (status, Page(self)).into_response()
    }

    /// The page with what was confirmed on it before.
    pub(super) fn confirmed(self, confirmed: bool) -> Self {
        Self { confirmed, ..self }
    }

    /// The hub refused for another reason than that it looks like one already sent.
    fn other_refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref().filter(|refusal| !refusal.duplicate)
    }

    /// The hub refused because it looks like one already sent.
    fn is_refused_as_duplicate(&self) -> bool {
        self.refusal.as_ref().is_some_and(|refusal| refusal.duplicate)
    }

    fn fault_heading(&self) -> String {
        match self.faults.len() {
            1 => "Rett feilen:".to_owned(),
            count => format!("Rett {count} feil:"),
        }
    }
}

fn listed(id: Uuid, faults: &Faults) -> Vec<Fault> {
    faults
        .iter()
        .map(|(step, field, sentence)| Fault {
            href: format!("{}?tilbake=se-over#{field}", step.path(id)),
            sentence: sentence.to_owned(),
        })
        .collect()
}

fn shown(
    desk: &Desk,
    stored: &Stored,
    incident: NewIncident,
    lists: &CodeLists,
    directory: &Directory,
) -> Option<Shown> {
    let finding = stored.lookups.other(&stored.draft.vehicles);
    let chosen = incident.other.insurer_override.as_ref().map(|chosen| chosen.company.as_str());
    let receiver = chosen.or(finding.company())?;
    let name = directory.name(receiver).to_owned();
    let marks = directory.display(receiver).strip_prefix(&name).unwrap_or_default().to_owned();
    let now = desk.now();
    let short = directory.short(receiver).to_owned();
    Some(Shown {
        own_name: directory.name(desk.company().as_str()).to_owned(),
        receiver_marks: marks.trim().to_owned(),
        found: found(&incident, &finding, directory),
        coverage: lists.coverage(&incident.own.coverage).to_owned(),
        loss: loss(&incident),
        proposal: proposal(&incident, lists, &short),
        deadline: Deadline::new(desk.app.config.rules().answer_due(now), now),
        days: desk.app.config.answer_days,
        receiver_name: name,
        receiver_short: short,
        incident,
    })
}

fn found(incident: &NewIncident, finding: &Finding<'_>, directory: &Directory) -> Found {
    let chosen = incident.other.insurer_override.as_ref();
    let (plate, checked) = match finding {
        Finding::Answered(last, _) | Finding::Down(last) => {
            (last.question.number.clone(), dates::moment(last.at))
        }
        Finding::Unregistered | Finding::NotAsked => (String::new(), String::new()),
    };
    Found {
        by_registry: chosen.is_none(),
        plate,
        checked,
        reason: chosen.and_then(|chosen| chosen.reason.clone()).unwrap_or_default(),
        registry: match (chosen, finding) {
            (None, _) | (_, Finding::Unregistered | Finding::NotAsked) => String::new(),
            (_, Finding::Down(_)) => "TFFAuto svarte ikke".to_owned(),
            (_, Finding::Answered(..)) => match finding.company() {
                Some(company) => format!("TFFAuto oppgir {}", directory.name(company)),
                None => "TFFAuto kjenner ingen forsikrer".to_owned(),
            },
        },
    }
}

/// «Fredag 20.11.2026 kl. 14.30».
fn loss(incident: &NewIncident) -> String {
    let Ok(day) = dates::parse_api_date(&incident.loss_date) else {
        return incident.loss_date.clone();
    };
    let words = dates::weekday_date(day);
    let mut letters = words.chars();
    let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let time = incident.loss_time.as_deref().and_then(|time| dates::parse_time(time).ok());
    let time = time.map(|time| format!(" kl.\u{a0}{}", dates::time(time))).unwrap_or_default();
    format!("{first}{}{time}", letters.as_str())
}

fn proposal(incident: &NewIncident, lists: &CodeLists, other_short: &str) -> Option<Proposal> {
    let sent = incident.proposal.as_ref()?;
    let item = code_lists::item(lists.liability_codes(), &sent.code)?;
    let own_is_a = sent.own_role == "a";
    let free = sent.split.map(|split| split.own.to_string()).unwrap_or_default();
    let own = picker::own_share(item, !own_is_a, &free).unwrap_or(Share::HALF);
    Some(Proposal {
        code: sent.code.clone(),
        title: item.title.clone(),
        own_is_a,
        split: Split::ours(own, own_is_a, other_short),
        is_free: sent.split.is_some(),
        reason: sent.reason.clone(),
    })
}

/// A vehicle as the preview's rows show it.
struct Vehicle<'a>(&'a NewVehicle);

impl Vehicle<'_> {
    fn number(&self) -> &str {
        self.0.registration_number.as_deref().unwrap_or_default()
    }

    /// «S», when it is not Norwegian.
    fn foreign(&self) -> &str {
        self.0.country.as_deref().filter(|country| *country != "N").unwrap_or_default()
    }

    fn description(&self) -> &str {
        self.0.description.as_deref().unwrap_or_default()
    }
}

impl Shown {
    fn own_vehicle(&self) -> Vehicle<'_> {
        Vehicle(&self.incident.own.vehicle)
    }

    fn other_vehicle(&self) -> Vehicle<'_> {
        Vehicle(&self.incident.other.vehicle)
    }
}
