//! The company administrator keeps users and secrets, and nobody is let in or out unseen.

use jiff::SignedDuration;
use reqwest::StatusCode;

use crate::api_story::collision;
use crate::support::api::Api;
use crate::support::browser::Browser;
use crate::support::portal::Portal;

async fn house() -> (Portal, Browser) {
    let house = Portal::start_whole().await;
    let mut admin = house.browser();
    let page = house.sign_in(&mut admin, "admin.fjt", "/selskap/brukere").await;
    assert_eq!(page.status, StatusCode::OK);
    (house, admin)
}

/// What the newest entry of this kind says.
async fn logged(house: &Portal, kind: &str) -> serde_json::Value {
    let fjt = house.api("fagsystem-fjt").await;
    let log = fjt.get(&format!("/log?kind={kind}")).await.ok(200);
    log["items"][0].clone()
}

#[tokio::test]
async fn an_invited_user_gets_a_mail_and_signs_in_with_the_roles_given() {
    let (house, mut admin) = house().await;
    let empty = admin.post("/selskap/brukere/inviter", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.texts(".ds-error-summary a").len(), 4);
    let new = [
        ("brukernavn", "Kari.FJT"),
        ("navn", "Kari Eksempel"),
        ("epost", "kari@fjordtrygd.example"),
        ("revisor", "ja"),
    ];
    let page = admin.post("/selskap/brukere/inviter", &new).await;
    assert!(
        page.text(".sh-flash").contains("E-post er sendt til kari@fjordtrygd.example"),
        "{}",
        page.html
    );
    let mail = house.mailbox.all().remove(0);
    assert_eq!(mail.to, "kari@fjordtrygd.example");
    assert!(mail.text.contains(&house.base) && mail.text.contains("revisor"), "{}", mail.text);
    let entry = logged(&house, "user_invited").await;
    assert_eq!(
        (&entry["person"], &entry["data"]["user"]),
        (&"admin.fjt".into(), &"kari.fjt".into())
    );
    // The provider has an account of that name, and membership opens the auditor's pages.
    let mut kari = house.browser();
    let page = house.sign_in(&mut kari, "kari.fjt", "/revisor/logg").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    let again = admin.post("/selskap/brukere/inviter", &new).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text("#brukernavn-feil").contains("tatt"));
}

#[tokio::test]
async fn two_administrators_at_one_user_do_not_undo_each_other() {
    let (house, mut admin) = house().await;
    let address = format!("/selskap/brukere/{}", house.member("saksbehandler.fjt").await);
    let form = admin.get(&address).await.form(&address);
    let typed = |name: &'static str, value: &'static str| {
        let mut form = form.clone();
        form.retain(|(known, _)| known != name);
        form.push((name.to_owned(), value.to_owned()));
        form
    };
    let as_form = |form: &[(String, String)]| {
        form.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>()
    };
    let send = async |admin: &mut Browser, form: Vec<(String, String)>| {
        let pairs: Vec<_> =
            form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        admin.post(&address, &pairs).await
    };
    let first = send(&mut admin, as_form(&typed("revisor", "ja"))).await;
    assert!(first.text(".sh-flash").contains("lagret"), "{}", first.html);
    let slower = send(&mut admin, as_form(&typed("navn", "Per Eksempel"))).await;
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(slower.texts("fieldset legend"), ["Navn", "Revisor"]);
    assert!(slower.text(".ds-alert p").contains("admin.fjt"));
    let choice = slower.form(&address);
    let done = send(&mut admin, choice).await;
    assert!(done.text(".sh-flash").contains("lagret"));
    assert_eq!(done.text("h1"), "Per Eksempel");
    let entry = logged(&house, "user_changed").await;
    assert_eq!(entry["data"]["before"], "saksbehandler, revisor");
}

#[tokio::test]
async fn whoever_is_shut_out_is_out_at_once_and_another_has_the_cases() {
    let (house, mut admin) = house().await;
    let fjt = house.api("fagsystem-fjt").await;
    let sent = fjt.post("/incidents", collision("U-1", &house.days_ago(2))).await.ok(201);
    let incident = format!("/incidents/{}", sent["id"].as_str().unwrap());
    let mine = serde_json::json!({"handler": "saksbehandler.fjt"});
    fjt.call(reqwest::Method::PATCH, &incident, Some(mine), &[]).await.ok(200);
    let mut handler = house.browser();
    house.sign_in(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    handler.get("/hendelser/ny").await;

    let address = format!("/selskap/brukere/{}", house.member("saksbehandler.fjt").await);
    let page = admin.get(&format!("{address}/steng")).await;
    assert_eq!(page.texts(".sh-facts dd")[0], "1");
    let nobody = admin.post(&format!("{address}/steng"), &[("overtar", "saksbehandler.nls")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "only a handler of the company");
    let page = admin.post(&format!("{address}/steng"), &[("overtar", "personskade.fjt")]).await;
    assert!(page.text(".sh-flash").contains("1 åpne hendelser"), "{}", page.html);

    let out = handler
        .once(reqwest::Method::GET, format!("{}/hendelser", house.base).parse().unwrap(), None)
        .await;
    assert_eq!(out.status, StatusCode::SEE_OTHER, "the open browser is sent to sign-in");
    let again = house.vouch(&mut handler, "saksbehandler.fjt", "/").await;
    assert!(
        again.path().starts_with("/realms/"),
        "the provider lets the account in no more: {}",
        again.path()
    );
    assert_eq!(fjt.get(&incident).await.ok(200)["own"]["handler"], "personskade.fjt");
    assert_eq!(logged(&house, "user_disabled").await["data"]["handedTo"], "personskade.fjt");
    assert_eq!(logged(&house, "handler_changed").await["data"]["cases"], 1);

    let page = admin.post(&format!("{address}/slipp-inn"), &[]).await;
    assert!(page.text(".sh-flash").contains("tilgang igjen"));
    let page = house.sign_in(&mut house.browser(), "saksbehandler.fjt", "/hendelser").await;
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn a_reset_factor_signs_out_and_is_set_up_anew() {
    let (house, mut admin) = house().await;
    let mut handler = house.browser();
    house.sign_in(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    let address = format!("/selskap/brukere/{}", house.member("saksbehandler.fjt").await);
    admin.get(&address).await;
    let page = admin.post(&format!("{address}/nullstill"), &[]).await;
    assert!(page.text(".sh-flash").contains("nullstilt"), "{}", page.html);
    let page = house.vouch(&mut handler, "saksbehandler.fjt", "/hendelser").await;
    assert_eq!(page.path(), "/logg-inn/oppsett");
    assert_eq!(logged(&house, "second_factor_reset").await["data"]["user"], "saksbehandler.fjt");
}

#[tokio::test]
async fn nobody_takes_away_their_own_rights_and_another_companys_user_is_not_there() {
    let (house, mut admin) = house().await;
    let own = format!("/selskap/brukere/{}", house.member("admin.fjt").await);
    let less = [("navn", "Anne"), ("version", "1"), ("revisor", "ja")];
    let page = admin.post(&own, &less).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(admin.post(&format!("{own}/nullstill"), &[]).await.status, StatusCode::CONFLICT);
    let out = admin.post(&format!("{own}/steng"), &[("overtar", "-")]).await;
    assert_eq!(out.status, StatusCode::UNPROCESSABLE_ENTITY);
    let theirs = format!("/selskap/brukere/{}", house.member("saksbehandler.nls").await);
    for below in ["", "/steng"] {
        assert_eq!(admin.get(&format!("{theirs}{below}")).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(admin.post(&format!("{theirs}/nullstill"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn rights_are_changed_only_with_a_fresh_code() {
    let (house, mut admin) = house().await;
    house.advance(SignedDuration::from_mins(11));
    let page = admin.get("/selskap/brukere/inviter").await;
    assert_eq!(page.path(), "/logg-inn/kode");
    let page = admin.post("/selskap/brukere/inviter", &[("brukernavn", "x")]).await;
    assert_eq!(page.path(), "/logg-inn/kode");
    let back_to = page.attributes("input[name=retur]", "value").remove(0);
    assert!(back_to.starts_with("/logg-inn/skjema/"), "the form is kept: {back_to}");
    assert_eq!(admin.get("/selskap/brukere").await.status, StatusCode::OK, "looking needs none");
    let code = house.code("admin.fjt").await;
    let form = [("kode", code.as_str()), ("retur", "/selskap/brukere/inviter")];
    assert_eq!(admin.post("/logg-inn/kode", &form).await.path(), "/selskap/brukere/inviter");
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_the_old_one_is_worth_nothing() {
    let (house, mut admin) = house().await;
    let page = admin.get("/selskap/klienter").await;
    assert_eq!(page.texts("tbody tr").len(), 2, "only the own company's");
    let address = "/selskap/klienter/fagsystem-fjt/hemmelighet";
    let page = admin.post(address, &[]).await;
    let secret = page.text("#hemmelighet");
    assert!(secret.len() > 30, "{}", page.html);
    assert!(!admin.get(address).await.html.contains(&secret), "it is not shown again");
    let old = Api::fresh_token(&house.stand_ins.issuer(), "fagsystem-fjt", None).await;
    assert!(old.is_err(), "the old secret");
    let new = Api::fresh_token(&house.stand_ins.issuer(), "fagsystem-fjt", Some(&secret)).await;
    assert!(new.is_ok(), "the new secret");
    let other = admin.post("/selskap/klienter/fagsystem-nls/hemmelighet", &[]).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_of_users_is_shown_before_anything_happens_and_then_all_of_it_does() {
    let (house, mut admin) = house().await;
    let list = "brukernavn;navn;epost;roller\n\
        kari.fjt;Kari Eksempel;kari@fjordtrygd.example;saksbehandler\n\
        saksbehandler.fjt;Per Eksempel;per@fjordtrygd.example;saksbehandler revisor\n";
    let address = "/selskap/brukere/importer";
    let wrong = admin.post(address, &[("liste", "kari")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = admin.post(address, &[("liste", list)]).await;
    assert_eq!(page.texts("tbody .ds-tag"), ["Inviteres", "Endres"]);
    assert!(
        page.texts("tbody td")[7].contains("før: saksbehandler"),
        "{:?}",
        page.texts("tbody td")
    );
    assert!(!admin.get("/selskap/brukere").await.html.contains("kari.fjt"), "nothing has happened");
    let theirs = format!("{list}saksbehandler.nls;X;x@nls.example;revisor\n");
    let refused = admin.post(address, &[("liste", &theirs), ("gjor", "importer")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "one line fails, and so do all");
    assert!(!admin.get("/selskap/brukere").await.html.contains("kari.fjt"));
    let done = admin.post(address, &[("liste", list), ("gjor", "importer")]).await;
    assert!(
        done.text(".sh-flash").contains("1 brukere er invitert og 1 er endret"),
        "{}",
        done.html
    );
    assert_eq!(house.mailbox.all()[0].to, "kari@fjordtrygd.example");
    assert_eq!(logged(&house, "user_changed").await["data"]["after"], "saksbehandler, revisor");
}

#[tokio::test]
async fn a_company_says_itself_where_its_notices_go() {
    let (house, mut admin) = house().await;
    let page = admin.get("/selskap/profil").await;
    assert_eq!(page.texts(".sh-facts dd")[0], "310 412 775");
    let wrong =
        admin.post("/selskap/profil", &[("version", "1"), ("varsel", "ingen adresse")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.attributes("#varsel", "value"), ["ingen adresse"]);
    let form = [("version", "1"), ("varsel", "varsel@fjordtrygd.example")];
    let done = admin.post("/selskap/profil", &form).await;
    assert!(done.text(".sh-flash").contains("lagret"), "{}", done.html);
    let other = [("version", "1"), ("varsel", "annet@fjordtrygd.example")];
    let slower = admin.post("/selskap/profil", &other).await;
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    let entry = logged(&house, "company_changed").await;
    assert!(entry["data"]["after"].as_str().unwrap().contains("varsel@fjordtrygd.example"));
}
