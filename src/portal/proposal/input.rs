//! The form of a proposal as typed, and what it asks the hub to do.

use serde::Deserialize;

use crate::contract::{Accept, CodeList, Incident, NewProposal, Proposal};
use crate::domain::{IncidentStatus, Role};
use crate::portal::form::Errors;
use crate::portal::picker::Picked;

const NOTHING_PICKED: &str = "Velg en typeløsning.";

/// The form as typed; also the query, for what the page is opened with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    pub(super) version: String,
    #[serde(rename = "nokkel")]
    pub(super) key: String,
    #[serde(rename = "handling")]
    pub(super) act: String,
    pub(super) ord: String,
    #[serde(rename = "ord-vist")]
    pub(super) shown: String,
    pub(super) familie: String,
    /// The family whose button was used.
    #[serde(rename = "til-familie")]
    pub(super) to_family: String,
    /// Only a part of the page is drawn anew.
    #[serde(skip)]
    pub(super) part: bool,
    #[serde(rename = "skadenr")]
    pub(super) reference: String,
    #[serde(rename = "dekning")]
    pub(super) coverage: String,
    #[serde(rename = "mva")]
    pub(super) vat_liable: String,
    #[serde(rename = "avbrudd")]
    pub(super) business_interruption: String,
    #[serde(flatten)]
    pub(super) picked: Picked,
}

impl Input {
    /// The proposal, with everything wrong in the form said at once.
    pub(super) fn parse(
        &self,
        incident: &Incident,
        codes: &CodeList,
    ) -> Result<NewProposal, Errors> {
        let mut errors = Errors::new();
        if accepts(incident) {
            if self.reference.trim().is_empty() {
                errors.add("skadenr", "Skriv skadenummeret vårt. Det trengs for å akseptere.");
            }
            if self.coverage.is_empty() {
                errors.add("dekning", "Velg dekningsomfang.");
            }
        }
        match self.picked.parse(codes, NOTHING_PICKED) {
            Ok(proposal) => {
                let standing = incident.liability.proposal.as_ref();
                if let Some(standing) = standing.filter(|it| is_same(it, &proposal)) {
                    errors.add("kode", same_words(standing));
                }
                errors.none()?;
                Ok(proposal)
            }
            Err(wrong) => {
                for (field, sentence) in wrong.iter() {
                    errors.add(field.to_owned(), sentence);
                }
                Err(errors)
            }
        }
    }

    pub(super) fn accept(&self, proposal: NewProposal) -> Accept {
        Accept {
            reference: self.reference.trim().to_owned(),
            coverage: Some(self.coverage.clone()),
            vat_liable: Some(self.vat_liable == "ja"),
            business_interruption: Some(self.business_interruption == "ja"),
            counter_proposal: Some(proposal),
            ..Accept::default()
        }
    }

    /// The query that keeps what is chosen, for the links to the families.
    pub(super) fn keep(&self) -> String {
        let pairs = [
            ("skadenr", self.reference.trim()),
            ("dekning", &self.coverage),
            ("mva", &self.vat_liable),
            ("avbrudd", &self.business_interruption),
            ("version", &self.version),
            ("kode", &self.picked.code),
            ("a", &self.picked.a),
            ("fri", &self.picked.share),
        ];
        let filled = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(filled).finish();
        format!("&{query}")
    }
}

/// Whether proposing also says that we are the right party.
pub(super) fn accepts(incident: &Incident) -> bool {
    incident.status == IncidentStatus::Sent && incident.role == Role::Counterpart
}

pub(super) fn as_picked(standing: &Proposal) -> Picked {
    Picked::of(&standing.code, standing.own_role == "b", Some(standing.split.own))
}

fn is_same(standing: &Proposal, new: &NewProposal) -> bool {
    standing.code == new.code
        && match new.split {
            Some(split) => split == standing.split,
            None => standing.own_role == new.own_role,
        }
}

fn same_words(standing: &Proposal) -> String {
    if standing.by == "own" {
        "Dette er det samme som forslaget vårt som står. Velg noe annet.".to_owned()
    } else {
        format!(
            "Dette er det samme som forslag {}. Godta det, eller velg noe annet.",
            standing.number
        )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::portal::incident::samples::{incident, names, proposal};

    /// They have proposed 104 with us as B; it waits for us.
    fn received(status: &str, role: &str) -> Incident {
        let standing = proposal(1, "other", "104", "b", 1, 1);
        let liability = json!({"status": "proposed", "proposal": standing, "agreed": null});
        incident(json!({"status": status, "role": role, "liability": liability}))
    }

    fn fields(form: &str, incident: &Incident) -> Vec<String> {
        let input: Input = serde_urlencoded::from_str(form).unwrap();
        let names = names();
        let errors = input.parse(incident, names.codes.liability_codes()).err();
        errors.iter().flat_map(Errors::iter).map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn what_stands_already_is_not_proposed_again() {
        let incident = received("accepted", "counterpart");
        assert_eq!(fields("kode=104&a=motpart", &incident), ["kode"]);
        assert_eq!(fields("kode=104&a=oss", &incident), [""; 0]);
    }

    #[test]
    fn accepting_in_the_same_act_takes_a_reference_and_a_coverage() {
        let incident = received("sent", "counterpart");
        assert_eq!(fields("kode=104&a=oss", &incident), ["skadenr", "dekning"]);
        assert_eq!(fields("kode=104&a=oss&skadenr=7&dekning=kasko", &incident), [""; 0]);
        assert_eq!(fields("kode=104&a=oss", &received("sent", "sender")), [""; 0]);
    }

    #[test]
    fn the_links_to_the_families_keep_what_was_chosen() {
        let input: Input = serde_urlencoded::from_str("kode=104&a=motpart&skadenr=7+8").unwrap();
        assert_eq!(input.keep(), "&skadenr=7+8&kode=104&a=motpart");
    }
}
