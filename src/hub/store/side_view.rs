//! The two sides of an incident as the API shows them.

use super::column::outcome;
use crate::contract::{Insurer, Moment, Party, Vehicle};
use crate::error::Result;

#[derive(sqlx::FromRow)]
pub(super) struct OwnSide {
    company: String,
    reference: Option<String>,
    registration_number: Option<String>,
    country: String,
    vehicle_description: Option<String>,
    coverage: Option<String>,
    vat_liable: bool,
    business_interruption: bool,
    insurer_outcome: Option<String>,
    insurer_registry: Option<String>,
    insurer_since: Option<jiff_sqlx::Date>,
    insurer_checked_at: Option<jiff_sqlx::Timestamp>,
    insurer_by_hand: bool,
    insurer_reason: Option<String>,
}

#[derive(sqlx::FromRow)]
pub(super) struct OtherSide {
    o_reference: Option<String>,
    o_registration_number: Option<String>,
    o_country: Option<String>,
    o_vehicle_description: Option<String>,
    o_coverage: Option<String>,
    o_vat_liable: Option<bool>,
    o_business_interruption: Option<bool>,
    o_insurer_outcome: Option<String>,
    o_insurer_registry: Option<String>,
    o_insurer_since: Option<jiff_sqlx::Date>,
    o_insurer_checked_at: Option<jiff_sqlx::Timestamp>,
    o_insurer_by_hand: Option<bool>,
    o_insurer_reason: Option<String>,
}

impl OwnSide {
    pub(super) fn party(self, handler: Option<String>) -> Result<Party> {
        Ok(Party {
            insurer: Insurer {
                company: self.company.clone(),
                source: source(self.insurer_by_hand),
                outcome: self.insurer_outcome.as_deref().map(outcome).transpose()?,
                registry_company: self.insurer_registry,
                checked_at: self.insurer_checked_at.map(|at| Moment(at.to_jiff())),
                reason: self.insurer_reason,
                since: self.insurer_since.map(jiff_sqlx::Date::to_jiff),
            },
            company: self.company,
            reference: self.reference,
            vehicle: vehicle(self.registration_number, self.country, self.vehicle_description),
            coverage: self.coverage,
            vat_liable: self.vat_liable,
            business_interruption: self.business_interruption,
            handler,
        })
    }
}

impl OtherSide {
    pub(super) fn party(self, company: String) -> Result<Party> {
        Ok(Party {
            insurer: Insurer {
                company: company.clone(),
                source: source(self.o_insurer_by_hand.unwrap_or_default()),
                outcome: self.o_insurer_outcome.as_deref().map(outcome).transpose()?,
                registry_company: self.o_insurer_registry,
                checked_at: self.o_insurer_checked_at.map(|at| Moment(at.to_jiff())),
                reason: self.o_insurer_reason,
                since: self.o_insurer_since.map(jiff_sqlx::Date::to_jiff),
            },
            company,
            reference: self.o_reference,
            vehicle: vehicle(
                self.o_registration_number,
                self.o_country.unwrap_or_default(),
                self.o_vehicle_description,
            ),
            coverage: self.o_coverage,
            vat_liable: self.o_vat_liable.unwrap_or_default(),
            business_interruption: self.o_business_interruption.unwrap_or_default(),
            handler: None,
        })
    }
}

fn vehicle(number: Option<String>, country: String, description: Option<String>) -> Vehicle {
    Vehicle { unregistered: number.is_none(), registration_number: number, country, description }
}

fn source(by_hand: bool) -> String {
    if by_hand { "override" } else { "registry" }.to_owned()
}
