//! Logout tokens, by which the provider says that a session has ended.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Provider;
use crate::auth::keys::{Expected, TokenError};

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What a logout token ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The person.
    pub subject: Option<String>,
    /// The provider's session; all of the person's when left out.
    pub sid: Option<String>,
    /// The token's own id: what it ends, it ends once.
    pub jti: String,
    /// When the token expires.
    pub until: Timestamp,
}

#[derive(Deserialize)]
struct LogoutClaims {
    sub: Option<String>,
    sid: Option<String>,
    jti: String,
    exp: i64,
    nonce: Option<Value>,
    events: serde_json::Map<String, Value>,
}

impl Provider {
    /// Reads a back-channel logout token (OpenID Connect Back-Channel Logout 1.0, section 2.6).
    pub async fn ended(&self, token: &str) -> Result<Ended, TokenError> {
        let expected =
            Expected { types: &["logout+jwt"], audience: &self.0.registration.client_id };
        let claims: LogoutClaims = self.0.keys.verify(token, &expected).await?;
        if claims.nonce.is_some() || !claims.events.contains_key(LOGOUT_EVENT) {
            return Err(TokenError::Invalid("not a logout token"));
        }
        if claims.sub.is_none() && claims.sid.is_none() {
            return Err(TokenError::Invalid("names nobody"));
        }
        let until = Timestamp::from_second(claims.exp).map_err(|_| TokenError::Invalid("times"))?;
        Ok(Ended { subject: claims.sub, sid: claims.sid, jti: claims.jti, until })
    }
}
