//! Roles, the identity of a person who has passed both factors, and roles as extractors.
//!
//! A handler that takes [`As<Handler>`](As) cannot be reached by anyone else, and
//! needs no check of its own.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Error;
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
    /// Every role.
    pub const ALL: [Self; 5] =
        [Self::Handler, Self::InjuryHandler, Self::CompanyAdmin, Self::Auditor, Self::HubAdmin];

    /// The role as stored and as written in the demonstration world.
    pub fn code(self) -> &'static str {
        match self {
            Self::Handler => "handler",
            Self::InjuryHandler => "injury_handler",
            Self::CompanyAdmin => "company_admin",
            Self::Auditor => "auditor",
            Self::HubAdmin => "hub_admin",
        }
    }

    /// The role stored as `code`.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

impl Identity {
    /// Whether the person holds `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A role a handler can ask for; `None` when the person does not hold it.
pub trait Required: Sized {
    /// The person in this role.
    fn of(identity: &Arc<Identity>) -> Option<Self>;
}

/// The signed-in person, in role `R`.
#[derive(Debug, Clone)]
pub struct As<R>(pub R);

impl<R: Required, S: Sync> FromRequestParts<S> for As<R> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let identity = parts.extensions.get::<Arc<Identity>>().ok_or(Error::SignedOut)?;
        R::of(identity).map(As).ok_or(Error::Forbidden)
    }
}

macro_rules! company_role {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name {
            /// Our id of the person.
            pub user: Uuid,
            /// The person's company: the only one they ever act for.
            pub company: CompanyCode,
            /// The whole person.
            pub identity: Arc<Identity>,
        }

        impl Required for $name {
            fn of(identity: &Arc<Identity>) -> Option<Self> {
                let company = identity.company.clone()?;
                identity.has(Role::$name).then(|| Self {
                    user: identity.user,
                    company,
                    identity: Arc::clone(identity),
                })
            }
        }
    };
}

company_role!(
    /// Saksbehandler.
    Handler
);
company_role!(
    /// Personskadebehandler.
    InjuryHandler
);
company_role!(
    /// Selskapsadministrator.
    CompanyAdmin
);
company_role!(
    /// Revisor.
    Auditor
);

/// Skadehub-administrator: of no company, and without access to case contents.
#[derive(Debug, Clone)]
pub struct HubAdmin {
    /// Our id of the person.
    pub user: Uuid,
    /// The whole person.
    pub identity: Arc<Identity>,
}

impl Required for HubAdmin {
    fn of(identity: &Arc<Identity>) -> Option<Self> {
        let alone = identity.company.is_none() && identity.has(Role::HubAdmin);
        alone.then(|| Self { user: identity.user, identity: Arc::clone(identity) })
    }
}

/// Anyone with a membership and both factors.
#[derive(Debug, Clone)]
pub struct AnyMember(pub Arc<Identity>);

impl Required for AnyMember {
    fn of(identity: &Arc<Identity>) -> Option<Self> {
        Some(Self(Arc::clone(identity)))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn ask<R: Required>(identity: Option<Identity>) -> Result<As<R>, Error> {
        let mut request = Request::new(());
        if let Some(identity) = identity {
            request.extensions_mut().insert(Arc::new(identity));
        }
        As::from_request_parts(&mut request.into_parts().0, &()).await
    }

    fn person(company: Option<&str>, roles: &[Role]) -> Identity {
        Identity {
            user: Uuid::nil(),
            username: "saksbehandler.fjt".to_owned(),
            company: company.map(|code| code.parse().unwrap()),
            company_name: None,
            roles: roles.to_vec(),
        }
    }

    #[tokio::test]
    async fn nobody_is_signed_out_and_the_wrong_role_is_forbidden() {
        assert!(matches!(ask::<Handler>(None).await, Err(Error::SignedOut)));
        let auditor = person(Some("FJT"), &[Role::Auditor]);
        assert!(matches!(ask::<Handler>(Some(auditor.clone())).await, Err(Error::Forbidden)));
        assert_eq!(ask::<Auditor>(Some(auditor)).await.unwrap().0.company.as_str(), "FJT");
    }

    #[tokio::test]
    async fn a_hub_administrator_acts_for_no_company() {
        let admin = person(None, &[Role::HubAdmin]);
        assert!(matches!(ask::<Handler>(Some(admin.clone())).await, Err(Error::Forbidden)));
        assert!(ask::<AnyMember>(Some(admin.clone())).await.is_ok());
        assert!(ask::<HubAdmin>(Some(admin)).await.is_ok());
        let mixed = person(Some("FJT"), &[Role::HubAdmin]);
        assert!(matches!(ask::<HubAdmin>(Some(mixed)).await, Err(Error::Forbidden)));
    }

    #[test]
    fn codes_name_each_role_once() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }
}
