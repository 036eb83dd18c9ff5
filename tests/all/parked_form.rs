//! A form sent after the session had ended comes back to the person who typed it, and to no one else.

use axum::Router;
use axum::extract::Form;
use axum::routing::post;
use jiff::SignedDuration;
use reqwest::StatusCode;
use skadehub::app::App;
use skadehub::auth::role::{As, Handler};

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

const HANDLER: &str = "saksbehandler.fjt";
const TYPED: &str = "Føreren sier <b>\"rygget & stoppet\"</b>\nog kjørte videre.";

/// A page that says back what it was sent.
fn desk() -> Router<App> {
    let echo = async |As(who): As<Handler>, Form(form): Form<Vec<(String, String)>>| {
        format!("{} {form:?}", who.identity.username)
    };
    Router::new().route("/melding", post(echo))
}

/// Signs in, waits until the session has ended, and sends a form all the same.
async fn sent_too_late() -> (Portal, Browser, Page) {
    let portal = Portal::start(desk()).await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, HANDLER, "/hjelp").await;
    portal.advance(SignedDuration::from_mins(31));
    let page =
        browser.post("/melding?til=1", &[("tekst", TYPED), ("tekst", "igjen"), ("tom", "")]).await;
    (portal, browser, page)
}

async fn pass_the_code(portal: &Portal, browser: &mut Browser, username: &str) -> Page {
    portal.advance(SignedDuration::from_secs(30));
    let code = portal.code(username).await;
    browser.post("/logg-inn/kode", &[("kode", &code)]).await
}

#[tokio::test]
async fn after_signing_in_again_the_form_is_there_and_can_be_sent_as_it_was() {
    let (portal, mut browser, page) = sent_too_late().await;
    assert_eq!(page.path(), "/logg-inn/kode", "the provider still knows the person");
    let page = pass_the_code(&portal, &mut browser, HANDLER).await;

    assert_eq!(page.texts("h1"), ["Vi tok vare på det du skrev"]);
    assert_eq!(page.attributes("main form", "action"), ["/melding?til=1"]);
    let names = page.attributes("main form input", "name");
    let values = page.attributes("main form input", "value");
    assert_eq!(names, ["tekst", "tekst", "tom"]);
    assert_eq!(values, [TYPED, "igjen", ""]);
    let form: Vec<_> =
        names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
    let answer = browser.post("/melding?til=1", &form).await;
    assert_eq!(
        answer.html,
        format!("{HANDLER} {:?}", [("tekst", TYPED), ("tekst", "igjen"), ("tom", "")])
    );
}

#[tokio::test]
async fn another_person_at_the_same_browser_does_not_get_it() {
    let (portal, mut browser, _) = sent_too_late().await;
    let kept: uuid::Uuid = sqlx::query_scalar("select parked_form from portal.parked_form")
        .fetch_one(&owner_sees_all(&portal).await)
        .await
        .unwrap();
    browser.post("/logg-ut", &[]).await;
    let address = format!("/logg-inn/skjema/{kept}");
    let page = portal.sign_in(&mut browser, "saksbehandler.nls", &address).await;
    assert_eq!(page.path(), "/");
    assert!(!page.html.contains("rygget"));
    let message = page.text(".sh-flash");
    assert!(message.starts_with("Det er ikke noe lagret skjema til deg her."), "{message}");
}

#[tokio::test]
async fn it_is_sealed_and_unseen_without_its_member() {
    let (portal, _, _) = sent_too_late().await;
    let owner = owner_sees_all(&portal).await;
    let body: Vec<u8> =
        sqlx::query_scalar("select body from portal.parked_form").fetch_one(&owner).await.unwrap();
    assert!(!String::from_utf8_lossy(&body).contains("rygget"));
    let seen: i64 = sqlx::query_scalar("select count(*) from portal.parked_form")
        .fetch_one(&portal.app.portal_db)
        .await
        .unwrap();
    assert_eq!(seen, 0);
    sqlx::query("delete from portal.parked_form").execute(&portal.app.portal_db).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from portal.parked_form")
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(left, 1, "only what has expired can be deleted");
}

#[tokio::test]
async fn it_is_gone_after_twelve_hours() {
    let (portal, mut browser, page) = sent_too_late().await;
    assert_eq!(page.path(), "/logg-inn/kode");
    portal.advance(SignedDuration::from_hours(12));
    let page = browser.get("/logg-inn/kode").await;
    assert!(!page.html.contains("rygget"));
    let mut again = portal.browser();
    let page = portal.sign_in(&mut again, HANDLER, "/hjelp").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_form_too_large_to_keep_is_refused() {
    let portal = Portal::start(desk()).await;
    let large = "x".repeat(1024 * 1024);
    let page = portal.browser().post("/melding", &[("tekst", &large)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_form_from_nowhere_only_leads_to_sign_in() {
    let portal = Portal::start(desk()).await;
    let page = portal.browser().post("/melding", &[("tekst", TYPED)]).await;
    assert!(page.path().starts_with("/realms/"));
    let owner = owner_sees_all(&portal).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from portal.parked_form")
        .fetch_one(&owner)
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

/// The owner of the schema with row-level security lifted, to look behind it.
async fn owner_sees_all(portal: &Portal) -> sqlx::PgPool {
    let owner = portal.database.owner();
    sqlx::query("alter table portal.parked_form no force row level security")
        .execute(&owner)
        .await
        .unwrap();
    owner
}
