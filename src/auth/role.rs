//! Roles, and the identity of a person who has passed both factors.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::formats::CompanyCode;

/// What a person may do. Membership and roles are ours; Keycloak only says who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Saksbehandler.
    Handler,
    /// Personskadebehandler.
    InjuryHandler,
    /// Selskapsadministrator.
    CompanyAdmin,
    /// Revisor.
    Auditor,
    /// Skadehub-administrator.
    HubAdmin,
}

impl Role {
    /// The Norwegian word for the role.
    pub fn word(self) -> &'static str {
        match self {
            Self::Handler => "saksbehandler",
            Self::InjuryHandler => "personskadebehandler",
            Self::CompanyAdmin => "selskapsadministrator",
            Self::Auditor => "revisor",
            Self::HubAdmin => "Skadehub-administrator",
        }
    }
}

/// A signed-in person. Exists only after the second factor.
///
/// The session layer puts an `Arc<Identity>` into the request's extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Our id of the person.
    pub user: Uuid,
    /// The name shown, for example `saksbehandler.fjt`.
    pub username: String,
    /// The person's company; `None` for hub administrators.
    pub company: Option<CompanyCode>,
    /// The company's name as people write it, for the header.
    pub company_name: Option<String>,
    /// The person's roles, at least one.
    pub roles: Vec<Role>,
}
