//! Who is asking: sign-in with OIDC, one-time codes, sessions, roles and machine tokens.

pub mod keys;
pub mod machine;
pub mod members;
pub mod recovery;
pub mod role;
pub mod session;
pub mod session_store;
pub mod totp;
