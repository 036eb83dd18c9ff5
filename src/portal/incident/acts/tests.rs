//! What is read from the forms of the acts, and what is refused.

use serde_json::{Value, json};

use super::*;
use crate::portal::incident::samples::{agreed, asked, claim, incident, proposal};

fn none() -> Value {
    json!({"status": "none", "proposal": null, "agreed": null})
}

fn proposed(by: &str) -> Value {
    json!({"status": "proposed", "proposal": proposal(2, by, "105", "a", 1, 2), "agreed": null})
}

fn accepted(liability: Value) -> Value {
    json!({"status": "accepted", "liability": liability})
}

/// A state, and what each party may do in it.
type State = (&'static str, Value, Vec<Act>);

fn states_without_agreement() -> Vec<State> {
    use Act::*;
    vec![
        ("received", json!({}), vec![AcceptAndAgree(1), AcceptAndPropose, AcceptOnly, Reject]),
        (
            "received without a proposal",
            json!({"liability": none()}),
            vec![AcceptAndPropose, AcceptOnly, Reject],
        ),
        (
            "sent with a proposal",
            json!({"role": "sender", "liability": proposed("own")}),
            vec![Withdraw],
        ),
        (
            "sent without a proposal",
            json!({"role": "sender", "liability": none()}),
            vec![Propose, Withdraw],
        ),
        (
            "rejected, sent by us",
            json!({"role": "sender", "status": "rejected"}),
            vec![Redirect, Withdraw],
        ),
        ("rejected by us", json!({"status": "rejected"}), vec![]),
        ("withdrawn", json!({"role": "sender", "status": "withdrawn"}), vec![]),
        ("withdrawn by them", json!({"status": "withdrawn"}), vec![]),
        ("closed", json!({"status": "closed", "liability": agreed(1, 2)}), vec![Reopen]),
        ("accepted, nothing proposed", accepted(none()), vec![Propose, AskClose]),
        (
            "accepted, they proposed",
            accepted(proposed("other")),
            vec![AcceptProposal(2), CounterPropose, AskClose],
        ),
        ("accepted, we proposed", accepted(proposed("own")), vec![AskClose]),
        (
            "we asked for closing before anything was agreed",
            with(accepted(none()), "closing", asked("own")),
            vec![Propose],
        ),
    ]
}

fn with(mut base: Value, name: &str, value: Value) -> Value {
    base[name] = value;
    base
}

fn states_of_an_agreement() -> Vec<State> {
    use Act::*;
    let claim_id = "01990000-0000-7000-8000-0000000000c1".parse().unwrap();
    let half = || accepted(agreed(1, 2));
    vec![
        ("agreed, no claims", half(), vec![NewClaim, AskReopening, Close]),
        ("agreed, we bear it all", accepted(agreed(1, 1)), vec![AskReopening, Close]),
        (
            "agreed, a claim to answer",
            with(half(), "claims", json!([claim(1, "received", "sent", 50_000)])),
            vec![AnswerClaim(1, claim_id), NewClaim, AskReopening, AskClose],
        ),
        (
            "agreed, a claim they shall answer",
            with(half(), "claims", json!([claim(1, "sent", "registered", 50_000)])),
            vec![NewClaim, AskReopening, AskClose],
        ),
        (
            "agreed, every claim settled",
            with(half(), "claims", json!([claim(1, "received", "paid", 0)])),
            vec![NewClaim, AskReopening, Close],
        ),
        (
            "they ask for closing while a claim is open",
            with(
                with(half(), "claims", json!([claim(1, "sent", "accepted", 50_000)])),
                "closing",
                asked("other"),
            ),
            vec![ConfirmClose, DeclineClose, NewClaim, AskReopening],
        ),
        (
            "they ask for reopening",
            with(half(), "reopening", asked("other")),
            vec![ConfirmReopening, DeclineReopening, NewClaim, Close],
        ),
        ("we asked for reopening", with(half(), "reopening", asked("own")), vec![NewClaim, Close]),
    ]
}

#[test]
fn each_state_offers_exactly_what_the_rules_allow() {
    for (name, changes, expected) in
        states_without_agreement().into_iter().chain(states_of_an_agreement())
    {
        assert_eq!(acts(&incident(changes)), expected, "{name}");
    }
}

#[test]
fn a_frozen_view_can_be_neither_edited_nor_written_to() {
    let frozen = incident(json!({"status": "rejected"}));
    assert!(!may_edit(&frozen) && !may_write(&frozen));
    let theirs = incident(json!({"status": "rejected", "role": "sender"}));
    assert!(may_edit(&theirs) && may_write(&theirs));
}
