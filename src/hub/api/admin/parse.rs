//! Companies, API clients and code lists as they are sent in, every error at once.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::contract::{AdminCompany, ApiClient, CodeItem, CodeList, Scope};
use crate::formats::{AccountNumber, OrganisationNumber};
use crate::hub::api::input::{Errors, Fields};
use crate::hub::reference_data::Snapshot;

const KINDS: [&str; 4] = ["tff_member", "branch", "individual", "guarantee_fund"];

/// A company; it may be active only with both agreements.
pub(super) fn company(
    fields: &mut Fields,
    errors: &mut Errors,
    code: String,
    data: &Snapshot,
) -> AdminCompany {
    let name = fields.required(errors, "name", 100);
    let number = fields.required(errors, "organisationNumber", 20);
    let organisation_number = match OrganisationNumber::parse(&number) {
        Ok(number) => number.as_str().to_owned(),
        Err(_) if number.is_empty() => number,
        Err(error) => {
            fields.fault(errors, "organisationNumber", "invalid", error.to_string());
            number
        }
    };
    let kind = fields.required(errors, "kind", 20);
    if !kind.is_empty() && !KINDS.contains(&kind.as_str()) {
        fields.fault(errors, "kind", "invalid", "Velg hva slags deltaker selskapet er.");
    }
    let branch_of = fields.company(errors, "branchOf").map(|code| code.to_string());
    match &branch_of {
        Some(parent) if kind != "branch" || *parent == code || data.company(parent).is_none() => {
            fields.fault(
                errors,
                "branchOf",
                "unknown_company",
                "Velg et annet selskap i Skadehub, og bare for en filial.",
            );
        }
        _ => {}
    }
    let claim_account_number = account(fields, errors);
    let notice_address = notice_address(fields, errors);
    let processor_agreement_on = fields.date(errors, "processorAgreementOn");
    let affiliation_agreement_on = fields.date(errors, "affiliationAgreementOn");
    let active = fields.said(errors, "active");
    for (name, day) in [
        ("processorAgreementOn", processor_agreement_on),
        ("affiliationAgreementOn", affiliation_agreement_on),
    ] {
        if active && day.is_none() {
            let told = "Datoen må være fylt ut før selskapet kan være aktivt.";
            fields.fault(errors, name, "required", told);
        }
    }
    AdminCompany {
        code,
        version: 1,
        name,
        organisation_number,
        kind,
        branch_of,
        active,
        claim_account_number,
        notice_address,
        processor_agreement_on,
        affiliation_agreement_on,
    }
}

fn account(fields: &mut Fields, errors: &mut Errors) -> Option<String> {
    let text = fields.text(errors, "claimAccountNumber", 20)?;
    match AccountNumber::parse(&text) {
        Ok(number) => Some(number.as_str().to_owned()),
        Err(error) => {
            fields.fault(errors, "claimAccountNumber", "invalid", error.to_string());
            None
        }
    }
}

/// An e-mail address, looked at no closer than that it can be one.
pub(in crate::hub::api) fn notice_address(
    fields: &mut Fields,
    errors: &mut Errors,
) -> Option<String> {
    let text = fields.text(errors, "noticeAddress", 200)?;
    let sound =
        text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
            && !text.contains(char::is_whitespace);
    if !sound {
        fields.fault(
            errors,
            "noticeAddress",
            "invalid",
            "Skriv en e-postadresse, for eksempel navn@selskap.no.",
        );
    }
    sound.then_some(text)
}

/// An API client; only scopes that a company's client can have.
pub(super) fn client(
    fields: &mut Fields,
    errors: &mut Errors,
    client_id: String,
    company: Option<String>,
) -> ApiClient {
    let allowed = |scope: &String| {
        [Scope::Read, Scope::Write, Scope::Injury].iter().any(|known| known.as_str() == scope)
    };
    if !client_id.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c)) {
        fields.fault(
            errors,
            "clientId",
            "invalid",
            "Bruk bare bokstaver a–z, sifre, punktum, bindestrek og understrek.",
        );
    }
    let scopes = fields.texts(errors, "scopes", 10);
    if company.is_some() && !scopes.iter().all(allowed) {
        fields.fault(
            errors,
            "scopes",
            "invalid",
            "Rettigheten finnes ikke for et selskaps klienter.",
        );
    }
    if scopes.is_empty() {
        fields.fault(errors, "scopes", "required", "Velg minst én rettighet.");
    }
    let name = fields.text(errors, "name", 100);
    let active = fields.said(errors, "active");
    ApiClient { client_id, version: 1, name, company, scopes, active, last_used_at: None }
}

/// A version of a code list, whose first day is `earliest` at the soonest.
pub(super) fn code_list(
    fields: &mut Fields,
    errors: &mut Errors,
    name: String,
    earliest: Date,
) -> CodeList {
    let version = fields.required(errors, "version", 20);
    if !fields.has("validFrom") {
        fields.required(errors, "validFrom", 40);
    }
    let valid_from = fields.date(errors, "validFrom").unwrap_or(earliest);
    if valid_from < earliest {
        let told = "Utgaven må begynne tidligst i morgen, og etter den forrige.";
        fields.fault(errors, "validFrom", "invalid_date", told);
    }
    let items = fields.raw("items").and_then(|items| serde_json::from_value(items).ok());
    let items: Vec<CodeItem> = items.unwrap_or_default();
    if let Some(fault) = fault(&items, name == "liability-codes") {
        fields.fault(errors, "items", "invalid", fault);
    }
    CodeList { name, version, valid_from, valid_to: None, items }
}

fn fault(items: &[CodeItem], liability: bool) -> Option<String> {
    if items.is_empty() {
        return Some("Listen må ha minst én kode.".to_owned());
    }
    let mut seen = BTreeSet::new();
    for item in items {
        if item.code.trim().is_empty() || item.title.trim().is_empty() {
            return Some("Hver rad må ha kode og tittel.".to_owned());
        }
        if !seen.insert(&item.code) {
            return Some(format!("Koden {} står to ganger.", item.code));
        }
        if liability && !sums_up(item) {
            return Some(format!(
                "Andelene til koden {} må til sammen være 1, eller delingen være fri.",
                item.code
            ));
        }
    }
    None
}

/// Fixed shares sum to one; a free split has shares to choose from.
fn sums_up(item: &CodeItem) -> bool {
    match (item.share_a, item.share_b) {
        (Some(a), Some(b)) => a.complement() == b,
        (None, None) => !item.allowed_shares.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Share;

    #[test]
    fn shares_of_a_code_sum_to_one() {
        let share = Share::new;
        let item = |a, b| CodeItem { share_a: a, share_b: b, ..CodeItem::default() };
        assert!(sums_up(&item(share(1, 4), share(3, 4))));
        assert!(!sums_up(&item(share(1, 4), share(1, 4))));
        assert!(!sums_up(&item(share(1, 1), None)) && !sums_up(&item(None, None)));
    }
}
