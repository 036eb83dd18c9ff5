//! A clock that is stepped, forwards and back.

use skadehub::hub::commands::message;
use skadehub::hub::store::feed;
use skadehub::hub::{audit, jobs};
use uuid::Uuid;

use super::campaign::Campaign;
use crate::support::exchange::{Exchange, act};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

async fn passed(exchange: &Exchange, incident: Uuid) -> i64 {
    let mut tx = skadehub::db::begin(&exchange.hub.db, &"FJT".parse().unwrap()).await.unwrap();
    sqlx::query_scalar(
        "select count(*) from hub.event where incident_id = $1 and kind = 'deadline_passed'",
    )
    .bind(incident)
    .fetch_one(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_passes_once_however_the_clock_is_stepped() {
    let campaign = Campaign::begin("clock").await;
    let exchange = Exchange::new().await;
    let incident = exchange.send("FJT", "NLS").await;
    let steps = [6 * DAY, HOUR, 2 * DAY, -HOUR, -9 * DAY, 9 * DAY, -2 * DAY, 30 * DAY, -40 * DAY];
    let mut stands = 0;
    let mut due = false;
    for step in steps {
        exchange.step(step);
        stands += step;
        due |= stands > 7 * DAY;
        // Several processes do this at the same time.
        let hub = &exchange.hub;
        let rounds = tokio::join!(
            Box::pin(jobs::round(hub)),
            Box::pin(jobs::round(hub)),
            Box::pin(jobs::round(hub))
        );
        for round in [rounds.0, rounds.1, rounds.2] {
            round.unwrap();
        }
        assert_eq!(passed(&exchange, incident).await, i64::from(due), "{stands} s from the start");
        message::send(&exchange.hub, &act("NLS"), incident, "Hei").await.unwrap();
    }
    // Answering it before it was sent, by the clock, is as good as after.
    exchange.accept("NLS", incident).await;
    let report = audit::verify(&exchange.hub.db).await.unwrap();
    assert_eq!(report.broken, []);
    while feed::sequence(&exchange.hub.db).await.unwrap() != Some(0) {}
    campaign.tell(&format!("{} steps, {} events, 1 deadline passed", steps.len(), report.events));
}
