//! The rules: pure, without clock, database or network.

pub mod registry;
