//! Cases between the demonstration's companies, made through the hub as the portal makes them.

use skadehub::contract::{
    Acting, Actor, NewClaim, NewClaimLine, NewIncident, NewOtherParty, NewOwnParty, NewProposal,
    NewVehicle,
};

use super::portal::Portal;

impl Portal {
    /// The hub as the company's handler sees it.
    pub(crate) fn acting(&self, company: &str) -> Acting {
        let user = format!("saksbehandler.{}", company.to_lowercase());
        self.app.hub.acting(Actor { company: company.parse().unwrap(), user, injury: false })
    }

    /// Fjordtrygd's and Nordlys' customers have collided four days ago; half and half is proposed.
    pub(crate) fn collision(&self, reference: &str) -> NewIncident {
        NewIncident {
            reference: reference.to_owned(),
            loss_date: self.days_ago(4),
            own: NewOwnParty {
                vehicle: vehicle("EK12345"),
                coverage: "kasko".into(),
                ..NewOwnParty::default()
            },
            other: NewOtherParty { vehicle: vehicle("EL54321"), insurer_override: None },
            proposal: Some(NewProposal {
                code: "405".into(),
                own_role: "a".into(),
                ..NewProposal::default()
            }),
            confirm_duplicate: Some(true),
            ..NewIncident::default()
        }
    }
}

/// A Norwegian vehicle of this number.
pub(crate) fn vehicle(number: &str) -> NewVehicle {
    NewVehicle { registration_number: Some(number.to_owned()), ..NewVehicle::default() }
}

/// A claim of 1 000 kroner on the incident the claimant knows as `reference`.
pub(crate) fn repair(reference: &str) -> NewClaim {
    let line = NewClaimLine { kind: "repair".into(), gross_ore: 100_000, description: None };
    NewClaim {
        reference: reference.to_owned(),
        kid: "2345676".into(),
        message: Some("Gjelder en annen skade.".into()),
        lines: vec![line],
        confirm_duplicate: Some(true),
        ..NewClaim::default()
    }
}
