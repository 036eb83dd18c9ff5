//! What a core system does all day: collisions from first message to paid claim.

use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};
use skadehub::clock::Clock;
use skadehub::formats::{Kid, dates};
use skadehub::sandbox::tffauto;
use uuid::Uuid;

use super::super::journal::{Outcome, What, id};
use super::{Asked, COMPANIES, Client, number};

/// One writer; it acts for both companies of its incidents in turn.
pub(super) struct Writer {
    pub(super) clients: Vec<Client>,
    pub(super) rng: StdRng,
    /// The incident that all writers write to, between the first two companies.
    pub(super) common: Uuid,
}

impl Writer {
    /// Story after story until the journal is closed.
    pub(super) async fn run(mut self) {
        while !self.clients[0].journal.is_closed() {
            self.story().await;
        }
    }

    /// One incident; ends early when told to stop.
    async fn story(&mut self) -> Option<()> {
        let sender = self.rng.random_range(0..COMPANIES.len());
        let receiver = (sender + self.rng.random_range(1..COMPANIES.len())) % COMPANIES.len();
        let proposal = json!({"code": "203", "ownRole": "a"});
        let new = new_incident(COMPANIES[sender], COMPANIES[receiver], proposal);
        let sent = self.write(sender, new).await?;
        let incident = id(&sent);
        self.aside([sender, receiver], incident).await?;
        match self.rng.random_range(0..8) {
            0 => return self.rejected(sender, receiver, incident).await,
            1..4 => self.countered(sender, receiver, incident).await?,
            _ => self.agreed(receiver, incident).await?,
        }
        self.aside([sender, receiver], incident).await?;
        self.claimed(sender, receiver, incident, &sent["own"]["reference"]).await
    }

    async fn rejected(&mut self, sender: usize, receiver: usize, incident: Uuid) -> Option<()> {
        let reject = act(incident, "reject", json!({"reason": "not_involved"}));
        self.write(receiver, reject.making(What::Act, &["incident_rejected"])).await?;
        let withdraw = act(incident, "withdraw", json!({"reason": "feil kjøretøy"}));
        self.write(sender, withdraw.making(What::Act, &["incident_withdrawn"])).await?;
        Some(())
    }

    async fn agreed(&mut self, receiver: usize, incident: Uuid) -> Option<()> {
        let body = json!({"reference": format!("R-{}", number()), "coverage": "ansvar", "acceptProposal": 1});
        let events = &["incident_accepted", "party_changed", "proposal_accepted"];
        self.write(receiver, act(incident, "accept", body).making(What::Act, events)).await?;
        Some(())
    }

    async fn countered(&mut self, sender: usize, receiver: usize, incident: Uuid) -> Option<()> {
        let reason = format!("Begge burde ha sett hverandre ({})", number());
        let split = json!({"own": {"num": 3, "den": 4}, "other": {"num": 1, "den": 4}});
        let counter = json!({"code": "999", "ownRole": "b", "reason": reason, "split": split});
        let body = json!({"reference": format!("R-{}", number()), "coverage": "ansvar", "counterProposal": counter});
        let events = &["incident_accepted", "party_changed", "proposal_made"];
        let accept = act(incident, "accept", body).making(What::Proposal(reason), events);
        self.write(receiver, accept).await?;
        let agree = act(incident, "proposals/2/accept", json!({}));
        self.write(sender, agree.making(What::Act, &["proposal_accepted"])).await?;
        Some(())
    }

    async fn claimed(
        &mut self,
        sender: usize,
        receiver: usize,
        incident: Uuid,
        reference: &Value,
    ) -> Option<()> {
        let kid = kid(number());
        let body = json!({"reference": reference, "kid": kid, "lines": [
            {"type": "repair", "grossOre": self.rng.random_range(10_000..9_000_000)},
            {"type": "towing", "grossOre": self.rng.random_range(1_000..500_000)}]});
        let claim = act(incident, "claims", body).making(What::Claim(kid), &["claim_sent"]);
        let claim = self.write(sender, claim).await?;
        let (claim, mut left) = (id(&claim), claim["totalOre"].as_i64()?);
        let accept = Asked::post(incident, format!("/claims/{claim}/accept"), json!({}));
        self.write(receiver, accept.making(What::Act, &["claim_accepted"])).await?;
        while left > 0 {
            let part = self.rng.random_range(1..=left);
            let ore = if self.rng.random() { left } else { part };
            self.paid(receiver, incident, claim, ore).await?;
            left -= ore;
        }
        let close = act(incident, "close", json!({}));
        self.write(sender, close.making(What::Act, &["incident_closed"])).await?;
        Some(())
    }

    async fn paid(&mut self, payer: usize, incident: Uuid, claim: Uuid, ore: i64) -> Option<()> {
        let body = json!({"amountOre": ore, "date": today(0)});
        let pay = Asked::post(incident, format!("/claims/{claim}/report-payment"), body);
        self.write(payer, pay.making(What::Payment { claim, ore }, &["payment_reported"])).await?;
        Some(())
    }

    /// Between the acts: messages, and now and then a change of what everybody changes.
    async fn aside(&mut self, parties: [usize; 2], incident: Uuid) -> Option<()> {
        for _ in 0..self.rng.random_range(0..3) {
            let by = parties[self.rng.random_range(0..2)];
            let message = self.message(incident);
            self.write(by, message).await?;
        }
        if self.rng.random_ratio(1, 3) {
            self.contended().await?;
        }
        Some(())
    }

    /// One in four is sent once, without a key; its answer may be lost for good.
    fn message(&mut self, incident: Uuid) -> Asked {
        let text = format!("Melding {}", number());
        let message = act(incident, "messages", json!({"text": text}));
        let message = message.making(What::Message(text), &["message_sent"]);
        if self.rng.random_ratio(1, 4) { Asked { key: None, ..message } } else { message }
    }

    /// Reads the common incident and changes it, unless somebody else has meanwhile.
    async fn contended(&mut self) -> Option<()> {
        let by = self.rng.random_range(0..2);
        let path = format!("/incidents/{}", self.common);
        let known = self.clients[by].read(&path).await["version"].as_i64();
        let text = format!("Kjøretøy {}", number());
        let change = Asked {
            method: Method::PATCH,
            known,
            ..Asked::post(self.common, path, json!({"vehicleDescription": text}))
        };
        let change = change.making(What::Description(text), &["party_changed"]);
        if self.clients[by].journal.is_closed() {
            return None;
        }
        self.clients[by].write(change).await;
        Some(())
    }

    /// The answer; nothing when told to stop, or when there was none to go on with.
    async fn write(&mut self, by: usize, asked: Asked) -> Option<Value> {
        let client = &self.clients[by];
        if client.journal.is_closed() {
            return None;
        }
        let goes_on_without = matches!(asked.what, What::Message(_));
        match client.write(asked).await {
            Outcome::Acknowledged(answer) => Some(answer),
            _ => goes_on_without.then_some(Value::Null),
        }
    }
}

/// A collision between a car of each, with vehicles and a reference of its own.
pub(in crate::faults) fn new_incident(
    from: &'static str,
    to: &'static str,
    proposal: Value,
) -> Asked {
    let number = number();
    let plate = |company: &str| {
        tffauto::vehicle(&company.parse().unwrap(), number).unwrap().as_str().to_owned()
    };
    let reference = format!("{from}-{number}");
    let mut body = json!({
        "reference": reference, "lossDate": today(3), "place": "Storgata", "personalInjury": false,
        "own": {"vehicle": {"registrationNumber": plate(from)}, "coverage": "kasko",
                "vatLiable": false, "businessInterruption": false},
        // Chosen by hand, so that a registry left alone for a while stops nobody.
        "other": {"vehicle": {"registrationNumber": plate(to)},
                  "insurerOverride": {"company": to, "reason": "Står på skademeldingen."}},
    });
    let mut events: &[&str] = &["incident_sent"];
    if !proposal.is_null() {
        body["proposal"] = proposal;
        events = &["incident_sent", "proposal_made"];
    }
    let asked = Asked::post(Uuid::nil(), "/incidents".into(), body);
    Asked { incident: None, ..asked.making(What::Incident { reference, to }, events) }
}

fn act(incident: Uuid, act: &str, body: Value) -> Asked {
    Asked::post(incident, format!("/incidents/{incident}/{act}"), body)
}

/// The date so many days ago, as the API writes it.
fn today(days_ago: i64) -> String {
    let today = dates::oslo_date(Clock::system().now());
    today.saturating_sub(jiff::Span::new().days(days_ago)).to_string()
}

/// A KID of this number, with the control digit that makes it one.
fn kid(number: u32) -> String {
    let mut tries = (0..10).map(|control| format!("7{number:09}{control}"));
    tries.find(|kid| Kid::parse(kid).is_ok_and(|kid| kid.moduli().mod10)).unwrap()
}
