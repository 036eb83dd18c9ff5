//! The acts on a claim: register, accept, dispute, report a payment, credit.

use axum::Router;
use axum::extract::{Form, FromRequest, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use uuid::Uuid;

use super::act::{Act, Typed};
use super::case::Case;
use super::show::ClaimPage;
use crate::app::App;
use crate::contract::Terms;
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Hub;
use crate::portal::conflict::{Changed, Conflict, Value};
use crate::portal::form::Errors;
use crate::portal::page::{Frame, redirect_with_flash};
use crate::portal::words;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/krav/{id}/registrer", post(|it: Submission| it.perform(Act::Register)))
        .route("/krav/{id}/godta", post(|it: Submission| it.perform(Act::Accept)))
        .route("/krav/{id}/bestrid", post(|it: Submission| it.perform(Act::Dispute)))
        .route("/krav/{id}/betaling", post(|it: Submission| it.perform(Act::ReportPayment)))
        .route("/krav/{id}/krediter", post(|it: Submission| it.perform(Act::Credit)))
}

#[derive(FromRequest)]
#[from_request(state(App))]
struct Submission {
    #[from_request(via(State))]
    app: App,
    hub: Hub,
    #[from_request(via(Path))]
    id: Uuid,
    frame: Frame,
    #[from_request(via(Form))]
    typed: Typed,
}

impl Submission {
    async fn perform(self, act: Act) -> Result<Response> {
        let today = dates::oslo_date(self.app.clock.now());
        let command = match self.typed.parse(act, today) {
            Ok(command) => command,
            Err(errors) => return self.back(StatusCode::UNPROCESSABLE_ENTITY, errors, None).await,
        };
        let terms =
            Terms { key: self.typed.key.map(|key| key.to_string()), version: self.typed.version };
        match command.send(&self.hub.0, self.id, terms).await {
            Ok(claim) => {
                let confirmed = self.typed.is_confirmed_by(&claim);
                let message = act.done(claim.number, confirmed);
                Ok(redirect_with_flash(&format!("/krav/{}", self.id), &message))
            }
            Err(Error::Problem(problem)) if problem.status == 412 => self.overtaken(act).await,
            Err(Error::Problem(problem)) => {
                let (errors, refused) = act.objections(&problem);
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
                self.back(status, errors, refused).await
            }
            Err(error) => Err(error),
        }
    }

    /// The page of the claim again, with what was typed.
    async fn back(
        self,
        status: StatusCode,
        errors: Errors,
        refused: Option<String>,
    ) -> Result<Response> {
        let case = Case::of(&self.hub.0, &self.app, self.id).await?;
        Ok(ClaimPage::new(self.frame, case, self.typed, errors, refused).with(status))
    }

    /// Somebody changed the claim in the meantime: shows what stands now and asks again.
    async fn overtaken(self, act: Act) -> Result<Response> {
        let case = Case::of(&self.hub.0, &self.app, self.id).await?;
        let events = self.hub.0.events(case.incident.id).await?;
        let changed = events.last().map(|event| Changed {
            who: match &event.by.user {
                Some(user) => user.clone(),
                None if event.by.company.is_none() => "Skadehub".to_owned(),
                None => case.other.clone(),
            },
            when: dates::moment(event.at.0),
            what: Some(standing(&case)),
        });
        let page = format!("/krav/{}", self.id);
        let mut conflict = Conflict::new(self.frame, case.heading(), case.act_page(act.path()))
            .version(case.claim.version)
            .buttons(act.button(), page)
            .changed(changed);
        for (name, label, value) in self.typed.fields(act) {
            conflict.keep(name, label, Value::text(value));
        }
        Ok(conflict.into_response())
    }
}

/// «kravet er nå registrert, og 46 106,63 kr er utestående».
fn standing(case: &Case) -> String {
    let status = words::claim_status(case.claim.status).to_lowercase();
    format!("kravet er nå {status}, og {}\u{a0}kr er utestående", case.outstanding())
}
