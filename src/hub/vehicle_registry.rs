//! The client of TFFAuto: which insurer answers for a vehicle on a day.
//!
//! The registry is somebody else's machine on somebody else's network. A call ends within
//! [`TOTAL`], a passing fault is tried once more, and a registry that is down is left alone
//! for a while. The caller then goes on without an answer.

use std::time::Duration;

use backon::{ConstantBuilder, Retryable};
use jiff::civil::Date;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::circuit_breaker::CircuitBreaker;
use crate::clock::Clock;
use crate::domain::registry::{Outcome, RegistryAnswer};
use crate::formats::{CompanyCode, RegistrationNumber};

const CONNECT: Duration = Duration::from_secs(2);
const TOTAL: Duration = Duration::from_secs(5);
const BEFORE_RETRY: Duration = Duration::from_millis(100);

/// The registry could not be asked, or its answer could not be understood.
#[derive(Debug, thiserror::Error)]
#[error("the vehicle registry is unavailable: {0}")]
pub struct RegistryUnavailable(Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("it failed repeatedly and is left alone for a while")]
    LeftAlone,
    #[error("no answer within {} s", TOTAL.as_secs())]
    Timeout,
    #[error("{0}")]
    Transport(#[from] reqwest::Error),
    #[error("it answered with status {0}")]
    Status(StatusCode),
    #[error("its answer names no company where one must be")]
    NoCompany,
}

impl Cause {
    /// Whether it says something about the registry rather than about the question.
    fn counts(&self) -> bool {
        matches!(self, Self::Timeout) || self.passing()
    }

    /// Whether the same question may well be answered a moment later.
    fn passing(&self) -> bool {
        match self {
            Self::Transport(error) => !error.is_decode(),
            Self::Status(status) => status.is_server_error(),
            Self::LeftAlone | Self::Timeout | Self::NoCompany => false,
        }
    }
}

/// The registry at one address.
#[derive(Debug)]
pub struct VehicleRegistry {
    base_url: Url,
    api_key: SecretString,
    http: reqwest::Client,
    breaker: CircuitBreaker,
    clock: Clock,
}

impl VehicleRegistry {
    /// The registry below `base_url`, for example `https://tffauto.example/`. Make `http` with
    /// [`http_client`], which sets what can't be set per call.
    pub fn new(base_url: Url, api_key: SecretString, http: reqwest::Client, clock: Clock) -> Self {
        Self { base_url, api_key, http, breaker: CircuitBreaker::default(), clock }
    }

    /// Who answers for the vehicle on the day. `country` is the nationality mark (`N`, `S`).
    pub async fn insurer(
        &self,
        number: &RegistrationNumber,
        country: &str,
        on: Date,
    ) -> Result<RegistryAnswer, RegistryUnavailable> {
        if !self.breaker.allows(self.clock.now()) {
            return Err(RegistryUnavailable(Cause::LeftAlone));
        }
        let asking = (|| self.ask(number, country, on))
            .retry(ConstantBuilder::new().with_delay(BEFORE_RETRY).with_max_times(1))
            .when(Cause::passing);
        let answer = tokio::time::timeout(TOTAL, asking).await.unwrap_or(Err(Cause::Timeout));
        match &answer {
            Ok(_) => self.breaker.succeeded(),
            Err(cause) => {
                if cause.counts() {
                    self.breaker.failed(self.clock.now());
                } else {
                    self.breaker.succeeded();
                }
                tracing::warn!(%cause, "the vehicle registry did not answer");
            }
        }
        answer.map_err(RegistryUnavailable)
    }

    async fn ask(
        &self,
        number: &RegistrationNumber,
        country: &str,
        on: Date,
    ) -> Result<RegistryAnswer, Cause> {
        let mut url = self.base_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend([
                "tffauto",
                "v1",
                "kjoretoy",
                number.as_str(),
                "forsikring",
            ]);
        }
        let request = self.http.get(url).header("X-Api-Key", self.api_key.expose_secret());
        // The address holds a plate, and errors are logged.
        let asked =
            request.query(&[("dato", on.to_string().as_str()), ("land", country)]).send().await;
        let response = asked.map_err(reqwest::Error::without_url)?;
        match response.status() {
            StatusCode::OK => {
                let insurance: Insurance =
                    response.json().await.map_err(reqwest::Error::without_url)?;
                insurance.into_answer()
            }
            StatusCode::NOT_FOUND => {
                let fault: Fault = response.json().await.map_err(reqwest::Error::without_url)?;
                fault.into_answer(number)
            }
            status => Err(Cause::Status(status)),
        }
    }
}

/// An HTTP client for [`VehicleRegistry`]: short connecting, no redirects.
pub fn http_client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Insurance {
    kjennemerker: Vec<RegistrationNumber>,
    kjoretoytype: Option<String>,
    forsikringsstatus: Status,
    selskap: Option<Selskap>,
    dekning_fra: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Status {
    Forsikret,
    Uforsikret,
    Utenlandsk,
    Korrespondent,
    Selvassurandor,
}

#[derive(Deserialize)]
struct Selskap {
    selskapskode: CompanyCode,
}

#[derive(Deserialize)]
struct Fault {
    feilkode: String,
}

impl Insurance {
    fn into_answer(self) -> Result<RegistryAnswer, Cause> {
        let outcome = match self.forsikringsstatus {
            Status::Forsikret => Outcome::Insurer,
            Status::Uforsikret => Outcome::Uninsured,
            Status::Utenlandsk => Outcome::Foreign,
            Status::Korrespondent => Outcome::Correspondent,
            Status::Selvassurandor => Outcome::SelfInsured,
        };
        let company = self.selskap.map(|company| company.selskapskode);
        if company.is_none() && outcome != Outcome::SelfInsured {
            return Err(Cause::NoCompany);
        }
        Ok(RegistryAnswer {
            outcome,
            company,
            since: self.dekning_fra,
            make: self.kjoretoytype,
            numbers: self.kjennemerker,
        })
    }
}

impl Fault {
    /// Only the registry's own words make a vehicle unknown; any web server can say 404.
    fn into_answer(self, number: &RegistrationNumber) -> Result<RegistryAnswer, Cause> {
        if self.feilkode != "UKJENT_KJENNEMERKE" {
            return Err(Cause::Status(StatusCode::NOT_FOUND));
        }
        Ok(RegistryAnswer {
            outcome: Outcome::Unknown,
            company: None,
            since: None,
            make: None,
            numbers: vec![number.clone()],
        })
    }
}

#[cfg(test)]
mod tests;
