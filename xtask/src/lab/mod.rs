//! The lab: real packets through random clusters, held against the model.

mod kernel;
mod machine;

use anyhow::Result;

use crate::{Mode, cargo, packages};

/// Hands over to the lab's own program, with everything that it needs; with `--vm`, in a virtual machine.
pub(crate) fn run(_: Mode) -> Result<()> {
    // Without packets nothing has to be there.
    if !std::env::args().any(|argument| argument == "--model-only") {
        packages::install_for_the_lab()?;
    }
    let (mut rest, in_machine) = (Vec::new(), std::env::args().any(|argument| argument == "--vm"));
    rest.extend(std::env::args().skip(2).filter(|argument| argument != "--vm"));
    if in_machine {
        return machine::run(&rest);
    }
    let mut arguments = vec!["run", "--quiet", "--package", "bulkhead-lab", "--"];
    arguments.extend(rest.iter().map(String::as_str));
    cargo::run("cargo", &arguments)
}
