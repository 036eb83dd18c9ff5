//! The page of an incident, and every act on it.

pub mod acts;
pub mod history;
pub mod names;
#[cfg(test)]
mod samples;
