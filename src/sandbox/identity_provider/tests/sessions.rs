//! One sign-in for several requests, and signing out.

use super::*;

#[tokio::test]
async fn a_second_authorization_in_the_same_browser_is_silent() {
    let setup = setup().await;
    let cookie = cookie_of(&setup.sign_in("admin.nls", "admin.nls").await);
    let again = |request: Vec<(&'static str, &'static str)>| {
        setup.http.get(setup.at("auth")).query(&request).header("cookie", &cookie).send()
    };
    let silent = again(with("prompt", "none")).await.unwrap();
    let (_, tokens) = setup.redeem(&query(&location(&silent))["code"], BACK, VERIFIER).await;
    assert_eq!(setup.claims(&tokens["id_token"])["acr"], "0");

    assert_eq!(again(with("prompt", "login")).await.unwrap().status(), StatusCode::OK);
    setup.seconds.fetch_add(61, Ordering::SeqCst);
    assert_eq!(again(with("max_age", "60")).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_both_ends() {
    let mut setup = setup().await;
    let response = setup.sign_in("revisor.tnd", "revisor.tnd").await;
    let cookie = cookie_of(&response);
    let (_, tokens) = setup.redeem(&query(&location(&response))["code"], BACK, VERIFIER).await;
    let sid = setup.claims(&tokens["id_token"])["sid"].clone();
    let hint = tokens["id_token"].as_str().unwrap();

    let request = |back: &'static str| {
        let query = [("id_token_hint", hint), ("post_logout_redirect_uri", back), ("state", "s")];
        setup.http.get(setup.at("logout")).query(&query).send()
    };
    assert_eq!(request("http://evil.example/").await.unwrap().status(), StatusCode::BAD_REQUEST);
    let left = request("http://localhost:1/").await.unwrap();
    assert_eq!(location(&left).as_str(), "http://localhost:1/?state=s");

    let body = setup.logouts.recv().await.unwrap();
    let token = body.strip_prefix("logout_token=").unwrap();
    assert_eq!(jsonwebtoken::decode_header(token).unwrap().typ.as_deref(), Some("logout+jwt"));
    let claims = setup.claims(&token.into());
    assert_eq!(claims["sid"], sid);
    assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object());
    assert_eq!(claims.get("nonce"), None);
    let again =
        setup.http.get(setup.at("auth")).query(&with("prompt", "none")).header("cookie", cookie);
    assert_eq!(query(&location(&again.send().await.unwrap()))["error"], "login_required");
}

#[tokio::test]
async fn without_a_hint_the_person_is_asked_before_signing_out() {
    let setup = setup().await;
    let cookie = cookie_of(&setup.sign_in("revisor.tnd", "revisor.tnd").await);
    let asked = setup.http.get(setup.at("logout")).header("cookie", &cookie).send().await.unwrap();
    assert!(asked.text().await.unwrap().contains("Vil du logge ut?"));
    let confirmed =
        setup.http.post(setup.at("logout")).header("cookie", &cookie).form(&[("confirm", "1")]);
    assert!(confirmed.send().await.unwrap().text().await.unwrap().contains("Du er logget ut."));
}

#[tokio::test]
async fn userinfo_answers_while_the_session_lasts() {
    let setup = setup().await;
    let (_, tokens) = setup.redeem(&setup.code().await, BACK, VERIFIER).await;
    let ask = || {
        setup
            .http
            .get(setup.at("userinfo"))
            .bearer_auth(tokens["access_token"].as_str().unwrap())
            .send()
    };
    let answer: Value = ask().await.unwrap().json().await.unwrap();
    assert_eq!(answer["sub"], setup.claims(&tokens["id_token"])["sub"]);
    setup.seconds.fetch_add(TOKEN_SECONDS, Ordering::SeqCst);
    assert_eq!(ask().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
