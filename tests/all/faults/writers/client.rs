//! A core system that asks until it has a definite answer, under the same idempotency key.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::Value;
use uuid::Uuid;

use super::super::journal::{Entry, Journal, Outcome, What};
use crate::support::api::{Answer, Api};

/// How long a client goes on asking: longer than anything is ever down.
const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(40);

/// One company's core system.
#[derive(Clone)]
pub(in crate::faults) struct Client {
    pub(in crate::faults) company: &'static str,
    pub(in crate::faults) api: Api,
    pub(in crate::faults) journal: Arc<Journal>,
}

/// A write to be made.
pub(in crate::faults) struct Asked {
    pub(in crate::faults) method: Method,
    pub(in crate::faults) path: String,
    pub(in crate::faults) body: Value,
    /// Without one the client asks once only.
    pub(in crate::faults) key: Option<String>,
    pub(in crate::faults) known: Option<i64>,
    pub(in crate::faults) incident: Option<Uuid>,
    pub(in crate::faults) what: What,
    pub(in crate::faults) events: &'static [&'static str],
}

impl Asked {
    /// A POST about an incident, under a key of its own.
    pub(in crate::faults) fn post(incident: Uuid, path: String, body: Value) -> Self {
        Self {
            method: Method::POST,
            path,
            body,
            key: Some(Uuid::now_v7().to_string()),
            known: None,
            incident: Some(incident),
            what: What::Act,
            events: &[],
        }
    }

    /// What the checker shall find of it.
    pub(in crate::faults) fn making(self, what: What, events: &'static [&'static str]) -> Self {
        Self { what, events, ..self }
    }
}

impl Client {
    /// Asks until there is an answer, and enters it in the journal.
    pub(in crate::faults) async fn write(&self, asked: Asked) -> Outcome {
        let began = self.journal.tick();
        let outcome = self.answered(&asked).await;
        self.journal.enter(Entry {
            company: self.company,
            incident: asked.incident,
            what: asked.what,
            events: asked.events,
            known: asked.known,
            began,
            ended: self.journal.tick(),
            outcome: outcome.clone(),
        });
        outcome
    }

    async fn answered(&self, asked: &Asked) -> Outcome {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.ask(asked).await;
            self.look_at(&answer, &asked.path);
            match &answer {
                Ok(answer) if answer.status.is_success() => {
                    return Outcome::Acknowledged(answer.body.clone());
                }
                Ok(answer) if is_definite(answer) => return Outcome::Refused(answer.body.clone()),
                _ if asked.key.is_none() => return Outcome::Unknown,
                _ => {}
            }
            assert!(Instant::now() < deadline, "{} {}: {answer:?}", asked.method, asked.path);
            self.journal.retried();
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn ask(&self, asked: &Asked) -> reqwest::Result<Answer> {
        let version = asked.known.map(|version| format!("\"{version}\""));
        let mut headers = Vec::new();
        if let Some(key) = &asked.key {
            headers.push(("idempotency-key", key.as_str()));
        }
        if let Some(version) = &version {
            headers.push(("if-match", version.as_str()));
        }
        self.api
            .attempt(asked.method.clone(), &asked.path, Some(asked.body.clone()), &headers)
            .await
    }

    fn look_at(&self, answer: &reqwest::Result<Answer>, path: &str) {
        if let Ok(answer) = answer {
            let retry = answer.headers.contains_key("retry-after");
            self.journal.blunder(answer.status.as_u16(), retry, path);
        }
    }

    /// Reads until it has an answer.
    pub(in crate::faults) async fn read(&self, path: &str) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = self.api.attempt(Method::GET, path, None, &[]).await;
            self.look_at(&answer, path);
            match answer {
                Ok(answer) if answer.status.is_success() => return answer.body,
                Ok(answer) if is_definite(&answer) => panic!("{path}: {answer:?}"),
                answer => assert!(Instant::now() < deadline, "{path}: {answer:?}"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Whether asking again would give the same answer.
fn is_definite(answer: &Answer) -> bool {
    !answer.status.is_server_error()
        && answer.status != StatusCode::TOO_MANY_REQUESTS
        && answer.body["code"] != "in_progress"
}
