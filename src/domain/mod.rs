//! The rules of the exchange. Pure: no clock, no database, no HTTP, no async.
//!
//! An act is decided by a function of the aggregate ([`Incident`], [`Claim`])
//! that answers with the [`Event`]s that would happen or a typed [`Refusal`];
//! applying the events gives the new state. Source of the rules: the
//! integration guide, and the decisions in `docs/decisions/`.

mod apply;
pub mod awaiting;
pub mod claim;
pub mod deadline;
pub mod event;
pub mod handler_rule;
pub mod incident;
pub mod liability;
pub mod refusal;
pub mod registry;

pub use awaiting::{Awaiting, Duty, Who};
pub use claim::{Claim, ClaimStatus};
pub use deadline::Rules;
pub use event::Event;
pub use handler_rule::HandlerRule;
pub use incident::{Incident, IncidentStatus, Role, Side, Vehicle};
pub use liability::{Liability, LiabilityCode, LiabilityStatus, Part, Proposal, Terms};
pub use refusal::{Invalid, Refusal};
