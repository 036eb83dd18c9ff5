//! Finding work and finding cases: the overview, the lists and the search.

mod search;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use reqwest::StatusCode;
use skadehub::contract::{
    Accept, Claim, Incident, NewClaim, NewClaimLine, NewIncident, NewOtherParty, NewOwnParty,
    NewProposal, Terms,
};
use skadehub::formats::dates;

use crate::support::browser::{Browser, Page};
use crate::support::cases::vehicle;
use crate::support::portal::Portal;

const HANDLER: &str = "saksbehandler.fjt";

/// A portal, its hub, and a browser in which Fjordtrygd's handler is signed in.
async fn start() -> (Portal, Browser) {
    let portal = Portal::start_whole().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, HANDLER, "/").await;
    (portal, browser)
}

fn days_ago(portal: &Portal, days: i64) -> Date {
    dates::oslo_date(portal.now()).checked_sub(days.days()).unwrap()
}

/// Sends an incident about the two vehicles, `days` ago, with a proposal that blames the other.
async fn send(
    portal: &Portal,
    from: &str,
    plates: (&str, &str),
    reference: &str,
    days: i64,
) -> Incident {
    let new = NewIncident {
        reference: reference.into(),
        loss_date: days_ago(portal, days).to_string(),
        description: Some("Glatt vei ved Storo.".into()),
        own: NewOwnParty {
            vehicle: vehicle(plates.0),
            coverage: "kasko".into(),
            ..NewOwnParty::default()
        },
        other: NewOtherParty { vehicle: vehicle(plates.1), insurer_override: None },
        proposal: Some(NewProposal {
            code: "101".into(),
            own_role: "a".into(),
            ..NewProposal::default()
        }),
        ..NewIncident::default()
    };
    portal.acting(from).send_incident(&new, reference).await.unwrap()
}

async fn accept_all(
    portal: &Portal,
    company: &str,
    incident: &Incident,
    reference: &str,
) -> Incident {
    let accept = Accept {
        reference: reference.into(),
        coverage: Some("kasko".into()),
        accept_proposal: Some(1),
        ..Accept::default()
    };
    portal.acting(company).accept(incident.id, &accept, Terms::default()).await.unwrap()
}

/// An agreed incident with a claim from Fjordtrygd to Nordlys.
async fn claim(portal: &Portal, reference: &str, kid: &str) -> Claim {
    let incident = send(portal, "FJT", ("EK12345", "EL54321"), reference, 30).await;
    accept_all(portal, "NLS", &incident, &format!("N-{reference}")).await;
    let line = NewClaimLine { kind: "repair".into(), gross_ore: 1_234_550, description: None };
    let new = NewClaim {
        reference: reference.into(),
        kid: kid.into(),
        lines: vec![line],
        ..NewClaim::default()
    };
    portal.acting("FJT").send_claim(incident.id, &new, kid).await.unwrap()
}

fn rows(page: &Page) -> usize {
    page.texts("table.sh-work tbody tr").len()
}

#[tokio::test]
async fn the_count_of_every_tab_equals_its_list() {
    let (portal, mut browser) = start().await;
    for days in 1..=3 {
        send(&portal, "FJT", ("EK12345", "EL54321"), &format!("F-{days}"), days).await;
        send(&portal, "NLS", ("EL54321", "EK12345"), &format!("N-{days}"), days + 10).await;
    }
    let settled = send(&portal, "TND", ("DN54321", "EK12345"), "T-1", 5).await;
    accept_all(&portal, "FJT", &settled, "F-9").await;
    portal.acting("FJT").act(settled.id, "close", None, Terms::default()).await.unwrap();
    claim(&portal, "F-7", "12345674").await;
    portal.advance(SignedDuration::from_hours(24 * 9));
    portal.sign_in(&mut browser, HANDLER, "/").await;
    send(&portal, "TND", ("DN54321", "EK12345"), "T-2", 5).await;

    let overview = browser.get("/").await;
    let counts = overview.texts(".sh-tabs .sh-count");
    assert_eq!(counts, ["4", "4", "1", "6", "1"]);
    for (href, count) in overview.attributes(".sh-tabs a", "href").iter().zip(counts) {
        let tab = browser.get(href).await;
        assert_eq!(rows(&tab).to_string(), count, "{href}");
        assert!(tab.text(".sh-tablefoot").starts_with(&format!("Viser {count} av {count}")));
    }
    assert_eq!(overview.texts(".sh-figures dd"), ["3", "0", "0,0 dager", "12 345,50 kr"]);
}

#[tokio::test]
async fn what_waits_for_us_stands_by_deadline_with_days_left_in_words() {
    let (portal, mut browser) = start().await;
    send(&portal, "NLS", ("EL54321", "EK12345"), "N-1", 2).await;
    portal.advance(SignedDuration::from_hours(24 * 6));
    portal.sign_in(&mut browser, HANDLER, "/").await;
    send(&portal, "TND", ("DN54321", "EK12345"), "T-1", 2).await;

    let page = browser.get("/").await;
    assert_eq!(page.texts("tbody .ds-tag"), ["1 dag igjen", "7 dager igjen"]);
    assert_eq!(
        page.texts("td[data-label=Motpart] span:first-child"),
        ["Nordlys Skadeforsikring", "Tinde Forsikring"]
    );
    assert!(page.text("td[data-label=Oppgave]").starts_with("Svar på ny hendelse"));
    assert_eq!(page.attributes("tr[data-unread]", "data-unread").len(), 2);
}

#[tokio::test]
async fn a_filter_lives_in_the_address_and_is_shown_in_one_form() {
    let (portal, mut browser) = start().await;
    send(&portal, "NLS", ("EL54321", "EK12345"), "N-1", 3).await;
    send(&portal, "TND", ("DN54321", "EK12345"), "T-1", 3).await;
    send(&portal, "TND", ("DN54321", "EK12345"), "T-2", 60).await;
    let day = days_ago(&portal, 10);
    let typed = format!("{}.{}.{}", day.day(), day.month(), day.year() % 100);

    let page = browser.get(&format!("/?motpart=TND&fra={typed}&oppgave=answer_incident")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(rows(&page), 1);
    assert_eq!(page.attributes("#fra", "value"), [dates::date(day)]);
    assert_eq!(page.attributes("#motpart option[selected]", "value"), ["TND"]);
    assert_eq!(page.texts(".sh-tablefoot span"), ["Viser 1 oppgave"]);
    let sent = browser.get("/hendelser?rolle=sender").await;
    assert_eq!(rows(&sent), 0);
    assert!(sent.text(".sh-empty").contains("Ingen treff med disse filtrene"));
}

#[tokio::test]
async fn a_filter_nobody_understands_comes_back_with_a_sentence_at_its_field() {
    let (_portal, mut browser) = start().await;
    for (address, field, typed) in [
        ("/?fra=i+morgen&saksbehandler=meg", "fra", "i morgen"),
        ("/hendelser?til=32.1.26", "til", "32.1.26"),
        ("/krav?kid=1234", "kid", "1234"),
        ("/sok?regnr=%3F", "regnr", "?"),
    ] {
        let page = browser.get(address).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert!(page.text("title").starts_with("Feil: "), "{address}");
        let at_field = page.text(&format!("#{field}-feil"));
        assert_eq!(page.texts(".ds-error-summary li"), [at_field], "{address}");
        assert_eq!(page.attributes(&format!("#{field}"), "value"), [typed]);
    }
    for address in
        ["/?oppgave=alt", "/?motpart=XYZ", "/hendelser?status=borte", "/krav?retning=opp"]
    {
        let page = browser.get(address).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        assert_eq!(page.texts(".ds-error-summary li").len(), 1, "{address}");
    }
}

#[tokio::test]
async fn a_made_up_page_of_a_list_leads_back_to_the_first() {
    let (_portal, mut browser) = start().await;
    let page = browser.get("/hendelser?etter=oppdiktet").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text(".ds-error-summary").contains("Gå til første side"));
}

#[tokio::test]
async fn the_pages_of_a_list_show_every_incident_once() {
    let (portal, mut browser) = start().await;
    for day in 1..=55 {
        send(&portal, "NLS", ("EL54321", "EK12345"), &format!("N-{day}"), day).await;
    }
    for list in ["/", "/hendelser?sorter=lossDate", "/sok?regnr=ek+12345&sorter=counterpart"] {
        let mut seen = Vec::new();
        let mut next = Some(list.to_owned());
        let mut pages = 0;
        while let Some(address) = next {
            let page = browser.get(&address).await;
            seen.extend(page.attributes(".sh-work td:nth-child(2) a", "href"));
            next = page.attributes("a[rel=next]", "href").into_iter().next();
            pages += 1;
        }
        assert_eq!((pages, seen.len()), (2, 55), "{list}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 55, "{list}");
    }
}

#[tokio::test]
async fn whoever_takes_an_incident_first_is_its_handler() {
    let (portal, mut browser) = start().await;
    let incident = send(&portal, "NLS", ("EL54321", "EK12345"), "N-1", 2).await;
    let take = format!("/hendelser/{}/ta", incident.id);
    let list = browser.get("/?saksbehandler=-").await;
    assert_eq!(list.attributes("td form", "action"), std::slice::from_ref(&take));

    let back = browser.post(&take, &[("tilbake", "/?saksbehandler=meg")]).await;
    assert_eq!(back.url.query(), Some("saksbehandler=meg"));
    assert_eq!(back.texts("td[data-label=Saksbehandler]"), [HANDLER]);

    let mut colleague = portal.browser();
    portal.sign_in(&mut colleague, "personskade.fjt", "/").await;
    let page = colleague.post(&take, &[("tilbake", "//ond.example/")]).await;
    assert_eq!(page.path(), "/");
    assert_eq!(page.text(".sh-flash"), "saksbehandler.fjt har allerede tatt hendelsen.");
    assert_eq!(page.texts("td[data-label=Saksbehandler]"), [HANDLER]);
}

#[tokio::test]
async fn claims_are_listed_with_what_is_outstanding() {
    let (portal, mut browser) = start().await;
    claim(&portal, "F-7", "12345674").await;
    let page = browser.get("/krav?retning=sent&kid=1234+5674").await;
    assert_eq!(page.texts("td[data-label=KID]"), ["12345674"]);
    assert_eq!(page.texts("tbody td.sh-num"), ["12 345,50", "12 345,50"]);
    assert_eq!(rows(&browser.get("/krav?retning=received").await), 0);
    assert_eq!(rows(&browser.get("/krav?forfalt=true").await), 0);
    portal.advance(SignedDuration::from_hours(24 * 40));
    portal.sign_in(&mut browser, HANDLER, "/").await;
    let overdue = browser.get("/krav?forfalt=true").await;
    assert!(overdue.text("tbody .ds-tag").ends_with("dager over fristen"));
}

#[tokio::test]
async fn those_who_handle_no_claims_are_told_their_role_and_whom_to_ask() {
    let portal = Portal::start_whole().await;
    for (user, role) in [
        ("admin.fjt", "selskapsadministrator"),
        ("revisor.fjt", "revisor"),
        ("skadehubadmin", "Skadehub-administrator"),
    ] {
        let mut browser = portal.browser();
        portal.sign_in(&mut browser, user, "/").await;
        let page = browser.get("/").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text("main h2").contains(role), "{user}");
        assert!(page.text("main").contains("saksbehandler"), "{user}");
    }
}
