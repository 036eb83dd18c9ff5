//! How long one stays signed in, and what ends it.

use axum::Router;
use axum::routing::get;
use jiff::SignedDuration;
use jiff::Timestamp;
use reqwest::{Method, StatusCode};
use sha2::{Digest, Sha256};
use skadehub::app::App;
use skadehub::auth::role::{As, Handler};
use skadehub::auth::session::COOKIE;

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

const HANDLER: &str = "saksbehandler.fjt";

async fn signed_in() -> (Portal, Browser) {
    let desk: Router<App> =
        Router::new().route("/pult", get(async |As(who): As<Handler>| who.company.to_string()));
    let portal = Portal::start(desk).await;
    let mut browser = portal.browser();
    let page = portal.sign_in(&mut browser, HANDLER, "/pult").await;
    assert_eq!(page.html, "FJT");
    (portal, browser)
}

fn is_signed_out(page: &Page) -> bool {
    // The provider may still know the person, and sends them on to the code.
    page.path().starts_with("/realms/") || page.path() == "/logg-inn/kode"
}

#[tokio::test]
async fn half_an_hour_without_a_request_ends_the_session() {
    let (portal, mut browser) = signed_in().await;
    portal.advance(SignedDuration::from_mins(29));
    assert_eq!(browser.get("/pult").await.html, "FJT");
    portal.advance(SignedDuration::from_mins(29));
    assert_eq!(browser.get("/pult").await.html, "FJT");
    portal.advance(SignedDuration::from_mins(30));
    assert!(is_signed_out(&browser.get("/pult").await));
}

#[tokio::test]
async fn twelve_hours_after_sign_in_it_ends_however_busy_one_was() {
    let (portal, mut browser) = signed_in().await;
    for _ in 0..28 {
        portal.advance(SignedDuration::from_mins(25));
        assert_eq!(browser.get("/pult").await.html, "FJT");
    }
    portal.advance(SignedDuration::from_mins(20));
    assert!(is_signed_out(&browser.get("/pult").await));
}

#[tokio::test]
async fn a_request_writes_nothing_but_the_time_seen_once_a_minute() {
    let (portal, mut browser) = signed_in().await;
    let before = seen(&portal).await;
    portal.advance(SignedDuration::from_secs(59));
    let page = browser.get("/pult").await;
    assert!(!page.headers.contains_key("set-cookie"));
    assert_eq!(seen(&portal).await, before);
    portal.advance(SignedDuration::from_secs(1));
    browser.get("/pult").await;
    assert!(seen(&portal).await > before);
}

#[tokio::test]
async fn the_cookie_is_for_this_host_alone_and_only_its_hash_is_kept() {
    let (portal, mut browser) = signed_in().await;
    let id = browser.cookie(COOKIE).unwrap();
    let bytes = data_encoding::BASE64URL_NOPAD.decode(id.as_bytes()).unwrap();
    let stored: Vec<Vec<u8>> = sqlx::query_scalar("select id_hash from portal.session")
        .fetch_all(&portal.app.portal_db)
        .await
        .unwrap();
    assert_eq!(stored, [Sha256::digest(bytes).to_vec()]);

    portal.advance(SignedDuration::from_secs(30));
    let form = format!("kode={}", portal.code(HANDLER).await);
    let url = format!("{}/logg-inn/kode", portal.base).parse().unwrap();
    let answer = browser.once(Method::POST, url, Some(form)).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert!(value.starts_with("__Host-skadehub=") && !value.ends_with(&id));
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Lax");
}

#[tokio::test]
async fn disabling_a_member_ends_their_sessions_at_once() {
    let (portal, mut browser) = signed_in().await;
    execute(&portal, "update portal.member set active = false").await;
    let page = browser.get("/pult").await;
    assert_eq!(page.path(), "/logg-inn/ukjent", "the provider knows them, we do not");
}

#[tokio::test]
async fn a_role_taken_away_is_gone_at_the_next_request() {
    let (portal, mut browser) = signed_in().await;
    execute(&portal, "update portal.member set roles = array['auditor'] where company = 'FJT'")
        .await;
    assert_eq!(browser.get("/pult").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn signing_out_ends_it_at_both_ends() {
    let (portal, mut browser) = signed_in().await;
    let id = browser.cookie(COOKIE).unwrap();
    let page = browser.post("/logg-ut", &[]).await;
    assert_eq!((page.path(), page.text("h1")), ("/logg-ut/ferdig", "Du er logget ut".to_owned()));
    assert_eq!(browser.cookie(COOKIE), None);

    browser.plant(COOKIE, &id);
    let page = browser.get("/pult").await;
    assert!(page.path().starts_with("/realms/") && page.html.contains("password"));
    drop(portal);
}

#[tokio::test]
async fn signing_out_clears_what_the_browser_holds() {
    let (portal, mut browser) = signed_in().await;
    let url = format!("{}/logg-ut", portal.base).parse().unwrap();
    let answer = browser.once(Method::POST, url, Some(String::new())).await;
    assert_eq!(answer.headers["clear-site-data"], r#""cache", "cookies", "storage""#);
}

#[tokio::test]
async fn a_session_ended_at_the_provider_ends_here_too() {
    let (portal, mut browser) = signed_in().await;
    let logout = format!("{}/protocol/openid-connect/logout", portal.stand_ins.issuer());
    browser.post(&logout, &[("client_id", "skadehub-portal"), ("confirm", "ja")]).await;
    let page = browser.get("/pult").await;
    assert!(page.path().starts_with("/realms/"), "ended up at {}", page.url);
}

#[tokio::test]
async fn a_made_up_logout_token_ends_nothing() {
    let (portal, mut browser) = signed_in().await;
    let http = reqwest::Client::new();
    let forged = "eyJhbGciOiJub25lIiwidHlwIjoibG9nb3V0K2p3dCJ9.eyJzdWIiOiJ4In0.";
    for token in ["", "x", forged] {
        let post = http.post(format!("{}/logg-ut/kanal", portal.base));
        let answer = post.form(&[("logout_token", token)]).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    }
    assert_eq!(browser.get("/pult").await.html, "FJT");
}

#[tokio::test]
async fn a_fragment_of_a_page_sends_the_whole_page_to_sign_in() {
    let (portal, mut browser) = signed_in().await;
    portal.advance(SignedDuration::from_mins(31));
    let page = format!("{}/pult?side=2", portal.base);
    browser.header("hx-request", "true");
    browser.header("hx-current-url", &page);
    let answer = browser.get("/pult?side=3").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["hx-redirect"], "/logg-inn?retur=%2Fpult%3Fside%3D2");
}

#[tokio::test]
async fn asking_to_stay_keeps_the_session_and_says_so_when_it_is_too_late() {
    let (portal, mut browser) = signed_in().await;
    browser.header("accept", "application/json");
    portal.advance(SignedDuration::from_mins(28));
    assert_eq!(browser.post("/logg-inn/forleng", &[]).await.status, StatusCode::NO_CONTENT);
    portal.advance(SignedDuration::from_mins(28));
    assert_eq!(browser.post("/logg-inn/forleng", &[]).await.status, StatusCode::NO_CONTENT);
    portal.advance(SignedDuration::from_mins(31));
    assert_eq!(browser.post("/logg-inn/forleng", &[]).await.status, StatusCode::UNAUTHORIZED);
}

async fn seen(portal: &Portal) -> Timestamp {
    let seen: jiff_sqlx::Timestamp = sqlx::query_scalar("select seen_at from portal.session")
        .fetch_one(&portal.app.portal_db)
        .await
        .unwrap();
    seen.to_jiff()
}

async fn execute(portal: &Portal, sql: &'static str) {
    sqlx::query(sql).execute(&portal.app.portal_db).await.unwrap();
}
