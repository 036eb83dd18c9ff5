//! Stand-ins for the outside systems, for `dev` and for tests.

pub mod demo_world;
pub mod postgres;
pub mod tffauto;
