//! The same story through `HubClient`, in process and over the network: same answers, same errors.

use skadehub::auth::machine::{Client, TokenSource};
use skadehub::clock::Clock;
use skadehub::contract::{
    Accept, Acting, Actor, HubClient, NewClaim, NewClaimLine, NewIncident, NewOtherParty,
    NewOwnParty, NewProposal, NewVehicle, ReportPayment, Terms, WHOLE,
};
use skadehub::domain::{ClaimStatus, IncidentStatus};
use skadehub::error::Error;
use skadehub::sandbox::demo_world::DemoWorld;

use crate::support::portal::Portal;

/// A hub elsewhere, as the operator's own portal reaches it.
fn remote(house: &Portal) -> HubClient {
    let world = DemoWorld::new();
    let known = world.api_clients.iter().find(|c| c.client_id == "skadehub-portal").unwrap();
    let client = Client { id: known.client_id.clone(), secret: known.client_secret.clone().into() };
    let http = reqwest::Client::new();
    let token =
        TokenSource::new(house.stand_ins.issuer(), client, "", http.clone(), Clock::system());
    HubClient::remote(&format!("{}/api/v1", house.base), http, token)
}

/// Names with æøå travel too.
fn acting(hub: &HubClient, company: &str) -> Acting {
    let user = format!("Åse Bjørgø {company}");
    hub.acting(Actor { company: company.parse().unwrap(), user, injury: false })
}

fn vehicle(number: &str) -> NewVehicle {
    NewVehicle { registration_number: Some(number.to_owned()), ..NewVehicle::default() }
}

fn collision(house: &Portal, reference: &str) -> NewIncident {
    NewIncident {
        reference: reference.to_owned(),
        loss_date: house.days_ago(4),
        own: NewOwnParty {
            vehicle: vehicle("EK12345"),
            coverage: "kasko".to_owned(),
            ..NewOwnParty::default()
        },
        other: NewOtherParty { vehicle: vehicle("EL54321"), insurer_override: None },
        proposal: Some(NewProposal {
            code: "405".to_owned(),
            own_role: "a".to_owned(),
            ..NewProposal::default()
        }),
        ..NewIncident::default()
    }
}

fn code(error: &Error) -> &str {
    error.code().unwrap_or_else(|| panic!("not a problem with a code: {error}"))
}

async fn story(house: &Portal, hub: &HubClient, reference: &str, kid: &str) {
    let (fjt, nls) = (acting(hub, "FJT"), acting(hub, "NLS"));
    let new = collision(house, reference);
    let sent = fjt.send_incident(&new, reference).await.unwrap();
    let again = fjt.send_incident(&new, reference).await.unwrap();
    assert_eq!(again, sent, "the same key gives the first answer again");
    let id = sent.id;

    let empty = nls.accept(id, &Accept::default(), Terms::default()).await.unwrap_err();
    let Error::Problem(problem) = &empty else { panic!("{empty}") };
    assert_eq!((problem.status, problem.errors[0].pointer.as_str()), (422, "/reference"));
    let accept = Accept {
        reference: format!("N-{reference}"),
        accept_proposal: Some(1),
        ..Accept::default()
    };
    let stale = nls.accept(id, &accept, Terms::version(Some(7))).await.unwrap_err();
    assert_eq!(code(&stale), "version_conflict");
    let early = fjt.accept(id, &accept, Terms::default()).await.unwrap_err();
    assert_eq!(code(&early), "not_counterpart");
    let agreed = nls.accept(id, &accept, Terms::version(Some(sent.version))).await.unwrap();
    assert_eq!(agreed.status, IncidentStatus::Accepted);

    let claim = NewClaim {
        reference: reference.to_owned(),
        kid: kid.to_owned(),
        lines: vec![NewClaimLine { kind: "repair".into(), gross_ore: 1_000, description: None }],
        ..NewClaim::default()
    };
    let claim = fjt.send_claim(id, &claim, &format!("krav {reference}")).await.unwrap();
    assert_eq!(claim.total_ore, 750);
    let report = ReportPayment { amount_ore: 750, date: house.days_ago(0) };
    let paid = nls.report_payment(claim.id, &report, Terms::default()).await.unwrap();
    assert_eq!(paid.status, ClaimStatus::Paid);

    nls.seen(id).await.unwrap();
    let seen = nls.incident(id, WHOLE).await.unwrap();
    assert_eq!(seen.unread, 0);
    let events = seen.events.unwrap();
    let last = events.last().unwrap();
    assert_eq!(last.by.user.as_deref(), Some("Åse Bjørgø NLS"));
    assert_eq!(last.by.channel, "portal");
    assert!(events.iter().all(|e| e.by.company.as_deref() != Some("FJT") || e.by.user.is_none()));
    let stranger = acting(hub, "TND").incident(id, "").await.unwrap_err();
    assert!(matches!(stranger, Error::NotFound), "{stranger}");
}

#[tokio::test]
async fn the_story_is_the_same_in_process_and_over_the_network() {
    let house = Portal::start_whole().await;
    story(&house, &house.app.hub, "P-1", "12344").await;
    story(&house, &remote(&house), "R-1", "602243").await;
}

#[tokio::test]
async fn a_hub_that_cannot_be_reached_is_said_to_be_so() {
    let house = Portal::start_whole().await;
    let world = DemoWorld::new();
    let known = world.api_clients.iter().find(|c| c.client_id == "skadehub-portal").unwrap();
    let client = Client { id: known.client_id.clone(), secret: known.client_secret.clone().into() };
    let http = reqwest::Client::new();
    let token =
        TokenSource::new(house.stand_ins.issuer(), client, "", http.clone(), Clock::system());
    // Nothing listens there.
    let nowhere = HubClient::remote("http://127.0.0.1:1/api/v1", http, token);
    let error = acting(&nowhere, "FJT").counts().await.unwrap_err();
    assert_eq!((code(&error), error.problem().status), ("hub_unavailable", 503));
}
