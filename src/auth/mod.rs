//! Who is asking: sign-in with OIDC, one-time codes, sessions, roles and machine tokens.

pub mod role;
