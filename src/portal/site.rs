//! What the operator tells people about this installation.

/// Read once from the configuration; every page carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// A trial installation with made-up data; shown as «Prøvemiljø» on every page.
    pub trial: bool,
    /// Where browsers reach the portal, without a slash at the end.
    pub public_url: String,
    /// The identity provider's origin, which the sign-out form may lead to.
    pub identity_provider: Option<String>,
    /// Where people ask for help.
    pub support: Support,
}

/// Who helps people, as shown on the help page and the error pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Support {
    pub email: String,
    pub phone: Option<String>,
}

impl Default for Site {
    fn default() -> Self {
        Self {
            trial: true,
            public_url: "http://localhost:8080".into(),
            identity_provider: None,
            support: Support { email: "hjelp@skadehub.example".into(), phone: None },
        }
    }
}
