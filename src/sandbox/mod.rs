//! Stand-ins for the outside systems, for `dev` and for tests.

pub mod postgres;
