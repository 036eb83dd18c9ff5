//! Finding a situation, and what follows from picking it.

use super::*;

fn code(code: &str, family: &str, title: &str, a: Option<(u32, u32)>) -> CodeItem {
    let share_a = a.and_then(|(num, den)| Share::new(num, den));
    CodeItem {
        code: code.into(),
        title: title.into(),
        description: Some("B kjørte på A.".into()),
        family: Some(family.into()),
        share_a,
        share_b: share_a.map(Share::complement),
        allowed_shares: if a.is_none() { vec![Share::ZERO, Share::HALF] } else { vec![] },
        reason_required: a.is_none(),
        ..CodeItem::default()
    }
}

fn codes() -> CodeList {
    CodeList {
        name: "liability-codes".into(),
        version: "2026-1".into(),
        valid_from: jiff::civil::date(2026, 1, 1),
        valid_to: None,
        items: vec![
            code("101", "samme retning", "Påkjørt bakfra", Some((0, 1))),
            code("306", "kryss", "Feltvalg i rundkjøring", Some((0, 1))),
            code("405", "rygging og parkering", "Ulovlig parkert", Some((1, 4))),
            code("999", "fri fordeling", "Annen fordeling", None),
        ],
    }
}

fn picker(picked: Picked, familie: &str, ord: &str) -> Picker {
    let sides = Sides {
        own_company: "Fjordtrygd Forsikring".into(),
        own_plate: "EK12345".into(),
        other_company: "Nordlys Skadeforsikring".into(),
        other_short: "Nordlys".into(),
        other_plate: "EL54321".into(),
    };
    let query = Query { familie: familie.into(), ord: ord.into(), part: false };
    Picker::new(&codes(), picked, &query, sides, "/x".into(), String::new())
}

fn shown(picker: &Picker) -> Vec<&str> {
    picker.cards.iter().map(|card| card.code.as_str()).collect()
}

#[test]
fn the_common_situations_come_first_and_families_are_counted() {
    let picker = picker(Picked::default(), "", "");
    assert_eq!(shown(&picker), ["101", "405"]);
    let chips: Vec<_> = picker.chips.iter().map(|chip| chip.text.as_str()).collect();
    assert_eq!(chips[0], "Vanligste (2)");
    assert_eq!(chips[3], "Rygging og parkering (1)");
    assert_eq!(chips.last(), Some(&"Alle (4)"));
}

#[test]
fn a_picked_situation_is_in_view_when_the_page_opens() {
    let picker = picker(Picked::of("306", false, None), "", "");
    assert_eq!(shown(&picker), ["306"]);
    assert_eq!(picker.chosen.unwrap().question.unwrap(), "Hvem er A, den som var i ytre felt?");
}

#[test]
fn every_word_searched_for_must_be_found() {
    assert_eq!(shown(&picker(Picked::default(), "", "RUNDKJØRING felt")), ["306"]);
    assert_eq!(shown(&picker(Picked::default(), "", "101")), ["101"]);
    assert!(shown(&picker(Picked::default(), "", "tankskip")).is_empty());
}

#[test]
fn the_split_follows_who_is_a() {
    let split = |other_is_a| {
        let picker = picker(Picked::of("405", other_is_a, None), "", "");
        picker.chosen.unwrap().split.unwrap()
    };
    assert_eq!(split(false).own.share.to_string(), "1/4");
    assert_eq!(split(true).own.share.to_string(), "3/4");
    assert_eq!(split(true).own.letter, 'B');
}

#[test]
fn a_choice_out_of_view_still_stands() {
    let picked: Picked = serde_urlencoded::from_str("valgt=405").unwrap();
    assert_eq!(picked.settled().code, "405");
    let picked: Picked = serde_urlencoded::from_str("kode=101&valgt=405").unwrap();
    assert_eq!(picked.settled().code, "101");
}

#[test]
fn a_free_split_needs_a_fraction_and_a_reason_and_says_both_at_once() {
    let errors = Picked::of("999", false, None).parse(&codes(), "Velg.").unwrap_err();
    assert_eq!(errors.iter().map(|(field, _)| field).collect::<Vec<_>>(), ["fri", "grunn"]);
    let mut picked = Picked::of("999", false, Some(Share::HALF));
    picked.reason = " To ulike vitner. ".into();
    let proposal = picked.parse(&codes(), "Velg.").unwrap();
    assert_eq!(proposal.split.unwrap().other, Share::HALF);
    assert_eq!(proposal.reason.as_deref(), Some("To ulike vitner."));
}

#[test]
fn a_free_split_is_drawn_once_a_fraction_is_chosen() {
    let drawn = |share| picker(Picked::of("999", false, share), "", "").free.unwrap().split;
    assert!(drawn(None).is_none());
    assert_eq!(drawn(Some(Share::HALF)).unwrap().own.share, Share::HALF);
}

#[test]
fn a_coded_split_is_never_sent_along() {
    let proposal = Picked::of("405", true, Some(Share::HALF)).parse(&codes(), "Velg.").unwrap();
    assert_eq!((proposal.own_role.as_str(), proposal.split), ("b", None));
    let none = Picked::default().parse(&codes(), "Velg en typeløsning.").unwrap_err();
    assert_eq!(none.of("kode"), Some("Velg en typeløsning."));
}
