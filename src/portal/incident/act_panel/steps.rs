//! The acts as buttons and links, each with what it leads to.

use super::Seen;
use crate::contract::Claim;
use crate::domain::IncidentStatus;
use crate::formats::{Ore, Share, dates};
use crate::portal::incident::acts::{Act, their_proposal};

/// One act on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub text: String,
    /// Symbol of the sprite; empty for none.
    pub icon: &'static str,
    pub way: Way,
    /// What it leads to.
    pub consequence: String,
    pub danger: bool,
    /// The page's one filled button.
    pub filled: bool,
    /// Leads on rather than back: may be the filled one.
    pub is_way_on: bool,
}

/// How an act is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A page of its own.
    Link(String),
    /// A button that sends the panel's form here.
    Post(String),
    /// A button of the answer form: the value of `svar`.
    Answer(&'static str),
}

impl Step {
    fn new(text: impl Into<String>, icon: &'static str, way: Way, consequence: String) -> Self {
        let text = text.into();
        Self { text, icon, way, consequence, danger: false, filled: false, is_way_on: true }
    }

    fn danger(self) -> Self {
        Self { danger: true, ..self }.back()
    }

    fn back(self) -> Self {
        Self { is_way_on: false, ..self }
    }
}

impl Seen<'_> {
    /// The answers to what waits for us, and everything else.
    pub(super) fn steps(&self, allowed: &[Act]) -> (Vec<Step>, Vec<Step>) {
        let (mut answers, mut others) = (Vec::new(), Vec::new());
        for act in allowed {
            let list = if self.is_answer(*act) { &mut answers } else { &mut others };
            list.extend(self.step(*act));
        }
        (answers, others)
    }

    fn is_answer(&self, act: Act) -> bool {
        match act {
            Act::Withdraw => self.incident.status == IncidentStatus::Rejected,
            Act::Propose => self.incident.status == IncidentStatus::Accepted,
            Act::NewClaim | Act::AskReopening | Act::AskClose | Act::Close | Act::Reopen => false,
            _ => true,
        }
    }

    fn step(&self, act: Act) -> Option<Step> {
        let link = |rest: &str| Way::Link(self.path(rest));
        let post = |rest: &str| Way::Post(self.path(rest));
        let new = |text: &str, icon, way, consequence: &str| {
            Step::new(text, icon, way, consequence.to_owned())
        };
        Some(match act {
            Act::AcceptAndAgree(_) => self.accept_and_agree()?,
            Act::AcceptAndPropose => self.accept_and_propose(),
            Act::AcceptOnly => self.accept_only(),
            Act::Reject => new(
                "Avvis hendelsen",
                "kryss",
                Way::Answer("avvis"),
                "Vi er ikke rett part. Du velger grunn på neste side.",
            )
            .danger(),
            // Its fields and button are the panel's redirect form.
            Act::Redirect => return None,
            Act::Withdraw => new(
                "Trekk tilbake hendelsen",
                "",
                link("trekk"),
                "Hendelsen tas tilbake hos begge. Du skriver grunn på neste side.",
            )
            .danger(),
            Act::ConfirmClose => {
                new("Bekreft avslutning", "hake", post("avslutt"), &self.closing())
            }
            Act::DeclineClose => new(
                "Si nei til avslutning",
                "kryss",
                link("avslutt/avsla"),
                "Hendelsen forblir åpen. Du skriver grunn på neste side.",
            )
            .danger(),
            Act::ConfirmReopening => new(
                "Bekreft gjenåpning",
                "hake",
                post("ansvar/gjenapne"),
                "Avtalen faller bort, og begge kan foreslå på nytt. Krav som er sendt, beholder \
                 andelen de ble laget med.",
            ),
            Act::DeclineReopening => new(
                "Si nei til gjenåpning",
                "kryss",
                link("ansvar/gjenapne/avsla"),
                "Avtalen står. Du skriver grunn på neste side.",
            )
            .danger(),
            Act::AcceptProposal(number) => self.accept_proposal(number)?,
            Act::CounterPropose => Step::new(
                "Send motforslag",
                "bytt",
                link("forslag"),
                format!("Vi foreslår en annen fordeling. {}", self.they_get_time()),
            ),
            Act::Propose => Step::new(
                "Foreslå ansvarsfordeling",
                "bytt",
                link("forslag"),
                format!("Du velger typeløsning på neste side. {}", self.they_get_time()),
            ),
            Act::AnswerClaim(number, id) => {
                let claim = self.incident.claims.iter().flatten().find(|claim| claim.id == id);
                let words = claim.map(claim_words).unwrap_or_default();
                Step::new(
                    format!("Svar på krav {number}"),
                    "pil",
                    Way::Link(format!("/krav/{id}")),
                    words,
                )
            }
            Act::NewClaim => new("Nytt krav", "pluss", link("krav/ny"), ""),
            // A link beside what was agreed.
            Act::AskReopening => return None,
            Act::AskClose => new("Be om avslutning", "", link("avslutt"), "").back(),
            Act::Close => new("Avslutt hendelsen", "", link("avslutt"), "").back(),
            Act::Reopen => new("Gjenåpne hendelsen", "", link("gjenapne"), "").back(),
        })
    }

    fn accept_and_agree(&self) -> Option<Step> {
        let own = their_proposal(self.incident)?.split.own;
        let consequence = format!(
            "Vi er rett part og bærer {own} ({}\u{a0}%). {}",
            own.percent(),
            self.who_may_claim(own)
        );
        Some(Step::new("Aksepter og avtal ansvaret", "hake", Way::Answer("godta"), consequence))
    }

    fn accept_and_propose(&self) -> Step {
        let time = self.they_get_time();
        let (text, consequence) = if their_proposal(self.incident).is_some() {
            let consequence = format!("Vi er rett part, men foreslår en annen fordeling. {time}");
            ("Aksepter og send motforslag", consequence)
        } else {
            (
                "Aksepter og foreslå fordeling",
                format!("Vi er rett part og foreslår en fordeling. {time}"),
            )
        };
        Step::new(text, "bytt", Way::Answer("motforslag"), consequence)
    }

    fn accept_only(&self) -> Step {
        let (text, consequence) = match (their_proposal(self.incident), self.due) {
            (Some(_), Some(due)) => (
                "Aksepter uten å svare på forslaget",
                format!("Vi er rett part. Forslaget står til {}.", due.date()),
            ),
            (Some(_), None) => {
                ("Aksepter uten å svare på forslaget", "Vi er rett part. Forslaget står.".into())
            }
            (None, _) => (
                "Aksepter hendelsen",
                "Vi er rett part. Begge kan foreslå fordeling etterpå.".into(),
            ),
        };
        Step::new(text, "", Way::Answer("bare"), consequence)
    }

    fn accept_proposal(&self, number: u32) -> Option<Step> {
        let split = their_proposal(self.incident)?.split;
        let consequence = format!(
            "Vi bærer {} ({}\u{a0}%), {} {} ({}\u{a0}%). Ansvaret er avtalt. {}",
            split.own,
            split.own.percent(),
            self.them(),
            split.other,
            split.other.percent(),
            self.who_may_claim(split.own)
        );
        let way = Way::Post(self.path(&format!("forslag/{number}/godta")));
        Some(Step::new(
            format!("Godta forslag {number} og avtal ansvaret"),
            "hake",
            way,
            consequence,
        ))
    }

    fn closing(&self) -> String {
        let open = self.incident.claims.iter().flatten().any(|claim| claim.outstanding_ore > 0);
        let claims = if open { " Krav som ikke er gjort opp, blir stående." } else { "" };
        format!("Hendelsen avsluttes for begge, og kan gjenåpnes siden.{claims}")
    }
}

fn claim_words(claim: &Claim) -> String {
    format!(
        "{}\u{a0}kr, {} av {}\u{a0}kr. Forfaller {}.",
        Ore(claim.total_ore),
        share_words(claim.share),
        Ore(claim.gross_ore),
        dates::date(claim.due_date)
    )
}

fn share_words(share: Share) -> String {
    if share == Share::ONE { "hele beløpet".into() } else { format!("{share}") }
}
