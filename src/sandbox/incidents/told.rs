//! Two incidents told in full, about the vehicles that everybody tries first.

use anyhow::Result;
use jiff::civil::{Date, Time, time};
use jiff::{SignedDuration, Timestamp, ToSpan};
use uuid::Uuid;

use super::play::{by, id_in, terms, vehicle};
use super::player::Player;
use crate::contract::Channel;
use crate::domain::claim::NewLine;
use crate::domain::event::PartyChange;
use crate::domain::incident::ProposalAnswer;
use crate::domain::{Part, Terms};
use crate::formats::{CompanyCode, Kid, Ore, RegistrationNumber, Share, dates};
use crate::hub::Act;
use crate::hub::commands::claim::{self, ClaimAct, NewClaim};
use crate::hub::commands::create::NewIncident;
use crate::hub::commands::incident::Acceptance;
use crate::hub::commands::{create, incident, message};

const FJT: &str = "2026-100087";
const NLS: &str = "NLS-26-44880";

/// Tells both.
pub(super) async fn tell(player: &Player, now: Timestamp) -> Result<()> {
    let teller = Teller { player, today: dates::oslo_date(now) };
    teller.agreed().await?;
    teller.waiting(now).await
}

/// Sets the time, and does what happened then.
struct Teller<'a> {
    player: &'a Player,
    today: Date,
}

impl Teller<'_> {
    /// EK12345 against EL54321: agreed at the third proposal, with claims both ways.
    async fn agreed(&self) -> Result<()> {
        let (fjt, nls) = (handler("FJT")?, handler("NLS")?);
        let lost = self.day(44)?;
        self.at(42, time(9, 14, 0, 0))?;
        let first = self.terms(("404", Part::A), None, None).await?;
        let new = NewIncident {
            loss_time: Some(time(15, 40, 0, 0)),
            place: Some("Innkjørselen til Sjøgata 12, Tønsberg".into()),
            description: Some(
                "Vår kunde hadde parkert for å bære inn varer. Motparten skulle forbi og traff \
                 venstre side foran."
                    .into(),
            ),
            ..new(FJT, lost, ("EK12345", "EL54321"), first)?
        };
        let id = self.send(&fjt, new).await?;
        self.take(&fjt, id).await?;

        self.at(38, time(13, 2, 0, 0))?;
        let half = Share::new(1, 2).zip(Share::new(1, 2));
        let why = "Bilen sto i innkjørselen, med nødblink av.";
        let second = self.terms(("999", Part::B), half, Some(why)).await?;
        self.accept(&nls, id, ProposalAnswer::Counter(second)).await?;
        self.take(&nls, id).await?;

        self.at(34, time(10, 47, 0, 0))?;
        let why = "Enig i at parkeringen var til hinder.";
        let third = self.terms(("405", Part::A), None, Some(why)).await?;
        incident::propose(&self.player.hub, &fjt, id, third).await?;
        self.at(32, time(8, 51, 0, 0))?;
        incident::accept_proposal(&self.player.hub, &nls, id, 3).await?;
        self.claims(id, &fjt, &nls).await
    }

    async fn claims(&self, id: Uuid, fjt: &Act, nls: &Act) -> Result<()> {
        self.at(21, time(9, 30, 0, 0))?;
        let lines = vec![
            line("repair", 4_825_000, "Verksted, faktura 8812"),
            line("hire_car", 640_050, "9 dager"),
            line("towing", 387_500, "Til verkstedet"),
            line("other", 295_000, "Oppbevaring i to uker"),
        ];
        let first = self.claim(fjt, id, FJT, "2026100087017", lines).await?;
        let told = self.say(fjt, id, "Krav 1 er sendt. Si fra om dere vil se takstrapporten.");
        let told = told.await?;
        self.at(21, time(11, 5, 0, 0))?;
        message::read(&self.player.hub, nls, id, told).await?;
        self.at(21, time(11, 6, 0, 0))?;
        self.settle(nls, first, ClaimAct::Register(Some("77120".into()))).await?;
        let answer = "Takk, registrert hos oss. Vi sjekker leiebildagene før vi godtar.";
        let answer = self.say(nls, id, answer).await?;
        incident::seen(&self.player.hub, nls, id).await?;

        self.at(19, time(9, 10, 0, 0))?;
        let lines = vec![line("repair", 3_894_000, "Verksted, faktura 20417")];
        let theirs = self.claim(nls, id, NLS, "4488001209", lines).await?;
        self.at(19, time(12, 40, 0, 0))?;
        message::read(&self.player.hub, fjt, id, answer).await?;
        self.settle(fjt, theirs, ClaimAct::Accept).await?;
        self.at(18, time(10, 5, 0, 0))?;
        let lines = vec![line("survey", 320_000, "Takst")];
        let third = self.claim(fjt, id, FJT, "2026100087025", lines).await?;
        self.at(13, time(14, 20, 0, 0))?;
        self.settle(fjt, theirs, ClaimAct::ReportPayment(Ore(500_000), self.day(13)?)).await?;
        incident::seen(&self.player.hub, fjt, id).await?;
        self.at(3, time(9, 0, 0, 0))?;
        self.settle(nls, third, ClaimAct::ReportPayment(Ore(240_000), self.day(3)?)).await
    }

    /// KH31415 against EL54321: received this morning, and nobody has answered.
    async fn waiting(&self, now: Timestamp) -> Result<()> {
        let morning = time(8, 12, 0, 0);
        let arrived = self.at(0, morning)? + SignedDuration::from_mins(10) < now;
        let days = i64::from(!arrived);
        self.at(days, morning)?;
        let why = "Skademeldingen viser treff på venstre side bak.";
        let proposal = self.terms(("104", Part::A), None, Some(why)).await?;
        let new = NewIncident {
            loss_time: Some(time(16, 5, 0, 0)),
            place: Some("Fjordveien, to felt i samme retning før Bruhaugen".into()),
            description: Some(
                "Vår forsikrede lå i høyre felt. KH31415 skiftet felt fra venstre og traff \
                 venstre side bak."
                    .into(),
            ),
            vat_liable: true,
            ..new("NLS-26-55810", self.day(days + 3)?, ("EL54321", "KH31415"), proposal)?
        };
        let nls = handler("NLS")?;
        let id = self.send(&Act { channel: Channel::Api, ..nls.clone() }, new).await?;
        self.take(&nls, id).await?;
        self.at(days, time(8, 15, 0, 0))?;
        self.say(&nls, id, "Si fra hvis dere trenger video fra bilen.").await?;
        Ok(())
    }

    fn day(&self, days_ago: i64) -> Result<Date> {
        Ok(self.today.checked_sub(days_ago.days())?)
    }

    fn at(&self, days_ago: i64, time: Time) -> Result<Timestamp> {
        let at = self.day(days_ago)?.to_datetime(time).to_zoned(dates::oslo())?.timestamp();
        self.player.stage.set(at);
        Ok(at)
    }

    async fn terms(
        &self,
        code: (&str, Part),
        split: Option<(Share, Share)>,
        reason: Option<&str>,
    ) -> Result<Terms> {
        let hub = &self.player.hub;
        terms(hub, hub.clock.now(), code, split, reason.map(str::to_owned)).await
    }

    async fn send(&self, by: &Act, new: NewIncident) -> Result<Uuid> {
        id_in(&create::send(&self.player.hub, by, new).await?.body)
    }

    async fn accept(&self, by: &Act, id: Uuid, answer: ProposalAnswer) -> Result<()> {
        let change = PartyChange { coverage: Some("delkasko".into()), ..PartyChange::default() };
        let given = Acceptance { reference: NLS.into(), change, answer };
        incident::accept(&self.player.hub, by, id, given).await?;
        Ok(())
    }

    async fn take(&self, by: &Act, id: Uuid) -> Result<()> {
        let change = PartyChange::default();
        incident::change(&self.player.hub, by, id, change, Some(by.user.clone())).await?;
        Ok(())
    }

    async fn say(&self, by: &Act, id: Uuid, words: &str) -> Result<Uuid> {
        id_in(&message::send(&self.player.hub, by, id, words).await?.body)
    }

    async fn claim(
        &self,
        by: &Act,
        id: Uuid,
        reference: &str,
        kid: &str,
        lines: Vec<NewLine>,
    ) -> Result<Uuid> {
        let new = NewClaim {
            reference: reference.into(),
            kid: Kid::parse(kid)?,
            due: None,
            message: None,
            lines,
            confirm_duplicate: false,
            confirm_vat: false,
        };
        id_in(&claim::send(&self.player.hub, by, id, new).await?.body)
    }

    async fn settle(&self, by: &Act, claim: Uuid, act: ClaimAct) -> Result<()> {
        claim::act(&self.player.hub, by, claim, act).await?;
        Ok(())
    }
}

fn handler(company: &str) -> Result<Act> {
    Ok(by(&company.parse::<CompanyCode>()?, Channel::Portal))
}

fn new(reference: &str, lost: Date, plates: (&str, &str), first: Terms) -> Result<NewIncident> {
    let number = |text| RegistrationNumber::parse(text);
    Ok(NewIncident {
        reference: reference.into(),
        loss_date: lost,
        loss_time: None,
        place: None,
        description: None,
        personal_injury: false,
        own_vehicle: vehicle(&number(plates.0)?, "N"),
        coverage: "kasko".into(),
        vat_liable: false,
        business_interruption: false,
        own_override: None,
        other_vehicle: vehicle(&number(plates.1)?, "N"),
        other_override: None,
        proposal: Some(first),
        confirm_duplicate: false,
    })
}

fn line(kind: &str, ore: i64, words: &str) -> NewLine {
    NewLine { kind: kind.into(), gross: Ore(ore), subtract: false, description: Some(words.into()) }
}
