//! Runs the commands of a specification, each in a folder with the files of its section.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use bulkhead_cli::{ExitStatus, Streams, Surroundings};

use crate::document::{Block, BlockKind, Document};
use crate::shell;

/// A specification after its commands ran.
pub(crate) struct Ran {
    /// The whole text, with what the commands said.
    pub(crate) text: String,
    /// How many there were.
    pub(crate) commands: usize,
}

/// Runs every command.
pub(crate) fn run(document: &Document<'_>) -> Result<Ran, String> {
    let (mut text, mut next, mut commands) = (String::new(), 0, 0);
    for block in document.blocks.iter().filter(|block| block.kind == BlockKind::Console) {
        copy(document, next..=block.open, &mut text);
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        write_files(document, block, folder.path())?;
        for line in command_lines(document, block) {
            text.push_str(&line.shown);
            text.push_str(&run_one(&line.joined, folder.path())?);
            commands += 1;
        }
        next = block.close;
    }
    copy(document, next..=document.lines.len().saturating_sub(1), &mut text);
    Ok(Ran { text, commands })
}

fn copy(document: &Document<'_>, lines: std::ops::RangeInclusive<usize>, text: &mut String) {
    for line in document.lines.get(lines).unwrap_or_default() {
        text.push_str(line);
        text.push('\n');
    }
}

/// A command as it stands there, and on one line.
struct CommandLine {
    shown: String,
    joined: String,
}

/// The lines that begin with `$`, each with those that a backslash joins to it.
fn command_lines(document: &Document<'_>, block: &Block<'_>) -> Vec<CommandLine> {
    let mut lines = document.lines.get(block.open + 1..block.close).unwrap_or_default().iter();
    let mut commands = Vec::new();
    while let Some(first) = lines.next() {
        let Some(command) = first.strip_prefix("$ ") else { continue };
        let (mut shown, mut joined) = (format!("{first}\n"), command.to_owned());
        while let Some(open) = joined.strip_suffix('\\') {
            let Some(more) = lines.next() else { break };
            joined = format!("{}{}", open, more.trim_start());
            shown.push_str(more);
            shown.push('\n');
        }
        commands.push(CommandLine { shown, joined });
    }
    commands
}

/// Writes the files that a block sees. A line of a `yaml` file has the number that it has in the specification, so that a
/// position in an answer leads there; an opening fence becomes the end of a document.
fn write_files(document: &Document<'_>, console: &Block<'_>, folder: &Path) -> Result<(), String> {
    let mut files: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for block in document.blocks.iter().filter(|block| block.is_seen_by(console)) {
        let inside = document.lines.get(block.open + 1..block.close).unwrap_or_default();
        match block.kind {
            BlockKind::Yaml(name) => {
                let lines = files.entry(name).or_default();
                lines.resize(block.open, "");
                lines.push("---");
                lines.extend(inside);
            }
            BlockKind::File(name) => files.entry(name).or_default().extend(inside),
            BlockKind::Console | BlockKind::Other => {}
        }
    }
    for (name, lines) in files {
        let path = folder.join(name);
        let written = path.parent().map_or(Ok(()), fs::create_dir_all);
        let written = written.and_then(|()| fs::write(&path, lines.join("\n") + "\n"));
        written.map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// Runs one command; gives what it said: standard output, then standard error behind `! `, then the status unless it is 0.
fn run_one(line: &str, folder: &Path) -> Result<String, String> {
    let command = shell::parse(line)?;
    let stdin: Box<dyn Read> = match &command.stdin {
        Some(name) => Box::new(Cursor::new(fs::read(folder.join(name)).map_err(|error| format!("{name}: {error}"))?)),
        None => Box::new(std::io::empty()),
    };
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let surroundings =
        Surroundings { variables: command.variables, directory: folder.to_owned(), ..Surroundings::default() };
    let arguments = command.arguments.into_iter().map(OsString::from);
    let mut streams = Streams { stdin, stdout: &mut stdout, stderr: &mut stderr, surroundings };
    let status = bulkhead_cli::run(arguments, &mut streams);
    drop(streams);
    let mut said = ended(String::from_utf8(stdout).map_err(|error| error.to_string())?);
    for line in String::from_utf8_lossy(&stderr).lines() {
        said.push_str(format!("! {line}").trim_end());
        said.push('\n');
    }
    // The escape character of colours could not be seen.
    let mut said = said.replace('\u{1b}', "␛");
    if status != ExitStatus::Answered {
        let _ = writeln!(said, "[exit status {}]", status.code());
    }
    Ok(said)
}

/// A text whose last line is ended.
fn ended(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}
