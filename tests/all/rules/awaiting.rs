//! Whose turn it is, for both parties in every state.

use skadehub::domain::{Duty, Incident, IncidentStatus, Who};
use skadehub::formats::CompanyCode;

use super::sample::{RULES, at, claim, company, counterpart, received, sender, sent};
use super::state::{Claims, Party, Split, State};

/// Who is awaited, for what, until when.
type Seen = (Who, Duty, Option<&'static str>);

/// A duty of one party, or of both.
type Owed = (Option<Party>, Duty, &'static str);

fn seen(incident: &Incident, by: &CompanyCode) -> (Who, Duty, Option<jiff::Timestamp>) {
    let awaiting = incident.awaiting(by, &RULES);
    (awaiting.who, awaiting.duty, awaiting.due)
}

/// The duties of a state, in the order of precedence the rules give.
fn owed(state: State) -> Vec<Owed> {
    match state.status {
        IncidentStatus::Sent => {
            return vec![(
                Some(Party::Counterpart),
                Duty::AnswerIncident,
                "2026-03-10T00:00:00+01:00",
            )];
        }
        IncidentStatus::Rejected => {
            return vec![(
                Some(Party::Sender),
                Duty::RedirectOrWithdraw,
                "2026-03-14T00:00:00+01:00",
            )];
        }
        IncidentStatus::Withdrawn | IncidentStatus::Closed => return Vec::new(),
        IncidentStatus::Accepted => {}
    }
    let mut owed = Vec::new();
    if let Some(asker) = state.closing {
        // Over the night the clock is put forward.
        owed.push((Some(asker.other()), Duty::AnswerClose, "2026-04-02T00:00:00+02:00"));
    }
    if let Some(asker) = state.reopening {
        // Over the night the clock is put back.
        owed.push((Some(asker.other()), Duty::AnswerReopen, "2026-10-28T00:00:00+01:00"));
    }
    match state.split {
        Split::ProposedBy(by) => {
            owed.push((Some(by.other()), Duty::AnswerProposal, "2026-03-13T00:00:00+01:00"));
        }
        Split::None => owed.push((None, Duty::Propose, "2026-03-13T00:00:00+01:00")),
        Split::Agreed => {}
    }
    if state.claims == Claims::Unanswered {
        owed.push((Some(Party::Counterpart), Duty::AnswerClaim, "2026-05-01T00:00:00+02:00"));
    }
    owed
}

/// What `me` sees: its own first duty, else the first of the other's.
fn expected(owed: &[Owed], me: Party) -> Seen {
    let own = owed.iter().find(|(whose, ..)| whose.is_none_or(|whose| whose == me));
    match own.or(owed.first()) {
        None => (Who::Nobody, Duty::None, None),
        Some((None, duty, due)) => (Who::Both, *duty, Some(due)),
        Some((Some(whose), duty, due)) if *whose == me => (Who::Us, *duty, Some(due)),
        Some((Some(_), duty, due)) => (Who::Them, *duty, Some(due)),
    }
}

#[test]
fn each_party_sees_its_own_first_duty_or_waits_for_the_others() {
    for state in State::all() {
        let (incident, owed) = (state.incident(), owed(state));
        for me in [Party::Sender, Party::Counterpart] {
            let (who, duty, due) = expected(&owed, me);
            let expected = (who, duty, due.map(at));
            assert_eq!(seen(&incident, &me.company()), expected, "{me:?} when {state}");
        }
    }
}

#[test]
fn a_party_has_one_duty_while_the_other_has_another() {
    let state = State {
        status: IncidentStatus::Accepted,
        split: Split::ProposedBy(Party::Sender),
        closing: Some(Party::Counterpart),
        reopening: None,
        claims: Claims::None,
        injured: false,
    };
    let incident = state.incident();
    let close = at("2026-04-02T00:00:00+02:00");
    let proposal = at("2026-03-13T00:00:00+01:00");
    assert_eq!(seen(&incident, &sender()), (Who::Us, Duty::AnswerClose, Some(close)));
    assert_eq!(seen(&incident, &counterpart()), (Who::Us, Duty::AnswerProposal, Some(proposal)));
}

#[test]
fn the_claim_that_is_due_first_comes_first() {
    let state = State {
        status: IncidentStatus::Accepted,
        split: Split::Agreed,
        closing: None,
        reopening: None,
        claims: Claims::None,
        injured: false,
    };
    let mut incident = state.incident();
    for (number, due) in [(1, "2026-05-30"), (2, "2026-05-15"), (3, "2026-05-20")] {
        let mut claim = claim(number, sender());
        claim.due = due.parse().unwrap();
        incident.claims.push(claim);
    }
    let first = (Duty::AnswerClaim, Some(at("2026-05-16T00:00:00+02:00")));
    let (who, duty, due) = seen(&incident, &counterpart());
    assert_eq!((who, (duty, due)), (Who::Us, first));
    let (who, duty, due) = seen(&incident, &sender());
    assert_eq!((who, (duty, due)), (Who::Them, first));
}

#[test]
fn receiving_at_the_last_second_of_a_day_costs_that_day() {
    let received_late = sent(company("FJT"), company("NLS"), at("2026-03-02T23:59:59+01:00"));
    let after_midnight = sent(company("FJT"), company("NLS"), at("2026-03-03T00:00:00+01:00"));
    assert_eq!(seen(&received_late, &sender()).2, Some(at("2026-03-10T00:00:00+01:00")));
    assert_eq!(seen(&after_midnight, &sender()).2, Some(at("2026-03-11T00:00:00+01:00")));
    assert_eq!(received_late.awaiting(&sender(), &RULES).who, Who::Them);
    assert!(received() < received_late.received_at);
}
