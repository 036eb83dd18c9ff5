//! A hub with four companies, driven through its commands, and a clock that tests set.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::date;
use secrecy::SecretString;
use serde_json::Value;
use skadehub::clock::Clock;
use skadehub::contract::{Channel, Event, Incident};
use skadehub::domain::claim::NewLine;
use skadehub::domain::event::PartyChange;
use skadehub::domain::incident::ProposalAnswer;
use skadehub::domain::{Part, Rules, Terms, Vehicle};
use skadehub::formats::{Kid, Ore, RegistrationNumber, Share};
use skadehub::hub::commands::claim::{self, NewClaim};
use skadehub::hub::commands::create::{self, NewIncident, Override};
use skadehub::hub::commands::incident::{self, Acceptance};
use skadehub::hub::pace::Pace;
use skadehub::hub::reference_data::ReferenceData;
use skadehub::hub::store::idempotency::{Answer, Key};
use skadehub::hub::vehicle_registry::{self, VehicleRegistry};
use skadehub::hub::{Act, Hub, Parts, store};
use skadehub::sandbox::tffauto;
use tokio::sync::watch;
use uuid::Uuid;

use super::database::Database;
use super::stand_ins::StandIns;

/// The companies that take part.
pub(crate) const COMPANIES: [&str; 4] = ["FJT", "GRN", "NLS", "TND"];

/// The hub and its database.
pub(crate) struct Exchange {
    pub(crate) hub: Hub,
    pub(crate) database: Database,
    clock: Arc<Told>,
}

/// What the clock says next, and how far it moves each time somebody looks at it.
struct Told {
    seconds: AtomicI64,
    step: AtomicI64,
}

impl Exchange {
    /// A hub whose database holds the companies and nothing else. Nothing listens where its
    /// TFFAuto should be: every insurer is chosen by hand.
    pub(crate) async fn new() -> Self {
        Self::asking("http://127.0.0.1:1/").await
    }

    /// The same with a TFFAuto.
    pub(crate) async fn with_registry() -> (Self, StandIns) {
        let stand_ins = StandIns::start("http://localhost", Clock::system()).await;
        (Self::asking(&stand_ins.base).await, stand_ins)
    }

    async fn asking(registry: &str) -> Self {
        let database = Database::new();
        sqlx::query(
            "insert into hub.company (code, name, organisation_number, kind, active)
             select code, code || ' Forsikring', '310425885', 'member', true from unnest($1::text[]) code",
        )
        .bind(COMPANIES.as_slice())
        .execute(&database.owner())
        .await
        .unwrap();
        let start: Timestamp = "2026-03-02T10:00:00+01:00".parse().unwrap();
        let (seconds, step) = (AtomicI64::new(start.as_second()), AtomicI64::new(1));
        let told = Arc::new(Told { seconds, step });
        let ticking = Arc::clone(&told);
        let clock = Clock::new(move || {
            let step = ticking.step.load(Ordering::Relaxed);
            Timestamp::from_second(ticking.seconds.fetch_add(step, Ordering::Relaxed)).unwrap()
        });
        let (db, http) = (database.hub(), vehicle_registry::http_client().unwrap());
        let (at, key) = (registry.parse().unwrap(), SecretString::from(tffauto::API_KEY));
        let registry = VehicleRegistry::new(at, key, http, clock.clone());
        let hub = Hub::new(Parts {
            clock,
            rules: Rules::default(),
            registry,
            seal: "a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=".parse().unwrap(),
            portal_url: "http://localhost".into(),
            reference: ReferenceData::new(db.clone()),
            pace: Pace::default(),
            db,
            signer: None,
            news: watch::Sender::default(),
        });
        Self { hub, database, clock: told }
    }

    /// Sets the clock, which until then moves on a second each time somebody looks at it, and stops it.
    pub(crate) fn set_clock(&self, at: &str) {
        let at: Timestamp = at.parse().unwrap();
        self.clock.step.store(0, Ordering::Relaxed);
        self.clock.seconds.store(at.as_second(), Ordering::Relaxed);
    }

    /// The incident as `company` sees it.
    pub(crate) async fn seen_by(&self, company: &str, incident: Uuid) -> Incident {
        let company = company.parse().unwrap();
        let mut tx = skadehub::db::begin_read(&self.hub.db, &company).await.unwrap();
        store::view::one(&mut tx, incident, self.hub.viewing(&company)).await.unwrap()
    }

    /// Its history as `company` sees it.
    pub(crate) async fn history(&self, company: &str, incident: Uuid) -> Vec<Event> {
        let company = company.parse().unwrap();
        let mut tx = skadehub::db::begin_read(&self.hub.db, &company).await.unwrap();
        store::event::list(&mut tx, incident, 0, 1_000, &company).await.unwrap()
    }

    /// `from` sends an incident to `to`, with a proposal.
    pub(crate) async fn send(&self, from: &str, to: &str) -> Uuid {
        self.send_about(from, to, &format!("{from}-{}", Uuid::now_v7()), "AA12345").await
    }

    /// The same with a reference and the other vehicle's number of one's own.
    pub(crate) async fn send_about(
        &self,
        from: &str,
        to: &str,
        reference: &str,
        other_vehicle: &str,
    ) -> Uuid {
        let to = Override { company: to.parse().unwrap(), reason: None };
        let new = NewIncident {
            reference: reference.to_owned(),
            loss_date: date(2026, 2, 27),
            loss_time: None,
            place: Some("Storgata".into()),
            description: None,
            personal_injury: false,
            own_vehicle: vehicle("EK12345"),
            coverage: "kasko".into(),
            vat_liable: false,
            business_interruption: false,
            own_override: None,
            other_vehicle: vehicle(other_vehicle),
            other_override: Some(to),
            proposal: Some(quarter()),
            confirm_duplicate: true,
        };
        id(&create::send(&self.hub, &act(from), new).await.unwrap())
    }

    /// The counterpart accepts it, and the proposal with it.
    pub(crate) async fn accept(&self, by: &str, incident: Uuid) {
        let given = Acceptance {
            reference: format!("{by}-{incident}"),
            change: PartyChange { coverage: Some("ansvar".into()), ..PartyChange::default() },
            answer: ProposalAnswer::Accept(1),
        };
        incident::accept(&self.hub, &act(by), incident, given).await.unwrap();
    }

    /// `by` claims three quarters of 1 000 kroner; `reference` is its own of the incident.
    pub(crate) async fn claim(&self, by: &str, incident: Uuid, reference: String) -> Uuid {
        let new = NewClaim { confirm_duplicate: true, ..repair(reference, "2345676") };
        id(&claim::send(&self.hub, &act(by), incident, new).await.unwrap())
    }

    /// The reference `company` gave the incident.
    pub(crate) async fn reference(&self, company: &str, incident: Uuid) -> String {
        let mut tx = skadehub::db::begin(&self.hub.db, &company.parse().unwrap()).await.unwrap();
        sqlx::query_scalar(
            "select reference from hub.incident_party where incident_id = $1 and company = $2",
        )
        .bind(incident)
        .bind(company)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
    }
}

/// An act of `company` under a key of its own.
pub(crate) fn act(company: &str) -> Act {
    let key = Key { text: Uuid::now_v7().to_string(), fingerprint: [7; 32] };
    Act {
        company: company.parse().unwrap(),
        user: Some("Kari Eksempel".into()),
        channel: Channel::Api,
        key: Some(key),
        version: None,
    }
}

/// A claim of a repair of 1 000 kroner, not confirmed to be no duplicate.
pub(crate) fn repair(reference: String, kid: &str) -> NewClaim {
    let line =
        NewLine { kind: "repair".into(), gross: Ore(100_000), subtract: false, description: None };
    NewClaim {
        reference,
        kid: Kid::parse(kid).unwrap(),
        due: None,
        message: None,
        lines: vec![line],
        confirm_duplicate: false,
        confirm_vat: false,
    }
}

/// The sender bears a quarter.
pub(crate) fn quarter() -> Terms {
    Terms {
        code: "405".into(),
        code_version: "2026-1".into(),
        own_part: Part::A,
        own_share: Share::new(1, 4).unwrap(),
        reason: None,
    }
}

fn vehicle(number: &str) -> Vehicle {
    let number = Some(RegistrationNumber::parse(number).unwrap());
    Vehicle { number, country: "N".into(), description: None }
}

fn id(answer: &Answer) -> Uuid {
    let body: Value = serde_json::from_slice(&answer.body).unwrap();
    body["id"].as_str().unwrap().parse().unwrap()
}
