//! Sign-in at the identity provider: OpenID Connect, code flow with PKCE.
//!
//! The library's types stay in here. What a started sign-in must remember travels in
//! [`Pending`], sealed in a cookie of its own, so a code is accepted only by the
//! browser that asked for it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreIdToken};
use openidconnect::{
    AuthenticationContextClass, AuthorizationCode, ClientId, CsrfToken, IssuerUrl, LogoutRequest,
    Nonce, PkceCodeChallenge, PostLogoutRedirectUrl, RedirectUrl, Scope,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::sync::{Mutex, RwLock};
use url::Url;

use super::keys::ProviderKeys;
use super::members::Subject;
use crate::clock::Clock;

mod exchange;
mod logout;

pub use logout::Ended;

use exchange::{Metadata, is_unknown_key, names_itself, person, refused, sid};

/// Where the provider sends people back to.
pub const CALLBACK: &str = "/logg-inn/retur";

/// Where the provider sends people after signing out.
pub const SIGNED_OUT: &str = "/logg-ut/ferdig";

/// Where the provider tells us that a session has ended.
pub const BACK_CHANNEL: &str = "/logg-ut/kanal";

/// A started sign-in must be finished within this time.
pub const PATIENCE: SignedDuration = SignedDuration::from_mins(10);

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
    /// The `acr` of a person who has given the provider a second factor that we trust.
    pub second_factor_acr: Option<String>,
}

/// Why a sign-in at the provider did not come about.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider does not answer; trying later may help.
    #[error("the identity provider does not answer: {0}")]
    Unavailable(String),
    /// The answer is not one to our question; the reason is for the log.
    #[error("sign-in refused: {1}")]
    Refused(Doubt, String),
}

/// What a person is told of a sign-in that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// The answer belongs to no sign-in under way in this browser.
    Elsewhere,
    /// It came after [`PATIENCE`] had run out.
    Late,
    /// The provider said no.
    Declined,
    /// The answer, or the token it led to, cannot be trusted.
    Unproven,
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
    /// Whether the provider has had a second factor, and is trusted with that.
    pub second_factor: bool,
    /// The ID token, for signing out at the provider.
    pub id_token: String,
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
    /// Held by the one request that asks what the provider says of itself.
    asking: Mutex<()>,
    /// How often that has been asked.
    asked: AtomicU64,
}

#[derive(Clone)]
struct Found {
    metadata: Arc<Metadata>,
    at: Timestamp,
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
            asking: Mutex::default(),
            asked: AtomicU64::default(),
        })))
    }

    /// Begins a sign-in: the address to send the browser to, and what to remember.
    pub async fn start(&self, back_to: String) -> Result<(Url, Pending), OidcError> {
        let metadata = self.metadata(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.0.registration.client_id.clone()),
            None,
        );
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(challenge)
            .set_redirect_uri(std::borrow::Cow::Borrowed(&self.0.redirect));
        if let Some(acr) = &self.0.registration.second_factor_acr {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        let (url, state, nonce) = request.url();
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
        let code = self.check(pending, answer).await?;
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
        let second_factor =
            match (&self.0.registration.second_factor_acr, claims.auth_context_ref()) {
                (Some(trusted), Some(said)) => *trusted == **said,
                _ => false,
            };
        Ok(Vouched { person: person(&claims), sid: sid(&id_token), second_factor, id_token })
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

    /// The issuer that vouches.
    pub fn issuer(&self) -> &str {
        &self.0.registration.issuer
    }

    async fn check(
        &self,
        pending: &Pending,
        answer: &Answer,
    ) -> Result<AuthorizationCode, OidcError> {
        let no = |doubt, reason: &str| Err(OidcError::Refused(doubt, reason.to_owned()));
        let state = answer.state.as_deref().unwrap_or_default();
        if !bool::from(state.as_bytes().ct_eq(pending.state.as_bytes())) {
            return no(Doubt::Elsewhere, "state");
        }
        if self.0.clock.now().duration_since(pending.started_at) > PATIENCE {
            return no(Doubt::Late, "too late");
        }
        // RFC 9207: another provider's answer is no answer of ours. One that promises to
        // name itself must do so.
        let named = match &answer.iss {
            Some(iss) => *iss == self.0.registration.issuer,
            None => !names_itself(&*self.metadata(false).await?),
        };
        if !named {
            return no(Doubt::Unproven, "iss");
        }
        if let Some(error) = &answer.error {
            return no(Doubt::Declined, &format!("the provider says {error:?}"));
        }
        match &answer.code {
            Some(code) => Ok(AuthorizationCode::new(code.clone())),
            None => no(Doubt::Unproven, "no code"),
        }
    }
}
