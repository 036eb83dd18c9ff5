//! Help, privacy and accessibility: open to everyone, linked from every page.

use askama::Template;
use axum::Router;
use axum::routing::get;

use super::page::{Frame, Page};
use crate::app::App;

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    frame: Frame,
}

/// `/hjelp`, `/personvern`, `/tilgjengelighet`
pub fn router() -> Router<App> {
    pages()
}

fn pages<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/hjelp", get(|frame: Frame| async { Page(HelpPage { frame }) }))
        .route("/personvern", get(|frame: Frame| async { Page(PrivacyPage { frame }) }))
        .route("/tilgjengelighet", get(|frame: Frame| async { Page(AccessibilityPage { frame }) }))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Extension;
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::middleware::from_fn;
    use axum::response::Response;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;
    use crate::contract::Problem;
    use crate::domain::Rules;
    use crate::error::{Error, Result};
    use crate::portal::error_page;
    use crate::portal::page::{forget_flash, redirect_with_flash};
    use crate::portal::site::Site;

    async fn busy() -> Result<()> {
        Err(Problem::new(429, "rate_limited", "").retry_after(90).into())
    }

    async fn broken() -> Result<()> {
        Err(Error::Internal(anyhow::anyhow!("password=hunter2")))
    }

    fn app(site: Site) -> Router {
        pages()
            .route("/travelt", get(busy))
            .route("/feil", get(broken))
            .route("/send", get(|| async { redirect_with_flash("/hjelp", "Sendt – ærlig!") }))
            .layer(from_fn(forget_flash))
            .layer(from_fn(error_page::layer))
            .layer(Extension(Arc::new(site)))
    }

    async fn ask(site: Site, path: &str, cookie: &str) -> Response {
        let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
        app(site).oneshot(request).await.unwrap()
    }

    async fn text(response: Response) -> String {
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn the_help_page_tells_the_rules_of_this_installation_and_whom_to_ask() {
        let site = Site {
            trial: false,
            support: "skade@fjt.example".into(),
            rules: Rules { answer_days: 9, claim_due_days: 21, ..Rules::default() },
        };
        let html = text(ask(site, "/hjelp", "").await).await;
        assert!(html.contains("9 dager"));
        assert!(html.contains("21 dager"));
        assert!(html.contains("mailto:skade@fjt.example"));
        assert!(!html.contains("Prøvemiljø"));
    }

    #[tokio::test]
    async fn a_page_that_does_not_exist_says_what_to_do() {
        let response = ask(Site::default(), "/finnes-ikke", "").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let html = text(response).await;
        assert!(html.contains("Vi finner ikke siden") && html.contains("Referanse:"));
    }

    #[tokio::test]
    async fn a_rate_limit_says_how_long_to_wait() {
        let response = ask(Site::default(), "/travelt", "").await;
        assert_eq!(response.headers()["retry-after"], "90");
        assert!(text(response).await.contains("Vent 2 minutter før du prøver igjen."));
    }

    #[tokio::test]
    async fn a_fault_of_ours_shows_nothing_of_its_cause() {
        let response = ask(Site::default(), "/feil", "").await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let html = text(response).await;
        assert!(html.contains("Noe gikk galt hos oss") && !html.contains("hunter2"));
    }

    #[tokio::test]
    async fn a_message_is_shown_on_the_next_page_and_then_gone() {
        let sent = ask(Site::default(), "/send", "").await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let cookie = sent.headers()["set-cookie"].to_str().unwrap().to_owned();
        let pair = cookie.split(';').next().unwrap();
        let next = ask(Site::default(), "/hjelp", pair).await;
        let gone = next.headers()["set-cookie"].to_str().unwrap();
        assert!(gone.starts_with("__Host-melding=;") && gone.contains("Max-Age=0"));
        assert!(text(next).await.contains("Sendt – ærlig!"));
    }

    #[tokio::test]
    async fn a_cookie_that_is_not_ours_is_no_message() {
        let response = ask(Site::default(), "/hjelp", "__Host-melding=%%%; a=b").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!text(response).await.contains("sh-flash"));
    }
}
