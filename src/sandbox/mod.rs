//! Stand-ins for the outside systems, for `dev` and for tests.

pub mod authenticator;
pub mod database;
pub mod demo_world;
pub mod dev;
pub mod front;
pub mod identity_provider;
pub mod incidents;
pub mod keycloak;
pub mod mail;
pub mod postgres;
pub mod tffauto;
