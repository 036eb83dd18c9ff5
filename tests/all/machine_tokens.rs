//! A core system's token: from the identity provider to the hub's verifier.

use skadehub::auth::keys::{ProviderKeys, TokenError};
use skadehub::auth::machine::{Client, TokenSource, TokenVerifier};
use skadehub::clock::Clock;

use crate::support::stand_ins::StandIns;

async fn verified(audience: &str) -> Result<Vec<String>, TokenError> {
    let stand_ins = StandIns::start("http://localhost:1", Clock::system()).await;
    let http = reqwest::Client::new();
    let client = Client { id: "fagsystem-tff".into(), secret: "demo-tff-secret".into() };
    let source = TokenSource::new(stand_ins.issuer(), client, "", http.clone(), Clock::system());
    let token = source.token().await.unwrap();

    let keys = ProviderKeys::new(stand_ins.issuer(), http, Clock::system());
    let token = secrecy::ExposeSecret::expose_secret(&token);
    TokenVerifier::new(keys, audience).verify(token).await.map(|claims| claims.scopes)
}

#[tokio::test]
async fn a_token_for_the_api_is_good_and_carries_the_clients_scopes() {
    assert_eq!(verified("skadehub-api").await.unwrap(), ["skadehub.read", "skadehub.write"]);
}

#[tokio::test]
async fn a_token_for_someone_else_is_not() {
    assert!(matches!(verified("another-api").await, Err(TokenError::Invalid(_))));
}
