//! Who calls, on what terms, and with what: the beginning of every handler.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::incidents::there;
use super::input::{Errors, Fields};
use crate::company_log::{self, Entry, Kind};
use crate::contract::{Caller, Channel, FieldProblem, Problem, Scope};
use crate::db;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;
use crate::hub::store::idempotency::Key;
use crate::hub::store::{self};
use crate::hub::{Act, Hub};

/// The largest body: 1 MiB.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// A caller who may read, and the company it reads for.
pub struct Reader {
    /// The company.
    pub company: CompanyCode,
    /// Who reads, for the log: the person, else the API client.
    person: String,
    channel: Channel,
}

impl Reader {
    /// Notes in the company's log that somebody looked, at what.
    pub async fn note(
        &self,
        hub: &Hub,
        db: &mut PgConnection,
        kind: Kind,
        about: Option<(Uuid, Option<&str>)>,
        data: Value,
    ) -> Result<()> {
        let entry = Entry {
            company: &self.company,
            kind,
            person: Some(&self.person),
            channel: self.channel,
            at: hub.clock.now(),
            incident: about.map(|(incident, _)| incident),
            reference: about.and_then(|(_, reference)| reference),
            data,
        };
        company_log::append(db, entry).await
    }
}

/// A caller who may write, with the terms and the body of its act.
pub struct Writer {
    act: Act,
    body: Result<Bytes, Problem>,
    terms: Errors,
}

impl<S: Send + Sync> FromRequestParts<S> for Reader {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let (company, caller) = caller(parts, Scope::Read)?;
        let person = caller.user().unwrap_or(caller.client()).to_owned();
        Ok(Self { company, person, channel: caller.channel() })
    }
}

impl<S: Send + Sync> FromRequest<S> for Writer {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let (company, caller) = caller(&mut parts, Scope::Write)?;
        let method = parts.method.to_string();
        let path = parts.uri.path().to_owned();
        let headers = parts.headers.clone();
        let body = bytes(Request::from_parts(parts, body), &headers, state).await;
        let mut terms = Errors::new();
        let fingerprint = fingerprint(&method, &path, body.as_deref().unwrap_or_default());
        let key = key(&headers, fingerprint, &mut terms);
        let act = Act {
            company,
            user: caller.user().map(str::to_owned),
            channel: caller.channel(),
            key,
            version: version(&headers),
        };
        Ok(Self { act, body, terms })
    }
}

fn caller(parts: &mut Parts, scope: Scope) -> Result<(CompanyCode, Caller)> {
    let caller = parts.extensions.get::<Caller>().ok_or(Error::SignedOut)?;
    if !caller.may(scope) {
        return Err(Error::Forbidden);
    }
    let company = caller.company().cloned().ok_or(Error::Forbidden)?;
    Ok((company, caller.clone()))
}

async fn bytes<S: Send + Sync>(
    request: Request,
    headers: &HeaderMap,
    state: &S,
) -> Result<Bytes, Problem> {
    let body = Bytes::from_request(request, state).await.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::new(413, "too_large", "Innholdet er for stort.")
        } else {
            Problem::invalid(vec![FieldProblem::new("", "invalid", "Innholdet kom ikke fram.")])
        }
    })?;
    let json = headers.get(header::CONTENT_TYPE).is_some_and(is_json);
    if !body.is_empty() && !json {
        return Err(Problem::new(415, "media_type", "Send innholdet som application/json."));
    }
    Ok(body)
}

fn is_json(kind: &axum::http::HeaderValue) -> bool {
    let kind = kind.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json"
}

fn fingerprint(method: &str, path: &str, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in [method.as_bytes(), path.as_bytes()] {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.update(body);
    hasher.finalize().into()
}

fn key(headers: &HeaderMap, fingerprint: [u8; 32], errors: &mut Errors) -> Option<Key> {
    let value = headers.get("idempotency-key")?;
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > 255 {
        errors.push(FieldProblem::new(
            "",
            "invalid",
            "Idempotency-Key skal ha 1–255 tegn, bare ASCII.",
        ));
        return None;
    }
    Some(Key { text: text.to_owned(), fingerprint })
}

/// The fields of a body that must be JSON.
pub async fn body_fields<S: Send + Sync>(request: Request, state: &S) -> Result<Fields, Problem> {
    let headers = request.headers().clone();
    Fields::of_body(&bytes(request, &headers, state).await?)
}

/// A version that cannot be one of ours is one that never matches.
pub fn version(headers: &HeaderMap) -> Option<i64> {
    let value = headers.get(header::IF_MATCH)?.to_str().unwrap_or_default().trim();
    if value == "*" {
        return None;
    }
    Some(value.strip_prefix('"').and_then(|v| v.strip_suffix('"')?.parse().ok()).unwrap_or(-1))
}

impl Writer {
    /// Reads the body of an act that makes something new.
    pub fn read<T>(self, parse: impl FnOnce(&mut Fields, &mut Errors) -> T) -> Result<(Act, T)> {
        let mut fields = Fields::of_body(&self.body?)?;
        let mut errors = self.terms;
        let value = parse(&mut fields, &mut errors);
        fields.end(&mut errors);
        if errors.is_empty() { Ok((self.act, value)) } else { Err(Problem::invalid(errors).into()) }
    }

    /// Reads the body of an act on an incident.
    pub async fn on_incident<T>(
        self,
        hub: &Hub,
        id: &str,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Act, Uuid, T)> {
        self.on(Thing::Incident, hub, id, parse).await
    }

    /// Not there comes before not understood.
    async fn on<T>(
        self,
        thing: Thing,
        hub: &Hub,
        id: &str,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Act, Uuid, T)> {
        let id = identifier(id)?;
        let company = self.act.company.clone();
        let fault = match self.read(parse) {
            Ok((act, value)) => return Ok((act, id, value)),
            Err(fault) => fault,
        };
        let mut tx = db::begin(&hub.db, &company).await?;
        match thing {
            Thing::Incident => there(&mut tx, id, &company).await?,
            Thing::Claim => drop(store::claim::incident_of(&mut tx, id).await?),
        }
        Err(fault)
    }
}

#[derive(Debug, Clone, Copy)]
enum Thing {
    Incident,
    Claim,
}

/// An act on the incident or the claim that the path names.
pub struct CaseAct {
    /// The hub.
    pub hub: Hub,
    id: String,
    writer: Writer,
}

impl FromRequest<Hub> for CaseAct {
    type Rejection = Error;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let id = Path::<String>::from_request_parts(&mut parts, hub).await;
        let writer = Writer::from_request(Request::from_parts(parts, body), hub).await?;
        let Path(id) = id.map_err(|_| Error::NotFound)?;
        Ok(Self { hub: hub.clone(), id, writer })
    }
}

impl CaseAct {
    /// Reads the body of an act on the incident.
    pub async fn incident<T>(
        self,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Hub, Act, Uuid, T)> {
        self.read(Thing::Incident, parse).await
    }

    /// Reads the body of an act on the claim.
    pub async fn claim<T>(
        self,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Hub, Act, Uuid, T)> {
        self.read(Thing::Claim, parse).await
    }

    async fn read<T>(
        self,
        thing: Thing,
        parse: impl FnOnce(&mut Fields, &mut Errors) -> T,
    ) -> Result<(Hub, Act, Uuid, T)> {
        let (act, id, value) = self.writer.on(thing, &self.hub, &self.id, parse).await?;
        Ok((self.hub, act, id, value))
    }
}

/// An id of the path; what cannot be one of ours is not there.
pub fn identifier(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::NotFound)
}
