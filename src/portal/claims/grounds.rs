//! What a new claim rests on: the incident, the agreed split, the rules and the names.

use jiff::civil::Date;
use uuid::Uuid;

use super::input::Input;
use super::sums::Sums;
use super::view;
use crate::app::App;
use crate::contract::{Acting, Agreed, Claim, CodeItem, Incident, Problem};
use crate::domain::IncidentStatus;
use crate::error::{Error, Result};
use crate::formats::{Kid, Share, dates};
use crate::portal::code_lists::CodeLists;
use crate::portal::directory::Directory;

/// Code of the line type that a party who deducts VAT should not claim.
const VAT: &str = "vat";

/// What both the form and the preview show and check against.
pub(super) struct Grounds {
    pub incident: Incident,
    pub agreed: Agreed,
    /// Our claim-file number.
    pub reference: String,
    /// The other company: «Tinde Forsikring».
    pub other: String,
    /// «Tinde».
    pub short: String,
    /// «Tinde Forsikring (TND, org.nr. 310 431 702)».
    pub receiver: String,
    /// Our account for claims, grouped.
    pub account: Option<String>,
    pub codes: CodeLists,
    pub today: Date,
    /// Days from today to the due date of the rule.
    pub due_days: u16,
    /// The due date when none is typed.
    pub due: Date,
    /// Claims of ours that this one looks like.
    pub similar: Vec<Claim>,
}

impl Grounds {
    /// Reads them; refuses when no claim can be sent on the incident now.
    pub(super) async fn of(hub: &Acting, app: &App, id: Uuid) -> Result<Self> {
        let (incident, directory, codes) =
            tokio::try_join!(hub.incident(id, ""), Directory::of(hub), CodeLists::of(hub))?;
        let (agreed, reference) = ready(&incident)?;
        let now = app.clock.now();
        let own = directory.get(&incident.own.company);
        let account = own.and_then(|company| company.claim_account_number.as_deref());
        Ok(Self {
            other: directory.name(&incident.other.company).to_owned(),
            short: directory.short(&incident.other.company).to_owned(),
            receiver: directory.display(&incident.other.company),
            account: account.map(view::grouped),
            incident,
            agreed,
            reference,
            codes,
            today: dates::oslo_date(now),
            due_days: app.config.claim_due_days,
            due: app.config.rules().claim_due(now),
            similar: Vec::new(),
        })
    }

    /// Reads the earlier claims the form was warned of, as far as they still look like it.
    pub(super) async fn recall(&mut self, hub: &Acting, input: &Input) -> Result<()> {
        let kid = Kid::parse(&input.kid).ok();
        let total = Sums::of(&input.lines, self.types(), self.share()).total;
        self.similar.clear();
        for &id in &input.similar {
            let claim = match hub.claim(id).await {
                Err(Error::NotFound) => continue,
                found => found?,
            };
            let same_kid = kid.as_ref().is_some_and(|kid| kid.as_str() == claim.kid);
            let same_sum = claim.reference == self.reference && claim.total_ore == total.0;
            if same_kid || same_sum {
                self.similar.push(claim);
            }
        }
        Ok(())
    }

    /// What the other party bears, and we demand.
    pub(super) fn share(&self) -> Share {
        self.agreed.other
    }

    pub(super) fn incident_page(&self) -> String {
        format!("/hendelser/{}", self.incident.id)
    }

    /// Where the form of a new claim is.
    pub(super) fn form_page(&self) -> String {
        format!("/hendelser/{}/krav/ny", self.incident.id)
    }

    /// The day of the collision.
    pub(super) fn loss_date(&self) -> String {
        dates::date(self.incident.loss_date)
    }

    /// The day the split was agreed.
    pub(super) fn agreed_on(&self) -> String {
        dates::date(dates::oslo_date(self.agreed.at.0))
    }

    /// The types of lines, in their order.
    pub(super) fn types(&self) -> &[CodeItem] {
        self.codes.line_types()
    }

    /// Our party deducts VAT, and the form has a line for it all the same.
    pub(super) fn needs_vat_confirmation(&self, input: &Input) -> bool {
        self.incident.own.vat_liable
            && input.lines.iter().any(|line| line.kind == VAT && !line.is_blank())
    }
}

/// The agreed split and our reference, once claims can be sent.
fn ready(incident: &Incident) -> Result<(Agreed, String)> {
    let refused = |code, sentence| Err(Problem::new(409, code, sentence).into());
    if incident.status == IncidentStatus::Closed {
        return refused("closed", "Hendelsen er avsluttet. Gjenåpne den før dere sender krav.");
    }
    let (Some(agreed), Some(reference)) = (&incident.liability.agreed, &incident.own.reference)
    else {
        return refused(
            "liability_not_agreed",
            "Krav kan sendes når hendelsen er akseptert og ansvaret er avtalt.",
        );
    };
    if agreed.other == Share::ZERO {
        return refused(
            "nothing_to_demand",
            "Motparten bærer ingen del av ansvaret. Det er ingenting å kreve.",
        );
    }
    Ok((agreed.clone(), reference.clone()))
}
