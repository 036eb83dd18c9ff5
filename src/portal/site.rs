//! What the operator tells people about this installation.

use crate::config::Config;
use crate::domain::Rules;

/// Taken once from the configuration; every page carries it.
#[derive(Debug, Clone)]
pub struct Site {
    /// A trial installation with made-up data; shown as «Prøvemiljø» on every page.
    pub trial: bool,
    /// Whom to ask for help: an e-mail address, or words.
    pub support: String,
    /// The lengths of the deadlines, for the help page.
    pub rules: Rules,
}

impl Site {
    /// The contact as an e-mail address, when it is one.
    pub fn support_mail(&self) -> Option<&str> {
        let is_address = self.support.contains('@') && !self.support.contains([' ', '<', '?']);
        is_address.then_some(self.support.as_str())
    }
}

impl From<&Config> for Site {
    fn from(config: &Config) -> Self {
        Self {
            trial: config.test_environment,
            support: config.support_contact.clone(),
            rules: config.rules(),
        }
    }
}

impl Default for Site {
    fn default() -> Self {
        Self { trial: true, support: "hjelp@skadehub.example".to_owned(), rules: Rules::default() }
    }
}
