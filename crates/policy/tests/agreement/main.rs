//! `reach` says of every pair what `decide` says of each of its packets: on random clusters of all policy APIs, under every
//! engine profile. A cluster that breaks it shrinks, and is printed as the YAML that was read.

// The generator and the oracle of a test: a fault in them may panic, and plain words are worth more than pedantry.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::manual_try_fold,
    clippy::match_bool,
    clippy::match_same_arms,
    clippy::panic,
    clippy::struct_field_names,
    clippy::unwrap_used
)]

mod cluster;
mod cluster_policy;
mod edits;
mod manifest;
mod oracle;

use bulkhead_policy::reach::{Reach, Tuning};
use bulkhead_policy::{Overrides, Policies, Profile};
use bulkhead_snapshot::{Input, Snapshot, read};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// How many clusters one test looks at; `PROPTEST_CASES` asks for more.
fn config(cases: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(cases);
    Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() }
}

/// Fails with the reason alone: it has the cluster as YAML, and its other forms would only hide it.
fn assert_held<T: std::fmt::Debug>(result: Result<(), TestError<T>>) {
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, _) | TestError::Abort(reason)) => panic!("{reason}"),
    }
}

fn snapshot(yaml: &str) -> Snapshot {
    Snapshot::new(read(&[Input { name: "cluster.yaml", text: yaml.as_bytes() }]))
}

fn agree(yaml: &str, engine: &'static Profile) -> Result<(), TestCaseError> {
    let snapshot = snapshot(yaml);
    let policies = Policies::with_overrides(&snapshot, &Overrides { engine: Some(engine) });
    // As it is used, and as it would work in a cluster so large that sets are shared and rows are searched.
    for tuning in [Tuning::default(), Tuning { shared_from_words: 1, searched_from_cells: 1 }] {
        let reach = Reach::tuned(&snapshot, &policies, tuning);
        let difference = oracle::first_difference(&snapshot, &policies, &reach);
        let difference = difference.or_else(|| oracle::first_pair_missed(&reach));
        let explained = || oracle::first_explained_otherwise(&snapshot, &policies, &reach);
        if let Some(difference) = difference.or_else(explained) {
            let name = engine.name;
            let message = format!("under {name}, {tuning:?}: {difference}\n--- cluster.yaml\n{yaml}");
            return Err(TestCaseError::fail(message));
        }
    }
    Ok(())
}

#[test]
fn reach_says_what_decide_says() {
    let engines = proptest::sample::select(Profile::all());
    let clusters = (cluster::any_cluster(), engines);
    let agree = |(cluster, engine)| agree(&manifest::yaml(&cluster), engine);
    assert_held(TestRunner::new(config(1_500)).run(&clusters, agree));
}

#[test]
fn random_clusters_are_worth_asking() {
    let mut runner = TestRunner::deterministic();
    let mut tally = oracle::Tally::default();
    for _ in 0..200 {
        let cluster = cluster::any_cluster().new_tree(&mut runner).unwrap();
        let snapshot = snapshot(&manifest::yaml(&proptest::strategy::ValueTree::current(&cluster)));
        tally.count(&Reach::new(&snapshot, &Policies::new(&snapshot)));
    }
    // Each kind of answer comes often enough for the test above to mean something.
    assert!(tally.open > 300 && tally.closed > 300 && tally.partly > 300 && tally.undetermined > 300, "{tally:?}");
}
