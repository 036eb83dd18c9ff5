//! What every page of a draft works with: the draft opened, what was filled in, and how it is stored.

use axum::extract::{FromRequest, FromRequestParts, Query, RawForm, Request};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::compose::Known;
use super::draft::{Draft, Part, Step};
use super::lookup;
use super::store::{self, Stored, Ticket};
use crate::app::App;
use crate::contract::{Acting, Problem};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::portal::acting::Hub;
use crate::portal::code_lists::CodeLists;
use crate::portal::conflict::{Changed, Conflict};
use crate::portal::directory::Directory;
use crate::portal::page::Frame;

/// The claims handler at work on drafts.
pub(super) struct Desk {
    pub app: App,
    pub hub: Acting,
    pub frame: Frame,
}

impl FromRequestParts<App> for Desk {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Hub(hub) = Hub::from_request_parts(parts, app).await?;
        let mut frame = Frame::of(parts);
        // A draft has its place under «Hendelser» in the menu.
        "/hendelser".clone_into(&mut frame.path);
        Ok(Self { app: app.clone(), hub, frame })
    }
}

/// Why a page of a draft is not shown: an error, or another page in its place.
pub(super) enum Detour {
    Error(Error),
    To(Box<Response>),
}

impl From<Error> for Detour {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Response> for Detour {
    fn from(response: Response) -> Self {
        Self::To(Box::new(response))
    }
}

impl IntoResponse for Detour {
    fn into_response(self) -> Response {
        match self {
            Self::Error(error) => error.into_response(),
            Self::To(response) => *response,
        }
    }
}

/// What a handler of a draft answers with.
pub(super) type Answer = Result<Response, Detour>;

impl Desk {
    pub(super) fn company(&self) -> &CompanyCode {
        &self.hub.actor().company
    }

    pub(super) fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// The draft; the incident instead, once it has been sent.
    pub(super) async fn open(&self, id: Uuid) -> Result<Stored, Detour> {
        let mut tx = db::begin(&self.app.portal_db, self.company()).await?;
        let found = store::find(&mut tx, self.company(), &self.app.seal, id).await?;
        tx.commit().await.map_err(Error::from)?;
        unsent(found)
    }

    /// Stores what one step's form sent, beginning the draft if need be.
    pub(super) async fn store<P: Part>(
        &self,
        id: Uuid,
        envelope: &Envelope,
        part: P,
    ) -> Result<Stored, Detour> {
        let (ticket, who, now) = (envelope.ticket(), &self.hub.actor().user, self.now());
        let (company, seal) = (self.company(), &self.app.seal);
        let mut tx = db::begin(&self.app.portal_db, company).await?;
        if ticket.version == 0 {
            store::create(&mut tx, company, seal, id, ticket.edit, who, now).await?;
        }
        let mut stored = unsent(store::lock(&mut tx, company, seal, id).await?)?;
        let mut typed = stored.draft.clone();
        part.put(&mut typed);
        // What is typed stands already: a page saved twice is no new version for the next page to meet.
        if typed == stored.draft {
            tx.commit().await.map_err(Error::from)?;
            return Ok(stored);
        }
        if !stored.admits(&ticket) {
            return Err(self.overtaken::<P>(&stored, &typed, envelope).into_response().into());
        }
        stored.draft = typed;
        store::save(&mut tx, company, seal, &mut stored, &ticket, who, now).await?;
        tx.commit().await.map_err(Error::from)?;
        Ok(stored)
    }

    /// Asks the registry about the vehicles, where it has not answered yet, and keeps the answers.
    pub(super) async fn look_up(&self, stored: &mut Stored) -> Result<()> {
        let typed = &stored.draft.vehicles;
        if !lookup::refresh(&mut stored.lookups, &self.hub, typed, self.now()).await? {
            return Ok(());
        }
        let mut tx = db::begin(&self.app.portal_db, self.company()).await?;
        store::keep_lookups(&mut tx, self.company(), &self.app.seal, stored.id, &stored.lookups)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn directory(&self) -> Result<Directory> {
        Directory::of(&self.hub).await
    }

    pub(super) async fn code_lists(&self) -> Result<CodeLists> {
        CodeLists::of(&self.hub).await
    }

    /// What parsing `stored` needs to know.
    pub(super) fn known<'a>(&'a self, stored: &'a Stored, lists: &'a CodeLists) -> Known<'a> {
        Known {
            own: self.company().as_str(),
            lookups: &stored.lookups,
            codes: lists.liability_codes(),
            now: self.now(),
        }
    }

    /// Both values of each field, when another page has saved since this one was opened.
    fn overtaken<P: Part>(&self, stored: &Stored, typed: &Draft, envelope: &Envelope) -> Conflict {
        let step = P::STEP.path(stored.id);
        let thing = match stored.draft.vehicles.reference.trim() {
            "" => "Utkastet".to_owned(),
            reference => format!("Utkastet {reference}"),
        };
        let mut page = Conflict::new(self.frame.clone(), thing, &step)
            .version(stored.version)
            .buttons("Lagre valgene", &step)
            .changed(Some(Changed {
                who: stored.updated_by.clone(),
                when: crate::formats::dates::moment(stored.updated_at),
                what: None,
            }));
        let fields = P::fields(typed).into_iter().zip(P::fields(&stored.draft));
        for ((name, label, typed), (_, _, stands)) in fields {
            page.field(name, label, typed, stands);
        }
        page.hide("edit", Uuid::new_v4());
        page.hide("tilbake", &envelope.back);
        page.hide("handling", "vis");
        page
    }
}

fn unsent(found: Option<Stored>) -> Result<Stored, Detour> {
    let stored = found.ok_or(Error::NotFound)?;
    match stored.sent_as {
        Some(incident) => {
            let to = format!("/hendelser/{incident}");
            Err(Redirect::to(&to).into_response().into())
        }
        None => Ok(stored),
    }
}

/// What a draft's form carries beside the fields of its step.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Envelope {
    version: String,
    edit: String,
    #[serde(rename = "tilbake")]
    pub back: String,
    /// Which button was used; empty for the one that goes on.
    #[serde(rename = "handling")]
    pub act: String,
    /// The step, for the address that saves any of them.
    #[serde(rename = "steg")]
    pub step: String,
}

impl Envelope {
    fn ticket(&self) -> Ticket {
        Ticket {
            version: self.version.parse().unwrap_or(-1),
            edit: self.edit.parse().unwrap_or_default(),
        }
    }

    /// Where the button that goes on leads.
    pub(super) fn next(&self, id: Uuid, next: Step) -> String {
        if self.returns() { Step::Preview.path(id) } else { next.path(id) }
    }

    /// Whether the page was reached from the preview, and goes back to it.
    pub(super) fn returns(&self) -> bool {
        self.back == Step::Preview.slug()
    }

    /// The query that keeps the way back.
    pub(super) fn query(&self) -> &'static str {
        if self.returns() { "?tilbake=se-over" } else { "" }
    }
}

/// The query of a step's page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct StepQuery {
    #[serde(rename = "tilbake")]
    back: String,
}

impl StepQuery {
    pub(super) fn returns(&self) -> bool {
        self.back == Step::Preview.slug()
    }
}

/// The query, empty when it is not understood.
pub(super) struct Asked<T>(pub T);

impl<T, S> FromRequestParts<S> for Asked<T>
where
    T: Default + for<'a> Deserialize<'a> + Send,
    S: Send + Sync,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        Ok(Self(query.map(|Query(value)| value).unwrap_or_default()))
    }
}

/// A filled-in form: the envelope, and the fields of one step.
pub(super) struct Filled<T> {
    pub envelope: Envelope,
    pub input: T,
}

impl<T, S> FromRequest<S> for Filled<T>
where
    T: for<'a> Deserialize<'a>,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let RawForm(bytes) = RawForm::from_request(request, state).await.map_err(|_| garbled())?;
        Ok(Self { envelope: fields(&bytes)?, input: fields(&bytes)? })
    }
}

/// The fields of `T` in a form; others are passed over.
pub(super) fn fields<T: for<'a> Deserialize<'a>>(form: &[u8]) -> Result<T> {
    serde_urlencoded::from_bytes(form).map_err(|_| garbled())
}

pub(super) fn garbled() -> Error {
    Problem::new(422, "invalid", "Skjemaet kom ikke fram slik det skulle. Prøv igjen.").into()
}

/// «lagret kl. 09.41», with the date when it was another day.
pub(super) fn saved_words(at: Timestamp, now: Timestamp) -> String {
    let moment = crate::formats::dates::moment(at);
    let today = crate::formats::dates::oslo_date(at) == crate::formats::dates::oslo_date(now);
    match moment.split_once(' ') {
        Some((_, time)) if today => format!("lagret {time}"),
        _ => format!("lagret {moment}"),
    }
}
