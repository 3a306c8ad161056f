//! What a command reads, writes and finds around itself.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::PathBuf;

/// The streams of one run.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: Box<dyn Read + 'a>,
    /// Standard output: answers.
    pub stdout: &'a mut dyn Write,
    /// Standard error: everything else.
    pub stderr: &'a mut dyn Write,
    /// The rest of the world.
    pub surroundings: Surroundings,
}

/// What a command finds around itself besides its streams.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// The folder that relative paths start from; empty for the process' own.
    pub directory: PathBuf,
    /// Whether somebody looks at standard output.
    pub stdout_is_terminal: bool,
    /// How wide the terminal is that standard output is on.
    pub stdout_columns: Option<usize>,
    /// Whether somebody looks at standard error.
    pub stderr_is_terminal: bool,
}

impl Surroundings {
    /// A variable that is set to something.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}
