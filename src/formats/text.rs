//! What the typed texts have in common: forgiving blanks, and conversions.

/// Whether `c` leaves no mark: spaces of every width, and what PDF and Word put between characters.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether `c` is one of the characters people use as a hyphen or minus.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// `text` without blanks.
pub(super) fn compact(text: &str) -> String {
    text.chars().filter(|&c| !is_blank(c)).collect()
}

/// `text` without blanks and the points people group digits with.
pub(super) fn ungrouped(text: &str) -> String {
    text.chars().filter(|&c| !is_blank(c) && c != '.').collect()
}

/// The conversions of a type that has `parse(&str)` and `as_str()`.
///
/// `Display` is left to the type: not every number may be written anywhere.
macro_rules! conversions {
    ($type:ty, $error:ty) => {
        impl std::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = $error;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.as_str().to_owned()
            }
        }
    };
}

/// `Display` as the standard form without grouping.
macro_rules! display_as_str {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(super) use {conversions, display_as_str};
