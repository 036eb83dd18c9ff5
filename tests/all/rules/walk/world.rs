//! The world of a walk: companies that act at random on incidents, and a clock that moves.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use skadehub::domain::claim::{Demand, NewLine};
use skadehub::domain::event::PartyChange;
use skadehub::domain::incident::ProposalAnswer;
use skadehub::domain::{ClaimStatus, Event, Incident, IncidentStatus, Liability, Refusal, Terms};
use skadehub::formats::{CompanyCode, Ore, Share, dates};

use super::invariants::Witness;
use crate::rules::sample::{RULES, at, claim, company, sent, terms};

const COMPANIES: [&str; 6] = ["FJT", "NLS", "TND", "GJF", "SKJ", "VND"];

/// What is random, what has happened, and where everything stands.
pub(super) struct World {
    rng: StdRng,
    now: Timestamp,
    companies: Vec<CompanyCode>,
    incidents: Vec<(Incident, Witness)>,
    /// Every act, for telling how a walk broke.
    pub(super) log: Vec<String>,
    /// How often each kind of thing happened.
    pub(super) happened: BTreeMap<&'static str, usize>,
}

impl World {
    /// Two to six companies with one to four incidents, late in a winter.
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let companies = rng.random_range(2..=COMPANIES.len());
        let companies = COMPANIES[..companies].iter().map(|code| company(code)).collect();
        let incidents = rng.random_range(1..=4);
        let mut world = Self {
            rng,
            now: at("2026-03-20T21:30:00+01:00"),
            companies,
            incidents: Vec::new(),
            log: Vec::new(),
            happened: BTreeMap::new(),
        };
        for _ in 0..incidents {
            world.open();
        }
        world
    }

    /// The clock moves, somebody does something, and what must hold is looked at.
    pub(super) fn step(&mut self) {
        let minutes = if self.one_in(4) {
            self.rng.random_range(0..6_000)
        } else {
            self.rng.random_range(0..90)
        };
        self.now = self.now.checked_add(minutes.minutes()).unwrap();
        let at = self.rng.random_range(0..self.incidents.len());
        let by = self.actor(at);
        let before = self.incidents[at].0.clone();
        let act = self.rng.random_range(0..20);
        let (name, decided) = self.decide(act, &before, &by);
        self.log.push(format!("{} {by}: {name} -> {}", self.now, told(&decided)));
        let (incident, witness) = &mut self.incidents[at];
        match decided {
            Err(_) => {
                *self.happened.entry("refused").or_default() += 1;
                assert_eq!(*incident, before, "a refusal changes nothing");
            }
            Ok(events) => {
                for event in &events {
                    incident.apply(event, &by, self.now);
                    witness.saw(event, incident, &by, self.now);
                    *self.happened.entry(event.kind()).or_default() += 1;
                }
            }
        }
        witness.check(incident, &before);
        for (claim, known) in incident.claims.iter().zip(&before.claims) {
            if claim.status != known.status && !claim.is_open() {
                let end =
                    if claim.status == ClaimStatus::Paid { "claim paid" } else { "claim credited" };
                *self.happened.entry(end).or_default() += 1;
            }
        }
        let over = incident.status == IncidentStatus::Withdrawn;
        if (over || incident.claims.len() > 12) && self.one_in(20) {
            self.incidents.remove(at);
            self.open();
        }
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.rng.random_ratio(1, times)
    }

    fn any(&mut self) -> CompanyCode {
        let at = self.rng.random_range(0..self.companies.len());
        self.companies[at].clone()
    }

    /// Mostly a party, now and then anybody.
    fn actor(&mut self, at: usize) -> CompanyCode {
        if self.one_in(8) {
            return self.any();
        }
        let incident = &self.incidents[at].0;
        if self.rng.random() { incident.sender.clone() } else { incident.counterpart.clone() }
    }

    fn open(&mut self) {
        loop {
            let incident = sent(self.any(), self.any(), self.now);
            let terms = self.rng.random::<bool>().then(|| self.terms());
            let Ok(events) = incident.sent(terms, self.now, &RULES) else {
                assert_eq!(incident.sender, incident.counterpart);
                continue;
            };
            let (mut incident, by) = (incident.clone(), incident.sender.clone());
            let mut witness = Witness::of(&incident);
            for event in &events {
                incident.apply(event, &by, self.now);
                witness.saw(event, &incident, &by, self.now);
            }
            self.incidents.push((incident, witness));
            return;
        }
    }

    fn terms(&mut self) -> Terms {
        let den = self.rng.random_range(1..=6);
        terms(Share::new(self.rng.random_range(0..=den), den).unwrap())
    }

    /// The number of a proposal, mostly of the newest.
    fn number(&mut self, incident: &Incident) -> u32 {
        if self.one_in(4) { self.rng.random_range(0..6) } else { incident.last_proposal }
    }

    fn decide(
        &mut self,
        act: u32,
        incident: &Incident,
        by: &CompanyCode,
    ) -> (&'static str, Result<Vec<Event>, Refusal>) {
        let now = self.now;
        let why = || String::from("fordi");
        match act {
            0 => {
                let answer = match self.rng.random_range(0..3) {
                    0 => ProposalAnswer::None,
                    1 => ProposalAnswer::Accept(self.number(incident)),
                    _ => ProposalAnswer::Counter(self.terms()),
                };
                let reference = format!("{by}-{}", self.log.len());
                ("accept", incident.accept(by, &reference, answer, now, &RULES))
            }
            1 => ("reject", incident.reject(by, why(), None, None)),
            2 => {
                let to = self.any();
                ("redirect", incident.redirect(by, &to, why(), now, &RULES))
            }
            3 if self.one_in(4) => ("withdraw", incident.withdraw(by, why())),
            3 | 4 => ("reopen", incident.reopen(by, why())),
            5 if self.one_in(2) => ("close", incident.close(by, None)),
            5 | 6 => ("decline closing", incident.decline_close(by, why())),
            7 => ("reopen liability", incident.reopen_liability(by, why())),
            8 => ("decline reopening", incident.decline_liability_reopen(by, why())),
            9 | 10 => ("propose", incident.propose(by, self.terms(), now, &RULES)),
            11 | 12 => {
                let number = self.number(incident);
                ("agree", incident.accept_proposal(by, number))
            }
            13 => ("change", incident.change(by, self.change())),
            14 | 15 => ("claim", self.claim(incident, by)),
            _ => self.on_a_claim(act, incident, by),
        }
    }

    fn change(&mut self) -> PartyChange {
        let coverage = ["ansvar", "kasko"][self.rng.random_range(0..2)];
        PartyChange {
            coverage: Some(coverage.to_owned()),
            vat_liable: self.rng.random::<bool>().then(|| self.rng.random()),
            personal_injury: self.rng.random::<bool>().then(|| self.rng.random()),
            ..PartyChange::default()
        }
    }

    /// As the command does: the domain gives the share, the claim is made of the demand.
    fn claim(&mut self, incident: &Incident, by: &CompanyCode) -> Result<Vec<Event>, Refusal> {
        let reference = match incident.side(by).reference.clone() {
            Some(reference) if !self.one_in(6) => reference,
            _ => "another".to_owned(),
        };
        let share = incident.claim_share(by, &reference)?;
        let line = |gross, subtract| NewLine {
            kind: "repair".into(),
            gross: Ore(gross),
            subtract,
            description: None,
        };
        let lines = vec![
            line(self.rng.random_range(500..50_000), false),
            line(self.rng.random_range(1..400), true),
        ];
        let demand = Demand::of(lines, share).expect("more is demanded than subtracted");
        let mut claim = claim(u32::try_from(incident.claims.len()).unwrap() + 1, by.clone());
        claim.id = uuid::Uuid::from_u128(self.rng.random());
        (claim.share, claim.total, claim.created_at) = (share, demand.total, self.now);
        claim.due = RULES.claim_due(self.now);
        let event = Event::ClaimSent {
            claim: claim.id,
            number: claim.number,
            kid: claim.kid.clone(),
            total: claim.total,
            share,
            due: claim.due,
            confirmed: Vec::new(),
        };
        let at = self.incidents.iter().position(|(known, _)| known == incident).unwrap();
        self.incidents[at].0.claims.push(claim);
        Ok(vec![event])
    }

    fn on_a_claim(
        &mut self,
        act: u32,
        incident: &Incident,
        by: &CompanyCode,
    ) -> (&'static str, Result<Vec<Event>, Refusal>) {
        if incident.claims.is_empty() {
            return ("nothing", Ok(Vec::new()));
        }
        let claim = &incident.claims[self.rng.random_range(0..incident.claims.len())];
        let part = Ore(self.rng.random_range(1..=claim.total.0));
        let why = || String::from("fordi");
        match (act, self.rng.random_range(0..3)) {
            (16, 0) => ("register", incident.register_claim(by, claim, None)),
            (16, 1) => ("accept claim", incident.accept_claim(by, claim)),
            (16, _) => ("dispute", incident.dispute_claim(by, claim, why())),
            (17, 0) => ("credit", incident.credit_claim(by, claim, Some(part), why())),
            (17, _) => ("credit the rest", incident.credit_claim(by, claim, None, why())),
            (18, _) => {
                let (amount, date) = claim.payments.last().map_or_else(
                    || (part, dates::oslo_date(self.now)),
                    |payment| (payment.amount, payment.date),
                );
                ("report again", incident.report_payment(by, claim, amount, date))
            }
            (_, 0) => (
                "pay the rest",
                incident.report_payment(by, claim, claim.outstanding(), dates::oslo_date(self.now)),
            ),
            _ => ("pay", incident.report_payment(by, claim, part, dates::oslo_date(self.now))),
        }
    }
}

fn told(decided: &Result<Vec<Event>, Refusal>) -> String {
    match decided {
        Ok(events) => events.iter().map(Event::kind).collect::<Vec<_>>().join(" "),
        Err(refusal) => format!("refused {}", refusal.code()),
    }
}

/// Whether nothing is agreed, for the invariants.
pub(super) fn standing(incident: &Incident) -> Option<&skadehub::domain::Proposal> {
    match &incident.liability {
        Liability::None { .. } => None,
        Liability::Proposed(proposal) | Liability::Agreed { proposal, .. } => Some(proposal),
    }
}
