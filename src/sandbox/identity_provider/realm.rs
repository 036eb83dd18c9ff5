//! The people of the realm: who they are, never what they may do.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::auth::role::Role;
use crate::sandbox::demo_world::{DemoWorld, User};

/// Someone who can sign in.
#[derive(Clone)]
pub(in crate::sandbox) struct Person {
    pub(in crate::sandbox) username: String,
    /// The same at every start.
    pub(super) subject: Uuid,
    pub(in crate::sandbox) given_name: String,
    pub(in crate::sandbox) family_name: String,
    /// The company's name, for the list on the login page.
    pub(super) company: String,
    /// Not shut out.
    pub(super) enabled: bool,
}

impl Person {
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }

    /// Somebody new, who is listed under `company`.
    pub(super) fn new(username: &str, given: String, family: String, company: &str) -> Self {
        Self {
            username: username.into(),
            subject: subject(username),
            given_name: given,
            family_name: family,
            company: company.into(),
            enabled: true,
        }
    }

    /// In the demonstration the password is the username.
    pub(super) fn has_password(&self, password: &str) -> bool {
        self.username.as_bytes().ct_eq(password.as_bytes()).into()
    }
}

pub(in crate::sandbox) fn people(world: &DemoWorld) -> Vec<Person> {
    world.users.iter().map(|user| person(world, user)).collect()
}

fn person(world: &DemoWorld, user: &User) -> Person {
    let company =
        user.company.as_ref().and_then(|code| world.company_name(code)).unwrap_or("Skadehub");
    let family = company.split(' ').next().unwrap_or(company).into();
    Person::new(&user.username, title(&user.roles).into(), family, company)
}

fn title(roles: &[Role]) -> &'static str {
    match roles.last() {
        Some(Role::Handler) | None => "Saksbehandler",
        Some(Role::InjuryHandler) => "Personskadebehandler",
        Some(Role::CompanyAdmin) => "Selskapsadministrator",
        Some(Role::Auditor) => "Revisor",
        Some(Role::HubAdmin) => "Administrator",
    }
}

/// A UUID that depends on the name alone.
pub(super) fn subject(name: &str) -> Uuid {
    let hash = Sha256::digest(format!("skadehub sandbox subject {name}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
