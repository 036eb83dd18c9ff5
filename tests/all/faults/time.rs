//! A clock that is stepped, forwards and back.

use jiff::{Timestamp, ToSpan};
use skadehub::hub::commands::message;
use skadehub::hub::{audit, jobs};

use super::campaign::Campaign;
use crate::support::exchange::{Exchange, act};

/// Hours by which the clock is stepped, one after the other.
const STEPS: [i64; 9] = [144, 1, 48, -1, -216, 216, -48, 720, -960];
/// Hours from the start until an answer is overdue: the end of the seventh day.
const DUE: i64 = 182;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_passes_once_however_the_clock_is_stepped() {
    let campaign = Campaign::begin("clock").await;
    let exchange = Exchange::new().await;
    let hub = &exchange.hub;
    let start: Timestamp = "2026-03-02T10:00:00+01:00".parse().unwrap();
    let incident = exchange.send("FJT", "NLS").await;
    let (mut hours, mut due) = (0, false);
    for step in STEPS {
        hours += step;
        due |= hours > DUE;
        exchange.set_clock(&(start + hours.hours()).to_string());
        // Several processes do this at the same time.
        let rounds = tokio::join!(
            Box::pin(jobs::round(hub)),
            Box::pin(jobs::round(hub)),
            Box::pin(jobs::round(hub))
        );
        for round in [rounds.0, rounds.1, rounds.2] {
            round.unwrap();
        }
        let history = exchange.history("FJT", incident).await;
        let passed = history.iter().filter(|event| event.kind == "deadline_passed").count();
        assert_eq!(passed, usize::from(due), "{hours} hours from the start");
        message::send(hub, &act("NLS"), incident, "Hei").await.unwrap();
    }
    // By a clock that stands days before the sending.
    exchange.accept("NLS", incident).await;
    let report = audit::verify(&hub.db, hub.clock.now()).await.unwrap();
    assert_eq!(report.broken, []);
    let (steps, events) = (STEPS.len(), report.events);
    campaign.tell(&format!("{steps} steps, {events} events, the deadline passed once"));
}
