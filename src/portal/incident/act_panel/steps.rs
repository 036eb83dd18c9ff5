//! The acts as buttons and links, each with what it leads to.

use uuid::Uuid;

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
        Some(match act {
            Act::AcceptAndAgree(_) => self.accept_and_agree()?,
            Act::AcceptAndPropose => self.accept_and_propose(),
            Act::AcceptOnly => self.accept_only(),
            Act::Reject => reject(),
            Act::Withdraw => self.withdraw(),
            Act::ConfirmClose => self.confirm_close(),
            Act::DeclineClose => self.decline_close(),
            Act::ConfirmReopening => self.confirm_reopening(),
            Act::DeclineReopening => self.decline_reopening(),
            Act::AcceptProposal(number) => self.accept_proposal(number)?,
            Act::CounterPropose => {
                self.propose("Send motforslag", "Vi foreslår en annen fordeling.")
            }
            Act::Propose => {
                self.propose("Foreslå ansvarsfordeling", "Du velger typeløsning på neste side.")
            }
            Act::AnswerClaim(number, id) => self.answer_claim(number, id),
            Act::NewClaim => self.plain("Nytt krav", "pluss", "krav/ny"),
            Act::AskClose => self.plain("Be om avslutning", "", "avslutt").back(),
            Act::Close => self.plain("Avslutt hendelsen", "", "avslutt").back(),
            Act::Reopen => self.plain("Gjenåpne hendelsen", "", "gjenapne").back(),
            // The panel's redirect form, and a link beside what was agreed.
            Act::Redirect | Act::AskReopening => return None,
        })
    }

    fn link(&self, rest: &str) -> Way {
        Way::Link(self.path(rest))
    }

    fn post(&self, rest: &str) -> Way {
        Way::Post(self.path(rest))
    }

    /// A link that needs no explanation.
    fn plain(&self, text: &str, icon: &'static str, rest: &str) -> Step {
        Step::new(text, icon, self.link(rest), String::new())
    }

    fn propose(&self, text: &str, what: &str) -> Step {
        let consequence = format!("{what} {}", self.they_get_time());
        Step::new(text, "bytt", self.link("forslag"), consequence)
    }

    fn withdraw(&self) -> Step {
        let consequence = "Hendelsen trekkes tilbake hos begge. Du skriver grunn på neste side.";
        Step::new("Trekk tilbake hendelsen", "", self.link("trekk"), consequence.into()).danger()
    }

    fn confirm_close(&self) -> Step {
        Step::new("Bekreft avslutning", "hake", self.post("avslutt"), self.closing())
    }

    fn decline_close(&self) -> Step {
        let consequence = "Hendelsen forblir åpen. Du skriver grunn på neste side.";
        let way = self.link("avslutt/avsla");
        Step::new("Si nei til avslutning", "kryss", way, consequence.into()).danger()
    }

    fn confirm_reopening(&self) -> Step {
        let consequence = "Avtalen faller bort, og begge kan foreslå på nytt. Krav som er sendt, \
                           beholder andelen de ble laget med.";
        let way = self.post("ansvar/gjenapne");
        Step::new("Bekreft gjenåpning", "hake", way, consequence.into())
    }

    fn decline_reopening(&self) -> Step {
        let consequence = "Avtalen står. Du skriver grunn på neste side.";
        let way = self.link("ansvar/gjenapne/avsla");
        Step::new("Si nei til gjenåpning", "kryss", way, consequence.into()).danger()
    }

    fn answer_claim(&self, number: u32, id: Uuid) -> Step {
        let claim = self.incident.claims.iter().flatten().find(|claim| claim.id == id);
        let words = claim.map(claim_words).unwrap_or_default();
        let way = Way::Link(format!("/krav/{id}"));
        Step::new(format!("Svar på krav {number}"), "pil", way, words)
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

fn reject() -> Step {
    let consequence = "Vi er ikke rett part. Du velger grunn på neste side.";
    Step::new("Avvis hendelsen", "kryss", Way::Answer("avvis"), consequence.into()).danger()
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
