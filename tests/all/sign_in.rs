//! Signing in: the identity provider, the one-time code, and nothing before both.

use axum::Router;
use axum::routing::get;
use jiff::SignedDuration;
use reqwest::{Method, StatusCode};
use skadehub::app::App;
use skadehub::auth::members::{self, Subject};
use skadehub::auth::role::{As, Handler, Role};
use skadehub::auth::session::COOKIE;
use skadehub::auth::totp::{self, Outcome};

use crate::support::browser::Browser;
use crate::support::portal::Portal;

const HANDLER: &str = "saksbehandler.fjt";

/// A page for claims handlers that says who they are.
fn desk() -> Router<App> {
    Router::new().route("/pult", get(async |As(who): As<Handler>| who.identity.username.clone()))
}

async fn start() -> (Portal, Browser) {
    let portal = Portal::start(desk()).await;
    let browser = portal.browser();
    (portal, browser)
}

#[tokio::test]
async fn the_first_sign_in_sets_up_the_code_and_ends_where_one_was_going() {
    let (portal, mut browser) = start().await;
    let page = portal.vouch(&mut browser, HANDLER, "/pult").await;
    assert_eq!(page.path(), "/logg-inn/oppsett");
    assert_eq!(page.texts("h1"), ["Sett opp engangskode"]);
    assert_eq!(page.attributes("svg.sh-qr", "role"), ["img"]);

    let code = portal.code(HANDLER).await;
    let page = browser.post("/logg-inn/oppsett", &[("kode", &code)]).await;
    assert_eq!(page.path(), "/logg-inn/gjenoppretting");
    assert_eq!(page.texts(".sh-recovery li").len(), 10);
    assert_eq!(page.attributes("main a.ds-button", "href"), ["/pult"]);
    assert_eq!(browser.get("/pult").await.html, HANDLER);
}

#[tokio::test]
async fn reloading_the_enrolment_page_shows_the_same_key() {
    let (portal, mut browser) = start().await;
    let first = portal.vouch(&mut browser, HANDLER, "/pult").await;
    let again = browser.get("/logg-inn/oppsett").await;
    let mut elsewhere = portal.browser();
    let other = portal.vouch(&mut elsewhere, HANDLER, "/pult").await;

    let key = first.texts(".sh-secret span");
    assert_eq!((key.len(), key.concat().len()), (8, 32));
    assert_eq!(again.texts(".sh-secret span"), key);
    assert_eq!(other.texts(".sh-secret span"), key);
}

#[tokio::test]
async fn the_key_is_sealed_in_the_database_and_never_shown_once_confirmed() {
    let (portal, mut browser) = start().await;
    let page = portal.vouch(&mut browser, HANDLER, "/pult").await;
    let key = page.texts(".sh-secret span").concat();
    let secret = data_encoding::BASE32.decode(key.as_bytes()).unwrap();
    let stored: Vec<u8> =
        sqlx::query_scalar("select totp_secret from portal.member where username = $1")
            .bind(HANDLER)
            .fetch_one(&portal.app.portal_db)
            .await
            .unwrap();
    assert!(!stored.windows(secret.len()).any(|part| part == secret));

    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let mut elsewhere = portal.browser();
    portal.vouch(&mut elsewhere, HANDLER, "/pult").await;
    assert_eq!(elsewhere.get("/logg-inn/oppsett").await.path(), "/logg-inn/kode");
}

#[tokio::test]
async fn there_is_no_identity_before_the_second_factor() {
    let (portal, mut browser) = start().await;
    portal.sign_in(&mut browser, HANDLER, "/pult").await;

    let mut elsewhere = portal.browser();
    assert_eq!(portal.vouch(&mut elsewhere, HANDLER, "/pult").await.path(), "/logg-inn/kode");
    assert_eq!(elsewhere.get("/pult").await.path(), "/logg-inn/kode");
    let wrong = elsewhere.post("/logg-inn/kode", &[("kode", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text("title").starts_with("Feil: "));
    assert_eq!(elsewhere.get("/pult").await.path(), "/logg-inn/kode");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let (portal, mut browser) = start().await;
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let used = portal.code(HANDLER).await;

    let mut elsewhere = portal.browser();
    portal.vouch(&mut elsewhere, HANDLER, "/pult").await;
    let page = elsewhere.post("/logg-inn/kode", &[("kode", &used)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    portal.advance(SignedDuration::from_secs(30));
    let fresh = portal.code(HANDLER).await;
    assert_eq!(elsewhere.post("/logg-inn/kode", &[("kode", &fresh)]).await.html, HANDLER);
}

#[tokio::test]
async fn a_code_tried_many_times_at_once_in_two_processes_succeeds_once() {
    let (portal, mut browser) = start().await;
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let member = portal.member(HANDLER).await;
    // Two pools share nothing, as two processes do.
    let pools = [portal.database.portal(), portal.database.portal()];
    for _ in 0..10 {
        portal.advance(SignedDuration::from_secs(30));
        let (code, now) = (portal.code(HANDLER).await, portal.now());
        let tries = (0..8).map(|n| {
            let (db, seal, code) = (pools[n % 2].clone(), portal.app.seal.clone(), code.clone());
            tokio::spawn(
                async move { totp::try_code(&db, &seal, member, &code, now).await.unwrap() },
            )
        });
        let mut accepted = 0;
        for outcome in tries.collect::<Vec<_>>() {
            accepted += usize::from(outcome.await.unwrap() == Outcome::Accepted);
        }
        assert_eq!(accepted, 1);
        forget_wrong_tries(&portal).await;
    }
}

#[tokio::test]
async fn wrong_codes_slow_down_but_never_lock() {
    let (portal, mut browser) = start().await;
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let mut elsewhere = portal.browser();
    portal.vouch(&mut elsewhere, HANDLER, "/pult").await;
    for _ in 0..5 {
        let page = elsewhere.post("/logg-inn/kode", &[("kode", "000000")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    portal.advance(SignedDuration::from_secs(10));
    let right = portal.code(HANDLER).await;
    let page = elsewhere.post("/logg-inn/kode", &[("kode", &right)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.headers["retry-after"], "20");
    let sentence = "Det har vært for mange feil koder. Prøv igjen om 20 sekunder.";
    assert_eq!(page.texts("#kode-feil"), [sentence]);

    portal.advance(SignedDuration::from_secs(20));
    let right = portal.code(HANDLER).await;
    assert_eq!(elsewhere.post("/logg-inn/kode", &[("kode", &right)]).await.html, HANDLER);
}

#[tokio::test]
async fn many_wrong_codes_at_once_get_no_more_tries_than_one_by_one() {
    let (portal, mut browser) = start().await;
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let (member, now) = (portal.member(HANDLER).await, portal.now());
    let tries: Vec<_> = (0..30)
        .map(|n| {
            let (db, seal) = (portal.app.portal_db.clone(), portal.app.seal.clone());
            let code = format!("{n:06}");
            tokio::spawn(
                async move { totp::try_code(&db, &seal, member, &code, now).await.unwrap() },
            )
        })
        .collect();
    let mut looked_at = 0;
    for outcome in tries {
        looked_at += usize::from(!matches!(outcome.await.unwrap(), Outcome::Wait(_)));
    }
    assert_eq!(looked_at, 5);
}

#[tokio::test]
async fn a_recovery_code_stands_in_for_the_app_once() {
    let (portal, mut browser) = start().await;
    portal.vouch(&mut browser, HANDLER, "/pult").await;
    let code = portal.code(HANDLER).await;
    let page = browser.post("/logg-inn/oppsett", &[("kode", &code)]).await;
    let recovery = page.text(".sh-recovery li");
    assert!(browser.get("/logg-inn/gjenoppretting").await.texts(".sh-recovery li").is_empty());

    let typed = recovery.to_lowercase().replace('-', " ");
    let form = [("gjenopprettingskode", typed.as_str())];
    for (expected, status) in [("/pult", 200), ("/logg-inn/gjenoppretting", 422)] {
        let mut elsewhere = portal.browser();
        portal.vouch(&mut elsewhere, HANDLER, "/pult").await;
        let page = elsewhere.post("/logg-inn/gjenoppretting", &form).await;
        assert_eq!((page.path(), page.status.as_u16()), (expected, status));
    }
}

#[tokio::test]
async fn every_step_gives_the_session_a_new_id() {
    let (portal, mut browser) = start().await;
    let planted = "AAAAAAAAAAAAAAAAAAAAAA";
    browser.plant(COOKIE, planted);
    portal.vouch(&mut browser, HANDLER, "/pult").await;
    let vouched = browser.cookie(COOKIE).unwrap();
    portal.sign_in(&mut browser, HANDLER, "/pult").await;
    let complete = browser.cookie(COOKIE).unwrap();

    assert_eq!([planted, vouched.as_str(), complete.as_str()].map(str::len), [22; 3]);
    assert!(planted != vouched && vouched != complete);
    for old in [planted, &vouched] {
        let mut thief = portal.browser();
        thief.plant(COOKIE, old);
        assert!(thief.get("/pult").await.path().starts_with("/realms/"));
    }
}

#[tokio::test]
async fn a_person_without_membership_is_told_whom_to_ask() {
    let portal = Portal::start_empty(desk()).await;
    let mut browser = portal.browser();
    let page = portal.vouch(&mut browser, HANDLER, "/pult").await;
    assert_eq!((page.path(), page.status), ("/logg-inn/ukjent", StatusCode::FORBIDDEN));
    assert_eq!(browser.get("/pult").await.path(), "/logg-inn/ukjent");

    portal.invite(HANDLER, &[Role::Handler]).await;
    assert_eq!(portal.sign_in(&mut browser, HANDLER, "/pult").await.html, HANDLER);
}

#[tokio::test]
async fn an_invitation_binds_one_subject_for_good() {
    let (portal, _) = start().await;
    let mut db = portal.app.portal_db.acquire().await.unwrap();
    let person = |issuer: &str, subject: &str| Subject {
        issuer: issuer.to_owned(),
        subject: subject.to_owned(),
        username: Some("Saksbehandler.FJT".to_owned()),
        display_name: None,
    };
    let now = portal.now();
    let bound = members::sign_in(&mut db, &person("i", "1"), now).await.unwrap().unwrap();
    assert_eq!(bound.identity.username, HANDLER);
    for other in [person("i", "2"), person("j", "1")] {
        assert_eq!(members::sign_in(&mut db, &other, now).await.unwrap(), None);
    }
    let renamed = Subject { username: Some("nytt.navn".to_owned()), ..person("i", "1") };
    assert_eq!(members::sign_in(&mut db, &renamed, now).await.unwrap(), Some(bound));
}

#[tokio::test]
async fn an_answer_counts_only_in_the_browser_that_asked_and_only_in_time() {
    let (portal, mut browser) = start().await;
    let login = browser.get("/logg-inn?retur=/pult").await;
    let body = Some("demo=saksbehandler.fjt".to_owned());
    let answer = browser.once(Method::POST, login.url, body).await;
    let address = answer.headers["location"].to_str().unwrap().to_owned();

    let stolen = portal.browser().get(&address).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST);
    let altered = browser.get(&address.replace("&iss=", "&iss=http%3A%2F%2Fond.example")).await;
    assert_eq!(altered.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(&address).await.path(), "/logg-inn/oppsett");
    assert_eq!(browser.get(&address).await.status, StatusCode::BAD_REQUEST, "a code is used once");
}

#[tokio::test]
async fn two_tabs_can_sign_in_side_by_side() {
    let (portal, mut browser) = start().await;
    let one = browser.get("/logg-inn?retur=/pult").await;
    let two = browser.get("/logg-inn?retur=/hjelp").await;
    let form = [("demo", HANDLER)];
    assert_eq!(browser.post(two.url.as_str(), &form).await.path(), "/logg-inn/oppsett");
    assert_eq!(browser.post(one.url.as_str(), &form).await.path(), "/logg-inn/oppsett");
    assert_eq!(portal.sign_in(&mut browser, HANDLER, "/pult").await.html, HANDLER);
}

async fn forget_wrong_tries(portal: &Portal) {
    sqlx::query("delete from portal.code_attempt").execute(&portal.app.portal_db).await.unwrap();
}
