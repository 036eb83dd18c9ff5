//! What the tests share: a database of their own, and the stand-ins on ports of their own.

pub(crate) mod database;
pub(crate) mod stand_ins;
