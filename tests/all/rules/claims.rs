//! Claims: every status, act and actor; and the money that must never run away.

use jiff::civil::{Date, date};
use proptest::prelude::*;
use skadehub::domain::claim::{Credit, Demand, NewLine, Payment};
use skadehub::domain::{Claim, ClaimStatus, Event, Incident, IncidentStatus, Liability, Refusal};
use skadehub::formats::{CompanyCode, Ore, Share};

use super::sample::{at, claim, counterpart, proposal, received, sender, sent, stranger};

/// Of each claim, 30 of its 100 kroner are paid, as the receiver reported. Status | act | by the claimant | by the receiver.
const ACTS: &str = "
sent       | register          | not_counterpart            | claim_registered
sent       | accept            | not_counterpart            | claim_accepted
sent       | dispute           | not_counterpart            | claim_disputed
registered | register          | not_counterpart            | claim_not_open
registered | accept            | not_counterpart            | claim_accepted
registered | dispute           | not_counterpart            | claim_disputed
accepted   | register          | not_counterpart            | claim_not_open
accepted   | accept            | not_counterpart            | claim_not_open
accepted   | dispute           | not_counterpart            | claim_not_open
disputed   | register          | not_counterpart            | claim_not_open
disputed   | accept            | not_counterpart            | claim_accepted
disputed   | dispute           | not_counterpart            | claim_not_open
paid       | register          | not_counterpart            | claim_not_open
paid       | accept            | not_counterpart            | claim_not_open
paid       | dispute           | not_counterpart            | claim_not_open
credited   | register          | not_counterpart            | claim_not_open
credited   | accept            | not_counterpart            | claim_not_open
credited   | dispute           | not_counterpart            | claim_not_open
open       | pay 10            | payment_reported           | payment_reported
open       | pay 70            | payment_reported           | payment_reported
open       | pay 70.01         | amount_exceeds_outstanding | amount_exceeds_outstanding
open       | pay 30 as before  | payment_confirmed          | payment_reported
open       | pay 30 later      | payment_reported           | payment_reported
open       | credit 10         | claim_credited             | not_sender
open       | credit the rest   | claim_credited             | not_sender
open       | credit 70         | claim_credited             | not_sender
open       | credit 70.01      | amount_exceeds_outstanding | not_sender
settled    | pay 10            | claim_not_open             | claim_not_open
settled    | credit 10         | claim_not_open             | not_sender
settled    | credit the rest   | claim_not_open             | not_sender
paid       | pay 30 as before  | payment_confirmed          | claim_not_open
credited   | pay 30 as before  | claim_not_open             | claim_not_open
";

const STATUSES: [(&str, ClaimStatus); 6] = [
    ("sent", ClaimStatus::Sent),
    ("registered", ClaimStatus::Registered),
    ("accepted", ClaimStatus::Accepted),
    ("disputed", ClaimStatus::Disputed),
    ("paid", ClaimStatus::Paid),
    ("credited", ClaimStatus::Credited),
];

const PAID_ON: Date = date(2026, 3, 20);

fn accepted() -> Incident {
    let mut incident = sent(sender(), counterpart(), received());
    incident.status = IncidentStatus::Accepted;
    let proposal = proposal(1, sender(), received());
    incident.liability = Liability::Agreed { proposal, at: received() };
    incident
}

/// A claim of 100 kroner by the sender, 30 of them reported paid by the receiver — or all
/// credited, when it is to be credited and so nothing was paid.
fn with_status(status: ClaimStatus) -> Claim {
    let mut claim = claim(1, sender());
    claim.status = status;
    let credit =
        |kroner: i64| Credit { amount: Ore(kroner * 100), reason: "feil".into(), at: received() };
    if status == ClaimStatus::Credited {
        claim.credits.push(credit(100));
        return claim;
    }
    claim.payments.push(Payment {
        by: counterpart(),
        amount: Ore(3_000),
        date: PAID_ON,
        confirmed: false,
        at: received(),
    });
    if status == ClaimStatus::Paid {
        claim.credits.push(credit(70));
    }
    claim
}

fn decide(
    act: &str,
    incident: &Incident,
    claim: &Claim,
    by: &CompanyCode,
) -> Result<Vec<Event>, Refusal> {
    let pay = |ore: i64, on: Date| incident.report_payment(by, claim, Ore(ore), on);
    let credit = |amount: Option<Ore>| incident.credit_claim(by, claim, amount, "feil".into());
    match act {
        "register" => incident.register_claim(by, claim, None),
        "accept" => incident.accept_claim(by, claim),
        "dispute" => incident.dispute_claim(by, claim, "nei".into()),
        "pay 10" => pay(1_000, PAID_ON),
        "pay 70" => pay(7_000, PAID_ON),
        "pay 70.01" => pay(7_001, PAID_ON),
        "pay 30 as before" => pay(3_000, PAID_ON),
        "pay 30 later" => pay(3_000, PAID_ON.tomorrow().unwrap()),
        "credit 10" => credit(Some(Ore(1_000))),
        "credit 70" => credit(Some(Ore(7_000))),
        "credit 70.01" => credit(Some(Ore(7_001))),
        "credit the rest" => credit(None),
        unknown => panic!("no act is called {unknown}"),
    }
}

fn told(decided: Result<Vec<Event>, Refusal>) -> String {
    match decided {
        Ok(events) => events.iter().map(Event::kind).collect::<Vec<_>>().join(" "),
        Err(refusal) => refusal.code().to_owned(),
    }
}

/// The rows, `open` and `settled` written out to the statuses they stand for.
fn cases() -> Vec<(ClaimStatus, &'static str, &'static str, &'static str)> {
    let mut cases = Vec::new();
    for line in ACTS.lines().filter(|line| !line.is_empty()) {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let statuses: &[&str] = match cells[0] {
            "open" => &["sent", "registered", "accepted", "disputed"],
            "settled" => &["paid", "credited"],
            ref one => std::slice::from_ref(one),
        };
        for (name, status) in STATUSES {
            if statuses.contains(&name) {
                cases.push((status, cells[1], cells[2], cells[3]));
            }
        }
    }
    cases
}

#[test]
fn every_act_on_a_claim_in_every_status_does_or_is_refused_as_the_table_says() {
    let cases = cases();
    assert_eq!(cases.len(), 6 * 3 + 4 * 9 + 2 * 3 + 2, "no status is left out");
    let incident = accepted();
    for (status, act, by_claimant, by_receiver) in cases {
        let claim = with_status(status);
        let by = |company: CompanyCode| told(decide(act, &incident, &claim, &company));
        assert_eq!(by(sender()), by_claimant, "{act} by the claimant when {status:?}");
        assert_eq!(by(counterpart()), by_receiver, "{act} by the receiver when {status:?}");
        assert_eq!(by(stranger()), "not_counterpart", "{act} by a stranger when {status:?}");
    }
}

#[test]
fn a_claim_outlives_the_closing_of_its_incident_but_no_new_one_is_sent() {
    let mut incident = accepted();
    incident.status = IncidentStatus::Closed;
    for (status, act, by_claimant, by_receiver) in cases() {
        let claim = with_status(status);
        let by = |company: CompanyCode| told(decide(act, &incident, &claim, &company));
        assert_eq!(by(sender()), by_claimant, "{act} by the claimant when {status:?}");
        assert_eq!(by(counterpart()), by_receiver, "{act} by the receiver when {status:?}");
    }
    assert_eq!(incident.claim_share(&sender(), "2026-1"), Err(Refusal::Closed));
}

/// The incident and its one claim after acts, each by a company.
fn after(acts: &[(&str, CompanyCode)], status: ClaimStatus) -> Claim {
    let mut incident = accepted();
    incident.claims.push(with_status(status));
    for (act, by) in acts {
        let claim = incident.claims[0].clone();
        for event in decide(act, &incident, &claim, by).unwrap() {
            incident.apply(&event, by, at("2026-03-21T12:00:00+01:00"));
        }
    }
    incident.claims.remove(0)
}

#[test]
fn the_same_report_by_the_other_confirms_and_adds_nothing() {
    let claim = after(&[("pay 30 as before", sender())], ClaimStatus::Accepted);
    assert_eq!((claim.paid(), claim.outstanding()), (Ore(3_000), Ore(7_000)));
    assert!(claim.payments.len() == 1 && claim.payments[0].confirmed);
    assert_eq!((claim.status, claim.version), (ClaimStatus::Accepted, 2));
}

#[test]
fn a_report_that_was_confirmed_is_not_confirmed_twice() {
    let twice = [("pay 30 as before", sender()), ("pay 30 as before", sender())];
    let claim = after(&twice, ClaimStatus::Accepted);
    assert_eq!((claim.paid(), claim.payments.len()), (Ore(6_000), 2));
}

#[test]
fn at_nothing_outstanding_a_claim_is_paid_if_anything_was_and_else_credited() {
    for status in
        [ClaimStatus::Sent, ClaimStatus::Registered, ClaimStatus::Accepted, ClaimStatus::Disputed]
    {
        let paid = after(&[("pay 70", counterpart())], status);
        assert_eq!((paid.status, paid.outstanding()), (ClaimStatus::Paid, Ore::ZERO));
        let mixed = after(&[("credit the rest", sender())], status);
        assert_eq!((mixed.status, mixed.credited()), (ClaimStatus::Paid, Ore(7_000)));
        let part = after(&[("credit 10", sender()), ("pay 10", sender())], status);
        assert_eq!((part.status, part.outstanding()), (status, Ore(5_000)));
    }
    let mut incident = accepted();
    incident.claims.push(claim(1, sender()));
    let whole = incident.credit_claim(&sender(), &incident.claims[0], None, "feil".into()).unwrap();
    incident.apply(&whole[0], &sender(), received());
    assert_eq!(incident.claims[0].status, ClaimStatus::Credited);
    assert_eq!(incident.claims[0].credited(), Ore(10_000));
}

#[test]
fn a_claim_demands_the_others_share_and_nothing_is_nothing() {
    let mut incident = accepted();
    incident.sender_side.reference = Some("2026-1".into());
    incident.counterpart_side.reference = Some("NLS-9".into());
    let share =
        |incident: &Incident, by: CompanyCode, reference| incident.claim_share(&by, reference);
    assert_eq!(share(&incident, sender(), "2026-1"), Ok(Share::new(3, 4).unwrap()));
    assert_eq!(share(&incident, counterpart(), "NLS-9"), Ok(Share::new(1, 4).unwrap()));
    assert_eq!(share(&incident, counterpart(), "2026-1"), Err(Refusal::ReferenceMismatch));
    let mut all_ours = proposal(1, sender(), received());
    all_ours.terms.own_share = Share::ONE;
    incident.liability = Liability::Agreed { proposal: all_ours, at: received() };
    assert_eq!(share(&incident, sender(), "2026-1"), Err(Refusal::NothingToDemand));
    assert_eq!(share(&incident, counterpart(), "NLS-9"), Ok(Share::ONE));
}

fn any_line() -> impl Strategy<Value = NewLine> {
    (1..=99_999_999_999_i64, any::<bool>()).prop_map(|(gross, subtract)| NewLine {
        kind: if subtract { "salvage" } else { "repair" }.into(),
        gross: Ore(gross),
        subtract,
        description: None,
    })
}

proptest! {
    #[test]
    fn the_lines_of_a_demand_sum_to_its_total(
        lines in prop::collection::vec(any_line(), 0..20),
        (num, den) in (1_u32..13).prop_flat_map(|den| (0..=den, Just(den))),
    ) {
        let share = Share::new(num, den).unwrap();
        let gross: i64 = lines.iter().map(|line| if line.subtract { -line.gross.0 } else { line.gross.0 }).sum();
        match Demand::of(lines.clone(), share) {
            None => prop_assert!(gross <= 0),
            Some(demand) => {
                prop_assert!(gross > 0);
                prop_assert_eq!(demand.gross, Ore(gross));
                prop_assert_eq!(demand.lines.len(), lines.len());
                let sum: i64 = demand.lines.iter().map(|line| line.demanded.0).sum();
                prop_assert_eq!(Ore(sum), demand.total);
                // Half up, in whole numbers: twice the share plus one half, cut.
                let (num, den) = (i128::from(num), i128::from(den));
                let half_up = (2 * i128::from(gross) * num + den).div_euclid(2 * den);
                prop_assert_eq!(i128::from(demand.total.0), half_up);
                for (line, typed) in demand.lines.iter().zip(&lines) {
                    let signed = if typed.subtract { -typed.gross.0 } else { typed.gross.0 };
                    let off = i128::from(line.demanded.0) * den - i128::from(signed) * num;
                    prop_assert!(off.abs() < den, "{:?} is off by an øre or more", line);
                }
            }
        }
    }
}
