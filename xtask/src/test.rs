//! Every test of the project, in one command.

use anyhow::Result;

use crate::{Mode, cargo};

/// Runs all tests of all crates: unit tests, executable specifications, corpora, documentation.
pub(crate) fn run(_: Mode) -> Result<()> {
    cargo::run("cargo", &["test", "--workspace", "--locked"])
}
