//! Whatever is sent, nothing answers 500: every page and form of the portal and every operation of
//! the API, with the worst of inputs.
//!
//! `SKADEHUB_HOSTILE_CASES` makes the campaign longer than the short one of every test run.

mod corpus;
mod house;
mod targets;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};

use corpus::Given;
use house::House;
use targets::{Place, Target};

/// How many inputs are made up where the environment does not say.
const CASES: u32 = 250;

/// How much of the corpus each field meets in a short run: its first, and another in each round.
const ROUNDS: usize = 2;

#[test]
fn no_input_makes_anything_answer_500() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let asked = std::env::var("SKADEHUB_HOSTILE_CASES").ok().and_then(|text| text.parse().ok());
    let house = runtime.block_on(House::start());
    let targets = runtime.block_on(targets::all(&house));
    let corpus = corpus::all();
    let rounds = if asked.is_some() { corpus.len() } else { ROUNDS };
    for (turn, target) in targets.iter().enumerate() {
        for given in one_at_a_time(target, turn, &corpus, rounds) {
            runtime.block_on(house.hold(target, turn, &[given])).unwrap();
        }
    }
    let config = Config {
        cases: asked.unwrap_or(CASES),
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        max_shrink_iters: 200,
        ..Config::default()
    };
    let picks = vec((any::<Index>(), value(&corpus)), 0..5);
    let case = (any::<Index>(), any::<usize>(), picks);
    let outcome = TestRunner::new(config).run(&case, |(target, turn, picks)| {
        let target = target.get(&targets);
        let at = |index: Index| index.index(target.fields.len().max(1));
        let given: Vec<_> = picks.into_iter().map(|(index, value)| (at(index), value)).collect();
        runtime.block_on(house.hold(target, turn, &given)).map_err(TestCaseError::fail)
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Every field in turn with something of the corpus, while what usually stands there stands in all
/// the others; of the headers only one, another for each target.
fn one_at_a_time(
    target: &Target,
    turn: usize,
    corpus: &[Given],
    rounds: usize,
) -> Vec<(usize, Given)> {
    let headers = target.fields.iter().filter(|field| field.place == Place::Header).count();
    let mut given = Vec::new();
    for (at, field) in target.fields.iter().enumerate() {
        let first = target.fields.iter().position(|field| field.place == Place::Header);
        if field.place == Place::Header && first != at.checked_sub(turn % headers) {
            continue;
        }
        for round in 0..rounds {
            let which = if round == 0 { 0 } else { turn * 7 + at * 3 + round };
            given.push((at, corpus[which % corpus.len()].clone()));
        }
    }
    given
}

/// Something from the corpus, something plausible, or something made up.
fn value(corpus: &[Given]) -> impl Strategy<Value = Given> + use<> {
    prop_oneof![
        3 => select(corpus.to_vec()),
        3 => select(corpus::PLAUSIBLE).prop_map(|text| Given::Text(text.to_owned())),
        2 => any::<String>().prop_map(Given::Text),
        1 => vec(any::<char>(), 0..2_000).prop_map(|text| Given::Text(text.into_iter().collect())),
        1 => any::<i128>().prop_map(|number| Given::Text(number.to_string())),
    ]
}
