//! TFFAuto: which insurer answers for a vehicle on a day.
//!
//! `GET /tffauto/v1/kjoretoy/{kjennemerke}/forsikring?dato=2026-05-31&land=N` with the header
//! `X-Api-Key`. The real interface is not public; this one has what such a register must have,
//! in its language. [`register`] holds the vehicles, this file speaks HTTP.

mod register;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use super::demo_world::DemoWorld;
use crate::formats::{CompanyCode, RegistrationNumber};

pub use register::{Register, vehicle};

/// The key that the stand-in takes. Public by nature.
pub const API_KEY: &str = "demo-tffauto-key";

/// How well the stand-in works at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Up,
    /// Answers 503.
    Down,
    /// Doesn't answer within any reasonable time.
    Hanging,
}

/// The stand-in. Cloning shares the same one.
#[derive(Clone)]
pub struct TffAuto {
    register: Arc<Register>,
    condition: Arc<AtomicU8>,
}

impl TffAuto {
    pub fn new(world: &DemoWorld) -> Self {
        Self { register: Arc::new(Register::new(world)), condition: Arc::default() }
    }

    /// Changes the condition for every request from now on.
    pub fn set(&self, condition: Condition) {
        self.condition.store(condition as u8, Ordering::SeqCst);
    }

    fn is(&self, condition: Condition) -> bool {
        self.condition.load(Ordering::SeqCst) == condition as u8
    }
}

/// The routes, below `/tffauto`.
pub fn router(state: TffAuto) -> Router {
    Router::new()
        .route("/tffauto/v1/kjoretoy/{kjennemerke}/forsikring", get(insurance))
        .with_state(state)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    dato: String,
    land: Option<String>,
}

/// What the register says about one vehicle on one day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Insurance {
    kjennemerker: Vec<RegistrationNumber>,
    land: String,
    kjoretoytype: String,
    dato: Date,
    forsikringsstatus: Status,
    selskap: Option<Selskap>,
    dekning_fra: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Forsikret,
    Uforsikret,
    Utenlandsk,
    Korrespondent,
    Selvassurandor,
}

#[derive(Debug, Serialize)]
struct Selskap {
    selskapskode: CompanyCode,
    navn: String,
}

/// `GET /tffauto/v1/kjoretoy/{kjennemerke}/forsikring`
async fn insurance(
    State(tffauto): State<TffAuto>,
    headers: HeaderMap,
    Path(number): Path<String>,
    Query(question): Query<Question>,
) -> Response {
    if tffauto.is(Condition::Hanging) {
        tokio::time::sleep(Duration::from_mins(10)).await;
    }
    if tffauto.is(Condition::Down) {
        return fault(
            StatusCode::SERVICE_UNAVAILABLE,
            "UTILGJENGELIG",
            "TFFAuto er ikke tilgjengelig.",
        );
    }
    let key = headers.get("x-api-key").map_or(&[][..], |key| key.as_bytes());
    if !bool::from(key.ct_eq(API_KEY.as_bytes())) {
        return fault(StatusCode::UNAUTHORIZED, "UGYLDIG_NOKKEL", "API-nøkkelen er ikke gyldig.");
    }
    let (Ok(number), Ok(on)) = (RegistrationNumber::parse(&number), question.dato.parse()) else {
        return fault(
            StatusCode::BAD_REQUEST,
            "UGYLDIG_SPORRING",
            "Kjennemerket eller datoen er ikke gyldig.",
        );
    };
    match tffauto.register.insurance(&number, question.land.as_deref().unwrap_or("N"), on) {
        Some(insurance) => Json(insurance).into_response(),
        None => fault(
            StatusCode::NOT_FOUND,
            "UKJENT_KJENNEMERKE",
            "Kjennemerket finnes ikke i registeret.",
        ),
    }
}

fn fault(status: StatusCode, code: &str, message: &str) -> Response {
    (status, Json(serde_json::json!({ "feilkode": code, "melding": message }))).into_response()
}
