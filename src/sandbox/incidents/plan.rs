//! Who collides with whom, and when which act falls. Pure.

use std::collections::{BTreeSet, HashSet};

use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::course::{self, Actor, Course, Step};
use super::draw::Draw;
use super::story::{self, Story};
use crate::formats::{CompanyCode, RegistrationNumber, dates};
use crate::sandbox::tffauto;

/// Senders, receivers, and who else could be redirected to, in turn.
const PAIRS: [(&str, &str, &str); 14] = [
    ("FJT", "NLS", "TND"),
    ("NLS", "FJT", "TND"),
    ("TND", "FJT", "NLS"),
    ("FJT", "TND", "NLS"),
    ("NLS", "TND", "SKG"),
    ("TND", "NLS", "FJT"),
    ("FJT", "NLS", "SKG"),
    ("SKG", "FJT", "NLS"),
    ("NLS", "FJT", "SKG"),
    ("TND", "SKG", "NLS"),
    ("FJT", "TFF", "NLS"),
    ("TND", "FJT", "SKG"),
    ("NLS", "TND", "FJT"),
    ("SKG", "NLS", "TND"),
];

/// One incident to be.
pub(super) struct Case {
    pub(super) n: u32,
    pub(super) draw: Draw,
    pub(super) sender: CompanyCode,
    pub(super) receiver: CompanyCode,
    pub(super) third: CompanyCode,
    pub(super) sender_number: RegistrationNumber,
    pub(super) receiver_number: RegistrationNumber,
    /// Country of the receiver's vehicle: TFF answers for foreign ones.
    pub(super) receiver_country: &'static str,
    pub(super) course: &'static Course,
    pub(super) story: &'static Story,
    /// The sender's customer is part A of the story.
    pub(super) sender_is_a: bool,
    pub(super) loss_date: Date,
    pub(super) loss_time: Time,
}

/// One act at its time.
pub(super) struct Act {
    pub(super) at: Timestamp,
    /// Index of the case.
    pub(super) case: usize,
    pub(super) actor: Actor,
    pub(super) step: Step,
    /// It is the company's last, done by a person, who has read what stood there.
    pub(super) read: bool,
}

impl Case {
    pub(super) fn company(&self, actor: Actor) -> &CompanyCode {
        match actor {
            Actor::Sender => &self.sender,
            // Part A of every story has money to demand.
            Actor::Claimant if self.sender_is_a => &self.sender,
            Actor::Debtor if !self.sender_is_a => &self.sender,
            Actor::Receiver | Actor::Claimant | Actor::Debtor => &self.receiver,
        }
    }

    /// Whether the companies' own systems do what is done.
    pub(super) fn by_system(&self) -> bool {
        self.draw.chance(13, 25)
    }
}

/// Every company that takes part.
pub(super) fn companies() -> Vec<CompanyCode> {
    let codes = PAIRS.iter().flat_map(|(sender, receiver, _)| [sender, receiver]);
    let codes: BTreeSet<_> = codes.collect();
    codes.into_iter().filter_map(|code| code.parse().ok()).collect()
}

/// The first `count` cases as of `now`, and their acts in the order of time.
pub(super) fn make(count: u32, now: Timestamp) -> (Vec<Case>, Vec<Act>) {
    let (mut cases, mut acts) = (Vec::new(), Vec::new());
    for n in 0..count {
        let draw = Draw(n);
        let course = course::of(n);
        let age = course.age.start() + draw.number(1, course.age.end() - course.age.start() + 1);
        let opened = opened_on(now, age);
        let Some(case) = case(n, draw, course, opened) else { continue };
        acts.extend(times(&case, opened, now).into_iter().map(|(at, actor, step)| Act {
            at,
            case: cases.len(),
            actor,
            step,
            read: false,
        }));
        cases.push(case);
    }
    acts.sort_by_key(|act| act.at);
    let mut left = HashSet::new();
    for act in acts.iter_mut().rev() {
        let case: &Case = &cases[act.case];
        act.read = left.insert((act.case, case.company(act.actor))) && !case.by_system();
    }
    (cases, acts)
}

/// `None` only for a company without vehicles, which the table of pairs rules out.
fn case(n: u32, draw: Draw, course: &'static Course, opened: Date) -> Option<Case> {
    let (sender, receiver, third) = PAIRS[n as usize % PAIRS.len()];
    let code = |text: &str| text.parse::<CompanyCode>().ok();
    let (sender, receiver, third) = (code(sender)?, code(receiver)?, code(third)?);
    let (receiver_number, receiver_country) = match tffauto::vehicle(&receiver, n) {
        Some(number) => (number, "N"),
        None => (RegistrationNumber::parse(&format!("MKD{:03}", n % 1_000)).ok()?, "S"),
    };
    let minute = i8::try_from(draw.number(3, 60)).ok()?;
    Some(Case {
        n,
        draw,
        sender_number: tffauto::vehicle(&sender, n)?,
        receiver_number,
        receiver_country,
        sender,
        receiver,
        third,
        course,
        story: story::of(n),
        sender_is_a: draw.chance(2, 60),
        loss_date: opened
            .checked_sub(i64::from(1 + draw.number(4, 9)).days())
            .unwrap_or(date(2026, 1, 1)),
        loss_time: time(7 + i8::try_from(draw.number(5, 12)).ok()?, minute - minute % 5, 0, 0),
    })
}

/// The working day that lies about `age` days back.
fn opened_on(now: Timestamp, age: u32) -> Date {
    let today = dates::oslo_date(now);
    let day = today.checked_sub(i64::from(age).days()).unwrap_or(today);
    match day.weekday() {
        jiff::civil::Weekday::Saturday => day.yesterday().unwrap_or(day),
        jiff::civil::Weekday::Sunday => day.checked_sub(2.days()).unwrap_or(day),
        _ => day,
    }
}

/// The acts of a case in office hours, in their order, as far as they lie in the past.
fn times(case: &Case, opened: Date, now: Timestamp) -> Vec<(Timestamp, Actor, Step)> {
    let mut acts: Vec<(Timestamp, Actor, Step)> = Vec::new();
    for (place, (day, actor, step)) in (10..).zip(case.course.steps) {
        let minutes = 8 * 60 + case.draw.number(place, 7 * 60);
        let earliest = acts.last().map(|(at, ..)| *at + jiff::SignedDuration::from_mins(11));
        let Some(wanted) = at(opened, *day, minutes) else { continue };
        let at = earliest.map_or(wanted, |earliest| earliest.max(wanted));
        if at >= now {
            break;
        }
        acts.push((at, *actor, *step));
    }
    if acts.is_empty() {
        // Opened earlier today than the drawn hour: then within the last hours.
        let minutes = jiff::SignedDuration::from_mins(5 + i64::from(case.draw.number(6, 180)));
        let first = case.course.steps.first();
        acts.extend(first.map(|(_, actor, step)| (now - minutes, *actor, *step)));
    }
    acts
}

fn at(opened: Date, day: u32, minutes: u32) -> Option<Timestamp> {
    let date = opened.checked_add(i64::from(day).days()).ok()?;
    let midnight = date.to_zoned(oslo()).ok()?.timestamp();
    Some(midnight + jiff::SignedDuration::from_mins(i64::from(minutes)))
}

fn oslo() -> TimeZone {
    dates::oslo()
}
