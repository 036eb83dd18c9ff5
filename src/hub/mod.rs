//! The hub: commands, stores and the JSON API.

pub mod vehicle_registry;
