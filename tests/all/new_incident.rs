//! A claims handler composes a new incident, sees it over, and sends it.

use reqwest::Method;
use serde_json::{Value, json};
use skadehub::sandbox::tffauto::Condition;

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

const OURS: &str = "saksbehandler.fjt";
const COLLEAGUE: &str = "personskade.fjt";
const THEIRS: &str = "saksbehandler.nls";

const DESCRIPTION: &str =
    "Motparten <svingte> foran oss & traff «høyre» forskjerm.\nBegge signerte.";

/// Fills in a page's form as a person would, and sends it with the button that goes on.
async fn submit(browser: &mut Browser, page: &Page, typed: &[(&str, &str)]) -> Page {
    let action = page.attributes("main form", "action").into_iter().next();
    let action = action.unwrap_or_else(|| panic!("{} {}: {}", page.status, page.url, page.html));
    submit_to(browser, page, &action, &action, typed).await
}

/// The same to the address of another button of the form.
async fn submit_to(
    browser: &mut Browser,
    page: &Page,
    form: &str,
    to: &str,
    typed: &[(&str, &str)],
) -> Page {
    let mut fields = page.form(form);
    fields.retain(|(name, _)| typed.iter().all(|(given, _)| given != name));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(typed.iter().copied())
        .collect();
    browser.post(to, &fields).await
}

/// A house with one handler of Fjordtrygd signed in.
async fn house() -> (Portal, Browser) {
    let portal = Portal::start_whole().await;
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, OURS, "/hjelp").await;
    (portal, browser)
}

fn day(portal: &Portal, days_ago: i64) -> String {
    let date = portal.days_ago(days_ago).parse().unwrap();
    skadehub::formats::dates::date(date)
}

/// Step 1, from a blank page to the next.
async fn vehicles(portal: &Portal, browser: &mut Browser, reference: &str) -> Page {
    let page = browser.get("/hendelser/ny").await;
    let day = day(portal, 3).replace(".20", " ");
    let typed = [
        ("skadenummer", reference),
        ("skadedato", &*day),
        ("klokkeslett", "1430"),
        ("egen-regnr", "ek 12345"),
        ("motpart-regnr", "EL-54321"),
    ];
    submit(browser, &page, &typed).await
}

/// All steps, to the preview.
async fn preview(portal: &Portal, browser: &mut Browser, reference: &str) -> Page {
    let page = vehicles(portal, browser, reference).await;
    assert_eq!(page.text("h1"), "Ny hendelse: hva som skjedde", "{}", page.html);
    let typed = [("sted", " Krysset "), ("beskrivelse", DESCRIPTION), ("dekning", "kasko")];
    let page = submit(browser, &page, &typed).await;
    assert_eq!(page.text("h1"), "Ny hendelse: ansvarsfordeling", "{}", page.html);
    let page = submit(browser, &page, &[("kode", "405"), ("a", "motpart")]).await;
    assert_eq!(page.text("h1"), "Se over før du sender", "{}", page.html);
    page
}

async fn send(browser: &mut Browser, page: &Page) -> Page {
    submit(browser, page, &[]).await
}

async fn incidents(portal: &Portal, client: &str) -> Vec<Value> {
    let list = portal.api(client).await.get("/incidents").await.ok(200);
    list["items"].as_array().unwrap().clone()
}

fn draft_of(page: &Page) -> String {
    page.path().split('/').nth(2).unwrap().to_owned()
}

#[tokio::test]
async fn what_the_preview_shows_is_what_the_other_company_gets() {
    let (portal, mut browser) = house().await;
    let page = preview(&portal, &mut browser, "2026-100123").await;
    let rows = page.texts("dd:nth-child(2)").join(" | ");
    for shown in ["Nordlys Skadeforsikring (NLS, org.nr. 310 425 885)", "2026-100123", "Kasko"] {
        assert!(rows.contains(shown), "{shown} in {rows}");
    }
    assert!(rows.contains("kl. 14.30 | Krysset | Motparten <svingte> foran oss & traff"), "{rows}");
    assert!(rows.contains("405 Ulovlig parkert til hinder | Nordlys, EL54321 | Oss, EK12345"));
    assert_eq!(page.text("figcaption"), "Oss (B) 3/4 · 75 % Nordlys (A) 1/4 · 25 %");
    assert_eq!(page.text("main form.sh-stack button"), "Send hendelse til Nordlys Skadeforsikring");

    let page = send(&mut browser, &page).await;
    assert!(page.path().starts_with("/hendelser/"), "{}", page.html);
    let received = incidents(&portal, "fagsystem-nls").await.remove(0);
    assert_eq!(received["other"]["reference"], "2026-100123");
    assert_eq!(received["lossDate"], portal.days_ago(3));
    assert_eq!(received["lossTime"], "14:30");
    assert_eq!(received["place"], "Krysset");
    assert_eq!(received["description"], DESCRIPTION);
    assert_eq!(received["other"]["vehicle"]["registrationNumber"], "EK12345");
    assert_eq!(received["own"]["vehicle"]["registrationNumber"], "EL54321");
    let proposal = &received["liability"]["proposal"];
    assert_eq!((&proposal["code"], &proposal["ownRole"]), (&json!("405"), &json!("a")));
    assert_eq!(proposal["split"]["own"], json!({"num": 1, "den": 4}));
}

#[tokio::test]
async fn a_double_click_sends_once_and_a_late_click_finds_the_incident() {
    let (portal, mut browser) = house().await;
    let page = preview(&portal, &mut browser, "2026-100124").await;
    let action = page.attributes("main form", "action").remove(0);
    let mut twin = portal.browser();
    portal.sign_in(&mut twin, COLLEAGUE, "/hjelp").await;
    let (first, second) =
        tokio::join!(send(&mut browser, &page), submit_to(&mut twin, &page, &action, &action, &[]));
    let sent = incidents(&portal, "fagsystem-fjt").await;
    assert_eq!(sent.len(), 1);
    let incident = format!("/hendelser/{}", sent[0]["id"].as_str().unwrap());
    assert!([first.path(), second.path()].contains(&incident.as_str()));

    assert_eq!(send(&mut browser, &page).await.path(), incident);
    let draft = draft_of(&page);
    let page = browser.get(&format!("/utkast/{draft}/kjoretoy")).await;
    assert_eq!(page.path(), incident);
    assert_eq!(browser.get("/utkast").await.texts("tbody tr").len(), 0);
    assert_eq!(incidents(&portal, "fagsystem-fjt").await.len(), 1);
}

#[tokio::test]
async fn no_two_errors_of_the_vehicles_read_the_same() {
    let (_portal, mut browser) = house().await;
    let page = browser.get("/hendelser/ny").await;
    let page = submit(&mut browser, &page, &[]).await;
    let said = page.texts(".ds-error-summary a");
    let apart: std::collections::BTreeSet<_> = said.iter().collect();
    assert_eq!((said.len(), apart.len()), (4, 4), "{said:?}");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_one_round_and_everything_typed_is_kept() {
    let (portal, mut browser) = house().await;
    let page = browser.get("/hendelser/ny").await;
    let typed = [
        ("skadedato", "31.2.2026"),
        ("klokkeslett", "25.99"),
        ("egen-regnr", "E/K"),
        ("motpart-kjoretoy", "Rød «tilhenger»"),
    ];
    let page = submit(&mut browser, &page, &typed).await;
    assert_eq!(page.status, 422);
    assert!(page.text("title").starts_with("Feil: "));
    let links = page.attributes(".ds-error-summary a", "href");
    let expected = ["#skadenummer", "#skadedato", "#klokkeslett", "#egen-regnr", "#motpart-regnr"];
    assert_eq!(links, expected);
    for link in &links {
        assert_eq!(page.attributes(link, "aria-invalid"), ["true"], "{link}");
        let sentence = page.text(&format!("{link}-feil"));
        assert!(page.texts(".ds-error-summary a").contains(&sentence), "{sentence}");
    }

    let mut colleague = portal.browser();
    portal.sign_in(&mut colleague, COLLEAGUE, "/hjelp").await;
    let list = colleague.get("/utkast").await;
    assert_eq!(list.texts("section h2"), ["Mine utkast", "Andre utkast i selskapet"]);
    let open = list.attributes("tbody th a", "href").remove(0);
    let page = colleague.get(&open).await;
    let value = |name: &str| page.attributes(&format!("[name={name}]"), "value").remove(0);
    assert_eq!(value("skadedato"), "31.2.2026");
    assert_eq!(value("egen-regnr"), "E/K");
    assert_eq!(value("motpart-kjoretoy"), "Rød «tilhenger»");
}

#[tokio::test]
async fn a_draft_saves_itself_and_by_its_button() {
    let (_portal, mut browser) = house().await;
    let page = browser.get("/hendelser/ny").await;
    let action = page.attributes("main form", "action").remove(0);
    let save = page.attributes("form", "data-autosave").remove(0);
    // The page saves as often as it likes; it is the same page each time.
    for typed in ["2026-1", "2026-10", "2026-100"] {
        let page = submit_to(&mut browser, &page, &action, &save, &[("skadenummer", typed)]).await;
        assert!(page.text(".sh-flash").starts_with("Utkastet er lagret kl."), "{}", page.html);
        assert_eq!(page.attributes("#skadenummer", "value"), [typed]);
    }
    assert_eq!(browser.get("/utkast").await.texts("tbody th"), ["2026-100"]);
}

#[tokio::test]
async fn a_save_that_arrives_after_the_form_is_no_conflict_for_the_next_page() {
    let (portal, mut browser) = house().await;
    let page = vehicles(&portal, &mut browser, "2026-101").await;
    let typed = [("sted", "Krysset"), ("beskrivelse", "Sammenstøt"), ("dekning", "kasko")];
    let next = submit(&mut browser, &page, &typed).await;
    assert_eq!(next.text("h1"), "Ny hendelse: ansvarsfordeling");

    let (action, save) = (page.path(), page.attributes("form", "data-autosave").remove(0));
    let late = submit_to(&mut browser, &page, action, &save, &typed).await;
    assert!(late.text(".sh-flash").starts_with("Utkastet er lagret kl."), "{}", late.html);
    let picked = [("kode", "203"), ("a", "oss"), ("handling", "vis")];
    let redrawn = submit(&mut browser, &next, &picked).await;
    assert_eq!(redrawn.status, 200, "{}", redrawn.html);
    assert!(redrawn.text("#valgt").starts_with("Valgt: 203"));
}

#[tokio::test]
async fn another_company_neither_sees_nor_touches_the_draft() {
    let (portal, mut browser) = house().await;
    let page = preview(&portal, &mut browser, "2026-100125").await;
    let draft = draft_of(&page);
    let mut stranger = portal.browser();
    portal.sign_in(&mut stranger, THEIRS, "/hjelp").await;
    for step in ["kjoretoy", "hva", "ansvar", "se-over", "slett"] {
        let page = stranger.get(&format!("/utkast/{draft}/{step}")).await;
        assert_eq!(page.status, 404, "{step}");
    }
    for act in ["kjoretoy", "hva", "ansvar", "lagre", "send", "slett"] {
        let form = [("version", "0"), ("steg", "kjoretoy"), ("skadenummer", "stjålet")];
        let page = stranger.post(&format!("/utkast/{draft}/{act}"), &form).await;
        assert!(page.status == 404 || page.path() == "/utkast", "{act} {}", page.status);
    }
    assert_eq!(stranger.get("/utkast").await.texts("tbody tr").len(), 0);
    let page = browser.get(&format!("/utkast/{draft}/kjoretoy")).await;
    assert_eq!(page.attributes("#skadenummer", "value"), ["2026-100125"]);
}

#[tokio::test]
async fn two_handlers_on_one_draft_see_both_values_and_choose() {
    let (portal, mut browser) = house().await;
    let page = vehicles(&portal, &mut browser, "2026-100126").await;
    let mut colleague = portal.browser();
    portal.sign_in(&mut colleague, COLLEAGUE, "/hjelp").await;
    let theirs = colleague.get(page.path()).await;
    submit(&mut colleague, &theirs, &[("sted", "Torget"), ("dekning", "ansvar")]).await;

    let typed = [("sted", "Brygga"), ("beskrivelse", "Sammenstøt"), ("dekning", "ansvar")];
    let conflict = submit(&mut browser, &page, &typed).await;
    assert_eq!(conflict.status, 412);
    let text = conflict.text("main");
    assert!(text.contains("endret av personskade.fjt"), "{text}");
    assert_eq!(conflict.attributes("input[name=sted]", "value"), ["Brygga", "Torget"]);
    let page = submit(&mut browser, &conflict, &[("sted", "Torget")]).await;
    assert_eq!(page.attributes("#sted", "value"), ["Torget"]);
    assert_eq!(page.text("#beskrivelse"), "Sammenstøt");
}

#[tokio::test]
async fn endre_leads_to_the_field_and_back_to_the_preview() {
    let (portal, mut browser) = house().await;
    let page = preview(&portal, &mut browser, "2026-100127").await;
    let links = page.attributes(".sh-facts a", "href");
    let change = links.iter().find(|href| href.ends_with("#sted")).unwrap();
    let page = browser.get(change).await;
    let page = submit(&mut browser, &page, &[("sted", "Brygga")]).await;
    assert_eq!(page.text("h1"), "Se over før du sender");
    assert!(page.texts("dd").contains(&"Brygga".to_owned()));
}

#[tokio::test]
async fn a_preview_that_was_overtaken_is_not_sent() {
    let (portal, mut browser) = house().await;
    let seen = preview(&portal, &mut browser, "2026-100128").await;
    let change = format!("/utkast/{}/hva", draft_of(&seen));
    let page = browser.get(&change).await;
    submit(&mut browser, &page, &[("sted", "Brygga")]).await;
    let page = send(&mut browser, &seen).await;
    assert_eq!(page.status, 409);
    assert!(page.text("#avslag").contains("endret siden du så over det"));
    assert!(incidents(&portal, "fagsystem-fjt").await.is_empty());
    assert!(send(&mut browser, &page).await.path().starts_with("/hendelser/"));
}

/// What Nordlys sends about the two vehicles of [`preview`].
fn received(portal: &Portal, reference: &str) -> Value {
    json!({
        "reference": reference, "lossDate": portal.days_ago(3), "personalInjury": false,
        "own": {"vehicle": {"registrationNumber": "EL54321"}, "coverage": "kasko",
                "vatLiable": false, "businessInterruption": false},
        "other": {"vehicle": {"registrationNumber": "EK12345"}},
    })
}

#[tokio::test]
async fn an_incident_the_other_company_may_have_sent_is_sent_only_when_confirmed() {
    let (portal, mut browser) = house().await;
    let theirs = received(&portal, "NLS-26-1");
    let theirs = portal.api("fagsystem-nls").await.post("/incidents", theirs).await.ok(201);
    let page = preview(&portal, &mut browser, "2026-100129").await;
    let link = format!("/hendelser/{}", theirs["id"].as_str().unwrap());
    assert_eq!(
        page.attributes("#lignende a", "href"),
        std::slice::from_ref(&link),
        "warned before it is sent"
    );
    let page = send(&mut browser, &page).await;
    assert_eq!(page.status, 409, "{}", page.html);
    assert_eq!(page.attributes("#lignende a", "href"), [link]);
    assert!(page.text("#lignende").starts_with("Hendelsen er ikke sendt"));
    assert_eq!(incidents(&portal, "fagsystem-fjt").await.len(), 1);
    let page = submit(&mut browser, &page, &[("bekreft", "ja")]).await;
    assert!(page.path().starts_with("/hendelser/"), "{}", page.html);
    assert_eq!(incidents(&portal, "fagsystem-fjt").await.len(), 2);
}

#[tokio::test]
async fn what_is_confirmed_on_the_preview_is_sent_at_once() {
    let (portal, mut browser) = house().await;
    let nls = portal.api("fagsystem-nls").await;
    let theirs = received(&portal, "NLS-26-2");
    nls.post("/incidents", theirs).await.ok(201);
    let page = preview(&portal, &mut browser, "2026-100132").await;
    assert_eq!(page.texts("#lignende a, #bekreft").len(), 2, "{}", page.html);
    assert!(page.attributes("#bekreft", "checked").is_empty(), "nobody has confirmed anything");
    let page = submit(&mut browser, &page, &[("bekreft", "ja")]).await;
    assert!(page.path().starts_with("/hendelser/"), "{}", page.html);
}

#[tokio::test]
async fn the_preview_does_not_warn_of_another_day_or_of_what_was_taken_back() {
    let (portal, mut browser) = house().await;
    let nls = portal.api("fagsystem-nls").await;
    let mut other_day = received(&portal, "NLS-26-3");
    other_day["lossDate"] = json!(portal.days_ago(4));
    nls.post("/incidents", other_day).await.ok(201);
    let taken_back = nls.post("/incidents", received(&portal, "NLS-26-4")).await.ok(201);
    let withdraw = format!("/incidents/{}/withdraw", taken_back["id"].as_str().unwrap());
    nls.post(&withdraw, json!({"reason": "Feil"})).await.ok(200);
    let page = preview(&portal, &mut browser, "2026-100133").await;
    assert!(page.texts("#lignende, #bekreft").is_empty(), "{}", page.html);
}

#[tokio::test]
async fn when_the_registry_is_down_the_receiver_is_chosen_by_hand() {
    let (portal, mut browser) = house().await;
    portal.stand_ins.tffauto.set(Condition::Down);
    let page = vehicles(&portal, &mut browser, "2026-100130").await;
    assert_eq!(page.status, 422);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#motpart-selskap"]);
    assert!(page.text("#motpart-svar").contains("TFFAuto svarer ikke akkurat nå"));
    assert_eq!(page.attributes("#motpart-valg", "open").len(), 1);
    let page = submit(&mut browser, &page, &[("motpart-selskap", "TND")]).await;
    assert_eq!(page.text("h1"), "Ny hendelse: hva som skjedde", "{}", page.html);
}

#[tokio::test]
async fn the_look_up_button_says_who_insures_and_whence_it_is_known() {
    let (portal, mut browser) = house().await;
    let page = browser.get("/hendelser/ny").await;
    let day = day(&portal, 3);
    let typed = [
        ("skadedato", day.as_str()),
        ("egen-regnr", "rt77777"),
        ("motpart-regnr", "abc 123"),
        ("motpart-land", "s"),
        ("handling", "slaa-opp-egen"),
    ];
    let page = submit(&mut browser, &page, &typed).await;
    assert_eq!(page.status, 200);
    let own = page.text("#egen-svar");
    assert!(own.contains("Uforsikret på skadedatoen"), "{own}");
    assert!(own.contains("Kilde: TFFAuto, sjekket"), "{own}");
    let other = page.text("#motpart-svar");
    assert!(other.contains("Kjøretøyet er utenlandsk. TFF svarer for det."), "{other}");
    assert!(page.texts("[aria-invalid]").is_empty());
}

#[tokio::test]
async fn a_situation_is_found_by_word_and_picked_by_its_code() {
    let (portal, mut browser) = house().await;
    let page = vehicles(&portal, &mut browser, "2026-100131").await;
    let page = submit(&mut browser, &page, &[("dekning", "kasko")]).await;
    let cards = |page: &Page| page.attributes(".sh-code input", "value");
    assert_eq!(cards(&page).len(), 12);
    let found = submit(&mut browser, &page, &[("ord", "rundkjøring felt")]).await;
    assert_eq!(found.status, 200);
    assert!(!cards(&found).is_empty() && !cards(&found).contains(&"101".to_owned()));
    let typed = [("ord", "306"), ("grunn", "Se skissen.")];
    let found = submit(&mut browser, &found, &typed).await;
    assert_eq!(found.attributes(".sh-code input[checked]", "value"), ["306"]);
    assert_eq!(found.text("#grunn"), "Se skissen.", "what was typed beside the search is kept");
    let page = submit(&mut browser, &found, &[]).await;
    assert_eq!(page.text("h1"), "Se over før du sender", "Enter on the same word goes on");
}

#[tokio::test]
async fn a_choice_not_saved_yet_goes_along_to_another_family() {
    let (portal, mut browser) = house().await;
    let page = vehicles(&portal, &mut browser, "2026-100131").await;
    let page = browser.get(&page.path().replace("/hva", "/ansvar")).await;
    let picked = [("kode", "405"), ("a", "motpart"), ("til-familie", "kryss")];
    let page = submit(&mut browser, &page, &picked).await;
    assert!(page.text("#familie-kryss[aria-current]").starts_with("Kryss"), "{}", page.html);
    assert!(page.text("#valgt").starts_with("Valgt: 405"), "{}", page.html);
    assert_eq!(page.attributes("#a-motpart[checked]", "value"), ["motpart"]);
}

#[tokio::test]
async fn a_draft_is_deleted_only_after_a_question() {
    let (portal, mut browser) = house().await;
    let page = vehicles(&portal, &mut browser, "2026-100132").await;
    let ask = format!("/utkast/{}/slett", draft_of(&page));
    let page = browser.get(&ask).await;
    assert_eq!(page.text("h1"), "Slett utkastet 2026-100132?");
    assert_eq!(browser.get("/utkast").await.texts("tbody tr").len(), 1);
    let page = submit(&mut browser, &page, &[]).await;
    assert_eq!(page.text(".sh-flash"), "Utkastet er slettet.");
    assert_eq!(page.texts("tbody tr").len(), 0);
}

#[tokio::test]
async fn nothing_typed_makes_an_error_of_ours() {
    let (_portal, mut browser) = house().await;
    let long = "Æ'\"<\u{1f697}".repeat(1_000);
    for text in ["\u{0}", "%00';--", long.as_str(), "\u{202e}", "1e9999999"] {
        let page = browser.get("/hendelser/ny").await;
        let mut url = page.url.clone();
        let action = page.attributes("main form", "action").remove(0);
        let fields: Vec<(String, &str)> = page
            .form(&action)
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "version" => (name, "0"),
                "steg" => (name, "kjoretoy"),
                _ if value.is_empty() => (name, text),
                _ => (name, text),
            })
            .collect();
        for path in [
            action.clone(),
            action.replace("kjoretoy", "hva"),
            action.replace("kjoretoy", "ansvar"),
        ] {
            url.set_path(&path);
            let body = serde_urlencoded::to_string(&fields).unwrap();
            let page = browser.once(Method::POST, url.clone(), Some(body)).await;
            assert!(!page.status.is_server_error(), "{path} {text:.20}");
        }
    }
}

#[tokio::test]
async fn a_received_incident_is_accepted_and_countered_in_one_act() {
    let (portal, mut browser) = house().await;
    let page = preview(&portal, &mut browser, "2026-100133").await;
    let incident = send(&mut browser, &page).await.path().to_owned();
    let mut theirs = portal.browser();
    portal.sign_in(&mut theirs, THEIRS, "/hjelp").await;
    let page = theirs.get(&format!("{incident}/forslag?skadenr=NLS-7&dekning=ansvar")).await;
    assert_eq!(page.text("h1"), "Aksepter og send motforslag", "{}", page.html);
    assert_eq!(page.text("#staar"), "Forslag 1 fra Fjordtrygd gjelder nå");

    let same = submit(&mut theirs, &page, &[]).await;
    assert_eq!(same.status, 422);
    assert_eq!(same.attributes(".ds-error-summary a", "href"), ["#kode"]);
    let typed = [("kode", "999"), ("fri", "1/2"), ("handling", "vis")];
    let drawn = submit(&mut theirs, &same, &typed).await;
    assert_eq!(drawn.status, 200);
    assert!(drawn.text("aside").contains("fri fordeling, vår andel fra 1/4 til 1/2"));
    let wrong = submit(&mut theirs, &drawn, &[]).await;
    assert_eq!(wrong.attributes(".ds-error-summary a", "href"), ["#grunn"]);
    let page = submit(&mut theirs, &wrong, &[("grunn", "Begge så for sent.")]).await;
    assert_eq!(page.path(), incident, "{}", page.html);

    let ours = incidents(&portal, "fagsystem-fjt").await.remove(0);
    assert_eq!(ours["status"], "accepted");
    assert_eq!(ours["other"]["reference"], "NLS-7");
    let proposal = &ours["liability"]["proposal"];
    assert_eq!((&proposal["number"], &proposal["code"]), (&json!(2), &json!("999")));
    assert_eq!(proposal["reason"], "Begge så for sent.");

    let page = browser.get(&format!("{incident}/forslag")).await;
    assert_eq!(page.text("h1"), "Send motforslag");
    let late = page.form(&format!("{incident}/forslag"));
    submit(&mut browser, &page, &[("kode", "104"), ("a", "oss")]).await;
    let late: Vec<_> = late
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !["kode", "valgt", "nokkel"].contains(name))
        .chain([("kode", "105")])
        .collect();
    let page = browser.post(&format!("{incident}/forslag"), &late).await;
    assert_eq!(page.status, 412, "a page that was overtaken says so: {}", page.html);
    assert_eq!(page.attributes("input[name=valgt]", "value"), ["105"]);
}
