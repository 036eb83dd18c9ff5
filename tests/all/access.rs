//! Who may come where: every route the routers hold, with every role, from every company.
//!
//! A new route needs a line in the table of [`pages`] or [`api`]; without one the test fails.

mod api;
mod crossing;
mod headers;
mod pages;

use std::collections::BTreeSet;

use reqwest::header::{DATE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Method, StatusCode};
use skadehub::contract::{Accept, Terms};
use uuid::Uuid;

use crate::support::cases::repair;
use crate::support::portal::Portal;

/// A house with one agreed incident and one claim between Fjordtrygd and Nordlys.
struct House {
    portal: Portal,
    http: reqwest::Client,
    incident: Uuid,
    claim: Uuid,
    message: Uuid,
}

/// How a route answers someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Let in: whatever comes of it, it is about the request and not about who asks.
    In,
    /// Sent to sign-in, or 401.
    SignedOut,
    /// 403.
    Forbidden,
    /// 404: not there, or not yours.
    NotThere,
}

/// What the ids of a path belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// No case stands in the path.
    Everyones,
    /// Both parties of the incident.
    Parties,
    /// Fjordtrygd alone.
    Own,
    /// The path names something that is not there.
    Nobodys,
}

/// An answer as it came.
struct Heard {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl House {
    async fn start() -> Self {
        let portal = Portal::start_whole().await;
        let fjt = portal.acting("FJT");
        let incident = fjt.send_incident(&portal.collision("F-1"), "a-1").await.unwrap().id;
        let accept =
            Accept { reference: "N-1".into(), accept_proposal: Some(1), ..Accept::default() };
        portal.acting("NLS").accept(incident, &accept, Terms::default()).await.unwrap();
        let claim = fjt.send_claim(incident, &repair("F-1"), "a-2").await.unwrap().id;
        let message = fjt
            .send_message(incident, "Har dere bilder?".into(), Terms::default())
            .await
            .unwrap()
            .id;
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { portal, http, incident, claim, message }
    }

    /// One request; the path's parameters are already filled in.
    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Heard {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.portal.base));
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request = request.header(name, HeaderValue::from_str(value).unwrap());
        }
        let answer = request.body(body.to_owned()).send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        Heard { status, headers, body: answer.text().await.unwrap() }
    }
}

impl Heard {
    fn answer(&self) -> Answer {
        let to = self.headers.get(LOCATION).map_or("", |to| to.to_str().unwrap());
        match self.status.as_u16() {
            401 => Answer::SignedOut,
            403 => Answer::Forbidden,
            404 => Answer::NotThere,
            303 if to == "/logg-inn" || to.starts_with("/logg-inn?") => Answer::SignedOut,
            status => {
                assert!(status < 500, "{status}: {}", self.body);
                Answer::In
            }
        }
    }

    /// The answer to the letter, but for ids: those asked for, and the reference of the request.
    fn without_ids(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let headers = self.headers.iter().filter(|(name, _)| **name != DATE);
        let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}")));
        (self.status, headers.collect(), without_ids(&self.body))
    }
}

fn without_ids(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).and_then(|start| start.parse::<Uuid>().ok());
        let step = if id.is_some() { 36 } else { first.len_utf8() };
        kept.push_str(if id.is_some() { "…" } else { &rest[..step] });
        rest = &rest[step..];
    }
    kept
}

/// Holds that the table has a line for each route, and no line for what is not there.
#[track_caller]
fn complete(table: &[&str], routes: &[String]) {
    let (table, routes): (BTreeSet<_>, BTreeSet<_>) =
        (table.iter().copied().collect(), routes.iter().map(String::as_str).collect());
    let missing: Vec<_> = routes.difference(&table).collect();
    let gone: Vec<_> = table.difference(&routes).collect();
    assert!(missing.is_empty(), "routes without a line in the table: {missing:#?}");
    assert!(gone.is_empty(), "lines of the table without a route: {gone:#?}");
}
