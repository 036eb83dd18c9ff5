//! An identity provider whose answers are wrong in a single way: each is refused, logged, and
//! explained in one sentence.

use axum::Router;
use axum::routing::get;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use skadehub::app::App;
use skadehub::auth::role::{As, Handler};
use skadehub::auth::session::COOKIE;

use crate::support::browser::{Browser, Page};
use crate::support::log::Log;
use crate::support::misbehaving::{Answer, Change, Misbehaving, Signature, Token};
use crate::support::portal::Portal;

const UNPROVEN: &str =
    "Vi kunne ikke stole på svaret fra innloggingstjenesten, så ingen er logget inn.";
const ELSEWHERE: &str = "Svaret hørte ikke til en innlogging som er i gang i denne nettleseren.";
const DECLINED: &str = "Innloggingstjenesten slapp deg ikke inn.";

fn desk() -> Router<App> {
    Router::new().route("/pult", get(async |As(_): As<Handler>| "på plass"))
}

async fn start() -> (Portal, Misbehaving) {
    Portal::start_at_misbehaving(desk()).await
}

async fn sign_in(portal: &Portal) -> (Browser, Page) {
    sign_in_at(portal.browser()).await
}

async fn sign_in_at(mut browser: Browser) -> (Browser, Page) {
    let page = browser.get("/logg-inn?retur=/pult").await;
    (browser, page)
}

fn claim(answer: &mut Answer, name: &str, value: Value) {
    answer.token.claims[name] = value;
}

#[tokio::test]
async fn a_right_answer_leads_on() {
    let (portal, _) = start().await;
    assert_eq!(sign_in(&portal).await.1.path(), "/logg-inn/oppsett");
}

#[tokio::test]
async fn one_wrong_thing_is_enough_to_be_refused() {
    let cases: [(&str, Change, &str); 22] = [
        ("no issuer", |it| claim(it, "iss", Value::Null), UNPROVEN),
        ("another issuer", |it| claim(it, "iss", json!("https://ond.example")), UNPROVEN),
        ("no audience", |it| claim(it, "aud", Value::Null), UNPROVEN),
        ("another audience", |it| claim(it, "aud", json!("en-annen")), UNPROVEN),
        ("a second audience", |it| claim(it, "aud", json!(["skadehub-portal", "ond"])), UNPROVEN),
        ("no nonce", |it| claim(it, "nonce", Value::Null), UNPROVEN),
        ("another nonce", |it| claim(it, "nonce", json!("en-annen")), UNPROVEN),
        ("no subject", |it| claim(it, "sub", Value::Null), UNPROVEN),
        ("expired", |it| earlier(it, 3_600), UNPROVEN),
        ("issued in the future", |it| later(it, 120), UNPROVEN),
        (
            "alg none",
            |it| {
                it.token.header = json!({ "alg": "none" });
                it.token.signature = Signature::Missing;
            },
            UNPROVEN,
        ),
        (
            "HS256 with the public key",
            |it| {
                it.token.header["alg"] = json!("HS256");
                it.token.signature = Signature::PublicKey;
            },
            UNPROVEN,
        ),
        ("an unknown key", |it| it.token.header["kid"] = json!("ukjent"), UNPROVEN),
        ("another's signature", |it| it.token.signature = Signature::Stranger, UNPROVEN),
        ("no signature", |it| it.token.signature = Signature::Missing, UNPROVEN),
        ("another provider's name", |it| query(it, "iss", Some("https://ond.example")), UNPROVEN),
        ("no name, though promised", |it| query(it, "iss", None), UNPROVEN),
        ("no code", |it| query(it, "code", None), UNPROVEN),
        ("no state", |it| query(it, "state", None), ELSEWHERE),
        ("another state", |it| query(it, "state", Some("abcdefghijklmnopqrstuv")), ELSEWHERE),
        ("a no", |it| query(it, "error", Some("access_denied")), DECLINED),
        ("a no with a code", |it| query(it, "error", Some("temporarily_unavailable")), DECLINED),
    ];
    let (portal, provider) = start().await;
    let log = Log::listen();
    for (attack, change, sentence) in cases {
        provider.alter(change);
        log.take();
        let (browser, page) = sign_in(&portal).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{attack}");
        assert_eq!(page.texts(".sh-head p"), [sentence], "{attack}");
        assert!(log.take().contains("sign-in failed"), "{attack} is not logged");
        assert_eq!(browser.cookie(COOKIE), None, "{attack}");
    }
}

fn earlier(answer: &mut Answer, seconds: i64) {
    later(answer, -seconds);
}

fn later(answer: &mut Answer, seconds: i64) {
    for name in ["iat", "exp"] {
        let at = answer.token.claims[name].as_i64().unwrap();
        claim(answer, name, json!(at + seconds));
    }
}

fn query(answer: &mut Answer, name: &str, value: Option<&str>) {
    match value {
        Some(value) => answer.query.insert(name.to_owned(), value.to_owned()),
        None => answer.query.remove(name),
    };
}

#[tokio::test]
async fn unknown_keys_make_no_storm_of_questions() {
    let (portal, provider) = start().await;
    sign_in(&portal).await;
    let before = provider.keys_fetched();
    provider.alter(|it| it.token.header["kid"] = json!("ukjent"));
    portal.advance(jiff::SignedDuration::from_secs(30));
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = portal.browser();
            tokio::spawn(async move { browser.get("/logg-inn").await.status })
        })
        .collect();
    for tried in tries {
        assert_eq!(tried.await.unwrap(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(provider.keys_fetched() - before, 1);
}

#[tokio::test]
async fn an_answer_counts_once_also_when_the_provider_would_take_its_code_again() {
    let (portal, _) = start().await;
    let mut browser = portal.browser();
    let to_provider = browser.once(Method::GET, address(&portal, "/logg-inn"), None).await;
    let back = browser.once(Method::GET, location(&to_provider), None).await;
    let answer = location(&back);
    assert_eq!(browser.get(answer.as_str()).await.path(), "/logg-inn/oppsett");
    let again = browser.get(answer.as_str()).await;
    assert_eq!(
        (again.status, again.texts(".sh-head p")),
        (StatusCode::BAD_REQUEST, vec![ELSEWHERE.to_owned()])
    );
}

#[tokio::test]
async fn nobody_can_be_signed_in_as_another_by_a_link() {
    let (portal, _) = start().await;
    let mut attacker = portal.browser();
    let to_provider = attacker.once(Method::GET, address(&portal, "/logg-inn"), None).await;
    let back = attacker.once(Method::GET, location(&to_provider), None).await;

    let mut victim = portal.browser();
    let page = victim.get(location(&back).as_str()).await;
    assert_eq!(
        (page.status, page.texts(".sh-head p")),
        (StatusCode::BAD_REQUEST, vec![ELSEWHERE.to_owned()])
    );
    assert_eq!(victim.cookie(COOKIE), None);
}

#[tokio::test]
async fn the_same_username_with_another_subject_is_another_person() {
    let (portal, provider) = start().await;
    assert_eq!(sign_in(&portal).await.1.path(), "/logg-inn/oppsett");
    provider.alter(|it| claim(it, "sub", json!("person-2")));
    assert_eq!(sign_in(&portal).await.1.path(), "/logg-inn/ukjent");
}

#[tokio::test]
async fn a_second_factor_at_the_provider_counts_only_where_it_is_trusted() {
    let (portal, provider) = start().await;
    provider.alter(|it| claim(it, "acr", json!("mfa")));
    assert_eq!(sign_in(&portal).await.1.path(), "/logg-inn/oppsett", "not trusted");

    let trusting = portal
        .beside(desk(), |config| config.oidc_second_factor_acr = Some("mfa".to_owned()))
        .await;
    assert_eq!(sign_in_at(Browser::new(&trusting)).await.1.html, "på plass");
    provider.alter(|_| {});
    let (_, page) = sign_in_at(Browser::new(&trusting)).await;
    assert_eq!(page.path(), "/logg-inn/oppsett", "no second factor");
}

#[tokio::test]
async fn a_logout_token_must_be_right_in_every_part() {
    type Change = fn(&mut Token);
    let cases: [(&str, Change); 14] = [
        ("no event", |it| it.claims["events"] = json!({})),
        ("no events", |it| it.claims["events"] = Value::Null),
        ("a nonce", |it| it.claims["nonce"] = json!("x")),
        ("nobody", |it| {
            it.claims["sub"] = Value::Null;
            it.claims["sid"] = Value::Null;
        }),
        ("no id", |it| it.claims["jti"] = Value::Null),
        ("another audience", |it| it.claims["aud"] = json!("en-annen")),
        ("another issuer", |it| it.claims["iss"] = json!("https://ond.example")),
        ("expired", |it| it.claims["exp"] = json!(1)),
        ("from the future", |it| it.claims["iat"] = json!(32_503_680_000_i64)),
        ("an ID token's type", |it| it.header["typ"] = json!("JWT")),
        ("no signature", |it| it.signature = Signature::Missing),
        ("alg none", |it| {
            it.header["alg"] = json!("none");
            it.signature = Signature::Missing;
        }),
        ("HS256 with the public key", |it| {
            it.header["alg"] = json!("HS256");
            it.signature = Signature::PublicKey;
        }),
        ("another's signature", |it| it.signature = Signature::Stranger),
    ];
    let (portal, provider) = start().await;
    let (mut browser, _) = sign_in(&portal).await;
    let log = Log::listen();
    for (attack, change) in cases {
        log.take();
        let status = end(&portal, provider.logout_token(attack, change)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{attack}");
        assert!(log.take().contains("logout token"), "{attack} is not logged");
    }
    assert_eq!(browser.get("/logg-inn/oppsett").await.path(), "/logg-inn/oppsett");
    assert_eq!(end(&portal, provider.logout_token("rett", |_| {})).await, StatusCode::OK);
    assert!(signed_out(&portal, &mut browser).await);
}

#[tokio::test]
async fn a_logout_token_ends_sessions_once() {
    let (portal, provider) = start().await;
    let all = provider.logout_token("alle", |it| it.claims["sid"] = Value::Null);
    let (mut browser, _) = sign_in(&portal).await;
    assert_eq!(end(&portal, all.clone()).await, StatusCode::OK);
    assert!(signed_out(&portal, &mut browser).await);

    let (mut browser, _) = sign_in(&portal).await;
    assert_eq!(end(&portal, all).await, StatusCode::BAD_REQUEST);
    assert!(!signed_out(&portal, &mut browser).await);
}

async fn end(portal: &Portal, token: String) -> StatusCode {
    let post = reqwest::Client::new().post(format!("{}/logg-ut/kanal", portal.base));
    post.form(&[("logout_token", token)]).send().await.unwrap().status()
}

/// The enrolment page itself, without following to a new sign-in.
async fn signed_out(portal: &Portal, browser: &mut Browser) -> bool {
    let page = browser.once(Method::GET, address(portal, "/logg-inn/oppsett"), None).await;
    page.status == StatusCode::SEE_OTHER
}

fn address(portal: &Portal, path: &str) -> url::Url {
    format!("{}{path}", portal.base).parse().unwrap()
}

fn location(page: &Page) -> url::Url {
    page.headers["location"].to_str().unwrap().parse().unwrap()
}
