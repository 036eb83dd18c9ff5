//! The whole story through the API alone, by two core systems.

use serde_json::{Value, json};

use crate::support::api::Api;
use crate::support::portal::Portal;

/// A collision between a car of Fjordtrygd and one of Nordlys.
pub(crate) fn collision(reference: &str, day: &str) -> Value {
    json!({
        "reference": reference, "lossDate": day, "lossTime": "14:30",
        "place": "Krysset Strandveien og Møllebakken", "description": "Motparten svingte foran oss.",
        "personalInjury": false,
        "own": {"vehicle": {"registrationNumber": "ek 12345"}, "coverage": "kasko", "vatLiable": false,
                "businessInterruption": false},
        "other": {"vehicle": {"registrationNumber": "EL54321"}},
        "proposal": {"code": "203", "ownRole": "a"},
    })
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test]
async fn two_core_systems_go_from_collision_to_paid_claim() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let day = house.days_ago(5);

    let sent = fjt.post("/incidents", collision("2026-100123", &day)).await;
    assert_eq!(sent.headers["etag"], "\"1\"");
    let sent = sent.ok(201);
    assert_eq!(sent["own"]["vehicle"]["registrationNumber"], "EK12345");
    assert_eq!(sent["other"]["company"], "NLS");
    assert_eq!(sent["other"]["insurer"]["source"], "registry");
    assert_eq!(sent["awaiting"]["who"], "them");
    assert_eq!(sent["awaiting"]["duty"], "answer_incident");
    assert_eq!(sent["liability"]["proposal"]["split"]["other"], json!({"num": 1, "den": 1}));
    let path = format!("/incidents/{}", id(&sent));

    let received = nls.get(&path).await.ok(200);
    assert_eq!(received["awaiting"]["who"], "us");
    assert_eq!(received["own"]["reference"], Value::Null);
    assert_eq!(received["liability"]["proposal"]["ownRole"], "b");
    assert_eq!(received["unread"], 2);

    let counter = json!({"code": "999", "ownRole": "b", "reason": "Begge burde ha sett hverandre.",
                         "split": {"own": {"num": 3, "den": 4}, "other": {"num": 1, "den": 4}}});
    let accept =
        json!({"reference": "NLS-26-55810", "coverage": "ansvar", "counterProposal": counter});
    let accepted = nls.post(&format!("{path}/accept"), accept).await.ok(200);
    assert_eq!(accepted["status"], "accepted");
    assert_eq!(accepted["liability"]["proposal"]["number"], 2);

    let agreed = fjt.post(&format!("{path}/proposals/2/accept"), json!({})).await.ok(200);
    assert_eq!(agreed["liability"]["status"], "agreed");
    assert_eq!(agreed["liability"]["agreed"]["own"], json!({"num": 1, "den": 4}));

    let claim = json!({"reference": "2026-100123", "kid": "2345 6767", "lines": [
        {"type": "repair", "grossOre": 4_825_000}, {"type": "hire_car", "grossOre": 640_050},
        {"type": "towing", "grossOre": 387_500}, {"type": "other", "grossOre": 295_000, "description": "Glass"}]});
    let claim = fjt.post(&format!("{path}/claims"), claim).await.ok(201);
    assert_eq!(claim["totalOre"], 4_610_663);
    let lines = claim["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| line["demandedOre"].as_i64().unwrap()).sum();
    assert_eq!(sum, 4_610_663);
    let claims = format!("/claims/{}", id(&claim));

    let registered =
        nls.post(&format!("{claims}/register"), json!({"reference": "77120"})).await.ok(200);
    assert_eq!(registered["status"], "registered");
    nls.post(&format!("{claims}/accept"), json!({})).await.ok(200);
    let today = house.days_ago(0);
    let part = json!({"amountOre": 4_000_000, "date": today});
    let part_paid = nls.post(&format!("{claims}/report-payment"), part.clone()).await.ok(200);
    assert_eq!(part_paid["outstandingOre"], 610_663);
    let confirmed = fjt.post(&format!("{claims}/report-payment"), part).await.ok(200);
    assert_eq!(confirmed["outstandingOre"], 610_663);
    assert_eq!(confirmed["payments"][0]["confirmed"], true);
    let rest = json!({"amountOre": 610_663, "date": today});
    let paid = nls.post(&format!("{claims}/report-payment"), rest).await.ok(200);
    assert_eq!(paid["status"], "paid");

    let closed = fjt.post(&format!("{path}/close"), json!({})).await.ok(200);
    assert_eq!(closed["status"], "closed");
    assert_eq!(closed["awaiting"]["who"], "nobody");
    history_is_whole(&fjt, &nls, &path).await;
}

async fn history_is_whole(fjt: &Api, nls: &Api, path: &str) {
    let ours = fjt.get(&format!("{path}?include=events,proposals,claims,messages")).await.ok(200);
    let kinds: Vec<_> =
        ours["events"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "incident_sent",
            "proposal_made",
            "incident_accepted",
            "party_changed",
            "proposal_made",
            "proposal_accepted",
            "claim_sent",
            "claim_registered",
            "claim_accepted",
            "payment_reported",
            "payment_confirmed",
            "payment_reported",
            "incident_closed"
        ]
    );
    let theirs = nls.get(&format!("{path}/events?limit=200")).await.ok(200);
    for (mine, yours) in
        ours["events"].as_array().unwrap().iter().zip(theirs["items"].as_array().unwrap())
    {
        assert_eq!(mine["hash"], yours["hash"]);
    }
    assert_eq!(ours["proposals"].as_array().unwrap().len(), 2);
    assert_eq!(ours["claims"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_feed_gives_both_parties_every_event_in_order_and_waits_for_more() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let sent = fjt.post("/incidents", collision("F-1", &house.days_ago(1))).await.ok(201);
    let first = nls.get("/events?wait=20").await.ok(200);
    assert_eq!(first["items"][0]["kind"], "incident_sent");
    let cursor = first["next"].as_str().unwrap().to_owned();
    let after = format!("/events?after={cursor}&wait=20");
    let path = format!("/incidents/{}/messages", id(&sent));
    let (waited, _) = tokio::join!(nls.get(&after), fjt.post(&path, json!({"text": "Hei"})));
    let waited = waited.ok(200);
    let kinds: Vec<_> = waited["items"].as_array().unwrap().iter().map(|e| &e["kind"]).collect();
    assert!(
        kinds.iter().all(|kind| *kind == "message_sent" || *kind == "proposal_made"),
        "{kinds:?}"
    );
}
