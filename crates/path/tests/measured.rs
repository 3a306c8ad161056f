//! Every route that was measured on a real kernel, through real kube-proxy rules: what the model says about each.
//!
//! The corpus lies beside the project. Compared are, each as a set: how the connections end, which endpoints are reached, and
//! for each endpoint the source at its socket and the source that the policy's hook sees.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "measured/cases.rs"]
mod cases;
#[path = "measured/compare.rs"]
mod compare;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bulkhead_path::{Network, Overrides, trace};
use bulkhead_snapshot::{Input, Snapshot, read};

use cases::Case;

/// The worlds of the corpus: name, snapshot, cases.
fn worlds(corpus: &Path) -> Vec<(String, Snapshot, Vec<Case>)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(corpus.join("worlds")).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let world = |file: &PathBuf| {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read(file).unwrap();
        let snapshot = Snapshot::new(read(&[Input { name: &name, text: &text }]));
        let cases = std::fs::read_to_string(corpus.join("cases").join(format!("{name}.jsonl"))).unwrap();
        let hidden = cases::hides_device_order(&name, std::str::from_utf8(&text).unwrap(), &cases);
        (name, snapshot, cases.lines().map(|line| Case::read(line, hidden)).collect())
    };
    files.iter().map(world).collect()
}

#[test]
fn every_measured_case() {
    let Some(corpus) = bulkhead_corpora::find("paths") else { return };
    let only = std::env::var("BULKHEAD_WORLD").ok();
    let (mut asked, mut wrong, mut by_world) = (0, Vec::new(), BTreeMap::new());
    for (name, snapshot, cases) in worlds(&corpus) {
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let network = Network::new(&snapshot, &Overrides::default());
        let enforced = network.policies().engine().enforces() != bulkhead_policy::Answer::No;
        for case in &cases {
            for question in case.questions() {
                asked += 1;
                let answer = trace(&network, &question.request);
                let said = compare::said(&snapshot, &answer);
                let differences = compare::differences(case, &question, &said, enforced);
                let tally: &mut (u32, u32) = by_world.entry(name.clone()).or_default();
                tally.1 += 1;
                if differences.is_empty() {
                    tally.0 += 1;
                } else {
                    wrong.push(format!("{}: {}\n    {}", question.id, case.what, differences.join("\n    ")));
                }
            }
        }
    }
    for (world, (right, all)) in &by_world {
        eprintln!("{world}: {right}/{all}");
    }
    assert!(
        asked > 0 && wrong.is_empty(),
        "{} of {asked} questions are answered otherwise:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
