//! A draft as it was typed: the text of every field, right or wrong.
//!
//! Each step of the form is one struct; the names of its fields on the wire are
//! also the ids on the page. A ticked box is `ja`, an empty text is not filled in.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::formats::{RegistrationNumber, dates};
use crate::portal::conflict::Value;
use crate::portal::picker::Picked;

/// The value of a ticked box.
pub(super) const YES: &str = "ja";

/// Everything typed so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// Step 1.
    pub vehicles: Vehicles,
    /// Step 2.
    pub circumstances: Circumstances,
    /// Step 3.
    pub liability: Picked,
}

/// Step 1: whose file, when, and which vehicles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Vehicles {
    #[serde(rename = "skadenummer")]
    pub reference: String,
    #[serde(rename = "skadedato")]
    pub loss_date: String,
    #[serde(rename = "klokkeslett")]
    pub loss_time: String,
    #[serde(rename = "egen-regnr")]
    pub own_number: String,
    #[serde(rename = "egen-land")]
    pub own_country: String,
    #[serde(rename = "egen-uregistrert")]
    pub own_unregistered: String,
    #[serde(rename = "egen-kjoretoy")]
    pub own_description: String,
    #[serde(rename = "egen-grunn")]
    pub own_reason: String,
    #[serde(rename = "motpart-regnr")]
    pub other_number: String,
    #[serde(rename = "motpart-land")]
    pub other_country: String,
    #[serde(rename = "motpart-uregistrert")]
    pub other_unregistered: String,
    #[serde(rename = "motpart-kjoretoy")]
    pub other_description: String,
    #[serde(rename = "motpart-selskap")]
    pub other_company: String,
    #[serde(rename = "motpart-grunn")]
    pub other_reason: String,
}

/// Step 2: what happened, and our own cover.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Circumstances {
    #[serde(rename = "sted")]
    pub place: String,
    #[serde(rename = "beskrivelse")]
    pub description: String,
    #[serde(rename = "personskade")]
    pub personal_injury: String,
    #[serde(rename = "dekning")]
    pub coverage: String,
    #[serde(rename = "oppgavepliktig")]
    pub vat_liable: String,
    #[serde(rename = "avbrudd")]
    pub business_interruption: String,
}

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Kjøretøy og skadedato.
    Vehicles,
    /// Hva som skjedde.
    Circumstances,
    /// Ansvarsfordeling.
    Liability,
    /// Forhåndsvisning.
    Preview,
}

impl Step {
    pub(super) const ALL: [Self; 4] =
        [Self::Vehicles, Self::Circumstances, Self::Liability, Self::Preview];

    /// The last part of the step's address.
    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Vehicles => "kjoretoy",
            Self::Circumstances => "hva",
            Self::Liability => "ansvar",
            Self::Preview => "se-over",
        }
    }

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Vehicles => "Kjøretøy og skadedato",
            Self::Circumstances => "Hva som skjedde",
            Self::Liability => "Ansvarsfordeling",
            Self::Preview => "Forhåndsvisning",
        }
    }

    pub(super) fn path(self, draft: Uuid) -> String {
        format!("/utkast/{draft}/{}", self.slug())
    }

    /// The step whose address ends so.
    pub(super) fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// `1` to `4`.
    pub(super) fn number(self) -> usize {
        self as usize + 1
    }

    /// Addresses and titles, for the row of steps on top of a page.
    pub(super) fn links(draft: Uuid) -> Vec<(String, &'static str)> {
        Self::ALL.into_iter().map(|step| (step.path(draft), step.title())).collect()
    }
}

/// A field as the conflict page compares it: name, label, value and its words.
pub(super) type Compared = (&'static str, &'static str, Value);

/// What one step's form sends.
pub(super) trait Part: DeserializeOwned + Default {
    const STEP: Step;

    /// Puts what was typed into the draft.
    fn put(self, draft: &mut Draft);

    /// The step's fields as they stand in `draft`.
    fn fields(draft: &Draft) -> Vec<Compared>;
}

impl Part for Vehicles {
    const STEP: Step = Step::Vehicles;

    fn put(self, draft: &mut Draft) {
        draft.vehicles = self.standard();
    }

    fn fields(draft: &Draft) -> Vec<Compared> {
        let it = &draft.vehicles;
        let text = |name, label, value: &str| (name, label, Value::text(value));
        let tick = |name, label, value: &str| (name, label, Value::ticked(value == YES));
        vec![
            text("skadenummer", "Skadenummer", &it.reference),
            text("skadedato", "Skadedato", &it.loss_date),
            text("klokkeslett", "Klokkeslett", &it.loss_time),
            text("egen-regnr", "Eget registreringsnummer", &it.own_number),
            text("egen-land", "Land for eget kjøretøy", &it.own_country),
            tick("egen-uregistrert", "Eget kjøretøy er uregistrert", &it.own_unregistered),
            text("egen-kjoretoy", "Beskrivelse av eget kjøretøy", &it.own_description),
            text("egen-grunn", "Begrunnelse for eget kjøretøy", &it.own_reason),
            text("motpart-regnr", "Motpartens registreringsnummer", &it.other_number),
            text("motpart-land", "Land for motpartens kjøretøy", &it.other_country),
            tick(
                "motpart-uregistrert",
                "Motpartens kjøretøy er uregistrert",
                &it.other_unregistered,
            ),
            text("motpart-kjoretoy", "Beskrivelse av motpartens kjøretøy", &it.other_description),
            text("motpart-selskap", "Motpartens selskap, valgt selv", &it.other_company),
            text("motpart-grunn", "Begrunnelse for valgt selskap", &it.other_reason),
        ]
    }
}

impl Part for Circumstances {
    const STEP: Step = Step::Circumstances;

    fn put(self, draft: &mut Draft) {
        draft.circumstances = self;
    }

    fn fields(draft: &Draft) -> Vec<Compared> {
        let it = &draft.circumstances;
        vec![
            ("sted", "Sted", Value::text(&it.place)),
            ("beskrivelse", "Beskrivelse", Value::text(&it.description)),
            ("personskade", "Personskade", Value::ticked(it.personal_injury == YES)),
            ("dekning", "Dekningsomfang", Value::text(&it.coverage)),
            ("oppgavepliktig", "Oppgavepliktig", Value::ticked(it.vat_liable == YES)),
            ("avbrudd", "Avbruddsforsikring", Value::ticked(it.business_interruption == YES)),
        ]
    }
}

impl Part for Picked {
    const STEP: Step = Step::Liability;

    fn put(self, draft: &mut Draft) {
        draft.liability = self.settled();
    }

    fn fields(draft: &Draft) -> Vec<Compared> {
        let it = &draft.liability;
        let a = if it.other_is_a() { "Motparten" } else { "Oss" };
        vec![
            ("kode", "Typeløsning", Value::text(&it.code)),
            ("a", "Hvem er A", Value::new(it.a.as_str(), a)),
            ("fri", "Fordelingsbrøk", Value::text(&it.share)),
            ("grunn", "Begrunnelse", Value::text(&it.reason)),
            ("uten", "Uten forslag", Value::ticked(it.without == YES)),
        ]
    }
}

/// One side's vehicle as typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct TypedVehicle<'a> {
    pub number: &'a str,
    pub country: &'a str,
    pub unregistered: bool,
    pub description: &'a str,
}

impl TypedVehicle<'_> {
    /// The number in its standard form, as typed when it has none.
    pub(super) fn plate(&self) -> Cow<'_, str> {
        match RegistrationNumber::parse(self.number) {
            Ok(number) => Cow::Owned(number.as_str().to_owned()),
            Err(_) => Cow::Borrowed(self.number.trim()),
        }
    }

    /// The country's sign, `N` when nothing was typed.
    pub(super) fn sign(&self) -> String {
        let sign = self.country.trim().to_uppercase();
        if sign.is_empty() { "N".to_owned() } else { sign }
    }
}

impl Vehicles {
    pub(super) fn own(&self) -> TypedVehicle<'_> {
        TypedVehicle {
            number: &self.own_number,
            country: &self.own_country,
            unregistered: self.own_unregistered == YES,
            description: &self.own_description,
        }
    }

    pub(super) fn other(&self) -> TypedVehicle<'_> {
        TypedVehicle {
            number: &self.other_number,
            country: &self.other_country,
            unregistered: self.other_unregistered == YES,
            description: &self.other_description,
        }
    }

    /// What is understood in its one standard form, the rest as typed.
    fn standard(mut self) -> Self {
        self.reference = self.reference.trim().to_owned();
        if let Some(day) = self.day() {
            self.loss_date = dates::date(day);
        }
        if let Ok(time) = dates::parse_time(&self.loss_time) {
            self.loss_time = dates::time(time);
        }
        for number in [&mut self.own_number, &mut self.other_number] {
            if let Ok(standard) = RegistrationNumber::parse(number) {
                standard.as_str().clone_into(number);
            }
        }
        self
    }

    /// The loss date, when what was typed is one.
    pub(super) fn day(&self) -> Option<jiff::civil::Date> {
        dates::parse_date(&self.loss_date).ok()
    }
}
