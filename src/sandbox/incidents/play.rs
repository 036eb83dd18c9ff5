//! Does what the plan says, through the hub's commands, with the clock at each act's time.

mod claims;

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use jiff::Timestamp;
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::course::{Actor, Step};
use super::plan::{self, Case};
use super::player::Player;
use super::told;
use crate::contract::Channel;
use crate::domain::event::PartyChange;
use crate::domain::incident::ProposalAnswer;
use crate::domain::{Part, Terms, Vehicle};
use crate::formats::{CompanyCode, Ore, RegistrationNumber, Share, dates};
use crate::hub::commands::create::NewIncident;
use crate::hub::commands::incident::{Acceptance, Simple};
use crate::hub::commands::{create, incident, message};
use crate::hub::{Act, Hub};

/// Makes `count` incidents as of `now`, and those that are told, with all players at once:
/// a player alone would wait for the database as long as the database waits for it.
pub async fn play(players: &[Player], count: u32, now: Timestamp) -> Result<()> {
    let (cases, acts) = plan::make(count, now);
    let cases = Arc::new(cases);
    let mut parts: Vec<Vec<plan::Act>> = players.iter().map(|_| Vec::new()).collect();
    for act in acts {
        let part = act.case % players.len();
        parts[part].push(act);
    }
    let mut playing = JoinSet::new();
    for (player, part) in players.iter().cloned().zip(parts) {
        playing.spawn(perform(player, Arc::clone(&cases), part));
    }
    while let Some(played) = playing.join_next().await {
        played??;
    }
    let player = players.first().context("there is no player")?;
    told::tell(player, now).await?;
    player.note_overdue(now).await
}

async fn perform(player: Player, cases: Arc<Vec<Case>>, acts: Vec<plan::Act>) -> Result<()> {
    let mut incidents: HashMap<usize, Known> = HashMap::new();
    for act in acts {
        player.stage.set(act.at);
        let case = &cases[act.case];
        let known = incidents.entry(act.case).or_default();
        let mut scene = Scene { hub: &player.hub, case, known, now: act.at };
        let what = || format!("incident {} ({}): {:?}", case.n, case.course.name, act.step);
        scene.act(act.actor, act.step).await.with_context(what)?;
        if act.read {
            scene.read(act.actor).await.with_context(what)?;
        }
    }
    Ok(())
}

/// What the hub has answered about an incident so far.
#[derive(Debug, Default)]
struct Known {
    incident: Uuid,
    claim: Uuid,
    outstanding: Ore,
}

/// One act of the play.
struct Scene<'a> {
    hub: &'a Hub,
    case: &'a Case,
    known: &'a mut Known,
    now: Timestamp,
}

impl Scene<'_> {
    async fn act(&mut self, actor: Actor, step: Step) -> Result<()> {
        let by = self.by(actor);
        let (hub, id) = (self.hub, self.known.incident);
        match step {
            Step::Send { proposal } => self.send(&by, proposal).await?,
            Step::Accept { .. } | Step::AcceptAndCounter => self.accept(&by, step).await?,
            Step::AcceptProposal => drop(incident::accept_proposal(hub, &by, id, 2).await?),
            Step::Reject => {
                let text = "Bilen ble solgt, og forsikringen sagt opp, før skadedatoen.".to_owned();
                let right = Some(self.case.third.clone());
                incident::reject(hub, &by, id, "not_our_vehicle".into(), Some(text), right).await?;
            }
            Step::Redirect => {
                let why = "Forrige selskap opplyser at bilen er forsikret hos dere.".to_owned();
                incident::redirect(hub, &by, id, self.case.third.clone(), why).await?;
            }
            Step::Message => drop(message::send(hub, &by, id, self.words(actor)).await?),
            Step::Assign => {
                let handler = Some(by.user.clone());
                incident::change(hub, &by, id, PartyChange::default(), handler).await?;
            }
            Step::Withdraw => {
                self.simple(&by, Simple::Withdraw, "Kunden har trukket skademeldingen.").await?;
            }
            Step::Close => {
                self.simple(&by, Simple::Close, "Ferdig behandlet hos oss.").await?;
            }
            Step::Reopen => {
                self.simple(&by, Simple::Reopen, "Verkstedet har funnet flere skader.").await?;
            }
            Step::ReopenLiability => {
                self.simple(
                    &by,
                    Simple::ReopenLiability,
                    "Et vitne har meldt seg og ser det annerledes.",
                )
                .await?;
            }
            Step::Claim => self.claim(&by).await?,
            Step::Register
            | Step::AcceptClaim
            | Step::Dispute
            | Step::Pay { .. }
            | Step::Credit => {
                self.settle(&by, step).await?;
            }
        }
        Ok(())
    }

    /// Whoever acts has read what the other did before.
    async fn read(&self, actor: Actor) -> Result<()> {
        incident::seen(self.hub, &self.by(actor), self.known.incident).await?;
        Ok(())
    }

    async fn simple(&self, by: &Act, act: Simple, why: &str) -> Result<()> {
        incident::simple(self.hub, by, self.known.incident, act, Some(why.into())).await?;
        Ok(())
    }

    async fn send(&mut self, by: &Act, with_proposal: bool) -> Result<()> {
        let case = self.case;
        let terms = self.terms(self.part_of_sender(), case.story.code, None).await?;
        let new = NewIncident {
            reference: reference(&case.sender, case.n),
            loss_date: case.loss_date,
            loss_time: Some(case.loss_time),
            place: Some(case.story.place(case.draw.number(7, 100)).into()),
            description: Some(if case.sender_is_a { case.story.a } else { case.story.b }.into()),
            personal_injury: case.draw.chance(8, 6),
            own_vehicle: vehicle(&case.sender_number, "N"),
            coverage: self.coverage(9),
            vat_liable: case.draw.chance(10, 12),
            business_interruption: case.draw.chance(11, 3),
            own_override: None,
            other_vehicle: vehicle(&case.receiver_number, case.receiver_country),
            other_override: None,
            proposal: with_proposal.then_some(terms),
            confirm_duplicate: false,
        };
        let answer = create::send(self.hub, by, new).await?;
        self.known.incident = id_in(&answer.body)?;
        Ok(())
    }

    async fn accept(&self, by: &Act, step: Step) -> Result<()> {
        let answer = match step {
            Step::Accept { proposal: true } => ProposalAnswer::Accept(1),
            Step::AcceptAndCounter => {
                let reason = "Førerne forklarer seg ulikt, og ingen av bilene har kamera.";
                let part = self.part_of_sender().other();
                ProposalAnswer::Counter(self.terms(part, "901", Some(reason.into())).await?)
            }
            _ => ProposalAnswer::None,
        };
        let change = PartyChange { coverage: Some(self.coverage(12)), ..PartyChange::default() };
        let reference = reference(&by.company, self.case.n);
        incident::accept(
            self.hub,
            by,
            self.known.incident,
            Acceptance { reference, change, answer },
        )
        .await?;
        Ok(())
    }

    async fn terms(&self, part: Part, code: &str, reason: Option<String>) -> Result<Terms> {
        terms(self.hub, self.now, (code, part), None, reason).await
    }

    fn part_of_sender(&self) -> Part {
        if self.case.sender_is_a { Part::A } else { Part::B }
    }

    fn coverage(&self, question: u32) -> String {
        let choices =
            ["kasko", "kasko", "kasko", "kasko", "delkasko", "ansvar", "ansvar", "kasko_leasing"];
        (*self.case.draw.one(question, &choices)).into()
    }

    /// Who acts: a person in the portal, or at times the company's own system.
    fn by(&self, actor: Actor) -> Act {
        let channel = if self.case.by_system() { Channel::Api } else { Channel::Portal };
        by(self.case.company(actor), channel)
    }

    fn words(&self, actor: Actor) -> &'static str {
        let words = match actor {
            Actor::Claimant | Actor::Sender => [
                "Hei! Takstrapporten er klar, og den følger med kravet. Si fra om dere mangler noe.",
                "Kan dere se på dette i løpet av uken? Kunden vår venter på oppgjør.",
                "Vi har snakket med vitnet, som bekrefter forklaringen til vår kunde.",
            ],
            Actor::Receiver | Actor::Debtor => [
                "Vår kunde husker det annerledes. Har dere bilder fra stedet?",
                "Vi venter på skademelding fra vår kunde og svarer så snart den kommer.",
                "Kan dere sende dokumentasjon på leiebilen?",
            ],
        };
        words[self.case.draw.number(14, 3) as usize]
    }
}

/// A company's own claim-file number, in the company's own way of writing it.
fn reference(company: &CompanyCode, n: u32) -> String {
    match company.as_str() {
        "FJT" => format!("2026-{}", 100_123 + n * 7),
        "NLS" => format!("NLS-26-{:05}", 4_011 + n * 3),
        "TND" => format!("26{:06}-01", 70_040 + n * 11),
        "SKG" => format!("SM{}", 26_000_210 + n * 5),
        code => format!("{code}-{}", 26_500 + n),
    }
}

/// The company's claims handler.
pub(super) fn by(company: &CompanyCode, channel: Channel) -> Act {
    let user = format!("saksbehandler.{}", company.as_str().to_lowercase());
    Act { company: company.clone(), user: Some(user), channel, key: None, version: None }
}

/// The terms of a code of the default list; part and split are the proposer's.
pub(super) async fn terms(
    hub: &Hub,
    now: Timestamp,
    (code, part): (&str, Part),
    split: Option<(Share, Share)>,
    reason: Option<String>,
) -> Result<Terms> {
    let reference = hub.reference.snapshot().await?;
    let code = reference.liability_code(code, dates::oslo_date(now));
    Terms::check(code.as_ref(), part, split, reason).map_err(|invalid| anyhow!("{invalid:?}"))
}

pub(super) fn vehicle(number: &RegistrationNumber, country: &str) -> Vehicle {
    Vehicle { number: Some(number.clone()), country: country.into(), description: None }
}

pub(super) fn id_in(answer: &[u8]) -> Result<Uuid> {
    let answer: Value = serde_json::from_slice(answer)?;
    let id = answer["id"].as_str().context("the answer has no id")?;
    Ok(id.parse()?)
}
