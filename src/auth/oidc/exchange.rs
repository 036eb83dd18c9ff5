//! The talk with the provider: discovery, redeeming a code, verifying an ID token.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use jiff::SignedDuration;
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod, CoreGrantType,
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    HttpRequest, HttpResponse, LogoutProviderMetadata, Nonce, PkceCodeVerifier, ProviderMetadata,
    RequestTokenError, SignatureVerificationError,
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Doubt, Found, OidcError, Pending, Provider};
use crate::auth::members::Subject;

/// What the provider says of itself is asked for again after this long.
const FRESH: SignedDuration = SignedDuration::from_mins(10);

/// The least time between two questions for the sake of an unknown key.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);

/// The provider's clock may be ahead of ours by this many seconds.
const LEEWAY: i64 = 60;

/// What the provider says of itself.
pub(super) type Metadata = ProviderMetadata<
    LogoutProviderMetadata<Naming>,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// Whether its answers name it (RFC 9207, section 3).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Naming {
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Naming {}

impl Provider {
    pub(super) async fn redeem(
        &self,
        code: AuthorizationCode,
        pending: &Pending,
    ) -> Result<CoreIdToken, OidcError> {
        let metadata = self.metadata(false).await?;
        let client = CoreClient::from_provider_metadata(
            (*metadata).clone(),
            ClientId::new(self.0.registration.client_id.clone()),
            Some(ClientSecret::new(self.0.registration.client_secret.expose_secret().to_owned())),
        )
        .set_redirect_uri(self.0.redirect.clone());
        let answer = client
            .exchange_code(code)
            .map_err(refused)?
            .set_pkce_verifier(PkceCodeVerifier::new(pending.verifier.clone()))
            .request_async(&|request| fetch(self.0.http.clone(), request))
            .await
            .map_err(|error| match error {
                said @ RequestTokenError::ServerResponse(_) => refused(said),
                RequestTokenError::Parse(error, body) if names_someone(&body) => {
                    OidcError::Refused(Doubt::Unproven, error.to_string())
                }
                // Nobody answered, or something that is no token endpoint.
                other => OidcError::Unavailable(other.to_string()),
            })?;
        let id_token = answer.extra_fields().id_token().cloned();
        id_token.ok_or_else(|| OidcError::Refused(Doubt::Unproven, "no ID token".to_owned()))
    }

    /// The verified claims; the outer error is ours to report, the inner one may be cured by new keys.
    pub(super) async fn claims(
        &self,
        id_token: &CoreIdToken,
        nonce: &Nonce,
        renewed: bool,
    ) -> Result<Result<CoreIdTokenClaims, ClaimsVerificationError>, OidcError> {
        let metadata = self.metadata(renewed).await?;
        let now = self.0.clock.now().as_second();
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(self.0.registration.client_id.clone()),
            self.0.issuer.clone(),
            metadata.jwks().clone(),
        )
        .set_allowed_algs([
            CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        ])
        .set_time_fn(move || DateTime::from_timestamp(now, 0).unwrap_or_default())
        .set_issue_time_verifier_fn(move |issued| {
            let ahead = issued.timestamp() > now + LEEWAY;
            if ahead { Err("issued in the future".to_owned()) } else { Ok(()) }
        });
        Ok(id_token.claims(&verifier, nonce).cloned())
    }

    /// What the provider says of itself; an old answer serves while it does not answer.
    ///
    /// `renew` asks again, but not more often than every ten seconds, whoever wants it.
    pub(super) async fn metadata(&self, renew: bool) -> Result<Arc<Metadata>, OidcError> {
        let lasts = if renew { PAUSE } else { FRESH };
        let now = self.0.clock.now();
        let known = async || {
            let found = self.0.found.read().await.clone();
            found.filter(|found| now.duration_since(found.at) < lasts)
        };
        if let Some(found) = known().await {
            return Ok(found.metadata);
        }
        let asked = self.0.asked.load(Ordering::Relaxed);
        let _asking = self.0.asking.lock().await;
        if let Some(found) = known().await {
            return Ok(found.metadata);
        }
        let cached = self.0.found.read().await.clone();
        // Someone asked in vain meanwhile: whoever waited for that need not wait again.
        if self.0.asked.fetch_add(1, Ordering::Relaxed) != asked {
            let silent = || OidcError::Unavailable("it did not answer another either".to_owned());
            return cached.map(|found| found.metadata).ok_or_else(silent);
        }
        let http = &|request| fetch(self.0.http.clone(), request);
        match Metadata::discover_async(self.0.issuer.clone(), http).await {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                let found = Found { metadata: Arc::clone(&metadata), at: now };
                *self.0.found.write().await = Some(found);
                Ok(metadata)
            }
            Err(error) => cached.map(|found| found.metadata).ok_or_else(|| {
                tracing::warn!(%error, "the identity provider cannot be discovered");
                OidcError::Unavailable(error.to_string())
            }),
        }
    }
}

/// Whether the provider promises to name itself in its answers.
pub(super) fn names_itself(metadata: &Metadata) -> bool {
    let more = &metadata.additional_metadata().additional_metadata;
    more.authorization_response_iss_parameter_supported
}

pub(super) fn refused(error: impl std::fmt::Display) -> OidcError {
    OidcError::Refused(Doubt::Unproven, error.to_string())
}

pub(super) fn is_unknown_key(error: &ClaimsVerificationError) -> bool {
    use ClaimsVerificationError::SignatureVerification;
    matches!(error, SignatureVerification(SignatureVerificationError::NoMatchingKey))
}

pub(super) fn person(claims: &CoreIdTokenClaims) -> Subject {
    let name = claims.name().and_then(|name| name.get(None)).map(|name| name.to_string());
    Subject {
        issuer: claims.issuer().to_string(),
        subject: claims.subject().to_string(),
        username: claims.preferred_username().map(|name| name.to_string()),
        display_name: name,
    }
}

/// The `sid` of an ID token whose signature has been verified.
pub(super) fn sid(id_token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("sid")?.as_str()?.to_owned())
}

/// Carries the library's requests over our HTTP client.
async fn fetch(
    http: reqwest::Client,
    request: HttpRequest,
) -> Result<HttpResponse, reqwest::Error> {
    let answer = http.execute(request.try_into()?).await?;
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(response)
}

/// Whether an answer that was not understood has an ID token all the same.
fn names_someone(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|it| it["id_token"].is_string())
}
