//! The real control plane that tests use, for people: built ahead, or run in the foreground.

use anyhow::Result;

use crate::{Mode, cargo};

/// Hands over to the program of the crate that knows how: chores that need no TLS are not to be built with it.
pub(crate) fn run(_: Mode) -> Result<()> {
    let rest: Vec<String> = std::env::args().skip(2).collect();
    let mut arguments = vec!["run", "--quiet", "--package", "bulkhead-control-plane", "--"];
    arguments.extend(rest.iter().map(String::as_str));
    cargo::run("cargo", &arguments)
}
