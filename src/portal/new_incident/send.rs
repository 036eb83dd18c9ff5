//! The sending: the stored draft, as previewed, once.

use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;

use super::compose::{self, Faults};
use super::desk::{Answer, Desk, Filled};
use super::draft::YES;
use super::preview;
use super::store::{self, Stored};
use crate::contract::{Incident, Problem};
use crate::db;
use crate::error::{Error, Result};
use crate::portal::page::redirect_with_flash;

/// What the preview's form sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Confirmed {
    /// `ja`: sends it although it looks like one already sent.
    #[serde(rename = "bekreft")]
    duplicate: String,
    /// The version that was previewed.
    #[serde(rename = "sett")]
    seen: String,
}

/// `POST /utkast/{id}/send`
///
/// The draft's id is the key of its sending, so that a second click, or a try after
/// a lost answer, finds the incident that was made and makes no other.
pub(super) async fn send(
    desk: Desk,
    Path(id): Path<Uuid>,
    Filled { input, .. }: Filled<Confirmed>,
) -> Answer {
    let mut stored = desk.open(id).await?;
    let confirmed = input.duplicate == YES;
    if input.seen != stored.version.to_string() {
        return Ok(changed(&desk, &stored).await?);
    }
    desk.look_up(&mut stored).await?;
    let lists = desk.code_lists().await?;
    let mut new = match compose::whole(&stored.draft, &desk.known(&stored, &lists)) {
        Ok(new) => new,
        Err(faults) => {
            let page = preview::page(&desk, &stored).await?;
            return Ok(page.confirmed(confirmed).wrong(&faults));
        }
    };
    new.confirm_duplicate = confirmed.then_some(true);
    match desk.hub.send_incident(&new, &id.to_string()).await {
        Ok(incident) => sent(&desk, id, &incident).await.map_err(Into::into),
        Err(Error::Problem(problem)) => not_sent(&desk, stored, confirmed, &problem).await,
        Err(error) => Err(error.into()),
    }
}

/// Somebody changed the draft after it was previewed: it must be seen again first.
async fn changed(desk: &Desk, stored: &Stored) -> Result<Response> {
    let detail = "Utkastet er endret siden du så over det. Se over på nytt før du sender.";
    let problem = Problem::new(409, "changed", detail);
    Ok(preview::page(desk, stored).await?.refused(&problem))
}

async fn sent(desk: &Desk, id: Uuid, incident: &Incident) -> Result<Response> {
    let mut tx = db::begin(&desk.app.portal_db, desk.company()).await?;
    store::mark_sent(&mut tx, desk.company(), id, incident.id, desk.now()).await?;
    tx.commit().await?;
    let receiver = desk.directory().await?.name(&incident.other.company).to_owned();
    let to = format!("/hendelser/{}", incident.id);
    Ok(redirect_with_flash(&to, &format!("Hendelsen er sendt til {receiver}.")))
}

/// What the hub found wrong at its field, its refusal as an alert; the draft stays as it was.
async fn not_sent(desk: &Desk, mut stored: Stored, confirmed: bool, problem: &Problem) -> Answer {
    match problem.code.as_str() {
        "invalid" => {
            // The registry may have changed its answer since it was asked here.
            stored.lookups.clear();
            desk.look_up(&mut stored).await?;
            let page = preview::page(desk, &stored).await?;
            Ok(page.confirmed(confirmed).wrong(&Faults::of(problem)))
        }
        "idempotency_key_reused" => {
            let detail = "Dette utkastet er allerede sendt, og er endret etterpå. Søk opp hendelsen for å se hva som ble sendt.";
            let problem = Problem::new(409, "already_sent", detail);
            Ok(preview::page(desk, &stored).await?.refused(&problem))
        }
        // Another click of the same button is being answered right now.
        "in_progress" => match desk.open(stored.id).await {
            Ok(_) => {
                let detail = "Hendelsen holder på å bli sendt. Vent litt, og last siden på nytt.";
                let problem = Problem::new(409, "in_progress", detail);
                Ok(preview::page(desk, &stored).await?.refused(&problem))
            }
            Err(elsewhere) => Err(elsewhere),
        },
        // Not a refusal: the hub could not say. The draft is kept, and its id still is the key.
        _ if problem.status >= 500 => Err(Error::from(problem.clone()).into()),
        _ => Ok(preview::page(desk, &stored).await?.confirmed(confirmed).refused(problem)),
    }
}
