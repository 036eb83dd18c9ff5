//! Codes and tokens.

use super::*;

#[tokio::test]
async fn a_code_works_once() {
    let setup = setup().await;
    let code = setup.code().await;
    assert_eq!(setup.redeem(&code, BACK, VERIFIER).await.0, StatusCode::OK);
    let (status, fault) = setup.redeem(&code, BACK, VERIFIER).await;
    assert_eq!((status, &fault["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_grant")));
}

#[tokio::test]
async fn a_code_lasts_less_than_a_minute() {
    let setup = setup().await;
    let (soon, late) = (setup.code().await, setup.code().await);
    setup.seconds.fetch_add(59, Ordering::SeqCst);
    assert_eq!(setup.redeem(&soon, BACK, VERIFIER).await.0, StatusCode::OK);
    setup.seconds.fetch_add(1, Ordering::SeqCst);
    assert_eq!(setup.redeem(&late, BACK, VERIFIER).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_wrong_verifier_or_address_uses_the_code_up() {
    let setup = setup().await;
    for (address, verifier) in
        [(BACK, "x".repeat(43)), ("http://localhost:1/retur/", VERIFIER.into())]
    {
        let code = setup.code().await;
        assert_eq!(setup.redeem(&code, address, &verifier).await.1["error"], "invalid_grant");
        assert_eq!(setup.redeem(&code, BACK, VERIFIER).await.1["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn another_client_cannot_redeem_the_code() {
    let setup = setup().await;
    let code = setup.code().await;
    let form = [
        ("client_id", "fagsystem-fjt"),
        ("client_secret", "demo-fjt-secret"),
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(setup.machine(&form).await.1["error"], "invalid_grant");
}

#[tokio::test]
async fn a_machine_gets_all_its_scopes_or_those_it_asks_for() {
    let setup = setup().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "fagsystem-fjt"),
        ("client_secret", "demo-fjt-secret"),
    ];
    let (_, tokens) = setup.machine(&form).await;
    let claims = setup.claims(&tokens["access_token"]);
    assert_eq!(claims["scope"], "skadehub.read skadehub.write skadehub.injury");
    assert_eq!(claims["aud"], "skadehub-api");
    assert_eq!(claims["azp"], "fagsystem-fjt");
    assert_eq!(claims["typ"], "Bearer");
    assert_eq!(claims["iss"], setup.issuer);

    let some = [&form[..], &[("scope", "skadehub.read")]].concat();
    assert_eq!(setup.machine(&some).await.1["scope"], "skadehub.read");
    let too_much = [&form[..], &[("scope", "skadehub.read skadehub.admin")]].concat();
    assert_eq!(setup.machine(&too_much).await.1["error"], "invalid_scope");
}

#[tokio::test]
async fn a_wrong_secret_and_a_password_grant_are_refused() {
    let setup = setup().await;
    let wrong = [
        ("grant_type", "client_credentials"),
        ("client_id", "fagsystem-fjt"),
        ("client_secret", "demo-nls-secret"),
    ];
    let (status, fault) = setup.machine(&wrong).await;
    assert_eq!((status, &fault["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
    let password = [
        ("grant_type", "password"),
        ("client_id", "fagsystem-fjt"),
        ("client_secret", "demo-fjt-secret"),
    ];
    assert_eq!(setup.machine(&password).await.1["error"], "unsupported_grant_type");
}

#[tokio::test]
async fn discovery_leads_to_the_key_that_signs() {
    let setup = setup().await;
    let url = format!("{}/.well-known/openid-configuration", setup.issuer);
    let about: Value = setup.http.get(url).send().await.unwrap().json().await.unwrap();
    assert_eq!(about["issuer"], setup.issuer);
    let keys = setup.http.get(about["jwks_uri"].as_str().unwrap()).send().await.unwrap();
    let keys: jsonwebtoken::jwk::JwkSet = keys.json().await.unwrap();
    let (_, tokens) = setup.redeem(&setup.code().await, BACK, VERIFIER).await;
    let header = jsonwebtoken::decode_header(tokens["id_token"].as_str().unwrap()).unwrap();
    assert!(keys.find(&header.kid.unwrap()).is_some());
}

#[test]
fn the_key_outlives_a_restart() {
    let file = std::env::temp_dir().join(format!("skadehub-key-{}.pem", std::process::id()));
    let first = Keys::load_or_make(Some(&file)).unwrap().sign("JWT", &json!({ "n": 1 })).unwrap();
    let read: Option<Value> = Keys::load_or_make(Some(&file)).unwrap().read(&first);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(read, Some(json!({ "n": 1 })));
}
