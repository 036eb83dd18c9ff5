//! A claim in words, for the form, the preview and the claim's own page.

use super::grounds::Grounds;
use super::input::Input;
use crate::contract::{Claim, CodeItem};
use crate::domain::ClaimStatus;
use crate::formats::{AccountNumber, Kid, Ore, dates};

/// An earlier claim that a new one looks like.
pub(super) struct Earlier {
    pub href: String,
    /// «Samme KID som».
    pub alike: &'static str,
    /// «krav 1, sendt 02.11.2026, 46 106,63 kr».
    pub link: String,
    /// «registrert hos Tinde».
    pub standing: String,
}

impl Earlier {
    pub(super) fn of(claim: &Claim, input: &Input, grounds: &Grounds) -> Self {
        let typed = Kid::parse(&input.kid).ok();
        let same_kid = typed.is_some_and(|kid| kid.as_str() == claim.kid);
        let sent = dates::date(dates::oslo_date(claim.created_at.0));
        let elsewhere = if claim.incident_id == grounds.incident.id {
            String::new()
        } else {
            format!(" i hendelse {}", claim.reference)
        };
        let total = Ore(claim.total_ore).kr();
        Self {
            href: format!("/krav/{}", claim.id),
            alike: if same_kid { "Samme KID som" } else { "Samme skadenummer, motpart og sum som" },
            link: format!("krav {}{elsewhere}, sendt {sent}, {total}\u{a0}kr", claim.number),
            standing: standing(claim.status, &grounds.short),
        }
    }
}

fn standing(status: ClaimStatus, other: &str) -> String {
    match status {
        ClaimStatus::Sent => format!("ikke besvart av {other}"),
        ClaimStatus::Registered => format!("registrert hos {other}"),
        ClaimStatus::Accepted => format!("godtatt av {other}"),
        ClaimStatus::Disputed => format!("bestridt av {other}"),
        ClaimStatus::Paid => "betalt".to_owned(),
        ClaimStatus::Credited => "kreditert".to_owned(),
    }
}

/// «Tindes», «Nordlys'»: the genitive of a company's short name.
pub(super) fn genitive(name: &str) -> String {
    let hissing = name.to_lowercase().ends_with(['s', 'x', 'z']);
    format!("{name}{}", if hissing { "’" } else { "s" })
}

/// A line's gross amount as it is counted: negative for a type that is subtracted.
pub(super) fn signed(types: &[CodeItem], kind: &str, gross: i64) -> Ore {
    let subtract = types.iter().any(|item| item.code == kind && item.subtract);
    Ore(if subtract { -gross } else { gross })
}

/// An account number as people read it; as it is when it is not one of ours.
pub(super) fn grouped(account: &str) -> String {
    AccountNumber::parse(account).map_or_else(|_| account.to_owned(), |number| number.display())
}

/// A KID in groups of four, as people read it aloud.
pub(super) fn groups(kid: &str) -> Vec<String> {
    let characters: Vec<char> = kid.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_ends_in_s_gets_an_apostrophe() {
        assert_eq!(genitive("Tinde"), "Tindes");
        assert_eq!(genitive("Nordlys"), "Nordlys’");
    }

    #[test]
    fn a_kid_is_read_in_fours() {
        assert_eq!(groups("2026100087017"), ["2026", "1000", "8701", "7"]);
    }
}
