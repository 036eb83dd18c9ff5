//! What the tests share: a database of their own, the stand-ins on ports of their own, and a
//! portal with browsers to visit it.

pub(crate) mod api;
pub(crate) mod browser;
pub(crate) mod cases;
pub(crate) mod database;
pub(crate) mod durable;
pub(crate) mod exchange;
pub(crate) mod log;
pub(crate) mod machine;
pub(crate) mod misbehaving;
pub(crate) mod portal;
pub(crate) mod proxy;
pub(crate) mod routes;
pub(crate) mod stand_ins;
pub(crate) mod tokens;
