//! The hub's tables, an aggregate a file. Stores never begin or commit.
//!
//! Every function runs in a transaction that carries the company ([`crate::db::begin`]);
//! row-level security enforces it a second time.

pub mod admin;
pub mod chain;
pub mod claim;
pub mod claim_list;
pub mod claim_view;
pub mod column;
pub mod count;
pub mod desk;
pub mod duplicate;
pub mod event;
pub mod feed;
pub mod handler_rule;
pub mod idempotency;
pub mod incident;
pub mod list;
pub mod log;
pub mod log_chain;
pub mod log_retention;
pub mod message;
pub mod overdue;
pub mod pace;
pub mod party;
pub mod proposal_view;
pub mod reference;
pub mod registry_check;
pub mod reminder;
pub mod save;
pub mod side_view;
pub mod view;
