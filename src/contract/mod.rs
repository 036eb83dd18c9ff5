//! The API as types: what hub and portal share, and all they share.
//!
//! Names, statuses and codes are those of the published contract
//! (`docs/api.md`); changing one breaks other companies' systems.

pub mod admin;
pub mod awaiting;
mod caller;
mod calls;
pub mod claim;
pub mod client;
pub mod event;
pub mod handler_rules;
pub mod incident;
pub mod incident_input;
pub mod list;
pub mod log;
pub mod moment;
pub mod problem;
pub mod reference_data;
mod remembered;
mod unwritten;

pub use admin::*;
pub use awaiting::{Awaiting, Reminder};
pub use caller::{Caller, Channel, Scope, Scopes};
pub use calls::WHOLE;
pub use claim::*;
pub use client::{Acting, Actor, HubClient, Terms};
pub use event::*;
pub use handler_rules::*;
pub use incident::*;
pub use incident_input::*;
pub use list::*;
pub use log::*;
pub use moment::Moment;
pub use problem::{DuplicateMatch, FieldProblem, Problem};
pub use reference_data::*;
pub use unwritten::Unwritten;
