//! Tests of the plan; that it can be played is tested with a database.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{course, plan};

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

#[test]
fn the_courses_make_up_a_hundred() {
    assert_eq!(course::COURSES.iter().map(|course| course.per_cent).sum::<u32>(), 100);
}

#[test]
fn every_course_occurs_and_the_three_large_companies_have_at_least_sixty_each() {
    let (cases, _) = plan::make(300, now());
    assert_eq!(cases.len(), 300);
    let courses: BTreeSet<_> = cases.iter().map(|case| case.course.name).collect();
    assert_eq!(courses.len(), course::COURSES.len());
    let mut incidents = BTreeMap::<&str, u32>::new();
    for case in &cases {
        for company in [&case.sender, &case.receiver] {
            *incidents.entry(company.as_str()).or_default() += 1;
        }
    }
    assert!(["FJT", "NLS", "TND"].iter().all(|code| incidents[code] >= 60), "{incidents:?}");
}

#[test]
fn half_are_parking_and_reversing_and_a_quarter_in_one_lane() {
    let (cases, _) = plan::make(300, now());
    let share = |prefix: &[&str]| {
        cases
            .iter()
            .filter(|case| prefix.iter().any(|code| case.story.code.starts_with(code)))
            .count()
    };
    assert_eq!(share(&["40"]), 150);
    assert_eq!(share(&["101", "102"]), 75);
}

#[test]
fn acts_come_in_the_order_of_time_and_none_in_the_future() {
    let (_, acts) = plan::make(300, now());
    assert!(acts.is_sorted_by_key(|act| act.at));
    assert!(acts.iter().all(|act| act.at < now()));
}

#[test]
fn the_same_day_gives_the_same_plan() {
    let when = |(_, acts): (_, Vec<plan::Act>)| acts.iter().map(|act| act.at).collect::<Vec<_>>();
    assert_eq!(when(plan::make(50, now())), when(plan::make(50, now())));
}
