//! Companies and codes in words: what every part of the page needs to speak.

use crate::contract::Acting;
use crate::error::Result;
use crate::portal::code_lists::{CodeLists, item};
use crate::portal::directory::Directory;

/// The directory and the code lists.
#[derive(Debug, Clone)]
pub struct Names {
    pub directory: Directory,
    pub codes: CodeLists,
}

impl Names {
    /// As the hub gives them, at most a minute old.
    pub async fn of(hub: &Acting) -> Result<Self> {
        let (directory, codes) = tokio::try_join!(Directory::of(hub), CodeLists::of(hub))?;
        Ok(Self { directory, codes })
    }

    /// «Nordlys Skadeforsikring».
    pub fn company<'a>(&'a self, code: &'a str) -> &'a str {
        self.directory.name(code)
    }

    /// «Nordlys».
    pub fn short<'a>(&'a self, code: &'a str) -> &'a str {
        self.directory.short(code)
    }

    /// «104 Feltskifte».
    pub fn situation(&self, code: &str) -> String {
        match self.codes.liability(code) {
            title if title == code => code.to_owned(),
            title => format!("{code} {title}"),
        }
    }

    /// Whether a typeløsning leaves the split to the parties.
    pub fn is_free(&self, code: &str) -> bool {
        item(self.codes.liability_codes(), code).is_some_and(|item| item.share_a.is_none())
    }
}
