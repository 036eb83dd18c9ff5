//! What the hub does by itself: it notes what is overdue, reminds, and asks TFFAuto again.

use serde_json::json;
use skadehub::contract::{Event, Reminder};
use skadehub::domain::event::PartyChange;
use skadehub::domain::incident::ProposalAnswer;
use skadehub::domain::{Duty, Who};
use skadehub::hub::commands::incident::{self, Acceptance, Simple};
use skadehub::hub::jobs;
use skadehub::sandbox::tffauto::Condition;
use uuid::Uuid;

use crate::support::exchange::{Exchange, act};

/// What [`Exchange::send`] sent on 2 March is due at the end of the 9th.
const LAST_SECOND: &str = "2026-03-09T23:59:59+01:00";
const DEADLINE: &str = "2026-03-10T00:00:00+01:00";

/// Three processes do a round of jobs at the same time.
async fn rounds(exchange: &Exchange) {
    let hub = &exchange.hub;
    let (a, b, c) = tokio::join!(jobs::round(hub), jobs::round(hub), jobs::round(hub));
    a.and(b).and(c).unwrap();
}

async fn noted(exchange: &Exchange, incident: Uuid, kind: &str) -> Vec<Event> {
    let mut events = exchange.history("FJT", incident).await;
    events.retain(|event| event.kind == kind);
    events
}

async fn reminder(exchange: &Exchange, company: &str, incident: Uuid) -> Option<Reminder> {
    exchange.seen_by(company, incident).await.awaiting.reminder
}

#[tokio::test]
async fn a_duty_is_noted_as_overdue_once_at_its_deadline_and_nothing_else_changes() {
    let exchange = Exchange::new().await;
    let incident = exchange.send("FJT", "NLS").await;
    exchange.set_clock(LAST_SECOND);
    jobs::round(&exchange.hub).await.unwrap();
    assert!(noted(&exchange, incident, "deadline_passed").await.is_empty());
    let before = exchange.seen_by("FJT", incident).await;
    assert!(!before.awaiting.overdue);

    exchange.set_clock(DEADLINE);
    rounds(&exchange).await;
    rounds(&exchange).await;
    let noted = noted(&exchange, incident, "deadline_passed").await;
    let [event] = noted.as_slice() else { panic!("noted once: {noted:?}") };
    assert_eq!((event.by.company.as_deref(), event.by.channel.as_str()), (None, "system"));
    let duty = json!({"company": "NLS", "duty": "answer_incident", "dueAt": DEADLINE});
    assert_eq!(event.data, duty);
    let after = exchange.seen_by("FJT", incident).await;
    assert_eq!((after.version, after.status, after.unread), (before.version, before.status, 1));
    assert_eq!((after.awaiting.who, after.awaiting.duty), (Who::Them, Duty::AnswerIncident));
    assert!(after.awaiting.overdue);
}

#[tokio::test]
async fn a_duty_of_both_is_noted_once_and_the_next_duty_anew() {
    let exchange = Exchange::new().await;
    let incident = exchange.send("FJT", "NLS").await;
    exchange.accept("NLS", incident).await;
    for company in ["FJT", "NLS"] {
        let why = Some("Nye bilder".to_owned());
        incident::simple(&exchange.hub, &act(company), incident, Simple::ReopenLiability, why)
            .await
            .unwrap();
    }
    exchange.set_clock(DEADLINE);
    rounds(&exchange).await;
    let first = noted(&exchange, incident, "deadline_passed").await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        (&first[0].data["company"], &first[0].data["duty"]),
        (&json!(null), &json!("propose"))
    );
    let terms = crate::support::exchange::quarter();
    incident::propose(&exchange.hub, &act("FJT"), incident, terms).await.unwrap();
    exchange.set_clock("2026-03-18T00:00:00+01:00");
    rounds(&exchange).await;
    let both = noted(&exchange, incident, "deadline_passed").await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert_eq!(both[1].data["duty"], "answer_proposal");
}

#[tokio::test]
async fn a_company_is_reminded_of_its_own_duty_once_at_each_time_and_the_other_is_not_told() {
    let exchange = Exchange::new().await;
    let incident = exchange.send("FJT", "NLS").await;
    for (now, number) in [
        ("2026-03-07T23:59:59+01:00", 0),
        ("2026-03-08T00:00:00+01:00", 1),
        (LAST_SECOND, 1),
        (DEADLINE, 2),
        ("2026-03-16T23:59:59+01:00", 2),
        ("2026-03-17T00:00:00+01:00", 3),
        // The clock has been moved, and two weeks passed while no job ran.
        ("2026-03-31T00:00:00+02:00", 5),
    ] {
        exchange.set_clock(now);
        rounds(&exchange).await;
        let given = reminder(&exchange, "NLS", incident).await;
        assert_eq!(given.as_ref().map_or(0, |it| it.number), number, "{now}");
        assert!(given.is_none_or(|it| it.to_administrator == (number >= 3)));
        assert_eq!(reminder(&exchange, "FJT", incident).await, None);
    }
    let given: Vec<i32> = sqlx::query_scalar("select number from hub.reminder order by number")
        .fetch_all(
            &mut *skadehub::db::begin(&exchange.hub.db, &"NLS".parse().unwrap()).await.unwrap(),
        )
        .await
        .unwrap();
    assert_eq!(given, [1, 2, 3, 5], "each once, and of those missed only the newest");
    let shared = exchange.history("FJT", incident).await;
    assert!(shared.iter().all(|event| !event.kind.contains("remind")));
}

#[tokio::test]
async fn a_duty_that_is_done_is_not_reminded_of_and_a_new_one_starts_from_the_first() {
    let exchange = Exchange::new().await;
    let incident = exchange.send("FJT", "NLS").await;
    exchange.set_clock(DEADLINE);
    rounds(&exchange).await;
    let given = Acceptance {
        reference: "N-1".into(),
        change: PartyChange { coverage: Some("ansvar".into()), ..PartyChange::default() },
        answer: ProposalAnswer::Counter(crate::support::exchange::quarter()),
    };
    incident::accept(&exchange.hub, &act("NLS"), incident, given).await.unwrap();
    exchange.set_clock("2026-03-17T12:00:00+01:00");
    rounds(&exchange).await;
    assert_eq!(reminder(&exchange, "NLS", incident).await, None);
    let ours = reminder(&exchange, "FJT", incident).await;
    assert_eq!(ours.map(|it| it.number), Some(1), "due at the end of the 17th");
}

#[tokio::test]
async fn a_registry_that_was_down_is_asked_again_and_only_a_difference_is_an_event() {
    let (exchange, stand_ins) = Exchange::with_registry().await;
    stand_ins.tffauto.set(Condition::Down);
    let right = exchange.send_about("FJT", "NLS", "R-1", "EL54321").await;
    let wrong = exchange.send_about("FJT", "TND", "R-2", "EL54321").await;
    let outcome = async |incident| exchange.seen_by("FJT", incident).await.other.insurer.outcome;
    exchange.set_clock("2026-03-03T10:00:00+01:00");
    rounds(&exchange).await;
    assert_eq!(outcome(right).await, None, "still down");

    stand_ins.tffauto.set(Condition::Up);
    exchange.set_clock("2026-03-04T10:00:00+01:00");
    rounds(&exchange).await;
    rounds(&exchange).await;
    for (incident, chosen) in [(right, "NLS"), (wrong, "TND")] {
        let seen = exchange.seen_by(chosen, incident).await;
        let (ours, theirs) = (&seen.other.insurer, &seen.own.insurer);
        assert_eq!(ours.registry_company.as_deref(), Some("FJT"));
        assert_eq!(theirs.registry_company.as_deref(), Some("NLS"));
        assert_eq!((theirs.company.as_str(), theirs.source.as_str()), (chosen, "override"));
        assert!(theirs.checked_at.is_some());
    }
    assert!(noted(&exchange, right, "registry_differs").await.is_empty());
    let differs = noted(&exchange, wrong, "registry_differs").await;
    let [event] = differs.as_slice() else { panic!("noted once: {differs:?}") };
    assert_eq!(event.data, json!({"side": "TND", "company": "NLS"}));
    assert_eq!((event.by.company.as_deref(), event.by.channel.as_str()), (None, "system"));
    assert_eq!(exchange.seen_by("FJT", wrong).await.unread, 1);
}

#[tokio::test]
async fn a_registry_is_not_asked_again_about_what_is_over() {
    let (exchange, stand_ins) = Exchange::with_registry().await;
    stand_ins.tffauto.set(Condition::Down);
    let incident = exchange.send_about("FJT", "TND", "R-1", "EL54321").await;
    let why = Some("Feil".to_owned());
    incident::simple(&exchange.hub, &act("FJT"), incident, Simple::Withdraw, why).await.unwrap();
    stand_ins.tffauto.set(Condition::Up);
    exchange.set_clock("2026-03-04T10:00:00+01:00");
    rounds(&exchange).await;
    assert_eq!(exchange.seen_by("FJT", incident).await.other.insurer.outcome, None);
    assert!(noted(&exchange, incident, "registry_differs").await.is_empty());
}
