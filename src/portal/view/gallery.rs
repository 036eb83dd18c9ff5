//! Every component on one page, as the pages call them.

use std::sync::Arc;

use askama::Template;
use jiff::Timestamp;
use scraper::{Html, Selector};
use uuid::Uuid;

use super::{Choice, Deadline, Split, Tag};
use crate::auth::role::{Identity, Role};
use crate::formats::Share;
use crate::portal::form::{Errors, Form};
use crate::portal::page::Frame;

#[derive(Template)]
#[template(path = "components/gallery.html")]
struct Gallery {
    frame: Frame,
    form: Form<Input>,
    choices: Vec<Choice>,
    status: Tag,
    split: Split,
    deadlines: Vec<Deadline>,
}

#[derive(Default)]
struct Input {
    kid: String,
    due: String,
    message: String,
    coverage: String,
}

fn frame() -> Frame {
    let identity = Identity {
        user: Uuid::nil(),
        username: "saksbehandler.fjt".into(),
        company: Some("FJT".parse().unwrap()),
        company_name: Some("Fjordtrygd Forsikring".into()),
        roles: vec![Role::Handler],
    };
    Frame {
        identity: Some(Arc::new(identity)),
        path: "/hendelser/1".into(),
        flash: Some("Kravet er lagret som utkast.".into()),
        site: Arc::default(),
        notices: Arc::default(),
    }
}

fn deadline(due: &str) -> Deadline {
    let now: Timestamp = "2026-11-23T10:00:00+01:00".parse().unwrap();
    Deadline::new(due.parse().unwrap(), now)
}

fn gallery() -> String {
    let mut errors = Errors::one("kid", "Kontrollsifferet stemmer ikke.");
    errors.add("a", "Velg hvem som er A.");
    let input = Input {
        kid: "2026 \"1000\" <8703>".into(),
        message: "To\nlinjer".into(),
        coverage: "kasko".into(),
        ..Input::default()
    };
    let page = Gallery {
        frame: frame(),
        form: Form::rejected(input, errors),
        choices: vec![
            Choice::new("kasko", "Kasko").with_help("For bilen selv."),
            Choice::new("ansvar", "Ansvar"),
        ],
        status: Tag::status("Ansvar avtalt"),
        split: Split::ours(Share::new(1, 4).unwrap(), true, "Tinde"),
        deadlines: ["2026-11-21", "2026-11-24", "2026-11-25", "2026-12-01"]
            .map(|day| deadline(&format!("{day}T00:00:00+01:00")))
            .to_vec(),
    };
    page.render().unwrap()
}

fn all(html: &Html, selector: &str) -> usize {
    html.select(&Selector::parse(selector).unwrap()).count()
}

#[test]
fn a_wrong_field_is_tied_to_its_sentence_and_keeps_what_was_typed() {
    let html = Html::parse_document(&gallery());
    let wrong = Selector::parse("#kid[aria-invalid=true]").unwrap();
    let field = html.select(&wrong).next().unwrap().value();
    assert_eq!(field.attr("aria-describedby"), Some("kid-hjelp kid-feil"));
    assert_eq!(field.attr("value"), Some("2026 \"1000\" <8703>"));
    assert_eq!(all(&html, "#kid-feil, #kid-hjelp"), 2);
    assert_eq!(all(&html, "#forfall[aria-invalid]"), 0);
}

#[test]
fn every_link_of_the_summary_leads_to_an_element() {
    let html = Html::parse_document(&gallery());
    let links = Selector::parse(".ds-error-summary a").unwrap();
    let targets: Vec<_> = html.select(&links).filter_map(|a| a.attr("href")).collect();
    assert_eq!(targets, ["#kid", "#a"]);
    for target in targets {
        assert_eq!(all(&html, target), 1, "{target}");
    }
}

#[test]
fn the_page_says_which_entry_of_the_menu_it_belongs_to() {
    let html = Html::parse_document(&gallery());
    let current = Selector::parse(".sh-nav a[aria-current=page]").unwrap();
    let hrefs: Vec<_> = html.select(&current).filter_map(|a| a.attr("href")).collect();
    assert_eq!(hrefs, ["/hendelser"]);
}

#[test]
fn nothing_in_the_markup_breaks_the_content_security_policy() {
    let text = gallery();
    let html = Html::parse_document(&text);
    assert_eq!(all(&html, "[style], style, script:not([src])"), 0);
    let handler = html.root_element().descendants().any(|node| {
        node.value()
            .as_element()
            .is_some_and(|element| element.attrs().any(|(name, _)| name.starts_with("on")))
    });
    assert!(!handler, "an inline event handler");
}

#[test]
fn ids_are_unique() {
    let html = Html::parse_document(&gallery());
    let with_id = Selector::parse("[id]").unwrap();
    let mut ids: Vec<_> = html.select(&with_id).filter_map(|e| e.attr("id")).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}
