//! The hub's administrator keeps companies and API clients, and sees no case.

use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::portal::Portal;

async fn house() -> (Portal, Browser) {
    let house = Portal::start_whole().await;
    let mut admin = house.browser();
    let page = house.sign_in(&mut admin, "skadehubadmin", "/forvaltning/selskaper").await;
    assert_eq!(page.status, StatusCode::OK);
    (house, admin)
}

const NEW: [(&str, &str); 5] = [
    ("kode", "VST"),
    ("navn", "Vestavind Forsikring"),
    ("orgnr", "310 412 775"),
    ("slag", "individual"),
    ("tilknytning", "1.11.2026"),
];

#[tokio::test]
async fn a_company_is_active_only_with_both_agreements_and_gets_its_first_administrator() {
    let (house, mut admin) = house().await;
    let active = [&NEW[..], &[("aktiv", "ja")]].concat();
    let page = admin.post("/forvaltning/selskaper/nytt", &active).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#databehandler"]);
    let page = admin.post("/forvaltning/selskaper/nytt", &NEW).await;
    assert_eq!((page.status, page.path()), (StatusCode::OK, "/forvaltning/selskaper/VST"));
    let taken = admin.post("/forvaltning/selskaper/nytt", &NEW).await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    let address = "/forvaltning/selskaper/VST/administrator";
    let empty = admin.post(address, &[]).await;
    assert_eq!(empty.attributes(".ds-error-summary a", "href"), ["#brukernavn", "#navn", "#epost"]);
    let first = [
        ("brukernavn", "admin.vst"),
        ("navn", "Vigdis Eksempel"),
        ("epost", "vigdis@vestavind.example"),
        ("saksbehandler", "ja"),
    ];
    let page = admin.post(address, &first).await;
    let told = page.text(".sh-flash");
    assert!(told.contains("E-post er sendt til vigdis@vestavind.example"), "{}", page.html);
    let mail = house.mailbox.all().remove(0);
    assert_eq!(mail.to, "vigdis@vestavind.example");
    assert!(mail.text.contains("Vestavind Forsikring har gitt deg tilgang"), "{}", mail.text);
    assert_eq!(admin.post(address, &first).await.status, StatusCode::CONFLICT);
    // The provider has an account of that name, and the role is that of an administrator alone.
    let mut vigdis = house.browser();
    let page = house.sign_in(&mut vigdis, "admin.vst", "/selskap/brukere").await;
    assert_eq!(page.texts("tbody td[data-label=Roller]"), ["selskapsadministrator"]);
}

#[tokio::test]
async fn rights_and_secrets_are_changed_only_with_a_fresh_code_and_no_form_is_lost() {
    let (house, mut admin) = house().await;
    house.advance(SignedDuration::from_mins(11));
    for path in [
        "/forvaltning/selskaper/nytt",
        "/forvaltning/selskaper/FJT/administrator",
        "/forvaltning/klienter/ny",
        "/forvaltning/klienter/fagsystem-fjt",
    ] {
        assert_eq!(admin.get(path).await.path(), "/logg-inn/kode", "{path}");
    }
    for path in ["/forvaltning/selskaper", "/forvaltning/selskaper/FJT", "/forvaltning/klienter"] {
        assert_eq!(admin.get(path).await.path(), path, "looking needs none");
    }
    for path in [
        "/forvaltning/selskaper/FJT",
        "/forvaltning/selskaper/FJT/administrator",
        "/forvaltning/selskaper/FJT/brukere",
        "/forvaltning/klienter/fagsystem-fjt",
    ] {
        let page = admin.post(path, &[("navn", "Et navn")]).await;
        assert_eq!(page.path(), "/logg-inn/kode", "{path}");
    }
    let page = admin.post("/forvaltning/selskaper/nytt", &NEW).await;
    let back_to = page.attributes("input[name=retur]", "value").remove(0);
    let code = house.code("skadehubadmin").await;
    let kept = admin.post("/logg-inn/kode", &[("kode", &code), ("retur", &back_to)]).await;
    let form = kept.form("/forvaltning/selskaper/nytt");
    let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(form, NEW);
    let done = admin.post("/forvaltning/selskaper/nytt", &form).await;
    assert_eq!(done.path(), "/forvaltning/selskaper/VST");
}

#[tokio::test]
async fn a_companys_users_are_shown_only_on_its_recorded_request_which_its_auditor_reads() {
    let (house, mut admin) = house().await;
    let users = "/forvaltning/selskaper/FJT/brukere";
    let kari = format!("{users}/{}", house.member("saksbehandler.fjt").await);
    assert!(!admin.get(users).await.html.contains("saksbehandler.fjt"));
    let turned = admin.get(&kari).await;
    assert_eq!(turned.path(), users, "the way to record it");
    for act in ["nullstill", "steng"] {
        assert_eq!(admin.post(&format!("{kari}/{act}"), &[]).await.path(), users);
    }
    let empty = admin.post(users, &[]).await;
    assert_eq!(empty.attributes(".ds-error-summary a", "href"), ["#hvem", "#dato", "#hvorfor"]);
    let today = house.days_ago(0).parse().map(skadehub::formats::dates::date).unwrap();
    let request =
        [("hvem", "Ola Leder"), ("dato", today.as_str()), ("hvorfor", "Administratoren er borte")];
    let page = admin.post(users, &request).await;
    assert!(page.text("tbody").contains("saksbehandler.fjt"), "{}", page.html);
    assert!(!page.html.contains("saksbehandler.nls"), "one company's");
    let other = admin.get("/forvaltning/selskaper/NLS/brukere").await;
    assert!(!other.html.contains("saksbehandler.nls"), "the request is one company's");
    let mixed = kari.replace("FJT", "NLS");
    assert_eq!(admin.get(&mixed).await.path(), "/forvaltning/selskaper/NLS/brukere");
    let theirs = format!("{users}/{}", house.member("saksbehandler.nls").await);
    assert_eq!(admin.get(&theirs).await.status, StatusCode::NOT_FOUND);

    let mut handler = house.browser();
    house.sign_in(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    let page = admin.post(&format!("{kari}/nullstill"), &[]).await;
    assert!(page.text(".sh-flash").contains("nullstilt"), "{}", page.html);
    let page = house.vouch(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    assert_eq!(page.path(), "/logg-inn/oppsett", "set up anew");
    let page = admin.post(&format!("{kari}/steng"), &[]).await;
    assert!(page.text(".sh-flash").contains("stengt ute"), "{}", page.html);
    let again = house.vouch(&mut house.browser(), "saksbehandler.fjt", "/").await;
    assert!(again.path().starts_with("/realms/"), "the provider lets the account in no more");

    let mut auditor = house.browser();
    let page =
        house.sign_in(&mut auditor, "revisor.fjt", "/revisor/logg?person=skadehubadmin").await;
    let log = page.text("tbody");
    for told in
        ["Ola Leder", "Administratoren er borte", "Engangskode nullstilt", "Bruker stengt ute"]
    {
        assert!(log.contains(told), "{told}: {log}");
    }
    // Another visit needs a request of its own.
    let mut later = house.browser();
    let page = house.sign_in(&mut later, "skadehubadmin", users).await;
    assert_eq!(page.path(), users);
    assert!(!page.html.contains("personskade.fjt"), "{}", page.html);
}

#[tokio::test]
async fn a_form_that_was_overtaken_loses_nothing() {
    let (_house, mut admin) = house().await;
    let address = "/forvaltning/selskaper/NLS";
    let form = admin.get(address).await.form(address);
    let send = async |admin: &mut Browser, name: &str, value: &str| {
        let mut form = form.clone();
        form.retain(|(known, _)| known != name);
        form.push((name.to_owned(), value.to_owned()));
        let pairs: Vec<_> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        admin.post(address, &pairs).await
    };
    let first = send(&mut admin, "varsel", "varsel@nordlys.example").await;
    assert!(first.text(".sh-flash").contains("lagret"), "{}", first.html);
    let slower = send(&mut admin, "navn", "Nordlys AS").await;
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(slower.texts("fieldset legend"), ["Navn", "Varsler sendes til"]);
}

#[tokio::test]
async fn a_client_switched_off_is_refused_at_its_next_call() {
    let (house, mut admin) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    fjt.get("/incidents").await.ok(200);
    let page = admin.get("/forvaltning/klienter").await;
    let used =
        page.texts("tbody tr").into_iter().find(|row| row.contains("fagsystem-fjt")).unwrap();
    assert!(!used.contains("Aldri"), "{used}");
    let address = "/forvaltning/klienter/fagsystem-fjt";
    let mut form = admin.get(address).await.form(address);
    form.retain(|(name, _)| name != "aktiv");
    let pairs: Vec<_> = form.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let page = admin.post(address, &pairs).await;
    assert!(page.text(".sh-flash").contains("neste kall"), "{}", page.html);
    fjt.get("/incidents").await.refused(403);
    let mut auditor = house.browser();
    let page =
        house.sign_in(&mut auditor, "revisor.fjt", "/revisor/logg?type=client_changed").await;
    assert!(page.text("tbody").contains("skadehubadmin"), "{}", page.html);
}

#[tokio::test]
async fn a_new_client_gets_a_secret_and_its_scopes_only() {
    let (house, mut admin) = house().await;
    let new = [("klient", "fagsystem-tnd-2"), ("selskap", "TND"), ("lese", "ja"), ("aktiv", "ja")];
    let page = admin.post("/forvaltning/klienter/ny", &new).await;
    assert_eq!(page.status, StatusCode::CREATED);
    let secret = page.text("#hemmelighet");
    let issuer = house.stand_ins.issuer();
    let token = crate::support::api::Api::fresh_token(&issuer, "fagsystem-tnd-2", Some(&secret))
        .await
        .unwrap();
    let tnd = house.api("fagsystem-tnd").await.with_token(&token);
    tnd.get("/incidents").await.ok(200);
    tnd.post("/incidents", json!({})).await.refused(403);
    tnd.get("/admin/companies").await.refused(403);
}

#[tokio::test]
async fn the_administrator_sees_use_by_month_and_no_case() {
    let (house, mut admin) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt
        .post("/incidents", crate::api_story::collision("B-1", &house.days_ago(2)))
        .await
        .ok(201);
    let page = admin.get("/forvaltning/selskaper").await;
    assert_eq!(page.texts("td.sh-num").iter().filter(|cell| *cell == "1").count(), 1);
    let wrong = admin.get("/forvaltning/selskaper?maned=november").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for path in [
        "/hendelser",
        &format!("/hendelser/{}", sent["id"].as_str().unwrap()),
        "/revisor/logg",
        "/selskap/brukere",
    ] {
        assert_eq!(admin.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_version_of_a_code_list_is_looked_at_published_and_leaves_the_old_one_to_old_cases() {
    let (house, mut admin) = house().await;
    let address = "/forvaltning/kodeverk/coverages/ny";
    let rows = admin
        .get(address)
        .await
        .form(address)
        .into_iter()
        .find(|(name, _)| name == "rader")
        .unwrap()
        .1;
    let more = format!("{}mopedforsikring;Moped;;;;;;;;;\n", rows.replace("\r\n", "\n"));
    let tomorrow = house.days_ago(-1);
    let send = async |admin: &mut Browser, rows: &str, act: &str| {
        let form =
            [("utgave", "2027-1"), ("fra", tomorrow.as_str()), ("rader", rows), ("gjor", act)];
        admin.post(address, &form).await
    };
    let same = send(&mut admin, &rows, "").await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing has changed");
    let look = send(&mut admin, &more, "").await;
    assert_eq!(look.texts("#endringer li"), ["Ny: mopedforsikring Moped"]);
    let done = send(&mut admin, &more, "publiser").await;
    assert!(done.text(".sh-flash").contains("Utgave 2027-1 er publisert"), "{}", done.html);
    assert_eq!(send(&mut admin, &more, "publiser").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fjt = house.api("fagsystem-fjt").await;
    let today = fjt.get("/code-lists/coverages").await.ok(200);
    assert_eq!(today["version"], "2026-1", "it begins tomorrow");
    let file = admin.get("/forvaltning/kodeverk/coverages/fil?utgave=2027-1").await;
    assert!(file.html.contains("mopedforsikring;Moped;"), "{}", file.html);
}

#[tokio::test]
async fn a_notice_is_shown_to_all_until_it_is_taken_down() {
    let (house, mut admin) = house().await;
    let mut handler = house.browser();
    house.sign_in(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    let today = house.days_ago(0);
    let form =
        [("tekst", "Nede i kveld <fra 22>"), ("slag", "warning"), ("fra", &today), ("til", &today)];
    let empty = admin.post("/forvaltning/meldinger", &[]).await;
    assert_eq!(empty.texts(".ds-error-summary a").len(), 4);
    admin.post("/forvaltning/meldinger", &form).await;
    let shown = async |handler: &mut Browser| {
        handler.get("/hendelser").await.texts(".ds-alert[data-color=warning]")
    };
    assert_eq!(shown(&mut handler).await, ["Nede i kveld <fra 22>"]);
    let page = admin.get("/forvaltning/meldinger").await;
    let down = page
        .attributes("main form", "action")
        .into_iter()
        .find(|it| it.ends_with("/ta-ned"))
        .unwrap();
    admin.post(&down, &[]).await;
    assert_eq!(shown(&mut handler).await, [""; 0]);
}
