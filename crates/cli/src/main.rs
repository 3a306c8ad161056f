//! The binary: the process' own streams around [`bulkhead_cli::run`].

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use bulkhead_cli::{Streams, Surroundings, run};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let surroundings = Surroundings {
        // Variables that are not UTF-8 mean nothing to this program.
        variables: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        directory: std::path::PathBuf::new(),
        stdout_is_terminal: io::stdout().is_terminal(),
        stdout_columns: terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0.into()),
        stderr_is_terminal: io::stderr().is_terminal(),
    };
    // Standard output stays line-buffered: whoever interrupts `query` has every line that was answered.
    let mut streams =
        Streams { stdin: Box::new(io::stdin()), stdout: &mut io::stdout(), stderr: &mut io::stderr(), surroundings };
    ExitCode::from(run(std::env::args_os(), &mut streams).code())
}
