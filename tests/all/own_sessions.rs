//! One's own sessions, fresh codes where they are asked for, and changing the app.

use axum::routing::{get, post};
use axum::{Form, Router};
use jiff::{SignedDuration, Timestamp};
use reqwest::StatusCode;
use skadehub::app::App;
use skadehub::auth::role::{As, Handler};
use skadehub::auth::session::{COOKIE, FreshCode};
use totp_rs::Builder;

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

const HANDLER: &str = "saksbehandler.fjt";
const OTHER: &str = "saksbehandler.nls";
const FIREFOX: &str = "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0";

/// A desk, and an act that asks for a fresh code.
fn desk() -> Router<App> {
    type Fields = std::collections::HashMap<String, String>;
    Router::new().route("/pult", get(async |As(who): As<Handler>| who.company.to_string())).route(
        "/varsomt",
        post(async |As(_): As<Handler>, _: FreshCode, Form(form): Form<Fields>| {
            format!("gjort: {}", form["hva"])
        }),
    )
}

async fn start() -> (Portal, Browser) {
    let portal = Portal::start(desk()).await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    (portal, browser)
}

async fn elsewhere(portal: &Portal, username: &str) -> Browser {
    let mut browser = portal.browser();
    browser.header("user-agent", FIREFOX);
    portal.sign_in(&mut browser, username, "/pult").await;
    browser
}

async fn is_in(browser: &mut Browser) -> bool {
    browser.get("/pult").await.path() == "/pult"
}

#[tokio::test]
async fn one_sees_where_one_is_signed_in_and_signs_out_there() {
    let (portal, mut here) = start().await;
    let mut there = elsewhere(&portal, HANDLER).await;
    let page = here.get("/okter").await;
    assert_eq!(page.texts(".sh-session h2").len(), 2);
    assert_eq!(page.texts(".sh-session:has(form) h2"), ["Firefox på Windows"]);
    assert_eq!(page.texts(".sh-session:not(:has(form)) .ds-tag"), ["Denne nettleseren"]);

    let handle = page.attributes("input[name=okt]", "value").remove(0);
    let page = here.post("/okter/avslutt", &[("okt", &handle)]).await;
    assert_eq!(page.texts("[role=status]").first().unwrap(), "Du er logget ut der.");
    assert_eq!(page.texts(".sh-session h2").len(), 1);
    assert!(!is_in(&mut there).await && is_in(&mut here).await);
}

#[tokio::test]
async fn nobody_ends_the_session_of_another() {
    let (portal, mut here) = start().await;
    let mut others = [elsewhere(&portal, OTHER).await, elsewhere(&portal, OTHER).await];
    let handle = others[0].get("/okter").await.attributes("input[name=okt]", "value").remove(0);
    for tried in [handle.as_str(), "", "x", "AAAA"] {
        let page = here.post("/okter/avslutt", &[("okt", tried)]).await;
        assert_eq!(
            page.texts("[role=status]").first().unwrap(),
            "Den økten var avsluttet fra før."
        );
    }
    for other in &mut others {
        assert!(is_in(other).await);
    }
    assert_eq!(here.get("/okter").await.texts(".sh-session h2").len(), 1);
}

#[tokio::test]
async fn signing_out_everywhere_leaves_nothing_open() {
    let (portal, mut here) = start().await;
    let mut there = elsewhere(&portal, HANDLER).await;
    let mut other = elsewhere(&portal, OTHER).await;
    let page = here.post("/okter/avslutt-alle", &[]).await;
    assert_eq!(page.text("h1"), "Du er logget ut");
    assert!(!is_in(&mut here).await && !is_in(&mut there).await);
    assert!(is_in(&mut other).await);
}

#[tokio::test]
async fn what_asks_for_a_fresh_code_gets_one_within_ten_minutes_and_loses_no_form() {
    let (portal, mut browser) = start().await;
    let form = [("hva", "det store")];
    assert_eq!(browser.post("/varsomt", &form).await.html, "gjort: det store");

    portal.advance(SignedDuration::from_mins(10));
    let page = browser.post("/varsomt", &form).await;
    assert_eq!((page.path(), page.text("h1")), ("/logg-inn/kode", "Skriv engangskoden".to_owned()));
    let before = browser.cookie(COOKIE);
    let page = give_code(&portal, &mut browser, &page).await;
    assert!(page.path().starts_with("/logg-inn/skjema/"), "{}", page.url);
    assert_ne!(browser.cookie(COOKIE), before, "a new session id at step-up");
    let kept: Vec<_> = page.form("/varsomt");
    assert_eq!(kept, [("hva".to_owned(), "det store".to_owned())]);
    assert_eq!(browser.post("/varsomt", &form).await.html, "gjort: det store");
}

/// The one-time code, on the page that asks for it.
async fn give_code(portal: &Portal, browser: &mut Browser, page: &Page) -> Page {
    let back_to = page.attributes("input[name=retur]", "value").remove(0);
    let code = portal.code(HANDLER).await;
    browser.post("/logg-inn/kode", &[("kode", &code), ("retur", &back_to)]).await
}

#[tokio::test]
async fn a_new_app_needs_a_fresh_code_of_the_old_and_takes_its_place_with_its_own_first() {
    let (portal, mut here) = start().await;
    let mut there = elsewhere(&portal, HANDLER).await;
    portal.advance(SignedDuration::from_mins(11));
    let page = here.get("/logg-inn/ny-app").await;
    assert_eq!(page.path(), "/logg-inn/kode");
    let page = give_code(&portal, &mut here, &page).await;
    assert_eq!(page.path(), "/logg-inn/ny-app");
    let key = page.texts(".sh-secret span").concat();
    assert_eq!(here.get("/logg-inn/ny-app").await.texts(".sh-secret span").concat(), key);

    portal.advance(SignedDuration::from_secs(30));
    let old = portal.code(HANDLER).await;
    let refused = here.post("/logg-inn/ny-app", &[("kode", &old)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(is_in(&mut there).await);

    let page = here.post("/logg-inn/ny-app", &[("kode", &code(&key, portal.now()))]).await;
    assert_eq!(page.path(), "/okter");
    assert!(is_in(&mut here).await && !is_in(&mut there).await);

    portal.advance(SignedDuration::from_secs(30));
    let mut again = portal.browser();
    portal.vouch(&mut again, HANDLER, "/pult").await;
    let tried = again.post("/logg-inn/kode", &[("kode", &code(&key, portal.now()))]).await;
    assert_eq!(tried.html, "FJT");
}

/// The code an app with this key shows.
fn code(key: &str, at: Timestamp) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(key.as_bytes()).unwrap();
    let app = Builder::new().with_secret(secret).with_skew(0).build_noncompliant();
    app.generate(at.as_second().unsigned_abs()).to_string()
}
