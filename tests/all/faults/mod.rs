//! What happens when things break: campaigns that break them while clients work, and a checker
//! that knows only what was acknowledged.
//!
//! Each campaign is a test, short in `bin/test`; `bin/chaos` runs the same one for as long as
//! it is told. `docs/reliability.md` says what is promised and what came of it.

mod campaign;
mod checker;
mod crowding;
mod disk;
mod draining;
mod duplicates;
mod journal;
mod kills;
mod outside;
mod planted;
mod time;
mod writers;
