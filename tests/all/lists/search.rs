//! The search box: what it understands, and what nobody finds.

use skadehub::contract::Incident;
use skadehub::formats::dates;

use super::{claim, days_ago, rows, send, start};

#[tokio::test]
async fn the_search_box_understands_what_is_typed() {
    let (portal, mut browser) = start().await;
    let one = send(&portal, "FJT", ("EK12345", "EL54321"), "2026/77", 2).await;
    let other = send(&portal, "TND", ("DN54321", "KH31415"), "T-5", 3).await;
    let claim = claim(&portal, "2026/78", "12345674").await;
    let day = days_ago(&portal, 2);

    let incident = |it: &Incident| format!("/hendelser/{}", it.id);
    for (typed, understood, target) in [
        ("2026/77".to_owned(), "skadenummer 2026/77".to_owned(), incident(&one)),
        ("kh 314-15".to_owned(), "registreringsnummer KH31415".to_owned(), incident(&other)),
        (dates::date(day), format!("skadedato {}", dates::date(day)), incident(&one)),
        (day.to_string(), format!("skadedato {}", dates::date(day)), incident(&one)),
        ("1234 5674".to_owned(), "KID 12345674".to_owned(), format!("/krav/{}", claim.id)),
        ("tnd".to_owned(), "motpart Tinde Forsikring".to_owned(), incident(&other)),
        ("Tinde".to_owned(), "motpart Tinde Forsikring".to_owned(), incident(&other)),
    ] {
        let query = serde_urlencoded::to_string([("q", &typed)]).unwrap();
        let page = browser.get(&format!("/sok?{query}")).await;
        assert_eq!(page.path(), target, "{typed}");
        assert_eq!(page.text(".sh-flash"), format!("Søkte etter {understood}: ett treff."));
    }
}

#[tokio::test]
async fn several_hits_are_listed_under_what_was_understood() {
    let (portal, mut browser) = start().await;
    send(&portal, "FJT", ("EK12345", "EL54321"), "F-1", 2).await;
    send(&portal, "TND", ("DN54321", "EK12345"), "T-1", 3).await;
    let page = browser.get("/sok?q=Ek-12345").await;
    assert_eq!(page.path(), "/sok");
    assert_eq!(rows(&page), 2);
    assert_eq!(page.text("[role=status]"), "Søkte etter registreringsnummer EK12345");
    assert_eq!(page.attributes(".sh-search input", "value"), ["Ek-12345"]);
    let words = browser.get("/sok?q=storo&rolle=sender").await;
    assert_eq!(rows(&words), 1);
    let nothing = browser.get("/sok?q=ZZ99999").await;
    assert!(nothing.text(".sh-empty").starts_with("Ingen treff"));
    assert!(nothing.text("[role=status]").contains("registreringsnummer ZZ99999"));
}

#[tokio::test]
async fn nobody_finds_what_two_other_companies_share() {
    let (portal, mut browser) = start().await;
    send(&portal, "TND", ("DN54321", "EL54321"), "T-1", 2).await;
    for address in ["/sok?q=T-1", "/sok?q=DN54321", "/sok?q=storo", "/hendelser"] {
        assert_eq!(rows(&browser.get(address).await), 0, "{address}");
    }
}

#[tokio::test]
async fn the_signs_of_patterns_find_only_themselves() {
    let (portal, mut browser) = start().await;
    let fjt = portal.acting("FJT");
    for (reference, place) in
        [("F-1", "Glatt 100 % av veien"), ("F-2", "Kai_4"), ("F-3", r"C:\vei"), ("F-4", "Storgata")]
    {
        let mut new = portal.collision(reference);
        new.place = Some(place.to_owned());
        fjt.send_incident(&new, reference).await.unwrap();
    }
    for (typed, found) in [
        ("0 % a", 1),
        ("%", 1),
        ("_", 1),
        (r"\", 1),
        ("i_4", 1),
        ("Kai%4", 0),
        ("Stor_ata", 0),
        (r"Stor\gata", 0),
        ("%%", 0),
        ("*", 0),
        (".*", 0),
    ] {
        let api = skadehub::contract::IncidentFilter {
            q: Some(typed.to_owned()),
            ..skadehub::contract::IncidentFilter::default()
        };
        assert_eq!(fjt.incidents(&api).await.unwrap().items.len(), found, "{typed} in the API");
        let query = serde_urlencoded::to_string([("q", typed), ("rolle", "sender")]).unwrap();
        let page = browser.get(&format!("/sok?{query}")).await;
        assert_eq!(rows(&page), found, "{typed}");
    }
}
