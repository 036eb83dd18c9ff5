//! Incidents of the demonstration world, in every state.
//!
//! They are made by a fixed rule, dated relative to today, and through the same commands as
//! everything else: [`plan`] decides what happens when, [`mod@play`] does it in the order of time.

mod course;
mod draw;
mod plan;
mod play;
mod player;
mod story;
mod told;

pub use play::play;
pub use player::{Player, Stage};

#[cfg(test)]
mod tests;
