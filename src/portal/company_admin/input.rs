//! The fields of a user, for inviting one and for changing one.

use serde::Deserialize;

use crate::auth::role::Role;
use crate::auth::roster::{Details, Listed};
use crate::mail;
use crate::portal::form::Errors;

/// The boxes of the roles: field, role, and what it means.
pub(super) const ROLES: [(&str, Role, &str, &str); 4] = [
    ("saksbehandler", Role::Handler, "Saksbehandler", "Behandler hendelser og krav."),
    (
        "personskade",
        Role::InjuryHandler,
        "Personskadebehandler",
        "Ser i tillegg opplysninger om personskader.",
    ),
    (
        "administrator",
        Role::CompanyAdmin,
        "Selskapsadministrator",
        "Styrer brukere, roller og API-klienter. Ser ingen saker.",
    ),
    ("revisor", Role::Auditor, "Revisor", "Leser historikk og logg, og endrer ingenting."),
];

/// What is typed; a box is `ja` when ticked.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in crate::portal) struct Input {
    pub(super) version: String,
    pub(in crate::portal) brukernavn: String,
    pub(in crate::portal) navn: String,
    pub(in crate::portal) epost: String,
    pub(super) saksbehandler: String,
    pub(super) personskade: String,
    pub(super) administrator: String,
    pub(super) revisor: String,
}

impl Input {
    /// The form of a member as it opens.
    pub(super) fn of(member: &Listed) -> Self {
        let box_of = |role| if member.roles.contains(&role) { "ja" } else { "" }.to_owned();
        Self {
            version: member.version.to_string(),
            brukernavn: member.username.clone(),
            navn: member.display_name.clone(),
            epost: member.email.clone().unwrap_or_default(),
            saksbehandler: box_of(Role::Handler),
            personskade: box_of(Role::InjuryHandler),
            administrator: box_of(Role::CompanyAdmin),
            revisor: box_of(Role::Auditor),
        }
    }

    /// The box called `field`.
    pub(super) fn ticked(&self, field: &str) -> bool {
        let value = match field {
            "saksbehandler" => &self.saksbehandler,
            "personskade" => &self.personskade,
            "administrator" => &self.administrator,
            _ => &self.revisor,
        };
        value == "ja"
    }

    /// Ticks the box called `field`.
    pub(super) fn tick(&mut self, field: &str) {
        "ja".clone_into(self.field(field));
    }

    fn field(&mut self, field: &str) -> &mut String {
        match field {
            "saksbehandler" => &mut self.saksbehandler,
            "personskade" => &mut self.personskade,
            "administrator" => &mut self.administrator,
            _ => &mut self.revisor,
        }
    }

    /// The role of an administrator, and no other.
    pub(in crate::portal) fn be_administrator(&mut self) {
        for (field, role, ..) in ROLES {
            let ticked = if role == Role::CompanyAdmin { "ja" } else { "" };
            ticked.clone_into(self.field(field));
        }
    }

    /// Name, address and roles; the address may be missing unless `invited` is asked for.
    pub(in crate::portal) fn details(&self, errors: &mut Errors, invited: bool) -> Details {
        let (name, email) = (self.navn.trim(), self.epost.trim());
        if name.is_empty() {
            errors.add("navn", "Skriv navnet på brukeren.");
        } else if name.chars().count() > 100 || name.chars().any(char::is_control) {
            errors.add("navn", "Bruk høyst 100 tegn, på én linje.");
        }
        if email.is_empty() && invited {
            errors.add("epost", "Skriv e-postadressen invitasjonen skal til.");
        } else if !email.is_empty() && (email.len() > 200 || !mail::is_address(email)) {
            errors.add("epost", "Skriv en e-postadresse, for eksempel navn@selskap.no.");
        }
        let roles: Vec<Role> = ROLES
            .iter()
            .filter(|(field, ..)| self.ticked(field))
            .map(|(_, role, ..)| *role)
            .collect();
        if roles.is_empty() {
            errors.add("roller", "Velg minst én rolle.");
        }
        let email = Some(email.to_owned()).filter(|email| !email.is_empty());
        Details { display_name: name.to_owned(), email, roles }
    }

    /// The username, lower case; a new one must be one that can be read aloud.
    pub(in crate::portal) fn username(&self, errors: &mut Errors) -> String {
        let name = self.brukernavn.trim().to_lowercase();
        let sound = |c: char| c.is_alphanumeric() || "._-@+".contains(c);
        if name.is_empty() {
            errors.add("brukernavn", "Skriv brukernavnet.");
        } else if name.chars().count() > 80 || !name.chars().all(sound) {
            errors.add("brukernavn", "Bruk bare bokstaver, sifre og . _ - @ +, høyst 80 tegn.");
        }
        name
    }
}

/// Roles in words: «saksbehandler, revisor».
pub(in crate::portal) fn role_words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(input: &Input) -> Vec<String> {
        let mut errors = Errors::new();
        input.username(&mut errors);
        input.details(&mut errors, true);
        errors.iter().map(|(field, _)| field.to_owned()).collect()
    }

    #[test]
    fn every_fault_of_an_invitation_is_told_at_once() {
        assert_eq!(faults(&Input::default()), ["brukernavn", "navn", "epost", "roller"]);
        let input = Input {
            brukernavn: " Kari.FJT ".into(),
            navn: "Kari Eksempel".into(),
            epost: "kari@fjordtrygd.example".into(),
            revisor: "ja".into(),
            ..Input::default()
        };
        assert_eq!(faults(&input), [""; 0]);
        assert_eq!(input.username(&mut Errors::new()), "kari.fjt");
    }

    #[test]
    fn an_address_cannot_carry_another_line() {
        let input =
            Input { epost: "kari@x.example\r\nBcc: alle@x.example".into(), ..Input::default() };
        assert!(faults(&input).contains(&"epost".to_owned()));
    }
}
