//! The fields of a company: what is typed, and what the hub is told.

use serde::Deserialize;

use crate::contract::{AdminCompany, CompanyInput};
use crate::formats::dates;
use crate::portal::form::Errors;
use crate::portal::view::Choice;

/// Where the hub's faults belong: pointer and field.
pub(super) const FIELDS: [(&str, &str); 10] = [
    ("/code", "kode"),
    ("/name", "navn"),
    ("/organisationNumber", "orgnr"),
    ("/kind", "slag"),
    ("/branchOf", "filial_av"),
    ("/claimAccountNumber", "konto"),
    ("/noticeAddress", "varsel"),
    ("/processorAgreementOn", "databehandler"),
    ("/affiliationAgreementOn", "tilknytning"),
    ("/active", "aktiv"),
];

/// What is typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    pub(super) version: String,
    pub(super) kode: String,
    pub(super) navn: String,
    pub(super) orgnr: String,
    pub(super) slag: String,
    pub(super) filial_av: String,
    pub(super) konto: String,
    pub(super) varsel: String,
    pub(super) databehandler: String,
    pub(super) tilknytning: String,
    pub(super) aktiv: String,
}

impl Input {
    /// The form of a company as it opens.
    pub(super) fn of(company: &AdminCompany) -> Self {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Self {
            version: company.version.to_string(),
            kode: company.code.clone(),
            navn: company.name.clone(),
            orgnr: company.organisation_number.clone(),
            slag: company.kind.clone(),
            filial_av: text(&company.branch_of),
            konto: text(&company.claim_account_number),
            varsel: text(&company.notice_address),
            databehandler: company.processor_agreement_on.map(dates::date).unwrap_or_default(),
            tilknytning: company.affiliation_agreement_on.map(dates::date).unwrap_or_default(),
            aktiv: if company.active { "ja" } else { "" }.to_owned(),
        }
    }

    /// What the hub is told; only dates are read here.
    pub(super) fn read(&self, errors: &mut Errors) -> CompanyInput {
        let mut date = |field: &'static str, typed: &str| {
            let typed = typed.trim();
            if typed.is_empty() {
                return None;
            }
            errors.take(field, dates::parse_date(typed)).map(|date| date.to_string())
        };
        let processor_agreement_on = date("databehandler", &self.databehandler);
        let affiliation_agreement_on = date("tilknytning", &self.tilknytning);
        let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        CompanyInput {
            code: None,
            name: self.navn.trim().to_owned(),
            organisation_number: self.orgnr.trim().to_owned(),
            kind: self.slag.clone(),
            branch_of: text(&self.filial_av),
            active: self.aktiv == "ja",
            claim_account_number: text(&self.konto),
            notice_address: text(&self.varsel),
            processor_agreement_on,
            affiliation_agreement_on,
        }
    }

    /// The fields with their labels and values, for the conflict page.
    pub(super) fn labelled(&self) -> [(&'static str, &'static str, &str); 9] {
        [
            ("navn", "Navn", &self.navn),
            ("orgnr", "Organisasjonsnummer", &self.orgnr),
            ("slag", "Deltakelse", &self.slag),
            ("filial_av", "Filial av", &self.filial_av),
            ("konto", "Konto for krav", &self.konto),
            ("varsel", "Varsler sendes til", &self.varsel),
            ("databehandler", "Databehandleravtale signert", &self.databehandler),
            ("tilknytning", "Tilknytningsavtale signert", &self.tilknytning),
            ("aktiv", "Aktiv", &self.aktiv),
        ]
    }
}

/// How a company takes part.
pub(super) fn kinds() -> Vec<Choice> {
    Choice::list([
        ("tff_member", "Medlem av TFF"),
        ("branch", "Filial med egen selskapskode"),
        ("individual", "Tatt opp enkeltvis"),
        ("guarantee_fund", "TFF selv"),
    ])
}

/// A kind in words.
pub(super) fn kind_word(code: &str) -> String {
    let known = kinds().into_iter().find(|choice| choice.is(code));
    known.map_or_else(|| code.to_owned(), |choice| choice.text.into_owned())
}
