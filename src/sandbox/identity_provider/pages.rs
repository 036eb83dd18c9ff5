//! The pages that people meet at the identity provider.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::Realm;
use super::parameters::Parameters;
use super::realm::Person;
use crate::sandbox::front::draw;

/// Headers of an answer that must not be kept.
pub(super) const UNCACHED: [(HeaderName, &str); 1] = [(CACHE_CONTROL, "no-store")];

#[derive(Template)]
#[template(path = "sandbox/login.html")]
struct LoginPage<'a> {
    path: &'a str,
    /// The same address again, so that the authorization request stays with the form.
    action: &'a str,
    username: &'a str,
    refused: bool,
    companies: Vec<(&'a str, Vec<&'a Person>)>,
}

#[derive(Template)]
#[template(path = "sandbox/message.html")]
struct MessagePage<'a> {
    path: &'a str,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "sandbox/logout.html")]
struct LogoutPage<'a> {
    path: &'a str,
    action: String,
    kept: Vec<(&'static str, &'a str)>,
}

/// The login page; `refused` after a wrong username or password.
pub(super) fn login(realm: &Realm, uri: &Uri, username: &str, refused: bool) -> Response {
    let action = format!(
        "{}{}",
        realm.endpoint("auth"),
        uri.query().map_or(String::new(), |query| format!("?{query}"))
    );
    let mut companies: Vec<(&str, Vec<&Person>)> = Vec::new();
    let known = realm.people();
    for person in known.iter().map(|person| &**person).filter(|person| person.enabled) {
        match companies.iter_mut().find(|(company, _)| *company == person.company) {
            Some((_, people)) => people.push(person),
            None => companies.push((&person.company, vec![person])),
        }
    }
    let status = if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    draw(status, &LoginPage { path: realm.path(), action: &action, username, refused, companies })
}

/// A page with one thing to say.
pub(super) fn message(realm: &Realm, status: StatusCode, title: &str, text: &str) -> Response {
    draw(status, &MessagePage { path: realm.path(), title, text })
}

/// Asks whether the person really wants to sign out.
pub(super) fn confirm_logout(realm: &Realm, parameters: &Parameters) -> Response {
    let names = ["client_id", "post_logout_redirect_uri", "state"];
    let kept = names.into_iter().filter_map(|name| Some((name, parameters.get(name)?))).collect();
    draw(StatusCode::OK, &LogoutPage { path: realm.path(), action: realm.endpoint("logout"), kept })
}
