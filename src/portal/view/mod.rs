//! What the components show: plain values in, words and colours out.

mod choice;
mod deadline;
mod split;
mod tag;

#[cfg(test)]
mod gallery;

pub use choice::Choice;
pub use deadline::Deadline;
pub use split::Split;
pub use tag::Tag;
