//! Runs the executable specifications in `specs/**/*.md`; `specs/README.md` says how they are written.
//!
//! One test for each file, named by its path. Arguments are those of every Rust test program as far as they matter:
//! names (or parts of names) to run, `--exact`, `--list`. With `BLESS=1` in the environment the expected output is rewritten.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod console;
mod document;
mod shell;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use similar::TextDiff;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let files = specifications(&root);
    if arguments.iter().any(|argument| argument == "--list") {
        for name in files.iter().map(|(name, _)| name) {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    // A panic inside a command is caught and told by the command itself; its trace is worth having here.
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let exact = arguments.iter().any(|argument| argument == "--exact");
    let is_wanted = |name: &str| {
        wanted.is_empty()
            || wanted.iter().any(|part| if exact { name == part.as_str() } else { name.contains(part.as_str()) })
    };
    let bless = std::env::var_os("BLESS").is_some_and(|value| value == "1");
    let mut failed = Vec::new();
    for (name, path) in files.iter().filter(|(name, _)| is_wanted(name)) {
        match check(path, bless) {
            Ok(commands) => println!("test {name} ... ok ({commands} commands)"),
            Err(difference) => {
                println!("test {name} ... FAILED\n{difference}");
                failed.push(name.as_str());
            }
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\n{} specifications failed: {}", failed.len(), failed.join(", "));
    println!("where the new output is right: BLESS=1 cargo test -p bulkhead --test specs");
    ExitCode::FAILURE
}

/// Runs every command of a file and compares the whole file; gives the number of commands, or what differs.
fn check(path: &Path, bless: bool) -> Result<usize, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let document = document::parse(&text)?;
    let ran = console::run(&document)?;
    if ran.text == text {
        return Ok(ran.commands);
    }
    if bless {
        fs::write(path, &ran.text).map_err(|error| error.to_string())?;
        return Ok(ran.commands);
    }
    let diff = TextDiff::from_lines(text.as_str(), ran.text.as_str());
    Err(diff.unified_diff().context_radius(4).header("expected", "said").to_string())
}

/// Every specification below a folder, by name, sorted. README files explain and are not run.
fn specifications(root: &Path) -> Vec<(String, PathBuf)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder of specifications can be read") {
            let path = entry.expect("its entries, too").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "md") && !path.ends_with("README.md") {
                let name = path.strip_prefix(root).expect("it is below the root").with_extension("");
                found.push((name.display().to_string().replace('\\', "/"), path));
            }
        }
    }
    found.sort();
    found
}
