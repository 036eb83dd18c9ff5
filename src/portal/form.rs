//! A form on its way back to the user: what they typed, and what was wrong with it.
//!
//! A handler parses its input into `Result<_, Errors>`, collecting every error
//! at once. A rejected form is redrawn with status 422, the summary on top and
//! each sentence repeated at its field. Field names are also the ids of the
//! inputs, so the summary can link to them.

use std::borrow::Cow;

/// Field errors in the order of the page; at most one per field: the first thing to fix.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Errors(Vec<(Cow<'static, str>, String)>);

impl Errors {
    pub fn new() -> Self {
        Self::default()
    }

    /// A form with exactly one thing wrong.
    pub fn one(field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, sentence);
        errors
    }

    /// Notes what is wrong with `field`, unless something already is.
    pub fn add(&mut self, field: impl Into<Cow<'static, str>>, sentence: impl Into<String>) {
        let field = field.into();
        if self.of(&field).is_none() {
            self.0.push((field, sentence.into()));
        }
    }

    /// Unwraps a parsed value, or notes its error at `field` and gives `None`.
    ///
    /// The error's `Display` must be the Norwegian sentence for the field.
    pub fn take<T, E: ToString>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        parsed: Result<T, E>,
    ) -> Option<T> {
        parsed.map_err(|error| self.add(field, error.to_string())).ok()
    }

    /// The sentence for one field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// `(field, sentence)` in order, for the summary.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, sentence)| (field.as_ref(), sentence.as_str()))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing is wrong: the end of a `parse`.
    pub fn none(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }

    /// «Rett feilen:» or «Rett 4 feil:», after the sentence that says nothing was sent.
    pub fn heading(&self) -> String {
        match self.len() {
            1 => "Rett feilen:".into(),
            count => format!("Rett {count} feil:"),
        }
    }
}

/// The typed text, kept so that a rejected form shows it again.
#[derive(Debug, Default, Clone)]
pub struct Form<T> {
    pub input: T,
    pub errors: Errors,
}

impl<T> Form<T> {
    /// A form as it opens, with what is already known filled in.
    pub fn fresh(input: T) -> Self {
        Self { input, errors: Errors::default() }
    }

    /// A form that comes back with its errors.
    pub fn rejected(input: T, errors: Errors) -> Self {
        Self { input, errors }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_keeps_the_first_thing_to_fix() {
        let mut errors = Errors::one("kid", "Skriv KID.");
        errors.add("kid", "Kontrollsifferet stemmer ikke.");
        errors.add("forfall", "Forfallsdatoen er passert.");
        assert_eq!(errors.of("kid"), Some("Skriv KID."));
        let fields: Vec<_> = errors.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["kid", "forfall"]);
        assert_eq!(errors.heading(), "Rett 2 feil:");
    }
}
