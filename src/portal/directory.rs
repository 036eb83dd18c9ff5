//! The companies by name, for every page that mentions one.

use std::sync::Arc;

use super::view::Choice;
use crate::contract::{Acting, Company};
use crate::error::Result;
use crate::formats::OrganisationNumber;
use crate::formats::dates::norwegian_order;

/// The directory of companies, at most a minute old.
#[derive(Debug, Clone)]
pub struct Directory(Arc<Vec<Company>>);

impl Directory {
    /// The directory as the hub gives it.
    pub async fn of(hub: &Acting) -> Result<Self> {
        Ok(Self(hub.known_companies().await?))
    }

    /// A directory of these companies.
    pub fn from_companies(companies: Vec<Company>) -> Self {
        Self(Arc::new(companies))
    }

    /// The company of this code.
    pub fn get(&self, code: &str) -> Option<&Company> {
        self.0.iter().find(|company| company.code == code)
    }

    /// «Nordlys Skadeforsikring»; the code itself for a company that is not in the directory.
    ///
    /// A code in brackets after the name is left out: «Trafikkforsikringsforeningen».
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        self.get(code).map_or(code, |company| bare_name(company))
    }

    /// «Nordlys»: the first word of the name, or the code of a company known by it («TFF»).
    pub fn short<'a>(&'a self, code: &'a str) -> &'a str {
        match self.get(code) {
            Some(company) if bare_name(company) == company.name => {
                company.name.split_whitespace().next().unwrap_or(code)
            }
            _ => code,
        }
    }

    /// «Nordlys Skadeforsikring (NLS, org.nr. 310 425 885)»: where one must not be taken for another.
    pub fn display(&self, code: &str) -> String {
        let Some(company) = self.get(code) else {
            return code.to_owned();
        };
        let number = OrganisationNumber::parse(&company.organisation_number)
            .map_or_else(|_| company.organisation_number.clone(), |number| number.display());
        format!("{} ({code}, org.nr. {number})", bare_name(company))
    }

    /// The companies that take part, but `own`, in the order of the Norwegian alphabet.
    pub fn others(&self, own: &str) -> Vec<&Company> {
        let mut others: Vec<_> =
            self.0.iter().filter(|company| company.active && company.code != own).collect();
        others.sort_by(|one, other| norwegian_order(&one.name, &other.name));
        others
    }

    /// The same as choices of a select: code, and name with code.
    pub fn choices(&self, own: &str) -> Vec<Choice> {
        self.others(own)
            .into_iter()
            .map(|it| Choice::new(it.code.clone(), format!("{} ({})", bare_name(it), it.code)))
            .collect()
    }

    /// The companies whose code is `text`, or whose name has a word that starts with it.
    pub fn named(&self, text: &str) -> Vec<&Company> {
        let text = text.trim().to_lowercase();
        if let Some(company) = self.0.iter().find(|it| it.code.to_lowercase() == text) {
            return vec![company];
        }
        let begins = |name: &str| {
            let name = name.to_lowercase();
            name.starts_with(&text) || name.contains(&format!(" {text}"))
        };
        self.0.iter().filter(|it| !text.is_empty() && begins(&it.name)).collect()
    }
}

fn bare_name(company: &Company) -> &str {
    company.name.strip_suffix(&format!(" ({})", company.code)).unwrap_or(&company.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> Directory {
        let company = |code: &str, name: &str, organisation_number: &str| Company {
            code: code.into(),
            name: name.into(),
            organisation_number: organisation_number.into(),
            active: true,
            claim_account_number: None,
        };
        Directory::from_companies(vec![
            company("TFF", "Trafikkforsikringsforeningen (TFF)", "310465216"),
            company("FJT", "Fjordtrygd Forsikring", "310412775"),
            company("NLS", "Nordlys Skadeforsikring", "310425885"),
        ])
    }

    #[test]
    fn a_company_is_named_in_full_in_short_and_beyond_doubt() {
        let directory = directory();
        assert_eq!(directory.name("NLS"), "Nordlys Skadeforsikring");
        assert_eq!(directory.short("NLS"), "Nordlys");
        assert_eq!(
            directory.display("NLS"),
            "Nordlys Skadeforsikring (NLS, org.nr. 310\u{a0}425\u{a0}885)"
        );
    }

    #[test]
    fn a_company_known_by_its_code_is_called_so() {
        let directory = directory();
        assert_eq!(directory.name("TFF"), "Trafikkforsikringsforeningen");
        assert_eq!(directory.short("TFF"), "TFF");
    }

    #[test]
    fn an_unknown_code_stands_for_itself() {
        assert_eq!(directory().name("XYZ"), "XYZ");
        assert_eq!(directory().short("XYZ"), "XYZ");
    }

    #[test]
    fn choices_are_in_alphabetical_order_without_the_own_company() {
        let codes: Vec<_> = directory().choices("FJT").into_iter().map(|it| it.value).collect();
        assert_eq!(codes, ["NLS", "TFF"]);
    }

    #[test]
    fn a_company_is_found_by_its_code_or_by_the_start_of_a_word() {
        let directory = directory();
        let codes = |text| directory.named(text).iter().map(|it| &*it.code).collect::<Vec<_>>();
        assert_eq!(codes("nls"), ["NLS"]);
        assert_eq!(codes("skade"), ["NLS"]);
        assert_eq!(codes("forsikring"), ["FJT"]);
        assert!(codes("").is_empty());
    }
}
