//! The lab: real packets through random clusters, held against the model.

use anyhow::Result;

use crate::{Mode, cargo, packages};

/// Hands over to the lab's own program, with everything that it needs.
pub(crate) fn run(_: Mode) -> Result<()> {
    packages::install_for_the_lab()?;
    let rest: Vec<String> = std::env::args().skip(2).collect();
    let mut arguments = vec!["run", "--quiet", "--package", "bulkhead-lab", "--"];
    arguments.extend(rest.iter().map(String::as_str));
    cargo::run("cargo", &arguments)
}
