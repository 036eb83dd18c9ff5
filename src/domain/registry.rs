//! What the vehicle registry (TFFAuto) answers about a vehicle on a day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::formats::{CompanyCode, RegistrationNumber};

/// Who answers for a vehicle, in kind. The names are those of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A Norwegian insurer or branch.
    Insurer,
    /// No insurance on the day, a gap in cover included: TFF answers.
    Uninsured,
    /// A foreign vehicle: TFF answers.
    Foreign,
    /// A foreign vehicle whose insurer has a correspondent in Norway.
    Correspondent,
    /// The State, which insures itself.
    SelfInsured,
    /// The registry knows no such vehicle.
    Unknown,
}

impl Outcome {
    /// The name in the API and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Insurer => "insurer",
            Self::Uninsured => "uninsured",
            Self::Foreign => "foreign",
            Self::Correspondent => "correspondent",
            Self::SelfInsured => "self_insured",
            Self::Unknown => "unknown",
        }
    }
}

/// One answer of the registry. It is true on the day that was asked about, and no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryAnswer {
    /// The kind of answer.
    pub outcome: Outcome,
    /// Who answers; TFF when uninsured or foreign, `None` when self-insured or unknown.
    pub company: Option<CompanyCode>,
    /// The first day of the cover that applies.
    pub since: Option<Date>,
    /// What kind of vehicle it is, as the registry words it.
    pub make: Option<String>,
    /// Every plate the vehicle answers to: two when one of them is personal.
    pub numbers: Vec<RegistrationNumber>,
}
