//! A sent or received claim with its incident and the names: what its page shows, and what may be done.

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

use super::view;
use crate::app::App;
use crate::contract::{Acting, Claim, Incident, Payment};
use crate::domain::ClaimStatus;
use crate::domain::deadline::end_of;
use crate::error::Result;
use crate::formats::{Ore, dates};
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;
use crate::portal::view::{Deadline, Tag};
use crate::portal::words;

/// The claim and what surrounds it.
pub(super) struct Case {
    pub claim: Claim,
    pub incident: Incident,
    /// The other company: «Tinde Forsikring».
    pub other: String,
    /// «Tinde».
    pub short: String,
    pub codes: CodeLists,
    pub now: Timestamp,
}

impl Case {
    pub(super) async fn of(hub: &Acting, app: &App, id: Uuid) -> Result<Self> {
        let (claim, directory, codes) =
            tokio::try_join!(hub.claim(id), Directory::of(hub), CodeLists::of(hub))?;
        let incident = hub.incident(claim.incident_id, "").await?;
        Ok(Self {
            other: directory.name(&claim.counterpart).to_owned(),
            short: directory.short(&claim.counterpart).to_owned(),
            now: app.clock.now(),
            claim,
            incident,
            codes,
        })
    }

    /// We demand it.
    pub(super) fn is_ours(&self) -> bool {
        self.claim.direction == "sent"
    }

    /// «Krav 1 til Tinde Forsikring».
    pub(super) fn heading(&self) -> String {
        let preposition = if self.is_ours() { "til" } else { "fra" };
        format!("Krav {} {preposition} {}", self.claim.number, self.other)
    }

    /// «Krav 1».
    pub(super) fn short_heading(&self) -> String {
        format!("Krav {}", self.claim.number)
    }

    /// Whose turn it is when it is not ours to answer, or how it ended.
    pub(super) fn standing(&self) -> String {
        let (short, due) = (&self.short, self.short_due());
        match (self.claim.status, self.is_ours()) {
            (ClaimStatus::Sent | ClaimStatus::Registered, _) => {
                format!("Vi venter på {}: svar innen {due}", self.other)
            }
            (ClaimStatus::Accepted, true) => {
                format!("{short} har godtatt kravet og betaler innen {due}")
            }
            (ClaimStatus::Accepted, false) => format!("Vi har godtatt kravet: betal innen {due}"),
            (ClaimStatus::Disputed, true) => format!("{short} har bestridt kravet"),
            (ClaimStatus::Disputed, false) => "Vi har bestridt kravet".to_owned(),
            (ClaimStatus::Paid, _) => "Kravet er betalt".to_owned(),
            (ClaimStatus::Credited, _) => "Kravet er kreditert".to_owned(),
        }
    }

    /// An answer or a payment is awaited.
    pub(super) fn awaits_something(&self) -> bool {
        self.is_unanswered() || self.awaits_payment()
    }

    /// It is accepted, and not settled.
    pub(super) fn awaits_payment(&self) -> bool {
        self.claim.status == ClaimStatus::Accepted
    }

    /// The company that is paid.
    pub(super) fn claimant(&self) -> String {
        if self.is_ours() { "Oss".to_owned() } else { self.other.clone() }
    }

    /// Whose share is demanded: «Tindes 3/4», «vår 1/4».
    pub(super) fn share(&self) -> String {
        let share = self.claim.share;
        let whose = if self.is_ours() { view::genitive(&self.short) } else { "Vår".to_owned() };
        format!("{whose} {share} ({}\u{a0}%)", share.percent())
    }

    /// Whose booking reference it is: the receiver's.
    pub(super) fn booking_label(&self) -> &'static str {
        if self.is_ours() { "Deres bilagsnr." } else { "Vårt bilagsnr." }
    }

    /// The due date in a sentence: «onsdag 02.12».
    pub(super) fn short_due(&self) -> String {
        Deadline::new(end_of(self.claim.due_date), self.now).short_day
    }

    /// Our claim-file number of the incident.
    pub(super) fn reference(&self) -> String {
        self.incident.own.reference.clone().unwrap_or_default()
    }

    pub(super) fn incident_page(&self) -> String {
        format!("/hendelser/{}", self.incident.id)
    }

    /// Where an act goes.
    pub(super) fn act_page(&self, act: &str) -> String {
        format!("/krav/{}/{act}", self.claim.id)
    }

    pub(super) fn status(&self) -> Tag {
        words::claim_tag(self.claim.status)
    }

    /// When it was sent: «02.11.2026 kl. 09.30».
    pub(super) fn sent_at(&self) -> String {
        dates::moment(self.claim.created_at.0)
    }

    /// The due date as a deadline, while something is outstanding.
    pub(super) fn deadline(&self) -> Option<Deadline> {
        self.is_open().then(|| Deadline::new(end_of(self.claim.due_date), self.now))
    }

    /// The due date: «onsdag 02.12.2026».
    pub(super) fn due(&self) -> String {
        dates::weekday_date(self.claim.due_date)
    }

    pub(super) fn today(&self) -> Date {
        dates::oslo_date(self.now)
    }

    pub(super) fn outstanding(&self) -> Ore {
        Ore(self.claim.outstanding_ore)
    }

    pub(super) fn is_open(&self) -> bool {
        self.claim.outstanding_ore > 0
    }

    /// We are to answer.
    pub(super) fn is_our_turn(&self) -> bool {
        !self.is_ours() && self.is_unanswered()
    }

    /// The receiver has not said yes or no.
    pub(super) fn is_unanswered(&self) -> bool {
        matches!(self.claim.status, ClaimStatus::Sent | ClaimStatus::Registered)
    }

    pub(super) fn is_disputed(&self) -> bool {
        self.claim.status == ClaimStatus::Disputed
    }

    pub(super) fn may_register(&self) -> bool {
        self.is_our_turn() && self.claim.status == ClaimStatus::Sent
    }

    /// After disputing it, the receiver may still accept.
    pub(super) fn may_yield(&self) -> bool {
        !self.is_ours() && self.is_disputed()
    }

    pub(super) fn may_report_payment(&self) -> bool {
        self.is_open()
    }

    pub(super) fn may_credit(&self) -> bool {
        self.is_ours() && self.is_open()
    }

    /// The other company reported it, and we have not said the same.
    pub(super) fn may_confirm(payment: &Payment) -> bool {
        !payment.confirmed && payment.by == "other"
    }
}
