//! Tests against the TFFAuto stand-in over HTTP.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::sandbox::demo_world::DemoWorld;
use crate::sandbox::tffauto::{self, Condition, TffAuto};

struct Setup {
    registry: VehicleRegistry,
    tffauto: TffAuto,
    seconds: Arc<AtomicI64>,
}

async fn setup() -> Setup {
    setup_with_key(tffauto::API_KEY).await
}

async fn setup_with_key(key: &str) -> Setup {
    let tffauto = TffAuto::new(&DemoWorld::new());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let router = tffauto::router(tffauto.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let seconds = Arc::new(AtomicI64::new(0));
    let told = seconds.clone();
    let clock = Clock::new(move || {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(told.load(Ordering::SeqCst))
    });
    let registry = VehicleRegistry::new(url, key.into(), http_client().unwrap(), clock);
    Setup { registry, tffauto, seconds }
}

impl Setup {
    async fn ask(
        &self,
        number: &str,
        country: &str,
        on: Date,
    ) -> Result<RegistryAnswer, RegistryUnavailable> {
        self.registry.insurer(&RegistrationNumber::parse(number).unwrap(), country, on).await
    }
}

#[tokio::test]
async fn an_insured_vehicle_comes_with_its_cover_and_all_its_plates() {
    let answer = setup().await.ask("FJELL", "N", date(2026, 5, 1)).await.unwrap();
    assert_eq!(answer.outcome, Outcome::Insurer);
    assert_eq!(answer.company, Some("TND".parse().unwrap()));
    assert_eq!(answer.since, Some(date(2020, 3, 15)));
    let numbers: Vec<_> = answer.numbers.iter().map(RegistrationNumber::as_str).collect();
    assert_eq!(numbers, ["DN54321", "FJELL"]);
}

#[tokio::test]
async fn every_outcome_is_understood() {
    let setup = setup().await;
    let on = date(2026, 1, 1);
    for (number, country, outcome, company) in [
        ("RT77777", "N", Outcome::Uninsured, Some("TFF")),
        ("HX4321", "N", Outcome::Uninsured, Some("TFF")),
        ("ABC123", "S", Outcome::Foreign, Some("TFF")),
        ("CX48213", "DK", Outcome::Correspondent, Some("SKG")),
        ("12345", "N", Outcome::SelfInsured, None),
        ("ÆØ99999", "N", Outcome::Unknown, None),
    ] {
        let answer = setup.ask(number, country, on).await.unwrap();
        assert_eq!(answer.outcome, outcome, "{number}");
        assert_eq!(answer.company.as_ref().map(CompanyCode::as_str), company, "{number}");
    }
}

#[tokio::test]
async fn a_wrong_key_is_not_an_unknown_vehicle() {
    let setup = setup_with_key("wrong").await;
    let error = setup.ask("EK12345", "N", date(2026, 1, 1)).await.unwrap_err();
    assert!(error.to_string().contains("401"), "{error}");
}

#[tokio::test]
async fn a_registry_that_is_down_is_left_alone_and_found_again_after_the_pause() {
    let setup = setup().await;
    let on = date(2026, 1, 1);
    setup.tffauto.set(Condition::Down);
    for _ in 0..5 {
        setup.ask("EK12345", "N", on).await.unwrap_err();
    }
    setup.tffauto.set(Condition::Up);
    let error = setup.ask("EK12345", "N", on).await.unwrap_err();
    assert!(error.to_string().contains("left alone"), "{error}");

    setup.seconds.fetch_add(30, Ordering::SeqCst);
    assert_eq!(setup.ask("EK12345", "N", on).await.unwrap().outcome, Outcome::Insurer);
}

#[tokio::test]
async fn a_registry_that_hangs_is_given_up_within_the_limit() {
    let setup = setup().await;
    setup.tffauto.set(Condition::Hanging);
    let start = std::time::Instant::now();
    let error = setup.ask("EK12345", "N", date(2026, 1, 1)).await.unwrap_err();
    assert!(error.to_string().contains("no answer"), "{error}");
    assert!(start.elapsed() < TOTAL + Duration::from_secs(1));
}
