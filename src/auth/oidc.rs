//! Sign-in at the identity provider: OpenID Connect, code flow with PKCE.
//!
//! The library's types stay in here. What a started sign-in must remember travels in
//! [`Pending`], sealed in a cookie of its own, so a code is accepted only by the
//! browser that asked for it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken};
use openidconnect::{
    AuthorizationCode, ClientId, CsrfToken, IssuerUrl, LogoutRequest, Nonce, PkceCodeChallenge,
    PostLogoutRedirectUrl, ProviderMetadataWithLogout, RedirectUrl, Scope,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use subtle::ConstantTimeEq;
use tokio::sync::RwLock;
use url::Url;

use super::keys::{Expected, ProviderKeys, TokenError};
use super::members::Subject;
use crate::clock::Clock;

mod exchange;

use exchange::{is_unknown_key, person, refused, sid};

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/logg-inn/retur";

/// Where the provider sends people after signing out.
pub const SIGNED_OUT: &str = "/logg-ut/ferdig";

/// Where the provider tells us that a session has ended.
pub const BACK_CHANNEL: &str = "/logg-ut/kanal";

/// A started sign-in must be finished within this time.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Our registration at the provider.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The provider's issuer, exactly as it writes it.
    pub issuer: String,
    /// Our client id.
    pub client_id: String,
    /// Our client secret.
    pub client_secret: SecretString,
    /// The portal's address, without a slash at the end.
    pub public_url: String,
}

/// Why a sign-in at the provider did not come about.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider does not answer; trying later may help.
    #[error("the identity provider does not answer: {0}")]
    Unavailable(String),
    /// The answer is not one to our question; the reason is for the log.
    #[error("sign-in refused: {0}")]
    Refused(String),
}

/// What a started sign-in remembers. Sealed before it leaves the process.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    /// Ties the answer to this browser.
    pub state: String,
    /// Where the person was going.
    pub back_to: String,
    /// When it started.
    pub started_at: Timestamp,
    nonce: String,
    verifier: String,
}

/// The provider's answer in the address it sends people back to.
#[derive(Deserialize)]
pub struct Answer {
    /// Which sign-in this answers.
    pub state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// A person the provider has vouched for.
pub struct Vouched {
    /// Who.
    pub person: Subject,
    /// The provider's name for its session.
    pub sid: Option<String>,
    /// The ID token, for signing out at the provider.
    pub id_token: String,
}

/// What a logout token ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// The person.
    pub subject: Option<String>,
    /// The provider's session; all of the person's when left out.
    pub sid: Option<String>,
}

/// The identity provider, as people sign in with it. Cloning shares what is cached.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

struct Inner {
    registration: Registration,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    signed_out: PostLogoutRedirectUrl,
    http: reqwest::Client,
    clock: Clock,
    keys: ProviderKeys,
    found: RwLock<Option<Found>>,
}

#[derive(Clone)]
struct Found {
    metadata: Arc<ProviderMetadataWithLogout>,
    at: Timestamp,
}

#[derive(Deserialize)]
struct LogoutClaims {
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
    events: serde_json::Map<String, Value>,
}

impl Provider {
    /// The provider we are registered at; nothing is asked before the first sign-in.
    ///
    /// # Errors
    ///
    /// When an address of the registration is none.
    pub fn new(
        registration: Registration,
        keys: ProviderKeys,
        http: reqwest::Client,
        clock: Clock,
    ) -> anyhow::Result<Self> {
        let ours = registration.public_url.trim_end_matches('/');
        Ok(Self(Arc::new(Inner {
            issuer: IssuerUrl::new(registration.issuer.clone())?,
            redirect: RedirectUrl::new(format!("{ours}{CALLBACK}"))?,
            signed_out: PostLogoutRedirectUrl::new(format!("{ours}{SIGNED_OUT}"))?,
            registration,
            http,
            clock,
            keys,
            found: RwLock::default(),
        })))
    }

    /// Begins a sign-in: the address to send the browser to, and what to remember.
    pub async fn start(&self, back_to: String) -> Result<(Url, Pending), OidcError> {
        let metadata = self.metadata(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.0.registration.client_id.clone()),
            None,
        )
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
        .add_scope(Scope::new("profile".to_owned()))
        .set_pkce_challenge(challenge)
        .set_redirect_uri(std::borrow::Cow::Borrowed(&self.0.redirect))
        .url();
        let pending = Pending {
            state: state.into_secret(),
            back_to,
            started_at: self.0.clock.now(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url, pending))
    }

    /// Ends a sign-in: checks the answer, redeems the code and verifies the ID token.
    pub async fn finish(&self, pending: &Pending, answer: &Answer) -> Result<Vouched, OidcError> {
        let code = self.check(pending, answer)?;
        let id_token = self.redeem(code, pending).await?;
        let nonce = Nonce::new(pending.nonce.clone());
        let claims = match self.claims(&id_token, &nonce, false).await? {
            Ok(claims) => claims,
            Err(error) if is_unknown_key(&error) => {
                self.claims(&id_token, &nonce, true).await?.map_err(refused)?
            }
            Err(error) => return Err(refused(error)),
        };
        let id_token = id_token.to_string();
        Ok(Vouched { person: person(&claims), sid: sid(&id_token), id_token })
    }

    /// The address where the browser signs out at the provider too, if it has one.
    pub async fn sign_out_url(&self, id_token: Option<&str>) -> Option<Url> {
        let metadata = self.metadata(false).await.ok()?;
        let endpoint = metadata.additional_metadata().end_session_endpoint.clone()?;
        let mut request = LogoutRequest::from(endpoint)
            .set_client_id(ClientId::new(self.0.registration.client_id.clone()))
            .set_post_logout_redirect_uri(self.0.signed_out.clone());
        if let Some(hint) = id_token.and_then(|token| token.parse::<CoreIdToken>().ok()) {
            request = request.set_id_token_hint(&hint);
        }
        Some(request.http_get_url())
    }

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
        Ok(Ended { subject: claims.sub, sid: claims.sid })
    }

    /// The issuer that vouches.
    pub fn issuer(&self) -> &str {
        &self.0.registration.issuer
    }

    fn check(&self, pending: &Pending, answer: &Answer) -> Result<AuthorizationCode, OidcError> {
        let no = |reason: &str| Err(OidcError::Refused(reason.to_owned()));
        let state = answer.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(pending.state.as_bytes())) {
            return no("state");
        }
        if self.0.clock.now().duration_since(pending.started_at) > PATIENCE {
            return no("too late");
        }
        // RFC 9207: another provider's answer is no answer of ours.
        if answer.iss.as_ref().is_some_and(|iss| *iss != self.0.registration.issuer) {
            return no("iss");
        }
        if answer.error.is_some() {
            return no("the provider says no");
        }
        match &answer.code {
            Some(code) => Ok(AuthorizationCode::new(code.clone())),
            None => no("no code"),
        }
    }
}
