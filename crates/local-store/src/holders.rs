//! Who has a file open, as far as the system tells.

use std::fmt;
use std::path::Path;

/// A process that has the file open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its number.
    pub process: u32,
    /// Its command line.
    pub command: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {} (`{}`)", self.process, self.command)
    }
}

/// The other processes that have a file open. Linux tells, of processes that the user may look at; elsewhere nobody is named.
pub(crate) fn holders(path: &Path) -> Vec<Holder> {
    let (Ok(file), Ok(processes)) = (path.canonicalize(), std::fs::read_dir("/proc")) else { return Vec::new() };
    let own = std::process::id();
    let numbers = processes.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut found: Vec<Holder> =
        numbers.filter(|process| *process != own && has_open(*process, &file)).map(holder).collect();
    found.sort_by_key(|holder| holder.process);
    found
}

fn has_open(process: u32, file: &Path) -> bool {
    let Ok(descriptors) = std::fs::read_dir(format!("/proc/{process}/fd")) else { return false };
    descriptors.flatten().any(|descriptor| std::fs::read_link(descriptor.path()).is_ok_and(|target| target == file))
}

fn holder(process: u32) -> Holder {
    let arguments = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let command: Vec<String> = arguments
        .split(|byte| *byte == 0)
        .filter(|argument| !argument.is_empty())
        .map(|argument| String::from_utf8_lossy(argument).into_owned())
        .collect();
    Holder { process, command: command.join(" ") }
}
