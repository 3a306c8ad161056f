//! Truth that other projects' programs produced, held against `decide`: every case of each corpus.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // what is missing in a test fails it

mod asked;
mod cyclonus;
mod kube_network_policies;
mod policy_assistant;

use serde_json::Value;

/// The cases of a corpus, one for each line of the file; `None`, said aloud, where the corpora are not on this machine.
fn corpus(file: &str) -> Option<Vec<Value>> {
    let text = std::fs::read_to_string(bulkhead_corpora::find(file)?).unwrap();
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}
