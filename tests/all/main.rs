//! The integration tests: one binary, one file per user story.
#![expect(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod access;
mod api_contract;
mod api_story;
mod architecture;
mod auditor_pages;
mod chain;
mod claims_pages;
mod company_admin;
mod company_log;
mod database;
mod dev;
mod duplicate_claims;
mod escaping;
mod faults;
mod figures;
#[path = "../../benches/speed/fill/mod.rs"]
mod fill;
mod handler_rules;
mod hostile;
mod hub_admin;
mod hub_transports;
mod incident_pages;
mod isolation;
mod jobs;
mod lists;
mod log_retention;
mod machine_tokens;
mod migrations;
mod misbehaving_provider;
mod mutations;
mod new_incident;
mod one_time_code;
mod own_sessions;
mod parked_form;
mod problem_codes;
mod query_plans;
mod reminders;
mod rules;
mod sessions;
mod sign_in;
mod support;
mod token_attacks;
