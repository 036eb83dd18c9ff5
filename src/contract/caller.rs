//! Who calls the hub. Only two things make a [`Caller`]: the bearer-token layer
//! of the API and the in-process transport of [`super::HubClient`]; a test of
//! the architecture holds them to it.

use std::fmt;

use crate::formats::CompanyCode;

/// A caller whose identity has been established.
#[derive(Debug, Clone)]
pub struct Caller {
    company: Option<CompanyCode>,
    user: Option<String>,
    client: String,
    scopes: Scopes,
    channel: Channel,
}

impl Caller {
    /// A caller, once a token has been verified or the portal acts in process.
    pub(crate) fn established(
        client: String,
        company: Option<CompanyCode>,
        user: Option<String>,
        scopes: Scopes,
        channel: Channel,
    ) -> Self {
        Self { company, user, client, scopes, channel }
    }

    /// The company acted for; `None` for the operator's own clients.
    pub fn company(&self) -> Option<&CompanyCode> {
        self.company.as_ref()
    }

    /// The person who acts, for the history.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The API client, for the log.
    pub fn client(&self) -> &str {
        &self.client
    }

    /// Through which door.
    pub fn channel(&self) -> Channel {
        self.channel
    }

    /// Whether the caller holds `scope`.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.has(scope)
    }
}

/// Through which door an act came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// A person in the portal.
    Portal,
    /// A core system.
    Api,
    /// The hub itself.
    System,
}

impl Channel {
    /// As stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Api => "api",
            Self::System => "system",
        }
    }
}

/// What a token allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// `skadehub.read`
    Read,
    /// `skadehub.write`
    Write,
    /// `skadehub.injury`
    Injury,
    /// `skadehub.admin`
    Admin,
    /// `skadehub.act-for`
    ActFor,
}

impl Scope {
    const ALL: [Self; 5] = [Self::Read, Self::Write, Self::Injury, Self::Admin, Self::ActFor];

    /// The scope's name in a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "skadehub.read",
            Self::Write => "skadehub.write",
            Self::Injury => "skadehub.injury",
            Self::Admin => "skadehub.admin",
            Self::ActFor => "skadehub.act-for",
        }
    }
}

/// A set of scopes.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Whether `scope` is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// The scopes in both sets.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Scopes by their names; unknown names are left out.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        names
            .into_iter()
            .filter_map(|name| Scope::ALL.into_iter().find(|scope| scope.as_str() == name))
            .collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | (1 << scope as u8)))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(Scope::ALL.into_iter().filter(|scope| self.has(*scope)).map(Scope::as_str))
            .finish()
    }
}
