//! Where people see the reminders: handlers on their worklist, the company administrator in front.

use jiff::SignedDuration;
use skadehub::hub::jobs;

use crate::api_story::collision;
use crate::support::portal::Portal;

/// A portal where Nordlys has left an incident of Fjordtrygd's unanswered for `days`; its address.
async fn left_for(days: i64) -> (Portal, String) {
    let portal = Portal::start_whole().await;
    let fjt = portal.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("F-1", &portal.days_ago(2))).await.ok(201);
    portal.advance(SignedDuration::from_hours(24 * days));
    jobs::round(&portal.hub).await.unwrap();
    (portal, format!("/hendelser/{}", sent["id"].as_str().unwrap()))
}

#[tokio::test]
async fn the_third_reminder_reaches_handlers_and_the_company_administrator_and_nobody_else() {
    let (portal, incident) = left_for(15).await;
    let mut browser = portal.browser();
    let list = portal.sign_in(&mut browser, "saksbehandler.nls", "/").await;
    assert!(list.text("td[data-label=Frist]").contains("3. påminnelse"), "{}", list.html);
    let page = browser.get(&incident).await;
    let told = page.text("section[aria-labelledby=tur]");
    assert!(told.contains("3. påminnelse") && told.contains("også til selskapsadministrator"));

    let mut browser = portal.browser();
    let front = portal.sign_in(&mut browser, "admin.nls", "/").await;
    let row = front.text("section[aria-labelledby=paminnelser] tbody tr");
    for told in ["8 dager over fristen", "Svar på ny hendelse", "Fjordtrygd", "Ikke tildelt"] {
        assert!(row.contains(told), "{told} in {row}");
    }
    assert_eq!(browser.get(&incident).await.status, 403, "the case itself is the handlers'");

    let mut browser = portal.browser();
    let theirs = portal.sign_in(&mut browser, "admin.fjt", "/").await;
    assert!(theirs.text("section[aria-labelledby=paminnelser]").contains("Ingen frister"));
    let mut browser = portal.browser();
    let auditor = portal.sign_in(&mut browser, "revisor.nls", "/").await;
    assert!(auditor.texts("section[aria-labelledby=paminnelser]").is_empty());
    let mut browser = portal.browser();
    let waiting = portal.sign_in(&mut browser, "saksbehandler.fjt", &incident).await;
    assert!(!waiting.html.contains("påminnelse"), "the other company is not told");
}

#[tokio::test]
async fn the_company_administrator_is_not_bothered_with_the_first_reminders() {
    let (portal, incident) = left_for(8).await;
    let mut browser = portal.browser();
    let front = portal.sign_in(&mut browser, "admin.nls", "/").await;
    assert!(front.text("section[aria-labelledby=paminnelser]").contains("Ingen frister"));
    let mut browser = portal.browser();
    let page = portal.sign_in(&mut browser, "saksbehandler.nls", &incident).await;
    let told = page.text("section[aria-labelledby=tur]");
    assert!(told.contains("2. påminnelse") && !told.contains("selskapsadministrator"), "{told}");
}
