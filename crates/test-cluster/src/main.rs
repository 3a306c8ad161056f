//! `cargo xtask cluster`: the example cluster on a real control plane with the controller at work, or measurements on one.

mod example;
mod measure;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What to do with a control plane.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask cluster")]
struct Arguments {
    /// The `bulkhead` that works on it.
    #[arg(long, value_name = "FILE", hide = true)]
    binary: PathBuf,
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Measure the controller on a cluster of a size.
    Measure(measure::Sizes),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.what {
        None => example::run(&arguments.binary),
        Some(What::Measure(sizes)) => measure::run(&arguments.binary, sizes),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cluster: {error:#}");
            ExitCode::FAILURE
        }
    }
}
