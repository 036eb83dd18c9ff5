//! The contract's small print: keys, versions, errors, order of checks, paging.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api_story::collision;
use crate::support::portal::Portal;

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned())).collect()
}

#[tokio::test]
async fn every_error_of_a_body_is_told_at_once() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let body = json!({"reference": "", "lossDate": "2031-01-01", "colour": "red", "personalInjury": "nei",
        "own": {"vehicle": {}, "coverage": "mye", "vatLiable": true, "businessInterruption": false},
        "other": {"vehicle": {"registrationNumber": "EL54321", "unregistered": true}},
        "proposal": {"code": "999", "ownRole": "c"}});
    assert_eq!(
        fjt.post("/incidents", body).await.faults(),
        pairs(&[
            ("/colour", "unknown_field"),
            ("/lossDate", "date_in_future"),
            ("/other/vehicle", "vehicle_number_or_unregistered"),
            ("/own/coverage", "unknown_code"),
            ("/own/vehicle", "vehicle_number_or_unregistered"),
            ("/personalInjury", "invalid"),
            ("/proposal/ownRole", "invalid"),
            ("/proposal/reason", "reason_required"),
            ("/proposal/split", "split_required"),
            ("/reference", "required"),
        ])
    );
}

#[tokio::test]
async fn the_same_key_gives_the_first_answer_again_and_nothing_new() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let key = [("idempotency-key", "k-1")];
    let body = collision("K-1", &house.days_ago(2));
    let first = fjt.call(Method::POST, "/incidents", Some(body.clone()), &key).await;
    let again = fjt.call(Method::POST, "/incidents", Some(body), &key).await;
    assert_eq!(again.headers["idempotent-replay"], "true");
    assert_eq!(again.headers["etag"], first.headers["etag"]);
    assert_eq!(first.ok(201), again.ok(201));
    let other = collision("K-2", &house.days_ago(2));
    let reused = fjt.call(Method::POST, "/incidents", Some(other), &key).await;
    assert_eq!(reused.refused(422), "idempotency_key_reused");
    assert_eq!(fjt.get("/incidents").await.ok(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_old_version_is_refused_before_the_rules_are_asked() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let sent = fjt.post("/incidents", collision("V-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    let old = [("if-match", "\"0\"")];
    let accept = format!("{path}/accept");
    let body = json!({"reference": "N-1"});
    assert_eq!(
        nls.call(Method::POST, &accept, Some(body.clone()), &old).await.refused(412),
        "version_conflict"
    );
    // 422 before 412, 412 before 409, 404 before all of them.
    assert_eq!(nls.call(Method::POST, &accept, Some(json!({})), &old).await.status, 422);
    assert_eq!(fjt.call(Method::POST, &accept, Some(body.clone()), &old).await.status, 412);
    assert_eq!(fjt.post(&accept, body.clone()).await.refused(409), "not_counterpart");
    let tnd = house.api("fagsystem-tnd").await;
    assert_eq!(
        tnd.call(Method::POST, &accept, Some(json!({})), &old).await.refused(404),
        "not_found"
    );
    let current = [("if-match", "\"1\"")];
    nls.call(Method::POST, &accept, Some(body), &current).await.ok(200);
}

#[tokio::test]
async fn what_is_not_yours_is_not_there() {
    let house = Portal::start_whole().await;
    let (fjt, tnd) = (house.api("fagsystem-fjt").await, house.api("fagsystem-tnd").await);
    let sent = fjt.post("/incidents", collision("X-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    let missing = "/incidents/01900000-0000-7000-8000-000000000000";
    for (method, rest) in [
        (Method::GET, ""),
        (Method::GET, "/events"),
        (Method::GET, "/proposals"),
        (Method::GET, "/claims"),
        (Method::GET, "/messages"),
        (Method::POST, "/withdraw"),
        (Method::PATCH, ""),
    ] {
        let body = (method != Method::GET).then(|| json!({}));
        let theirs = tnd.call(method.clone(), &format!("{path}{rest}"), body.clone(), &[]).await;
        let nowhere = tnd.call(method.clone(), &format!("{missing}{rest}"), body, &[]).await;
        let strip = |mut body: Value| {
            body["requestId"] = Value::Null;
            body
        };
        assert_eq!(theirs.status, 404, "{method} {rest}");
        assert_eq!(strip(theirs.body), strip(nowhere.body));
    }
}

#[tokio::test]
async fn a_token_is_needed_and_its_scopes_hold() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let none = fjt.with_token("").get("/incidents").await;
    assert_eq!(none.refused(401), "unauthorized");
    assert_eq!(none.headers["www-authenticate"], "Bearer");
    assert_eq!(fjt.with_token("x.y.z").get("/incidents").await.refused(401), "unauthorized");
    let reader = house.api("fagsystem-fjt-les").await;
    reader.get("/incidents").await.ok(200);
    assert_eq!(reader.post("/incidents", json!({})).await.refused(403), "forbidden");
    let posing = fjt.call(Method::GET, "/incidents", None, &[("skadehub-company", "NLS")]).await;
    assert_eq!(posing.refused(403), "forbidden");
    let portal = house.api("skadehub-portal").await;
    assert_eq!(portal.get("/incidents").await.refused(403), "forbidden");
    portal.call(Method::GET, "/incidents", None, &[("skadehub-company", "NLS")]).await.ok(200);
}

#[tokio::test]
async fn paging_visits_every_incident_once_while_new_ones_come() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    for n in 0..7 {
        fjt.post("/incidents", collision(&format!("P-{n}"), &house.days_ago(2 + n))).await.ok(201);
    }
    for sort in ["opened", "due", "lossDate", "counterpart"] {
        let mut seen = Vec::new();
        let mut path = format!("/incidents?limit=3&sort={sort}");
        loop {
            let page = fjt.get(&path).await.ok(200);
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|i| i["own"]["reference"].to_string()),
            );
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/incidents?limit=3&sort={sort}&after={next}");
        }
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 7, "{sort}");
    }
    assert_eq!(fjt.get("/incidents?after=AAAA").await.faults(), pairs(&[("/after", "invalid")]));
    assert_eq!(
        fjt.get("/incidents?colour=red&limit=0").await.faults(),
        pairs(&[("/colour", "unknown_field"), ("/limit", "invalid")])
    );
}

#[tokio::test]
async fn a_redirect_hides_each_counterpart_from_the_other() {
    let house = Portal::start_whole().await;
    let (fjt, nls, tnd) = (
        house.api("fagsystem-fjt").await,
        house.api("fagsystem-nls").await,
        house.api("fagsystem-tnd").await,
    );
    let sent = fjt.post("/incidents", collision("R-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    nls.post(&format!("{path}/messages"), json!({"text": "Hemmelig for andre"})).await.ok(201);
    nls.post(
        &format!("{path}/reject"),
        json!({"reason": "not_our_vehicle", "suggestedCompany": "TND"}),
    )
    .await
    .ok(200);
    let redirected = fjt
        .post(&format!("{path}/redirect"), json!({"company": "TND", "reason": "Solgt"}))
        .await
        .ok(200);
    assert_eq!(redirected["liability"]["proposal"]["number"], 2);
    let new = tnd.get(&format!("{path}?include=events,proposals,messages")).await.ok(200);
    assert_eq!(new["status"], "sent");
    assert_eq!(new["messages"], json!([]));
    assert_eq!(new["proposals"].as_array().unwrap().len(), 1);
    assert!(!new.to_string().contains("not_our_vehicle"), "{new}");
    assert_eq!(new["events"].as_array().unwrap().len(), 2);
    let former = nls.get(&format!("{path}?include=events,proposals,messages")).await.ok(200);
    assert_eq!(former["status"], "rejected");
    assert_eq!(former["awaiting"]["who"], "nobody", "what becomes of it is no longer its business");
    assert_eq!(former["messages"].as_array().unwrap().len(), 1);
    assert!(!former.to_string().contains("Solgt"));
    assert_eq!(
        nls.post(&format!("{path}/accept"), json!({"reference": "N"})).await.refused(409),
        "rejected"
    );
    tnd.post(&format!("{path}/accept"), json!({"reference": "T-1"})).await.ok(200);
    assert_eq!(nls.get(&path).await.ok(200)["status"], "rejected");
    let listed = nls.get("/incidents").await.ok(200);
    assert_eq!(listed["items"][0]["status"], "rejected");
}

#[tokio::test]
async fn the_lists_of_an_incident_are_paged_and_refuse_what_they_do_not_know() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("L-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    for text in ["en", "to", "tre"] {
        fjt.post(&format!("{path}/messages"), json!({"text": text})).await.ok(201);
    }
    let messages = format!("{path}/messages?limit=2");
    let first = fjt.get(&messages).await.ok(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let cursor = first["next"].as_str().unwrap();
    fjt.post(&format!("{path}/messages"), json!({"text": "fire"})).await.ok(201);
    let second = fjt.get(&format!("{messages}&after={cursor}")).await.ok(200);
    let rest = second["items"].as_array().unwrap();
    let texts: Vec<_> = rest.iter().map(|message| message["text"].as_str().unwrap()).collect();
    assert_eq!((texts, &second["next"]), (vec!["tre", "fire"], &Value::Null));
    for list in ["messages", "claims", "proposals", "events"] {
        assert_eq!(
            fjt.get(&format!("{path}/{list}?colour=red&limit=0")).await.faults(),
            pairs(&[("/colour", "unknown_field"), ("/limit", "invalid")]),
            "{list}"
        );
    }
}

#[tokio::test]
async fn each_count_of_whose_turn_it_is_equals_its_list() {
    let house = Portal::start_whole().await;
    let (fjt, nls) = (house.api("fagsystem-fjt").await, house.api("fagsystem-nls").await);
    let mut paths = Vec::new();
    for n in 0..4 {
        let mut body = collision(&format!("W-{n}"), &house.days_ago(2 + n));
        body["proposal"] = Value::Null;
        let sent = fjt.post("/incidents", body).await.ok(201);
        assert_eq!(sent["own"]["handler"], Value::Null);
        assert!(sent["own"].as_object().unwrap().contains_key("handler"), "null, not left out");
        paths.push(format!("/incidents/{}", sent["id"].as_str().unwrap()));
    }
    nls.post(&format!("{}/accept", paths[0]), json!({"reference": "N-1"})).await.ok(200);
    nls.post(&format!("{}/reject", paths[1]), json!({"reason": "not_involved"})).await.ok(200);
    fjt.post(&format!("{}/withdraw", paths[2]), json!({"reason": "Feil"})).await.ok(200);
    let counts = fjt.get("/incidents/counts").await.ok(200);
    for who in ["us", "them", "both", "nobody"] {
        let list = fjt.get(&format!("/incidents?awaiting={who}")).await.ok(200);
        let listed = list["items"].as_array().unwrap();
        assert_eq!((listed.len(), &counts[who]["count"]), (1, &json!(1)), "{who}");
        assert_eq!(listed[0]["awaiting"]["who"], who);
    }
}

#[tokio::test]
async fn who_has_the_version_already_is_told_so_without_a_body() {
    let house = Portal::start_whole().await;
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("E-1", &house.days_ago(2))).await.ok(201);
    let path = format!("/incidents/{}", sent["id"].as_str().unwrap());
    let ask = |path: String, known: &'static str| {
        let fjt = fjt.clone();
        async move { fjt.call(Method::GET, &path, None, &[("if-none-match", known)]).await }
    };
    for known in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let answer = ask(path.clone(), known).await;
        assert_eq!(answer.status, 304, "{known}");
        assert_eq!(answer.headers["etag"], "\"1\"");
        assert_eq!(answer.body, "");
    }
    for known in ["\"0\"", "\"11\"", "1"] {
        assert_eq!(ask(path.clone(), known).await.ok(200)["version"], 1, "{known}");
    }
    // Messages are read, and the hub notes things, without a new version.
    ask(format!("{path}?include=messages,events"), "\"1\"").await.ok(200);
    ask("/incidents".to_owned(), "*").await.ok(200);
    let missing = "/incidents/01900000-0000-7000-8000-000000000000";
    assert_eq!(ask(missing.to_owned(), "*").await.refused(404), "not_found");
    let vat = json!({"vatLiable": true});
    fjt.call(Method::PATCH, &path, Some(vat), &[("if-none-match", "\"2\"")]).await.ok(200);
    assert_eq!(ask(path.clone(), "\"1\"").await.ok(200)["version"], 2);
}
