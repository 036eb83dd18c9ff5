//! The editable fields: what changed, and what collides with somebody else's change.

use super::case::Case;
use super::head;
use super::history::Teller;
use super::names::Names;
use crate::contract::{Changes, Event, Incident};
use crate::formats::dates;
use crate::portal::conflict::{Changed, Conflict, Value};

/// JSON Pointer and field.
pub const FIELDS: &[(&str, &str)] = &[
    ("/coverage", "dekning"),
    ("/vatLiable", "mva"),
    ("/businessInterruption", "avbrudd"),
    ("/personalInjury", "personskade"),
    ("/vehicleDescription", "kjoretoy"),
];

/// The fields' values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Empty until it is given.
    pub coverage: String,
    pub vat_liable: bool,
    pub business_interruption: bool,
    pub personal_injury: bool,
    /// The own vehicle in words.
    pub vehicle: String,
}

impl Values {
    /// As the hub has them.
    pub fn of(incident: &Incident) -> Self {
        let own = &incident.own;
        Self {
            coverage: own.coverage.clone().unwrap_or_default(),
            vat_liable: own.vat_liable,
            business_interruption: own.business_interruption,
            personal_injury: incident.personal_injury,
            vehicle: own.vehicle.description.clone().unwrap_or_default(),
        }
    }

    /// Only what is another than when the form opened.
    pub fn changes(&self, opened: &Self) -> Changes {
        Changes {
            coverage: (self.coverage != opened.coverage).then(|| self.coverage.clone()),
            vat_liable: (self.vat_liable != opened.vat_liable).then_some(self.vat_liable),
            business_interruption: (self.business_interruption != opened.business_interruption)
                .then_some(self.business_interruption),
            personal_injury: (self.personal_injury != opened.personal_injury)
                .then_some(self.personal_injury),
            vehicle_description: (self.vehicle != opened.vehicle).then(|| self.vehicle.clone()),
            handler: None,
        }
    }

    /// Whether somebody has stored another value in a field that was changed here.
    pub fn collides(&self, opened: &Self, stored: &Self) -> bool {
        self.fields()
            .into_iter()
            .zip(opened.fields())
            .zip(stored.fields())
            .any(|((typed, opened), stored)| typed != opened && stored != opened && typed != stored)
    }

    /// What the form would show if nobody else had been there: fields not changed here follow
    /// what is stored.
    fn merged(&self, opened: &Self, stored: &Self) -> Self {
        let pick =
            |typed: bool, opened: bool, stored: bool| if typed == opened { stored } else { typed };
        let words = |typed: &String, opened: &String, stored: &String| {
            if typed == opened { stored.clone() } else { typed.clone() }
        };
        Self {
            coverage: words(&self.coverage, &opened.coverage, &stored.coverage),
            vat_liable: pick(self.vat_liable, opened.vat_liable, stored.vat_liable),
            business_interruption: pick(
                self.business_interruption,
                opened.business_interruption,
                stored.business_interruption,
            ),
            personal_injury: pick(
                self.personal_injury,
                opened.personal_injury,
                stored.personal_injury,
            ),
            vehicle: words(&self.vehicle, &opened.vehicle, &stored.vehicle),
        }
    }

    /// In the order of [`FIELDS`], as a form sends them.
    fn fields(&self) -> [String; 5] {
        let yes = |ticked: bool| if ticked { "ja" } else { "" }.to_owned();
        [
            self.coverage.clone(),
            yes(self.vat_liable),
            yes(self.business_interruption),
            yes(self.personal_injury),
            self.vehicle.clone(),
        ]
    }

    /// In the order of [`FIELDS`], with words.
    fn values(&self, names: &Names) -> [Value; 5] {
        let coverage = names.codes.coverage(&self.coverage);
        [
            Value::new(self.coverage.clone(), coverage),
            Value::ticked(self.vat_liable),
            Value::ticked(self.business_interruption),
            Value::ticked(self.personal_injury),
            Value::text(self.vehicle.clone()),
        ]
    }
}

/// The page that asks which of two values shall stand.
pub fn conflict(
    case: Case,
    incident: &Incident,
    names: &Names,
    typed: &Values,
    opened: &Values,
) -> Conflict {
    const LABELS: [&str; 5] = [
        "Dekningsomfang",
        "Oppgavepliktig",
        "Avbruddsforsikring",
        "Personskade",
        "Beskrivelse av kjøretøyet",
    ];
    let stored = Values::of(incident);
    let typed = typed.merged(opened, &stored);
    let changed = last_change(incident, Teller { own: case.own(), names });
    let (back, thing) = (case.path(), head::heading(incident));
    let mut page = Conflict::new(case.frame, thing, format!("{back}/endre"))
        .version(incident.version)
        .buttons("Lagre valgene", back)
        .changed(changed);
    let pairs = typed.values(names).into_iter().zip(stored.values(names));
    for (((_, name), label), (typed, stored)) in FIELDS.iter().zip(LABELS).zip(pairs) {
        page.hide(format!("var_{name}"), stored.value.clone());
        page.field(*name, label, typed, stored);
    }
    page
}

/// The newest edit of the own side, or else whatever happened last.
fn last_change(incident: &Incident, teller: Teller) -> Option<Changed> {
    let events = incident.events.as_deref().unwrap_or_default();
    let ours = |event: &&Event| {
        event.kind == "party_changed"
            && (event.by.company.as_deref() == Some(teller.own)
                || event.data.get("personalInjury").is_some())
    };
    let event = events.iter().rev().find(ours).or(events.last())?;
    Some(Changed {
        who: teller.actor(event),
        when: dates::moment(event.at.0),
        what: Some(teller.sentence(event, &[])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(coverage: &str, vat_liable: bool, vehicle: &str) -> Values {
        Values {
            coverage: coverage.into(),
            vat_liable,
            vehicle: vehicle.into(),
            ..Values::default()
        }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let opened = values("kasko", false, "Rød varebil");
        let changes = values("kasko", true, "").changes(&opened);
        assert_eq!(changes.coverage, None);
        assert_eq!(changes.vat_liable, Some(true));
        assert_eq!(changes.vehicle_description.as_deref(), Some(""));
    }

    #[test]
    fn two_people_who_changed_different_fields_do_not_collide() {
        let opened = values("kasko", false, "");
        let (mine, stored) = (values("ansvar", false, ""), values("kasko", true, ""));
        assert!(!mine.collides(&opened, &stored));
        assert_eq!(mine.merged(&opened, &stored), values("ansvar", true, ""));
    }

    #[test]
    fn the_same_field_collides_unless_both_wrote_the_same() {
        let opened = values("kasko", false, "");
        let mine = values("ansvar", false, "");
        assert!(mine.collides(&opened, &values("delkasko", false, "")));
        assert!(!mine.collides(&opened, &values("ansvar", false, "")));
    }
}
