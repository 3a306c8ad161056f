//! Truth that other projects' programs produced, held against `decide`: every case of each corpus.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // what is missing in a test fails it

mod asked;
mod cyclonus;
mod kube_network_policies;
mod policy_assistant;

use std::path::PathBuf;

use serde_json::Value;

/// The cases of a corpus, one for each line of the file; `None`, said aloud, where the corpora are not on this machine.
fn corpus(file: &str) -> Option<Vec<Value>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = std::env::var_os("BULKHEAD_CORPORA").map_or_else(beside, PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join(file)) else {
        assert!(std::env::var_os("CI").is_none(), "{file} must be there in CI");
        eprintln!("SKIPPED: no corpus {file}; BULKHEAD_CORPORA names the folder that has it");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}
