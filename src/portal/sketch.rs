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
    "102" "A bremser for å svinge av til høyre, og B kjører inn i A bakfra."
    "103" "B kjører på A bakfra i en kø, der A står bak et tredje kjøretøy."
    "104" "B skifter felt og treffer A, som holder sitt felt."
    "105" "A og B skifter felt inn mot hverandre og støter sammen i feltet mellom dem."
    "106" "A og B kjører i hvert sitt felt og støter sammen der to felt blir til ett."
    "107" "A kjører forbi B, og B svinger til venstre mot en sidevei, inn i A."
    "108" "B kjører forbi A og kommer borti siden på A, som holder sitt felt."
    "201" "B kommer over midtlinjen og treffer A, som er på egen side."
    "202" "A og B møtes nær midtlinjen, og det kan ikke bevises hvem som var over den."
    "203" "B svinger til venstre over midtlinjen og foran A, som kjører rett fram."
    "204" "A og B møtes på en smal vei uten at noen av dem stanser."
    "205" "B kjører ut på motsatt side rundt en hindring og møter A der."
    "301" "A kommer fra høyre i et kryss uten skilt, og B kjører inn i krysset foran A."
    "302" "B kjører forbi vikepliktskiltet og inn foran A, som er på forkjørsvei."
    "303" "B kjører inn i krysset mot rødt lys, og A kommer fra høyre på grønt."
    "304" "A og B kjører inn i krysset, og begge hevder at de hadde grønt lys."
    "305" "A er inne i rundkjøringen, og B kjører inn foran A."
    "306" "B kjører ut av rundkjøringen fra indre felt og inn i A i ytre felt."
    "307" "B kjører ut fra en eiendom og inn på veien foran A."
    "308" "B tar en U-sving foran A, som kommer imot."
    "309" "A og B støter sammen i rundkjøringen, og feltplasseringen kan ikke bevises."
    "401" "B rygger på A, som står stille i en parkeringsluke."
    "402" "B rygger ut i veien mot A, som kjører forover."
    "403" "A og B rygger ut av hver sin luke og inn i hverandre."
    "404" "B kjører på A, som står lovlig parkert i en luke."
    "405" "B kjører på A, som står ulovlig parkert i veien."
    "406" "A kjører forbi, og B kjører ut fra en parkeringsluke ved kanten, inn i A."
    "407" "B, som står parkert, åpner døren mot A, som passerer."
    "408" "A og B kjører samtidig ut fra hver sin luke og støter sammen mellom rekkene."
    "409" "A og B krysser hverandres vei på en parkeringsplass og støter sammen."
    "501" "Last faller fra B og treffer A, som kjører bak."
    "502" "Tilhengeren til B svinger ut over midtlinjen og treffer A."
    "503" "B får teknisk svikt, skjener over midtlinjen og treffer A."
    "901" "A og B støter sammen, og ingen av forklaringene kan bevises."
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of the default list but 999, the free split.
    const CODES: &str = "101 102 103 104 105 106 107 108 201 202 203 204 205 \
        301 302 303 304 305 306 307 308 309 401 402 403 404 405 406 407 408 409 \
        501 502 503 901";
    const UNPROVEN: [&str; 4] = ["202", "304", "309", "901"];

    fn count(shapes: &str, part: &str) -> usize {
        shapes.matches(part).count()
    }

    /// The text elements of a sketch.
    fn letters(shapes: &str) -> Vec<&str> {
        shapes
            .split("<text ")
            .skip(1)
            .filter_map(|rest| rest.split_once('>')?.1.split('<').next())
            .collect()
    }

    #[test]
    fn every_code_but_the_free_split_has_a_sketch() {
        let drawn: Vec<_> = SKETCHES.iter().map(|sketch| sketch.code).collect();
        assert_eq!(drawn, CODES.split_whitespace().collect::<Vec<_>>());
        assert!(sketch("999").is_none());
    }

    #[test]
    fn bodies_meet_at_one_point_drawn_last() {
        for Sketch { code, shapes, .. } in SKETCHES {
            let mark = if UNPROVEN.contains(code) { "#uvisst" } else { "#smell" };
            assert_eq!(count(shapes.0, "#smell") + count(shapes.0, "#uvisst"), 1, "{code}");
            let last = shapes.0.lines().next_back().unwrap();
            assert!(last.contains(mark), "{code} ends in {last}");
        }
    }

    #[test]
    fn both_parties_stand_in_every_sketch_each_with_its_letter() {
        for Sketch { code, shapes, .. } in SKETCHES {
            assert_eq!(count(shapes.0, "#bil-a\""), 1, "{code}");
            assert_eq!(count(shapes.0, "#bil-b\""), 1, "{code}");
            let letters = letters(shapes.0);
            assert!(letters.contains(&"A") && letters.contains(&"B"), "{code}");
            let known = letters.iter().all(|text| ["A", "B", "R", "P"].contains(text));
            assert!(known, "{code} has words inside: {letters:?}");
        }
    }

    #[test]
    fn what_is_not_proven_is_dotted() {
        for code in UNPROVEN {
            let shapes = sketch(code).unwrap().shapes.0;
            assert_eq!(count(shapes, "k-maybe"), 2, "{code}");
        }
    }

    #[test]
    fn at_most_two_signs_stand_by_the_road() {
        for Sketch { code, shapes, .. } in SKETCHES {
            let signs = count(shapes.0, "k-prio")
                + count(shapes.0, "class=\"k-sign\"")
                + count(shapes.0, "#lys-")
                + count(shapes.0, "class=\"k-warn\" d=\"M");
            assert!(signs <= 2, "{code} has {signs}");
        }
    }

    #[test]
    fn a_sketch_is_written_into_the_page_as_markup() {
        #[derive(askama::Template)]
        #[template(
            source = r#"{% import "components/case.html" as case %}{{ case::sketch("203") }}"#,
            ext = "html"
        )]
        struct One;
        let html = askama::Template::render(&One).unwrap();
        assert!(html.contains(r#"role="img" aria-label="Skisse: B svinger"#));
        assert!(html.contains(r##"<use href="#bil-a""##));
    }
}
