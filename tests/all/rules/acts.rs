//! Every act, by every actor, in every state: the event kinds or the refusal.
//!
//! The two tables below are the expectation, written from the rules and not from
//! the code: an act names who may do it and what must hold, in the order in which
//! it is refused; a condition names its refusal in each status or liability.

use std::collections::BTreeMap;

use skadehub::domain::event::PartyChange;
use skadehub::domain::incident::ProposalAnswer;
use skadehub::domain::{Event, Incident, IncidentStatus, Refusal};
use skadehub::formats::{CompanyCode, Share};

use super::sample::{RULES, at, company, counterpart, sender, stranger, terms};
use super::state::{Claims, Party, Split, State};

/// Act | by | what must hold, in this order | events.
const ACTS: &str = "
accept                       | counterpart | unanswered            | incident_accepted
accept, agree to 2           | counterpart | unanswered standing   | incident_accepted proposal_accepted
accept, agree to 1           | counterpart | unanswered superseded | never
accept, agree to 3           | counterpart | unanswered future     | never
accept, counter-propose      | counterpart | unanswered            | incident_accepted proposal_made
reject                       | counterpart | unanswered            | incident_rejected
redirect                     | sender      | rejected              | incident_redirected +proposal_made
redirect to oneself          | sender      | rejected same_company | never
redirect to who rejected     | sender      | rejected rejecter     | never
withdraw                     | sender      | withdrawable          | incident_withdrawn
close                        | party       | accepted uninjured    | close
decline closing              | party       | accepted close_asked  | close_declined
reopen                       | party       | closed                | incident_reopened
reopen liability             | party       | accepted agreed       | reopen_liability
decline reopening liability  | party       | accepted reopen_asked | liability_reopen_declined
propose                      | party       | proposable unagreed   | proposal_made
agree to 2                   | party       | accepted standing     | proposal_accepted
agree to 1                   | party       | accepted superseded   | never
agree to 0                   | party       | accepted future       | never
change coverage              | party       | changeable            | party_changed
change nothing               | party       | changeable            | nothing
end injury                   | party       | changeable unrecorded | nothing
write                        | party       | writable              | nothing
claim                        | party       | accepted agreed       | claim_share
claim, other reference       | party       | accepted agreed reference_mismatch | never
";

/// Condition | refusal in: sent, accepted, rejected, withdrawn, closed.
const BY_STATUS: &str = "
unanswered   | -            already_accepted rejected withdrawn closed
accepted     | not_accepted -                rejected withdrawn closed
rejected     | not_pending  already_accepted -        withdrawn closed
withdrawable | -            already_accepted -        withdrawn closed
closed       | not_accepted not_pending      rejected withdrawn -
";

/// Condition | refusal with: nothing proposed, proposed by oneself, by the other, agreed.
const BY_LIABILITY: &str = "
standing     | no_proposal          own_proposal         -                    liability_agreed
superseded   | no_proposal          superseded_proposal  superseded_proposal  liability_agreed
future       | no_proposal          no_proposal          no_proposal          liability_agreed
agreed       | liability_not_agreed liability_not_agreed liability_not_agreed -
unagreed     | -                    own_proposal         -                    liability_agreed
";

fn decide(act: &str, incident: &Incident, by: &CompanyCode) -> Result<Vec<Event>, Refusal> {
    let now = at("2026-11-01T12:00:00+01:00");
    let half = || terms(Share::HALF);
    let answer = |answer| incident.accept(by, "NLS-9", answer, now, &RULES);
    let redirect = |to: CompanyCode| incident.redirect(by, &to, "feil".into(), now, &RULES);
    let own = incident.side(by).reference.clone().unwrap_or_default();
    let change = |coverage: &str| PartyChange {
        coverage: Some(coverage.to_owned()),
        ..PartyChange::default()
    };
    let none = |done: Result<(), Refusal>| done.map(|()| Vec::new());
    match act {
        "accept" => answer(ProposalAnswer::None),
        "accept, agree to 1" => answer(ProposalAnswer::Accept(1)),
        "accept, agree to 2" => answer(ProposalAnswer::Accept(2)),
        "accept, agree to 3" => answer(ProposalAnswer::Accept(3)),
        "accept, counter-propose" => answer(ProposalAnswer::Counter(half())),
        "reject" => incident.reject(by, "wrong_company".into(), None, None),
        "redirect" => redirect(company("GJF")),
        "redirect to oneself" => redirect(sender()),
        "redirect to who rejected" => redirect(counterpart()),
        "withdraw" => incident.withdraw(by, "feil".into()),
        "close" => incident.close(by, None),
        "decline closing" => incident.decline_close(by, "nei".into()),
        "reopen" => incident.reopen(by, "nytt".into()),
        "reopen liability" => incident.reopen_liability(by, "nytt".into()),
        "decline reopening liability" => incident.decline_liability_reopen(by, "nei".into()),
        "propose" => incident.propose(by, half(), now, &RULES),
        "agree to 0" => incident.accept_proposal(by, 0),
        "agree to 1" => incident.accept_proposal(by, 1),
        "agree to 2" => incident.accept_proposal(by, 2),
        "change coverage" => incident.change(by, change("ansvar")),
        "change nothing" => {
            let coverage = incident.side(by).coverage.clone();
            incident.change(by, PartyChange { coverage, ..PartyChange::default() })
        }
        "end injury" => incident
            .change(by, PartyChange { personal_injury: Some(false), ..PartyChange::default() }),
        "write" => none(incident.may_write(by)),
        "claim" => none(incident.claim_share(by, &own).map(|_| ())),
        "claim, other reference" => none(incident.claim_share(by, "another").map(|_| ())),
        unknown => panic!("no act is called {unknown}"),
    }
}

/// A row of a table, its cells trimmed.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let lines = table.lines().filter(|line| !line.is_empty());
    lines.map(|line| line.split('|').map(str::trim).collect()).collect()
}

/// Columns by condition.
fn conditions(table: &'static str) -> BTreeMap<&'static str, Vec<&'static str>> {
    rows(table).into_iter().map(|row| (row[0], row[1].split_whitespace().collect())).collect()
}

struct Expectation {
    by_status: BTreeMap<&'static str, Vec<&'static str>>,
    by_liability: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Expectation {
    fn of(&self, row: &[&str], state: State, actor: Option<Party>) -> Result<Vec<String>, String> {
        let [_, by, holds, events] = row else { panic!("four columns: {row:?}") };
        let me = match (*by, actor) {
            ("sender", Some(Party::Sender)) => Party::Sender,
            ("counterpart", Some(Party::Counterpart)) => Party::Counterpart,
            ("party", Some(me)) => me,
            ("sender", _) => return Err("not_sender".into()),
            _ => return Err("not_counterpart".into()),
        };
        for condition in holds.split_whitespace() {
            let refusal = self.refusal(condition, state, me);
            if refusal != "-" {
                return Err(refusal.to_owned());
            }
        }
        Ok(happens(events, state, me))
    }

    fn refusal(&self, condition: &str, state: State, me: Party) -> &'static str {
        if let Some(columns) = self.by_status.get(condition) {
            return columns[status_column(state.status)];
        }
        if let Some(columns) = self.by_liability.get(condition) {
            return columns[match state.split {
                Split::None => 0,
                Split::ProposedBy(by) if by == me => 1,
                Split::ProposedBy(_) => 2,
                Split::Agreed => 3,
            }];
        }
        let pending =
            |asked: Option<Party>| if asked == Some(me.other()) { "-" } else { "not_pending" };
        let cut_off = state.status == IncidentStatus::Rejected && me == Party::Counterpart;
        match (condition, state.status) {
            ("same_company", _) => "same_company",
            ("rejecter", _) => "rejected",
            ("reference_mismatch", _) => "reference_mismatch",
            ("uninjured", _) => {
                if state.injured {
                    "open_injuries"
                } else {
                    "-"
                }
            }
            ("unrecorded", _) => {
                if state.injured {
                    "immutable_field"
                } else {
                    "-"
                }
            }
            ("close_asked", _) => pending(state.closing),
            ("reopen_asked", _) => pending(state.reopening),
            // The sender may propose before the counterpart has answered.
            ("proposable", IncidentStatus::Sent) if me == Party::Sender => "-",
            ("proposable", status) => self.by_status["accepted"][status_column(status)],
            ("changeable" | "writable", IncidentStatus::Withdrawn) => "withdrawn",
            ("changeable", IncidentStatus::Closed) => "closed",
            ("changeable" | "writable", _) => {
                if cut_off {
                    "rejected"
                } else {
                    "-"
                }
            }
            _ => panic!("no condition is called {condition}"),
        }
    }
}

fn status_column(status: IncidentStatus) -> usize {
    super::state::STATUSES.iter().position(|known| *known == status).unwrap()
}

fn happens(events: &str, state: State, me: Party) -> Vec<String> {
    let proposed = matches!(state.split, Split::ProposedBy(_));
    let settled =
        state.split == Split::Agreed && matches!(state.claims, Claims::None | Claims::Settled);
    let ask = |asked: Option<Party>, kinds: [&str; 2]| match asked {
        Some(by) if by == me => "refused not_pending".to_owned(),
        Some(_) => kinds[1].to_owned(),
        None => kinds[0].to_owned(),
    };
    match events {
        "nothing" | "claim_share" => Vec::new(),
        "never" => panic!("a condition always refuses this act"),
        "close" if settled => vec!["incident_closed".into()],
        "close" => vec![ask(state.closing, ["close_asked", "incident_closed"])],
        "reopen_liability" => {
            vec![ask(state.reopening, ["liability_reopen_asked", "liability_reopened"])]
        }
        kinds => kinds
            .split_whitespace()
            .filter(|kind| proposed || !kind.starts_with('+'))
            .map(|kind| kind.trim_start_matches('+').to_owned())
            .collect(),
    }
}

#[test]
fn every_act_in_every_state_does_or_is_refused_as_the_tables_say() {
    let (by_status, by_liability) = (conditions(BY_STATUS), conditions(BY_LIABILITY));
    let expectation = Expectation { by_status, by_liability };
    let actors = [
        (sender(), Some(Party::Sender)),
        (counterpart(), Some(Party::Counterpart)),
        (stranger(), None),
    ];
    let mut faults = Vec::new();
    let mut cases = 0;
    for row in rows(ACTS) {
        for state in State::all() {
            let incident = state.incident();
            for (by, actor) in &actors {
                let expected = expectation.of(&row, state, *actor);
                let refused = |kinds: &Vec<String>| kinds.iter().any(|k| k.starts_with("refused "));
                let expected = match expected {
                    Ok(kinds) if refused(&kinds) => Err(kinds[0].replace("refused ", "")),
                    other => other,
                };
                let decided = decide(row[0], &incident, by)
                    .map(|events| events.iter().map(|e| e.kind().to_owned()).collect())
                    .map_err(|refusal| refusal.code().to_owned());
                if decided != expected {
                    faults.push(format!(
                        "{} by {by} when {state}: {decided:?}, not {expected:?}",
                        row[0]
                    ));
                }
                cases += 1;
            }
        }
    }
    assert_eq!(cases, 25 * 1_440 * 3, "the whole product is walked");
    assert!(
        faults.is_empty(),
        "{} faults, the first: {:#?}",
        faults.len(),
        &faults[..faults.len().min(10)]
    );
}

#[test]
fn what_happened_leaves_the_incident_where_the_event_says() {
    for state in State::all() {
        for row in rows(ACTS) {
            for by in [sender(), counterpart()] {
                let mut incident = state.incident();
                let Ok(events) = decide(row[0], &incident, &by) else { continue };
                let now = at("2026-11-01T12:00:00+01:00");
                for event in &events {
                    let before = incident.clone();
                    incident.apply(event, &by, now);
                    assert_eq!(
                        standing(&incident),
                        after(event, &before, &by),
                        "{row:?} when {state}"
                    );
                }
            }
        }
    }
}

/// Status, liability, who asked for closing, who for reopening.
type Standing = (String, String, Option<CompanyCode>, Option<CompanyCode>);

fn standing(incident: &Incident) -> Standing {
    (
        format!("{:?}", incident.status),
        format!("{:?}", incident.liability.status()),
        incident.closing.as_ref().map(|ask| ask.by.clone()),
        incident.reopening.as_ref().map(|ask| ask.by.clone()),
    )
}

/// What one event changes of the standing before it.
fn after(event: &Event, before: &Incident, by: &CompanyCode) -> Standing {
    let (status, liability, closing, reopening) = standing(before);
    let to = |status: &str| status.to_owned();
    match event.kind() {
        "incident_accepted" | "incident_reopened" => {
            (to("Accepted"), liability, closing, reopening)
        }
        "incident_rejected" => (to("Rejected"), liability, closing, reopening),
        "incident_redirected" => (to("Sent"), to("None"), closing, reopening),
        "incident_withdrawn" => (to("Withdrawn"), liability, closing, reopening),
        "incident_closed" => (to("Closed"), liability, None, None),
        "close_asked" => (status, liability, Some(by.clone()), reopening),
        "close_declined" => (status, liability, None, reopening),
        "proposal_made" => (status, to("Proposed"), closing, reopening),
        "proposal_accepted" => (status, to("Agreed"), closing, reopening),
        "liability_reopen_asked" => (status, liability, closing, Some(by.clone())),
        "liability_reopen_declined" => (status, liability, closing, None),
        "liability_reopened" => (status, to("None"), closing, None),
        "party_changed" => (status, liability, closing, reopening),
        unknown => panic!("no act here gives {unknown}"),
    }
}

#[test]
fn the_injury_flag_goes_back_until_an_injury_is_recorded_and_a_closed_record_holds_it() {
    let flag = |on: bool| PartyChange { personal_injury: Some(on), ..PartyChange::default() };
    let mut incident = super::sample::sent(sender(), counterpart(), super::sample::received());
    incident.personal_injury = true;
    let back = incident.change(&sender(), flag(false)).unwrap();
    assert_eq!(back, [Event::PartyChanged(flag(false))]);
    incident.injuries = 1;
    assert_eq!(incident.change(&sender(), flag(false)), Err(Refusal::InjuryRecorded));
    assert_eq!(incident.change(&counterpart(), flag(false)), Err(Refusal::InjuryRecorded));
    assert_eq!(incident.change(&sender(), flag(true)), Ok(Vec::new()), "it stands already");
}
