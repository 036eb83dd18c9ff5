//! What administrators see and change: companies, API clients, code lists, handlers' work.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CodeItem, Moment};

/// A company as the hub's administrator keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdminCompany {
    /// Selskapskode in TFFAuto; never changes.
    pub code: String,
    /// Grows with every change.
    pub version: i64,
    /// Name.
    pub name: String,
    /// 9 digits.
    pub organisation_number: String,
    /// `tff_member`, `branch`, `individual` or `guarantee_fund`.
    pub kind: String,
    /// The company whose branch it is.
    pub branch_of: Option<String>,
    /// Takes part in the exchange now.
    pub active: bool,
    /// Account that claims are paid to, 11 digits.
    pub claim_account_number: Option<String>,
    /// Where notices to the company go.
    pub notice_address: Option<String>,
    /// When the databehandleravtale was signed.
    #[schema(value_type = Option<String>, format = Date)]
    pub processor_agreement_on: Option<Date>,
    /// When the tilknytningsavtale was signed.
    #[schema(value_type = Option<String>, format = Date)]
    pub affiliation_agreement_on: Option<Date>,
}

/// `POST /admin/companies` and `PUT /admin/companies/{code}`: the company as it shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CompanyInput {
    /// Only for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Name.
    pub name: String,
    /// 9 digits.
    pub organisation_number: String,
    /// `tff_member`, `branch`, `individual` or `guarantee_fund`.
    pub kind: String,
    /// The company whose branch it is; for `branch` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch_of: Option<String>,
    /// Needs the dates of both agreements.
    pub active: bool,
    /// 11 digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim_account_number: Option<String>,
    /// An e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_address: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor_agreement_on: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub affiliation_agreement_on: Option<String>,
}

/// `GET /company`: the own company with its branches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnCompany {
    /// The company.
    pub company: AdminCompany,
    /// Its branches, by code.
    pub branches: Vec<AdminCompany>,
}

/// `PUT /company`: what the company keeps of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OwnCompanyInput {
    /// Where notices go; nowhere when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_address: Option<String>,
}

/// How much one company used the hub in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The company.
    pub company: String,
    /// Incidents it opened.
    pub incidents: i64,
    /// Claims it sent.
    pub claims: i64,
}

/// An API client. Its secret is the identity provider's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiClient {
    /// Its id at the identity provider.
    pub client_id: String,
    /// Grows with every change.
    pub version: i64,
    /// What it is, in words.
    pub name: Option<String>,
    /// Whose it is; null for the operator's own.
    pub company: Option<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// Let in; when not, it is refused at its next call.
    pub active: bool,
    /// Its last call, to the minute.
    pub last_used_at: Option<Moment>,
}

/// `POST /admin/api-clients` and `PUT /admin/api-clients/{id}`: the client as it shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClientInput {
    /// Only for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Whose it is; only for a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// What it is, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `skadehub.read`, `skadehub.write`, `skadehub.injury`.
    pub scopes: Vec<String>,
    /// Let in.
    pub active: bool,
}

/// `POST /admin/code-lists/{name}`: a version that begins on a day and ends the one before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewCodeList {
    /// For example `2027-1`.
    pub version: String,
    /// First day it is used, `YYYY-MM-DD`; not before tomorrow.
    pub valid_from: String,
    /// The codes, in their order.
    pub items: Vec<CodeItem>,
}

/// `GET /handlers/{name}`: how much a person of the own company has on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Workload {
    /// Open incidents.
    pub open: i64,
    /// Handler rules that name the person.
    pub rules: i64,
}

/// `POST /handlers/{name}/hand-over`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HandOver {
    /// Who takes over; nobody when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}
