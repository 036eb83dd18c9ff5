//! A sketch of the situation behind each code of the default code list.
//!
//! Drawn by one grammar: seen from above, right-hand traffic, `viewBox="0 0 160 100"`.
//! The order is ground, road, lines, cars with their letters, movement, signs and
//! the point of impact last. Cars, patterns and arrowheads are symbols of
//! `components/sprite.html`, so a sketch only works on a page of ours.

use std::fmt;

use askama::filters::HtmlSafe;

/// One situation.
#[derive(Debug)]
pub struct Sketch {
    /// The code, for example `203`.
    pub code: &'static str,
    /// What happens, in one sentence, for those who do not see the drawing.
    pub label: &'static str,
    /// The shapes inside the `svg` element.
    pub shapes: Markup,
}

/// Markup of our own, compiled in: written into a page as it is.
#[derive(Debug, Clone, Copy)]
pub struct Markup(&'static str);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl HtmlSafe for Markup {}

/// The sketch of a code; none for a free split or a code of another list.
pub fn sketch(code: &str) -> Option<&'static Sketch> {
    SKETCHES.iter().find(|sketch| sketch.code == code)
}

macro_rules! sketches {
    ($($code:literal $label:literal)*) => {
        static SKETCHES: &[Sketch] = &[$(Sketch {
            code: $code,
            label: $label,
            shapes: Markup(include_str!(concat!("../../templates/sketches/", $code, ".svg"))),
        }),*];
    };
}

sketches! {
    "101" "B kjører på A bakfra i samme felt."
    "104" "B skifter felt og treffer A, som holder sitt felt."
    "105" "A og B skifter felt inn mot hverandre og støter sammen i feltet mellom dem."
    "203" "B svinger til venstre over midtlinjen og foran A, som kjører rett fram."
    "301" "A kommer fra høyre i et kryss uten skilt, og B kjører inn i krysset foran A."
    "302" "B kjører forbi vikepliktskiltet og inn foran A, som er på forkjørsvei."
    "305" "A er inne i rundkjøringen, og B kjører inn foran A."
    "401" "B rygger på A, som står stille i en parkeringsluke."
    "402" "B rygger ut i veien mot A, som kjører forover."
    "404" "B kjører på A, som står lovlig parkert i en luke."
    "405" "B kjører på A, som står ulovlig parkert i veien."
    "407" "B, som står parkert, åpner døren mot A, som passerer."
}
