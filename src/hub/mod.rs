//! The hub: commands, stores and the JSON API.
//!
//! A write travels one way: an API handler parses, a command of [`commands`]
//! locks the incident, asks the domain, stores and commits. The portal comes
//! the same way, through [`crate::contract::HubClient`].

pub mod api;
pub mod audit;
pub mod commands;
pub mod jobs;
pub mod pace;
pub mod reference_data;
pub mod retention;
pub mod store;
pub mod vehicle_registry;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::contract::Channel;
use crate::domain::Rules;
use crate::formats::CompanyCode;
use crate::sealed::Seal;
use audit::heads::Signer;
use pace::Pace;
use reference_data::ReferenceData;
use store::event::By;
use store::idempotency::Key;
use store::view::Viewing;
use vehicle_registry::VehicleRegistry;

/// What the hub's handlers and commands share. Cloning is cheap.
#[derive(Clone)]
pub struct Hub(Arc<Parts>);

/// The parts of a [`Hub`].
pub struct Parts {
    /// Schema `hub`, as role `skadehub_hub`.
    pub db: PgPool,
    /// The time.
    pub clock: Clock,
    /// The rules' lengths.
    pub rules: Rules,
    /// TFFAuto.
    pub registry: VehicleRegistry,
    /// Encryption at rest.
    pub seal: Seal,
    /// The portal's address, for links to incidents.
    pub portal_url: String,
    /// Companies and code lists.
    pub reference: ReferenceData,
    /// How fast companies answer.
    pub pace: Pace,
    /// Signs the heads of all chains, once a day.
    pub signer: Option<Signer>,
    /// Ticks when the feed has grown; `true` once the process is about to stop.
    pub news: watch::Sender<bool>,
}

impl Hub {
    /// A hub of these parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// How `company` sees things now.
    pub fn viewing<'a>(&'a self, company: &'a CompanyCode) -> Viewing<'a> {
        let (rules, portal) = (&self.rules, self.portal_url.as_str());
        Viewing { company, now: self.clock.now(), rules, portal }
    }
}

impl std::ops::Deref for Hub {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Who acts, and on what terms.
#[derive(Debug, Clone)]
pub struct Act {
    /// The acting company.
    pub company: CompanyCode,
    /// The acting person.
    pub user: Option<String>,
    /// Through which door.
    pub channel: Channel,
    /// The idempotency key, if the caller gave one.
    pub key: Option<Key>,
    /// The version the caller knows, if it said.
    pub version: Option<i64>,
}

impl Act {
    /// What the hub does by itself in a company's name.
    pub fn of_hub(company: &CompanyCode) -> Self {
        let company = company.clone();
        Self { company, user: None, channel: Channel::System, key: None, version: None }
    }

    fn by(&self) -> By<'_> {
        By { company: &self.company, user: self.user.as_deref(), channel: self.channel }
    }
}
