//! The security headers of every answer: pages, the API, and what neither knows.

use reqwest::header::{CONTENT_TYPE, SET_COOKIE};

use super::{Heard, House};

/// What each route answers one who is not signed in, and one who is.
async fn answers(house: &House) -> Vec<(String, Heard)> {
    let mut browser = house.portal.browser();
    house.portal.sign_in(&mut browser, "saksbehandler.fjt", "/").await;
    let session = format!("__Host-skadehub={}", browser.cookie("__Host-skadehub").unwrap());
    let token = house.bearer("fagsystem-fjt", "").await;
    let mut answers = Vec::new();
    let nowhere =
        ["GET /finnes-ikke", "PUT /", "GET /static/x", "GET /api/v1/nei", "PUT /api/v1/claims"];
    let routes = house.portal.routes.iter().map(String::as_str).chain(nowhere);
    let ends = ["POST /logg-ut", "POST /okter/avslutt-alle"];
    for route in routes.filter(|route| !ends.contains(route)) {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path.replace("{id}", &house.incident.to_string());
        let path = path.replace("{*rest}", "index.css").replace(['{', '}'], "");
        for headers in [
            &[][..],
            &[("cookie", &*session), ("authorization", &*token), ("sec-fetch-site", "same-origin")],
        ] {
            let heard = house.ask(method, &path, headers, "").await;
            answers.push((format!("{method} {path}: {}", heard.status), heard));
        }
    }
    answers
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let house = House::start().await;
    let provider = house.portal.stand_ins.base.clone();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action 'self' {provider}; base-uri 'none'; \
         object-src 'none'; frame-ancestors 'none'"
    );
    for (route, heard) in answers(&house).await {
        let header = |name: &str| {
            let values: Vec<_> = heard.headers.get_all(name).iter().collect();
            assert!(values.len() < 2, "{route} says {name} twice");
            values.first().map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        assert_eq!(header("content-security-policy"), policy, "{route}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{route}");
        assert_eq!(header("x-frame-options"), "DENY", "{route}");
        assert_eq!(header("referrer-policy"), "same-origin", "{route}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{route}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{route}");
        assert!(header("permissions-policy").contains("camera=()"), "{route}");
        assert!(!header("cache-control").is_empty(), "{route}");
        if !heard.body.is_empty() {
            assert!(heard.headers.contains_key(CONTENT_TYPE), "{route} does not say what it is");
        }
    }
}

#[tokio::test]
async fn every_cookie_is_ours_alone_and_out_of_the_reach_of_scripts() {
    let house = House::start().await;
    let mut cookies = 0;
    for (route, heard) in answers(&house).await {
        for cookie in heard.headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let whole = cookie.starts_with("__Host-") && cookie.contains("; Path=/;");
            assert!(whole || cookie.starts_with("__Secure-"), "{route}: {cookie}");
            for flag in ["; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(flag), "{route}: {cookie}");
            }
            assert!(!cookie.contains("Domain"), "{route}: {cookie}");
            cookies += 1;
        }
    }
    assert!(cookies > 0, "no answer set a cookie");
}

#[tokio::test]
async fn whoever_signs_out_leaves_nothing_in_the_browser() {
    let house = House::start().await;
    let heard = house.ask("POST", "/logg-ut", &[("sec-fetch-site", "same-origin")], "").await;
    assert_eq!(heard.headers["clear-site-data"], r#""cache", "cookies", "storage""#);
    assert_eq!(heard.headers["cache-control"], "no-store");
}
