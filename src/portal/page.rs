//! What every page carries, and how a template becomes a response.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use data_encoding::BASE64URL_NOPAD;

use super::notice::Shown;
use super::site::Site;
use crate::auth::role::{Identity, Role};
use crate::error::Error;

const FLASH: &str = "__Host-melding";

/// The pages of those who do not work with cases, by role: words and address.
const ROLE_PAGES: &[(Role, &[(&str, &str)])] = &[
    (
        Role::Auditor,
        &[
            ("Historikk", "/revisor/historikk"),
            ("Logg", "/revisor/logg"),
            ("Kontroll", "/revisor/kontroll"),
        ],
    ),
    (
        Role::CompanyAdmin,
        &[
            ("Brukere", "/selskap/brukere"),
            ("Regler", "/selskap/regler"),
            ("Selskapet", "/selskap/profil"),
            ("API-klienter", "/selskap/klienter"),
        ],
    ),
    (
        Role::HubAdmin,
        &[
            ("Selskaper", "/forvaltning/selskaper"),
            ("API-klienter", "/forvaltning/klienter"),
            ("Kodeverk", "/forvaltning/kodeverk"),
            ("Driftsmeldinger", "/forvaltning/meldinger"),
        ],
    ),
];

/// The frame around a page: read once per request, drawn by `layout.html`.
#[derive(Debug, Clone)]
pub struct Frame {
    /// The signed-in person, if any.
    pub identity: Option<Arc<Identity>>,
    /// The path of the request, for `aria-current` in the menu.
    pub path: String,
    /// A message left by the page before, shown once.
    pub flash: Option<String>,
    pub site: Arc<Site>,
    /// Words of Skadehub to all, to be shown now.
    pub notices: Shown,
}

/// One entry of the main menu.
#[derive(Debug, PartialEq, Eq)]
pub struct MenuItem {
    pub text: &'static str,
    pub href: &'static str,
    /// Whether the page shown belongs under this entry.
    pub current: bool,
}

impl Frame {
    /// The frame of a request whose parts are at hand; never fails.
    pub fn of(parts: &Parts) -> Self {
        Self {
            identity: parts.extensions.get::<Arc<Identity>>().cloned(),
            path: parts.uri.path().to_owned(),
            flash: flash_of(&parts.headers),
            site: parts.extensions.get::<Arc<Site>>().cloned().unwrap_or_default(),
            notices: parts.extensions.get::<Shown>().cloned().unwrap_or_default(),
        }
    }

    /// The main menu: the pages of each of the person's roles.
    pub fn menu(&self) -> Vec<MenuItem> {
        let Some(who) = &self.identity else { return Vec::new() };
        let mut pages = Vec::new();
        if self.handles_cases() {
            pages.extend([("Oversikt", "/"), ("Hendelser", "/hendelser"), ("Krav", "/krav")]);
        }
        for (role, own) in ROLE_PAGES {
            if who.has(*role) {
                pages.extend(*own);
            }
        }
        pages
            .into_iter()
            .map(|(text, href)| MenuItem { text, href, current: self.is_under(href) })
            .collect()
    }

    /// Whether the person works with incidents and claims.
    pub fn handles_cases(&self) -> bool {
        self.identity
            .as_ref()
            .is_some_and(|who| who.has(Role::Handler) || who.has(Role::InjuryHandler))
    }

    fn is_under(&self, href: &str) -> bool {
        match self.path.strip_prefix(href) {
            _ if href == "/" => self.path == "/",
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }
}

impl Identity {
    /// The person's roles in words, for the user menu.
    pub fn role_words(&self) -> String {
        let words: Vec<_> = self.roles.iter().map(|role| role.word()).collect();
        words.join(", ")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// A rendered template.
pub struct Page<T>(pub T);

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        match self.0.render() {
            Ok(html) => Html(html).into_response(),
            Err(error) => Error::from(error).into_response(),
        }
    }
}

/// A form that comes back with errors: the same page, status 422.
pub struct Rejected<T>(pub T);

impl<T: Template> IntoResponse for Rejected<T> {
    fn into_response(self) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Page(self.0)).into_response()
    }
}

/// Goes to another page (303), which shows `message` once on top.
pub fn redirect_with_flash(to: &str, message: &str) -> Response {
    let value = BASE64URL_NOPAD.encode(message.as_bytes());
    let cookie = format!("{FLASH}={value}; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    ([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// Layer of the portal: a message is gone once a page has shown it.
pub async fn forget_flash(request: Request, next: Next) -> Response {
    let carried = flash_of(request.headers()).is_some();
    let mut response = next.run(request).await;
    if carried && is_page(&response) {
        let gone = HeaderValue::from_static(
            "__Host-melding=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax",
        );
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The message in the cookie; anything that is not ours to read counts as none.
fn flash_of(headers: &HeaderMap) -> Option<String> {
    let value = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(FLASH)?.strip_prefix('='))?;
    let bytes = BASE64URL_NOPAD.decode(value.as_bytes()).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[derive(Template)]
    #[template(
        source = r#"{% extends "layout_narrow.html" %}{% block title %}T{% endblock %}{% block content %}<h1>T</h1>{% endblock %}"#,
        ext = "html"
    )]
    struct Narrow {
        frame: Frame,
    }

    fn frame(path: &str, roles: &[Role]) -> Frame {
        let identity = Identity {
            user: Uuid::nil(),
            username: "anne".into(),
            company: Some("FJT".parse().unwrap()),
            company_name: Some("Fjordtrygd Forsikring".into()),
            roles: roles.to_vec(),
        };
        Frame {
            identity: Some(Arc::new(identity)),
            path: path.into(),
            flash: None,
            site: Arc::default(),
            notices: Arc::default(),
        }
    }

    #[test]
    fn a_sign_in_page_has_neither_menu_nor_search() {
        let html = Narrow { frame: frame("/", &[Role::Handler]) }.render().unwrap();
        assert!(
            html.contains(r#"<div class="sh-narrow">"#) && html.contains("<title>T – Skadehub")
        );
        assert!(!html.contains("sh-nav") && !html.contains("role=\"search\""));
    }

    #[test]
    fn only_those_who_handle_cases_see_the_menu_of_cases() {
        let menu = frame("/", &[Role::Auditor]).menu();
        assert!(menu.iter().all(|item| item.href.starts_with("/revisor/")) && menu.len() == 3);
        assert_eq!(frame("/", &[Role::InjuryHandler]).menu().len(), 3);
    }

    #[test]
    fn an_entry_is_current_on_its_own_pages_only() {
        let current = |path| {
            let menu = frame(path, &[Role::Handler]).menu();
            menu.into_iter().filter(|item| item.current).map(|item| item.href).collect::<Vec<_>>()
        };
        assert_eq!(current("/"), ["/"]);
        assert_eq!(current("/krav/7"), ["/krav"]);
        assert!(current("/kravet").is_empty());
    }
}
