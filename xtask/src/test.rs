//! Every test of the project, in one command.

use anyhow::Result;

use crate::{Mode, api, cargo, console, packages};

/// Runs all tests of all crates: unit tests, executable specifications, corpora, documentation; then those of the console and of the API.
pub(crate) fn run(_: Mode) -> Result<()> {
    packages::install_for_the_lab()?;
    cargo::run("cargo", &["test", "--workspace", "--locked"])?;
    console::check()?;
    console::browser()?;
    api::run(Mode::Check)
}
