//! The auditor reads, searches, takes out and checks, and changes nothing.

use reqwest::StatusCode;

use crate::api_story::collision;
use crate::support::browser::Browser;
use crate::support::portal::Portal;

/// A house with one incident that was looked at, and its auditor at the log.
async fn house() -> (Portal, Browser) {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("A-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    fjt.call(reqwest::Method::GET, &path, None, &[("skadehub-user", "=cmd|calc")]).await.ok(200);
    let nls = house.api("fagsystem-nls").await;
    while nls.get("/events?after=0&wait=5").await.ok(200)["items"].as_array().unwrap().len() < 2 {}
    let mut auditor = house.browser();
    house.sign_in(&mut auditor, "revisor.fjt", "/revisor/logg").await;
    (house, auditor)
}

#[tokio::test]
async fn the_log_shows_who_looked_and_is_narrowed_by_its_fields() {
    let (_house, mut auditor) = house().await;
    let page = auditor.get("/revisor/logg?type=incident_viewed").await;
    assert_eq!(page.status, StatusCode::OK);
    let cells = page.texts("tbody td");
    assert_eq!(&cells[1..5], ["Hendelse åpnet", "=cmd|calc", "API", "A-1, historikken"]);
    assert_eq!(page.texts("tbody tr").len(), 1);
    let page = auditor.get("/revisor/logg?person=ingen").await;
    assert_eq!(page.text(".sh-empty .sh-strong"), "Ingen treff med disse filtrene");
    let page = auditor.get("/revisor/logg?fra=i+fjor").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text("title").starts_with("Feil: "));
    // What the auditor did is there as well, with what was asked for.
    let page = auditor.get("/revisor/logg?type=log_viewed").await;
    assert!(
        page.texts("tbody td").contains(&"Logg lestperson: ingen".to_owned()),
        "{:?}",
        page.texts("tbody td")
    );
}

#[tokio::test]
async fn the_history_is_told_in_sentences_and_found_by_reference() {
    let (_house, mut auditor) = house().await;
    let page = auditor.get("/revisor/historikk?skadenummer=a+1").await;
    assert_eq!(page.text(".sh-empty .sh-strong"), "Ingen treff med disse filtrene");
    let page = auditor.get("/revisor/historikk?skadenummer=A-1&type=incident_sent").await;
    let cells = page.texts("tbody td");
    assert_eq!(cells[1], "Hendelse sendtHendelse sendt til Nordlys Skadeforsikring");
    assert_eq!(cells[4], "A-1");
}

#[tokio::test]
async fn a_file_holds_every_row_and_runs_nothing_in_a_spreadsheet() {
    let (_house, mut auditor) = house().await;
    let page = auditor.get("/revisor/logg?type=incident_viewed").await;
    let links = page.attributes("a[download]", "href");
    let csv = auditor.get(&links[0]).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert!(csv.headers["content-disposition"].to_str().unwrap().ends_with(".csv\""));
    let rows: Vec<_> = csv.html.split("\r\n").collect();
    assert!(rows[0].starts_with("Tidspunkt;Type;Beskrivelse;Hvem;"), "{}", rows[0]);
    assert!(rows[1].contains(";Hendelse åpnet;;'=cmd|calc;API;A-1;"), "{}", rows[1]);
    assert_eq!(rows.len(), 3, "the head, one row and the end");
    let xlsx = auditor.get(&links[1]).await;
    assert!(xlsx.html.starts_with("PK"), "a workbook is a zip file");
    let page = auditor.get("/revisor/logg?type=log_exported").await;
    assert_eq!(page.texts("tbody tr").len(), 2);
    let refused = auditor.get("/revisor/logg/fil?filtype=exe").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_check_says_that_all_holds_or_names_the_first_broken_link() {
    let (house, mut auditor) = house().await;
    let page = auditor.get("/revisor/kontroll?kjor=ja").await;
    assert_eq!(page.text("#resultat"), "Alt henger sammen");
    let sql = "update hub.event set kind = 'x' where seq = 2";
    crate::company_log::meddle(&house.database, sql).await;
    let page = auditor.get("/revisor/kontroll?kjor=ja").await;
    assert_eq!(
        page.texts(".ds-alert li"),
        ["Historikken til A-1, oppføring 2: oppføringen er endret etterpå."]
    );
}

#[tokio::test]
async fn nobody_else_reads_the_log_and_the_auditor_no_case() {
    let (house, mut auditor) = house().await;
    assert_eq!(auditor.get("/hendelser").await.status, StatusCode::FORBIDDEN);
    for username in ["saksbehandler.fjt", "admin.fjt", "skadehubadmin"] {
        let mut other = house.browser();
        for path in [
            "/revisor/logg",
            "/revisor/historikk",
            "/revisor/kontroll",
            "/revisor/logg/fil?filtype=csv",
        ] {
            let page = match path {
                "/revisor/logg" => house.sign_in(&mut other, username, path).await,
                _ => other.get(path).await,
            };
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{username} at {path}");
        }
    }
}
