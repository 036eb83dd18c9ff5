//! The address of a list: everything the list shows is read from it, and every link to another
//! view of the list is made from it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The cursor's name in an address.
pub(in crate::portal) const AFTER: &str = "etter";

/// Longer values than this are nobody's typing.
const LONGEST: usize = 300;

/// A path and its query. Empty values count as left out; of repeated ones, the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::portal) struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    pub(in crate::portal) fn new(path: &str, query: &str) -> Self {
        let mut address = Self { path: path.to_owned(), pairs: Vec::new() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            address.put(&name, value.trim());
        }
        address
    }

    /// What stands under `name`; empty when nothing does.
    pub(in crate::portal) fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// What stands under `name`, or `otherwise`.
    pub(in crate::portal) fn or<'a>(&'a self, name: &str, otherwise: &'a str) -> &'a str {
        Some(self.get(name)).filter(|value| !value.is_empty()).unwrap_or(otherwise)
    }

    /// Writes a value, or removes it when empty.
    pub(in crate::portal) fn put(&mut self, name: &str, value: &str) {
        let value: String = value.chars().take(LONGEST).collect();
        match self.pairs.iter().position(|(known, _)| known == name) {
            Some(at) if value.is_empty() => drop(self.pairs.remove(at)),
            Some(at) => self.pairs[at].1 = value,
            None if value.is_empty() => {}
            None => self.pairs.push((name.to_owned(), value)),
        }
    }

    /// Whether any of these is given.
    pub(in crate::portal) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.get(name).is_empty())
    }

    /// The first page of the same list with `name` set to `value`.
    pub(in crate::portal) fn with(&self, name: &str, value: &str) -> String {
        let mut other = self.clone();
        other.put(AFTER, "");
        other.put(name, value);
        other.to_string()
    }

    /// The first page of the same list.
    pub(in crate::portal) fn first_page(&self) -> String {
        self.with(AFTER, "")
    }

    /// The page after `cursor`.
    pub(in crate::portal) fn after(&self, cursor: &str) -> String {
        let mut other = self.clone();
        // Not `put`: a cursor is as long as the hub made it.
        other.pairs.retain(|(name, _)| name != AFTER);
        other.pairs.push((AFTER.to_owned(), cursor.to_owned()));
        other.to_string()
    }

    /// The same path with only these kept.
    pub(in crate::portal) fn only(&self, names: &[&str]) -> String {
        let pairs =
            self.pairs.iter().filter(|(name, _)| names.contains(&name.as_str())).cloned().collect();
        Self { path: self.path.clone(), pairs }.to_string()
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.path)?;
        if self.pairs.is_empty() {
            return Ok(());
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        write!(f, "?{}", query.extend_pairs(&self.pairs).finish())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::new(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_fields_of_a_form_leave_the_address() {
        let address = Address::new("/", "fane=motpart&motpart=&fra=+1.2.26+");
        assert_eq!(address.to_string(), "/?fane=motpart&fra=1.2.26");
        assert_eq!(address.get("motpart"), "");
    }

    #[test]
    fn another_view_of_a_list_starts_on_its_first_page() {
        let address = Address::new("/", "motpart=NLS&etter=abc");
        assert_eq!(address.with("fane", "krav"), "/?motpart=NLS&fane=krav");
        assert_eq!(address.first_page(), "/?motpart=NLS");
        assert_eq!(address.after("def"), "/?motpart=NLS&etter=def");
        assert_eq!(address.only(&["fane"]), "/");
    }

    #[test]
    fn of_repeated_values_the_last_counts() {
        assert_eq!(Address::new("/krav", "kid=1&kid=2").get("kid"), "2");
    }
}
