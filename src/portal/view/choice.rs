//! One option of a select or of a group of radio buttons.

use std::borrow::Cow;

/// A value, the words for it and, for radio buttons, a line of explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: Cow<'static, str>,
    pub text: Cow<'static, str>,
    pub help: Option<Cow<'static, str>>,
}

impl Choice {
    pub fn new(value: impl Into<Cow<'static, str>>, text: impl Into<Cow<'static, str>>) -> Self {
        Self { value: value.into(), text: text.into(), help: None }
    }

    /// With a line of explanation under the label.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Cow<'static, str>>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Choices from `(value, text)` pairs.
    pub fn list<V, T>(pairs: impl IntoIterator<Item = (V, T)>) -> Vec<Self>
    where
        V: Into<Cow<'static, str>>,
        T: Into<Cow<'static, str>>,
    {
        pairs.into_iter().map(|(value, text)| Self::new(value, text)).collect()
    }

    /// Whether this is the one selected.
    pub fn is(&self, selected: &str) -> bool {
        self.value == selected
    }
}
