//! Handler rules: which new incident of a company goes to whom. The first rule that fits decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Incident, Liability, Role};
use crate::formats::CompanyCode;

/// A rule: every condition that is given must hold. Without any it fits everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct HandlerRule {
    /// The other company.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub counterpart: Option<CompanyCode>,
    /// `sender`: sent by us; `counterpart`: received.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub role: Option<Role>,
    /// Liability code of the proposal the incident comes with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Family of that code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// Own branch that the registry names for the own vehicle.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub branch: Option<CompanyCode>,
    /// The last digit of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_digit: Option<LastDigit>,
    /// Who gets the incident.
    pub handler: String,
}

/// Holds when the last digit of a number is among these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LastDigit {
    /// Of which number.
    pub of: Numbered,
    /// 0–9.
    pub among: Vec<u8>,
}

/// A number whose last digit a rule can look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Numbered {
    /// The own reference; known of what we send.
    OwnReference,
    /// The other company's reference; known of what we receive.
    OtherReference,
    /// The own vehicle's registration number.
    OwnRegistration,
    /// The other vehicle's registration number.
    OtherRegistration,
}

/// What is known of an incident when a company gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The company's role.
    pub role: Role,
    /// The other company.
    pub counterpart: CompanyCode,
    /// Liability code of the proposal it comes with.
    pub code: Option<String>,
    /// Family of that code.
    pub family: Option<String>,
    /// The company the registry names for the own vehicle.
    pub registry_company: Option<CompanyCode>,
    /// Known to the sender.
    pub own_reference: Option<String>,
    /// Known to the counterpart.
    pub other_reference: Option<String>,
    /// Own vehicle.
    pub own_registration: Option<String>,
    /// The other vehicle.
    pub other_registration: Option<String>,
}

impl HandlerRule {
    /// Whether every condition holds.
    pub fn fits(&self, arrival: &Arrival) -> bool {
        let same =
            |asked: &Option<String>, there: &Option<String>| asked.is_none() || asked == there;
        self.counterpart.as_ref().is_none_or(|it| *it == arrival.counterpart)
            && self.role.is_none_or(|it| it == arrival.role)
            && same(&self.code, &arrival.code)
            && same(&self.family, &arrival.family)
            && (self.branch.is_none() || self.branch == arrival.registry_company)
            && self.last_digit.as_ref().is_none_or(|it| it.holds(arrival))
    }

    /// Whether it has no condition, so that no rule after it is ever reached.
    pub fn fits_all(&self) -> bool {
        *self == Self { handler: self.handler.clone(), ..Self::default() }
    }

    /// The first of these rules that fits, and its number from 1.
    pub fn first<'a>(rules: &'a [Self], arrival: &Arrival) -> Option<(usize, &'a Self)> {
        (1..).zip(rules).find(|(_, rule)| rule.fits(arrival))
    }
}

impl LastDigit {
    fn holds(&self, arrival: &Arrival) -> bool {
        let number = match self.of {
            Numbered::OwnReference => &arrival.own_reference,
            Numbered::OtherReference => &arrival.other_reference,
            Numbered::OwnRegistration => &arrival.own_registration,
            Numbered::OtherRegistration => &arrival.other_registration,
        };
        let digit = number.as_deref().and_then(|text| text.bytes().rfind(u8::is_ascii_digit));
        digit.is_some_and(|digit| self.among.contains(&(digit - b'0')))
    }
}

impl Arrival {
    /// The incident as it reaches `company`. The family of its code is for the caller to find.
    pub fn of(incident: &Incident, company: &CompanyCode) -> Self {
        let role = if *company == incident.sender { Role::Sender } else { Role::Counterpart };
        let other = incident.other(company);
        let (own, theirs) = (incident.side(company), incident.side(other));
        let registration = |side: &super::Side| {
            side.vehicle.number.as_ref().map(|number| number.as_str().to_owned())
        };
        let code = match &incident.liability {
            Liability::None { .. } => None,
            Liability::Proposed(proposal) | Liability::Agreed { proposal, .. } => {
                Some(proposal.terms.code.clone())
            }
        };
        Self {
            role,
            counterpart: other.clone(),
            code,
            family: None,
            registry_company: own.insurer.registry_company.clone(),
            own_reference: own.reference.clone(),
            other_reference: theirs.reference.clone(),
            own_registration: registration(own),
            other_registration: registration(theirs),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Received from Nordlys with code 405, which its registry places at a branch.
    fn arrival() -> Arrival {
        Arrival {
            role: Role::Counterpart,
            counterpart: code("NLS"),
            code: Some("405".into()),
            family: Some("kryss".into()),
            registry_company: Some(code("FJB")),
            own_reference: None,
            other_reference: Some("26-100087-B".into()),
            own_registration: Some("EK12340".into()),
            other_registration: None,
        }
    }

    fn code(text: &str) -> CompanyCode {
        text.parse().expect("a code")
    }

    fn rule() -> HandlerRule {
        HandlerRule { handler: "kari".into(), ..HandlerRule::default() }
    }

    fn digit(of: Numbered, among: &[u8]) -> HandlerRule {
        HandlerRule { last_digit: Some(LastDigit { of, among: among.to_vec() }), ..rule() }
    }

    #[test]
    fn each_condition_holds_for_what_it_names_and_nothing_else() {
        let text = |text: &str| Some(text.to_owned());
        let table = [
            (rule(), true),
            (HandlerRule { counterpart: Some(code("NLS")), ..rule() }, true),
            (HandlerRule { counterpart: Some(code("TND")), ..rule() }, false),
            (HandlerRule { role: Some(Role::Counterpart), ..rule() }, true),
            (HandlerRule { role: Some(Role::Sender), ..rule() }, false),
            (HandlerRule { code: text("405"), ..rule() }, true),
            (HandlerRule { code: text("203"), ..rule() }, false),
            (HandlerRule { family: text("kryss"), ..rule() }, true),
            (HandlerRule { family: text("parkering"), ..rule() }, false),
            (HandlerRule { branch: Some(code("FJB")), ..rule() }, true),
            (HandlerRule { branch: Some(code("FJN")), ..rule() }, false),
            (digit(Numbered::OtherReference, &[1, 7]), true),
            (digit(Numbered::OtherReference, &[0, 8]), false),
            (digit(Numbered::OwnRegistration, &[0]), true),
            (digit(Numbered::OwnReference, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), false),
            (digit(Numbered::OtherRegistration, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), false),
        ];
        for (rule, fits) in table {
            assert_eq!(rule.fits(&arrival()), fits, "{rule:?}");
        }
    }

    #[test]
    fn an_incident_without_a_proposal_or_an_answer_of_the_registry_fits_no_rule_that_asks_for_one()
    {
        let bare = Arrival { code: None, family: None, registry_company: None, ..arrival() };
        for rule in [
            HandlerRule { code: Some("405".into()), ..rule() },
            HandlerRule { family: Some("kryss".into()), ..rule() },
            HandlerRule { branch: Some(code("FJB")), ..rule() },
        ] {
            assert!(!rule.fits(&bare), "{rule:?}");
        }
    }

    #[test]
    fn all_conditions_that_are_given_must_hold() {
        let both =
            HandlerRule { role: Some(Role::Counterpart), code: Some("203".into()), ..rule() };
        assert!(!both.fits(&arrival()));
    }

    #[test]
    fn the_first_rule_that_fits_decides() {
        let other = HandlerRule { counterpart: Some(code("TND")), ..rule() };
        let received =
            HandlerRule { role: Some(Role::Counterpart), handler: "ola".into(), ..rule() };
        let rules = [other, received, rule()];
        let first = HandlerRule::first(&rules, &arrival());
        assert_eq!(first.map(|(number, rule)| (number, rule.handler.as_str())), Some((2, "ola")));
        assert_eq!(HandlerRule::first(&rules[..1], &arrival()), None);
        assert!(rules[2].fits_all() && !rules[1].fits_all());
    }
}
