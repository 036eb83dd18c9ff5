//! The house under siege: a portal with an incident in each state, and who knocks.

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use skadehub::contract::{Accept, Reject, Terms};
use tokio::sync::Mutex;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::corpus::Given;
use super::targets::{Place, Target, hole};
use crate::support::browser::Browser;
use crate::support::cases::repair;
use crate::support::portal::Portal;

/// New incidents are made after so many requests: what has been closed stands no more acts.
const FRESH: usize = 150;

pub(super) struct House {
    pub(super) portal: Portal,
    http: reqwest::Client,
    /// One session and one token for each of the two companies.
    people: [(String, String); 2],
    cases: Mutex<Cases>,
    requests: AtomicUsize,
}

/// Ids of things in different states.
#[derive(Debug, Clone, Default)]
struct Cases {
    incidents: Vec<Uuid>,
    claims: Vec<Uuid>,
    drafts: Vec<Uuid>,
    messages: Vec<Uuid>,
}

impl House {
    pub(super) async fn start() -> Self {
        let portal = Portal::start_whole().await;
        // A connection for each request: none is blamed for what came before it.
        let http = reqwest::Client::builder().redirect(Policy::none()).pool_max_idle_per_host(0);
        let mut people = Vec::new();
        for company in ["fjt", "nls"] {
            let mut browser = portal.browser();
            portal.sign_in(&mut browser, &format!("saksbehandler.{company}"), "/").await;
            let session = browser.cookie("__Host-skadehub").unwrap();
            let api = portal.api(&format!("fagsystem-{company}")).await;
            people.push((session, api.token().to_owned()));
        }
        let house = Self {
            http: http.build().unwrap(),
            people: people.try_into().unwrap(),
            cases: Mutex::default(),
            requests: AtomicUsize::new(0),
            portal,
        };
        house.refresh().await;
        house
    }

    /// Sends one request; an answer of 5xx, or none, is why not.
    pub(super) async fn hold(
        &self,
        target: &Target,
        turn: usize,
        given: &[(usize, Given)],
    ) -> Result<(), String> {
        // Signing out would leave the rest of the siege before the door.
        if target.path == "/logg-ut" || target.path.starts_with("/okter/avslutt") {
            return Ok(());
        }
        if self.requests.fetch_add(1, Ordering::Relaxed).is_multiple_of(FRESH) {
            self.refresh().await;
        }
        let request = self.request(target, turn, given).await;
        let said = format!("{request:?} with {given:.300?}");
        match self.http.execute(request).await {
            Ok(answer) if answer.status().is_server_error() => {
                Err(format!("{} to {said}", answer.status()))
            }
            Ok(answer) => {
                answer.bytes().await.map(drop).map_err(|error| format!("{error} in {said}"))
            }
            Err(error) => Err(format!("{error:?} to {said}")),
        }
    }

    async fn request(
        &self,
        target: &Target,
        turn: usize,
        given: &[(usize, Given)],
    ) -> reqwest::Request {
        let cases = self.cases.lock().await.clone();
        let given = |at: usize| given.iter().rev().find(|(of, _)| *of == at).map(|(_, it)| it);
        let (mut path, mut query, mut form) = (target.path.clone(), Vec::new(), Vec::new());
        let mut body = target.body.as_ref().map(ToString::to_string);
        let mut headers = self.headers(target, turn);
        let mut whole = None;
        for (at, field) in target.fields.iter().enumerate() {
            let value = given(at);
            match field.place {
                Place::Path => {
                    let value = value.map_or_else(|| cases.id(target, &field.name, turn), encoded);
                    path = path.replacen(&format!("{{{}}}", field.name), &value, 1);
                }
                Place::Query => query.extend(value.map(|it| (&field.name, encoded(it)))),
                Place::Form => {
                    let usual = || {
                        field.usual.as_ref().map(|text| byte_serialize(text.as_bytes()).collect())
                    };
                    let value = value.map(encoded).or_else(usual);
                    form.extend(value.map(|value| (&field.name, value)));
                }
                Place::Header => {
                    let value = value.and_then(header);
                    let name = HeaderName::from_bytes(field.name.as_bytes()).unwrap();
                    headers.extend(value.map(|value| (name, value)));
                }
                Place::Json => {
                    let usual = field.usual.clone().unwrap_or_default();
                    let value = value.map_or(usual, json);
                    body = body.map(|body| body.replace(&format!("\"{}\"", hole(at)), &value));
                }
                Place::Body => {
                    whole = value.map(|it| if target.is_api() { json(it) } else { encoded(it) });
                }
            }
        }
        // A whole address of 10 kB is enough; what comes after is cut off.
        let query: String = pairs(&query).chars().take(10_000).collect();
        let address = format!("{}{path}?{query}", self.portal.base);
        let body = whole.or(body).unwrap_or_else(|| pairs(&form));
        let method = Method::from_bytes(target.method.as_bytes()).unwrap();
        let request = self.http.request(method.clone(), address).headers(headers);
        if method == Method::GET { request } else { request.body(body) }.build().unwrap()
    }

    fn headers(&self, target: &Target, turn: usize) -> HeaderMap {
        let (session, token) = &self.people[turn % 2];
        let kind =
            if target.is_api() { "application/json" } else { "application/x-www-form-urlencoded" };
        let headers = [
            ("sec-fetch-site", "same-origin".to_owned()),
            ("content-type", kind.to_owned()),
            ("cookie", format!("__Host-skadehub={session}")),
            ("authorization", format!("Bearer {token}")),
        ];
        let headers =
            headers.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        headers.into_iter().collect()
    }

    /// Each page as both companies see it, with its forms.
    pub(super) async fn pages(&self) -> Vec<String> {
        let cases = self.cases.lock().await.clone();
        let mut pages = Vec::new();
        for user in ["saksbehandler.fjt", "saksbehandler.nls", "saksbehandler.skg"] {
            let mut browser = self.portal.browser();
            pages.push(self.portal.vouch(&mut browser, user, "/").await.html);
            pages.push(self.portal.sign_in(&mut browser, user, "/").await.html);
            for route in self.portal.routes.iter().filter_map(|route| route.strip_prefix("GET ")) {
                if route.starts_with("/api/") || route.contains("/logg-") {
                    continue;
                }
                for turn in 0..cases.incidents.len() {
                    let target = Target {
                        method: "GET".into(),
                        path: route.to_owned(),
                        fields: Vec::new(),
                        body: None,
                    };
                    let path = route.replace("{n}", "1").replace("{file}", "x");
                    let id = cases.id(&target, "id", turn);
                    pages.push(browser.get(&path.replace("{id}", &id)).await.html);
                    if !path.contains("{id}") {
                        break;
                    }
                }
            }
        }
        pages
    }

    /// An incident in each state, a claim, a draft and a message, all new.
    async fn refresh(&self) {
        let (fjt, nls) = (self.portal.acting("FJT"), self.portal.acting("NLS"));
        let mut cases = Cases::default();
        for state in ["sent", "accepted", "agreed", "rejected"] {
            let reference = Uuid::now_v7().to_string();
            let new = self.portal.collision(&reference);
            let id = fjt.send_incident(&new, &reference).await.unwrap().id;
            cases.incidents.push(id);
            let agreed = (state == "agreed").then_some(1);
            let accept =
                Accept { reference: "N-1".into(), accept_proposal: agreed, ..Accept::default() };
            match state {
                "sent" => {}
                "rejected" => {
                    let reject = Reject { reason: "not_involved".into(), ..Reject::default() };
                    nls.reject(id, &reject, Terms::default()).await.unwrap();
                }
                _ => drop(nls.accept(id, &accept, Terms::default()).await.unwrap()),
            }
            let hello = fjt.send_message(id, "Hei".into(), Terms::default()).await;
            cases.messages.extend(hello.map(|message| message.id));
            if state == "agreed" {
                let sent =
                    fjt.send_claim(id, &repair(&reference), &format!("{id}-1")).await.unwrap();
                cases.claims.push(sent.id);
            }
        }
        let mut browser = Browser::new(&self.portal.base);
        browser.plant("__Host-skadehub", &self.people[0].0);
        let page = browser.post("/utkast", &[]).await;
        cases.drafts.push(page.path().split('/').nth(2).unwrap().parse().unwrap());
        *self.cases.lock().await = cases;
    }
}

impl Cases {
    fn id(&self, target: &Target, parameter: &str, turn: usize) -> String {
        let path = target.path.trim_start_matches("/api/v1");
        let ids = match (parameter, path.split('/').nth(1).unwrap()) {
            ("n" | "number", _) => return "1".to_owned(),
            ("name", _) => return "coverages".to_owned(),
            ("registrationNumber", _) => return "EK12345".to_owned(),
            ("message", _) => &self.messages,
            (_, "claims" | "krav") => &self.claims,
            (_, "utkast") => &self.drafts,
            _ => &self.incidents,
        };
        ids[turn % ids.len()].to_string()
    }
}

fn encoded(given: &Given) -> String {
    match given {
        Given::Text(text) => byte_serialize(text.as_bytes()).collect(),
        Given::Raw(text) => text.clone(),
    }
}

fn json(given: &Given) -> String {
    match given {
        Given::Text(text) => serde_json::to_string(text).unwrap(),
        Given::Raw(text) => text.clone(),
    }
}

fn header(given: &Given) -> Option<HeaderValue> {
    let (Given::Text(text) | Given::Raw(text)) = given;
    HeaderValue::from_bytes(text.as_bytes()).ok()
}

fn pairs(pairs: &[(&String, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
