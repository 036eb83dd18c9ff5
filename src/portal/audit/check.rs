//! Kontroll: whether the chains hold, checked when somebody asks.

use askama::Template;
use axum::extract::Query;
use serde::Deserialize;

use crate::contract::{BrokenLink, Verification};
use crate::error::Result;
use crate::formats::dates;
use crate::portal::acting::Audit;
use crate::portal::page::{Frame, Page};

#[derive(Template)]
#[template(path = "portal/audit/check.html")]
pub(super) struct CheckPage {
    frame: Frame,
    result: Option<Verification>,
}

/// Whether to check, or only to offer it.
#[derive(Debug, Deserialize)]
pub(super) struct Input {
    #[serde(default)]
    kjor: String,
}

/// `GET /revisor/kontroll`
pub(super) async fn show(
    frame: Frame,
    Audit(hub): Audit,
    Query(input): Query<Input>,
) -> Result<Page<CheckPage>> {
    let result = if input.kjor.is_empty() { None } else { Some(hub.verification().await?) };
    Ok(Page(CheckPage { frame, result }))
}

impl CheckPage {
    /// «23.11.2026 kl. 08.12».
    fn when(&self) -> String {
        self.result.as_ref().map(|result| dates::moment(result.at.0)).unwrap_or_default()
    }
}

/// «Historikken til 2026-100087, oppføring 3: …».
fn told(broken: &BrokenLink) -> String {
    let fault = match broken.fault.as_str() {
        "missing" => "oppføringen mangler",
        "out_of_order" => "oppføringen følger ikke den foran",
        "payload" => "innholdet er endret etterpå",
        "erased" => "innholdet er slettet, og det skulle det ikke vært",
        "fields" => "oppføringen er endret etterpå",
        "head" => "kjeden slutter et annet sted enn den skulle",
        _ => "oppføringen er ikke den som ble signert",
    };
    let chain = match (broken.incident_id, &broken.reference) {
        (Some(_), Some(reference)) => format!("Historikken til {reference}"),
        (Some(id), None) => format!("Historikken til hendelse {id}"),
        (None, _) => "Loggen".to_owned(),
    };
    format!("{chain}, oppføring {}: {fault}.", broken.seq)
}
