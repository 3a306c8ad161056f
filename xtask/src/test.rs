//! Every test of the project, in one command.

use anyhow::Result;

use crate::{Mode, cargo, packages};

/// Runs all tests of all crates: unit tests, executable specifications, corpora, documentation.
pub(crate) fn run(_: Mode) -> Result<()> {
    packages::install_for_the_lab()?;
    cargo::run("cargo", &["test", "--workspace", "--locked"])
}
