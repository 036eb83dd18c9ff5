//! The demonstration world: companies, people, API clients and vehicles, all made up.

use jiff::civil::Date;
use serde::Deserialize;

use crate::auth::role::Role;
use crate::formats::{CompanyCode, RegistrationNumber};

/// Everything the demonstration starts with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DemoWorld {
    pub companies: Vec<Company>,
    pub users: Vec<User>,
    pub api_clients: Vec<ApiClient>,
    pub vehicles: Vec<Vehicle>,
    pub persons: Vec<Person>,
}

/// A company that takes part in the exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Company {
    pub code: CompanyCode,
    pub name: String,
    pub organisation_number: String,
    pub kind: CompanyKind,
    /// The account that claims are paid to.
    pub claim_account_number: String,
}

/// How a company takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyKind {
    /// A Norwegian insurer.
    Norwegian,
    /// A foreign insurer's branch with a company code of its own.
    Branch,
    /// TFF, which answers for the uninsured and the foreign.
    GuaranteeFund,
}

/// A person who can sign in. The password is the username.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    pub username: String,
    /// `None` for hub administrators.
    pub company: Option<CompanyCode>,
    pub roles: Vec<Role>,
}

/// A core system, or the portal itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiClient {
    pub client_id: String,
    /// Public by nature: it opens nothing but the demonstration.
    pub client_secret: String,
    /// `None` for the portal, which acts for the company of its user.
    pub company: Option<CompanyCode>,
    pub scopes: Vec<String>,
}

/// A vehicle in the TFFAuto stand-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vehicle {
    /// Every plate it answers to.
    pub numbers: Vec<RegistrationNumber>,
    pub country: String,
    pub make: String,
    pub cover: Vec<Cover>,
    /// A foreign vehicle: TFF answers for it.
    #[serde(default)]
    pub foreign: bool,
    /// The State's own vehicle.
    #[serde(default)]
    pub self_insured: bool,
    /// The company that is correspondent of the foreign insurer.
    pub correspondent: Option<CompanyCode>,
}

/// Insurance from a day until another, which is not part of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Cover {
    pub company: CompanyCode,
    pub from: Date,
    /// The first day without it; `None` while it lasts.
    pub until: Option<Date>,
}

/// A synthetic person for the NAV stand-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    pub national_identity_number: String,
    pub case: String,
}

impl DemoWorld {
    /// The world as it comes with the program.
    ///
    /// # Panics
    ///
    /// If the built-in file is broken, which a test rules out.
    pub fn new() -> Self {
        serde_json::from_str(include_str!("data/demo-world.json"))
            .expect("the built-in demonstration world is valid")
    }

    /// The name of a company.
    pub fn company_name(&self, code: &CompanyCode) -> Option<&str> {
        self.companies.iter().find(|company| company.code == *code).map(|company| &*company.name)
    }
}

impl Default for DemoWorld {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_company_that_is_named_exists() {
        let world = DemoWorld::new();
        let users = world.users.iter().filter_map(|user| user.company.as_ref());
        let clients = world.api_clients.iter().filter_map(|client| client.company.as_ref());
        let covers = world.vehicles.iter().flat_map(|vehicle| &vehicle.cover);
        for code in users.chain(clients).chain(covers.map(|cover| &cover.company)) {
            assert!(world.company_name(code).is_some(), "{code}");
        }
    }
}
