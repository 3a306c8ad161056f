//! Licences, bans and sources of dependencies, by cargo-deny.

use anyhow::Result;

use crate::{Mode, cargo};

/// The version that `deny.toml` is written for.
const VERSION: &str = "0.20.2";

/// Runs cargo-deny, installing it into the cache folder where it is missing. Advisories are left out: their database is a
/// download that an offline machine does not have.
pub(crate) fn run(_: Mode) -> Result<()> {
    let tools = cargo::cache().join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        let folder = tools.to_string_lossy();
        let install = ["install", "cargo-deny", "--version", VERSION, "--locked", "--debug", "--root", &folder];
        cargo::run("cargo", &install)?;
    }
    cargo::run(&program.to_string_lossy(), &["check", "bans", "licenses", "sources"])
}
