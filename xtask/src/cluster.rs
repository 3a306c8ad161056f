//! The example cluster on a real control plane, with the controller at work on it; and measurements of the controller.

use std::process::Command;

use anyhow::Result;

use crate::{Mode, cargo};

/// Builds the binary and the program that works with it, and becomes the latter, so that Ctrl-C reaches nobody else.
pub(crate) fn run(_: Mode) -> Result<()> {
    let rest: Vec<String> = std::env::args().skip(2).collect();
    let measures = rest.first().is_some_and(|first| first == "measure");
    let (profile, folder) = if measures { ("release", "release") } else { ("dev", "debug") };
    let bins = ["--bin", "bulkhead", "--bin", "bulkhead-test-cluster"];
    cargo::run("cargo", &[&["build", "--quiet", "--workspace", "--profile", profile][..], &bins].concat())?;
    let built = cargo::target().join(folder);
    let mut command = Command::new(built.join("bulkhead-test-cluster"));
    command.arg("--binary").arg(built.join("bulkhead")).args(&rest);
    become_it(command)
}

#[cfg(unix)]
fn become_it(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    // It only comes back where it cannot be started.
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<()> {
    let status = command.status()?;
    anyhow::ensure!(status.success(), "{status}");
    Ok(())
}
