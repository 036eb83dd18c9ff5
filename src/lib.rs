//! Skadehub: the exchange of motor claims between insurers.
//!
//! Read the crate in this order:
//!
//! 1. [`formats`]: KID, money, shares, registration numbers, dates. Pure.
//! 2. [`domain`]: the rules of incidents, liability and claims. Pure.
//! 3. [`contract`]: the API as types, and [`contract::HubClient`].
//! 4. [`hub`]: commands, stores and the JSON API.
//! 5. [`auth`]: who is asking: OIDC, one-time codes, sessions, machine tokens.
//! 6. [`portal`]: the pages, which reach the hub only through `HubClient`.
//! 7. [`sandbox`]: stand-ins for the outside systems, for `dev` and tests.
//!
//! Dependencies point one way: `formats` ← `domain` ← `contract` ← `hub`,
//! `portal`. Hub and portal never see each other. `tests/all/architecture.rs`
//! holds us to it.

pub mod app;
pub mod auth;
pub mod circuit_breaker;
pub mod clock;
pub mod company_log;
pub mod config;
pub mod contract;
pub mod db;
pub mod domain;
pub mod error;
pub mod formats;
pub mod headers;
pub mod health;
pub mod hub;
pub mod mail;
pub mod operate;
pub mod portal;
pub mod sandbox;
pub mod sealed;
pub mod serve;
pub mod telemetry;
