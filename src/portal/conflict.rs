//! The page for a form that somebody overtook: both values of each field, and nothing typed lost.
//!
//! A page whose form carries `version` answers the hub's 412 with a [`Conflict`]:
//! what was typed, what stands now, who changed it and when. The person chooses
//! per field and sends the same form again, now against the new version.

use std::borrow::Cow;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::page::{Frame, Page};

/// The conflict page. Answers 412.
#[derive(Debug, Template)]
#[template(path = "portal/conflict.html")]
pub struct Conflict {
    frame: Frame,
    /// What was changed, as it is named in a sentence: «Hendelse 2026-100087».
    thing: String,
    /// Where the form goes.
    action: String,
    /// What the button says, for example «Lagre endringene».
    button: String,
    /// Where «Avbryt» leads.
    back: String,
    /// The version now stored.
    version: i64,
    changed: Option<Changed>,
    differing: Vec<Differing>,
    kept: Vec<Kept>,
    hidden: Vec<(Cow<'static, str>, String)>,
}

/// Who changed it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// «saksbehandler.fjt» or «Nordlys Skadeforsikring».
    pub who: String,
    /// «23.11.2026 kl. 08.12».
    pub when: String,
    /// What was done, when it can be said: «Dekningsomfang endret til Kasko».
    pub what: Option<String>,
}

/// A value of a form, and the words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// As the form sends it.
    pub value: String,
    /// As people read it.
    pub text: String,
}

/// A field whose typed value is another than the stored one.
#[derive(Debug)]
struct Differing {
    name: Cow<'static, str>,
    label: Cow<'static, str>,
    typed: Value,
    stored: Value,
}

/// Something typed that nothing stored stands against.
#[derive(Debug)]
struct Kept {
    name: Cow<'static, str>,
    label: Cow<'static, str>,
    typed: Value,
}

impl Value {
    /// A value whose words are another than itself: a code and its title.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }

    /// Text that is its own words.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { value: text.clone(), text }
    }

    /// A box: `ja` when ticked, empty when not.
    pub fn ticked(ticked: bool) -> Self {
        if ticked { Self::new("ja", "Ja") } else { Self::new("", "Nei") }
    }
}

impl Conflict {
    /// The page for a form that goes to `action`, about `thing` («Hendelse 2026-100087»).
    pub fn new(frame: Frame, thing: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            frame,
            thing: thing.into(),
            action: action.into(),
            button: "Lagre valgene".into(),
            back: "/".into(),
            version: 0,
            changed: None,
            differing: Vec::new(),
            kept: Vec::new(),
            hidden: Vec::new(),
        }
    }

    /// The version now stored: what the form is sent against next time.
    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = version;
        self
    }

    /// What the button says, and where «Avbryt» leads.
    #[must_use]
    pub fn buttons(mut self, send: impl Into<String>, back: impl Into<String>) -> Self {
        self.button = send.into();
        self.back = back.into();
        self
    }

    /// Who changed it, when known.
    #[must_use]
    pub fn changed(mut self, changed: Option<Changed>) -> Self {
        self.changed = changed;
        self
    }

    /// A field with something stored: asked about when the two differ.
    pub fn field(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        typed: Value,
        stored: Value,
    ) {
        let (name, label) = (name.into(), label.into());
        if typed.value == stored.value {
            self.kept.push(Kept { name, label, typed });
        } else {
            self.differing.push(Differing { name, label, typed, stored });
        }
    }

    /// A field with nothing stored against it: shown, and sent along as typed.
    pub fn keep(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        typed: Value,
    ) {
        self.kept.push(Kept { name: name.into(), label: label.into(), typed });
    }

    /// Something the form carries that nobody typed, for example which button was used.
    pub fn hide(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.hidden.push((name.into(), value.into()));
    }
}

impl IntoResponse for Conflict {
    fn into_response(self) -> Response {
        (StatusCode::PRECONDITION_FAILED, Page(self)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use scraper::{Html, Selector};

    use super::*;

    fn page() -> Html {
        let frame = Frame {
            identity: None,
            path: "/hendelser/1/endre".into(),
            flash: None,
            site: Arc::default(),
            notices: Arc::default(),
        };
        let mut conflict = Conflict::new(frame, "Hendelse 2026-100087", "/hendelser/1/endre")
            .version(4)
            .buttons("Lagre endringene", "/hendelser/1")
            .changed(Some(Changed {
                who: "kollega.fjt".into(),
                when: "23.11.2026 kl. 08.12".into(),
                what: None,
            }));
        conflict.field(
            "dekning",
            "Dekningsomfang",
            Value::new("kasko", "Kasko"),
            Value::new("ansvar", "Ansvar"),
        );
        conflict.field("mva", "Oppgavepliktig", Value::ticked(false), Value::ticked(false));
        conflict.keep("grunn", "Begrunnelse", Value::text("To\nlinjer \"sitat\""));
        conflict.hide("svar", "godta");
        Html::parse_document(&conflict.render().unwrap())
    }

    fn attrs(html: &Html, selector: &str, attr: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        html.select(&selector).filter_map(|e| e.attr(attr)).map(str::to_owned).collect()
    }

    #[test]
    fn a_differing_field_offers_both_values_and_what_was_typed_is_chosen() {
        let html = page();
        assert_eq!(attrs(&html, "input[name=dekning]", "value"), ["kasko", "ansvar"]);
        assert_eq!(attrs(&html, "input[name=dekning][checked]", "value"), ["kasko"]);
    }

    #[test]
    fn the_rest_is_sent_along_as_typed_against_the_new_version() {
        let html = page();
        assert_eq!(attrs(&html, "input[name=version]", "value"), ["4"]);
        assert_eq!(attrs(&html, "input[name=svar]", "value"), ["godta"]);
        assert_eq!(attrs(&html, "input[name=grunn]", "value"), ["To\nlinjer \"sitat\""]);
    }

    #[test]
    fn it_says_who_changed_what_and_when() {
        let text: String = page().root_element().text().collect();
        assert!(
            text.contains("Hendelse 2026-100087 ble endret av kollega.fjt 23.11.2026 kl. 08.12")
        );
    }
}
