//! Signing in: the page, and which requests are refused.

use super::*;

#[tokio::test]
async fn the_login_page_signs_in_and_sends_back_state_issuer_and_a_code() {
    let setup = setup().await;
    let page = setup.authorize(&request()).await.text().await.unwrap();
    assert!(page.contains("Brukernavn") && page.contains("saksbehandler.fjt"));

    let response = setup.sign_in("saksbehandler.fjt", "saksbehandler.fjt").await;
    let back = location(&response);
    assert!(back.as_str().starts_with(BACK));
    assert_eq!(query(&back)["state"], "the state");
    assert_eq!(query(&back)["iss"], setup.issuer);
    let (status, tokens) = setup.redeem(&query(&back)["code"], BACK, VERIFIER).await;
    assert_eq!(status, StatusCode::OK, "{tokens}");
    let claims = setup.claims(&tokens["id_token"]);
    assert_eq!(claims["nonce"], "the nonce");
    assert_eq!(claims["aud"], "skadehub-portal");
    assert_eq!(claims["preferred_username"], "saksbehandler.fjt");
    assert_eq!(claims["acr"], "1");
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
}

#[tokio::test]
async fn a_wrong_password_shows_the_form_again_with_the_username() {
    let setup = setup().await;
    let response = setup.sign_in("saksbehandler.fjt", "wrong").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(page.contains("value=\"saksbehandler.fjt\"") && page.contains("role=\"alert\""));
}

#[tokio::test]
async fn an_unregistered_address_or_client_is_never_redirected_to() {
    let setup = setup().await;
    for request in [
        with("redirect_uri", "http://localhost:1/retur/"),
        with("redirect_uri", "http://evil.example/"),
        with("client_id", "fagsystem-fjt"),
        with("client_id", "nobody"),
    ] {
        let response = setup.authorize(&request).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{request:?}");
        assert!(!response.headers().contains_key("location"), "{request:?}");
    }
}

#[tokio::test]
async fn a_request_without_pkce_or_with_unknown_wishes_is_refused_to_the_client() {
    let setup = setup().await;
    for (request, error) in [
        (with("code_challenge_method", "plain"), "invalid_request"),
        (with("code_challenge", ""), "invalid_request"),
        (with("response_type", "token"), "unsupported_response_type"),
        (with("scope", "openid skadehub.write"), "invalid_scope"),
        (with("prompt", "none"), "login_required"),
    ] {
        let answer = query(&location(&setup.authorize(&request).await));
        assert_eq!(answer["error"], error);
        assert_eq!(answer["state"], "the state");
        assert_eq!(answer["iss"], setup.issuer);
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused() {
    let setup = setup().await;
    let mut request = request();
    request.push(("state", "another"));
    assert_eq!(setup.authorize(&request).await.status(), StatusCode::BAD_REQUEST);
}
