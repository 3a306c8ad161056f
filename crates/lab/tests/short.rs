//! The short lab: a few random worlds, in a process of its own, as it moves into namespaces before it starts threads.

#![cfg(target_os = "linux")]

use std::process::Command;

/// The lab's exit status where it cannot run at all.
const CANNOT_RUN: i32 = 3;

#[test]
fn packets_go_where_the_model_says() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bulkhead-lab"))
        .args(["--seed", "1", "--worlds", "16", "--per-cluster", "2", "--seconds", "120", "--out"])
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let found = String::from_utf8_lossy(&output.stdout);
    eprintln!("{said}{found}");
    if output.status.code() == Some(CANNOT_RUN) && std::env::var_os("CI").is_none() {
        eprintln!("SKIPPED: the lab cannot run on this machine");
        return;
    }
    assert!(output.status.success(), "{found}");
}
