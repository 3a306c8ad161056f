//! Test programs whose tests share one control plane: it is brought up once, and ended in an orderly way.
//!
//! Such a program is a `[[test]]` with `harness = false`. Its tests run one after the other, in the order of their list, so that one
//! of them may kill a server; what it kills it starts again. Arguments are those of every Rust test program as far as they matter:
//! names (or parts of names) to run, `--exact`, `--list`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

use crate::{ControlPlane, Error, Options, Result};

/// One test; it fails by panicking.
#[derive(Clone, Copy)]
pub struct Trial {
    /// What it finds out, in words with underscores.
    pub name: &'static str,
    /// Finds it out.
    pub run: fn(&ControlPlane),
}

/// Runs those of the tests that the command line names, behind a preparation. Without a Go toolchain nothing can run: that is said
/// loudly, and is a failure where `CI` is set.
pub fn run(options: &Options, prepare: fn(&ControlPlane), trials: &[Trial]) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&Trial> = trials.iter().filter(|trial| is_chosen(trial.name, &arguments)).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        for trial in chosen {
            println!("{}: test", trial.name);
        }
        return ExitCode::SUCCESS;
    }
    if chosen.is_empty() {
        println!("no test of that name");
        return ExitCode::SUCCESS;
    }
    match start(options) {
        Ok(Some(plane)) => run_all(&plane, prepare, &chosen),
        Ok(None) => ExitCode::SUCCESS,
        Err(error) => {
            println!("no control plane: {error}");
            ExitCode::FAILURE
        }
    }
}

fn is_chosen(name: &str, arguments: &[String]) -> bool {
    let mut wanted = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    let exact = arguments.iter().any(|argument| argument == "--exact");
    wanted.peek().is_none() || wanted.any(|part| if exact { name == part } else { name.contains(part.as_str()) })
}

/// A control plane; outside CI, `None` where this machine cannot build one.
fn start(options: &Options) -> Result<Option<ControlPlane>> {
    match ControlPlane::start(options) {
        Err(error @ Error::NoGo { .. }) if std::env::var_os("CI").is_none() => {
            eprintln!("SKIPPED: {error}");
            Ok(None)
        }
        started => started.map(Some),
    }
}

fn run_all(plane: &ControlPlane, prepare: fn(&ControlPlane), trials: &[&Trial]) -> ExitCode {
    if !holds(plane, prepare) {
        println!("the control plane cannot be prepared");
        return ExitCode::FAILURE;
    }
    let mut failed = Vec::new();
    for trial in trials {
        let begun = Instant::now();
        let word = if holds(plane, trial.run) { "ok" } else { "FAILED" };
        println!("test {} ... {word} ({:.1} s)", trial.name, begun.elapsed().as_secs_f64());
        if word == "FAILED" {
            failed.push(trial.name);
        }
    }
    if failed.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\n{} of {} tests failed: {}", failed.len(), trials.len(), failed.join(", "));
    ExitCode::FAILURE
}

/// Whether a function ends without a panic.
fn holds(plane: &ControlPlane, work: fn(&ControlPlane)) -> bool {
    catch_unwind(AssertUnwindSafe(|| work(plane))).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parts_of_names_choose() {
        let chosen = |name, arguments: &[&str]| {
            is_chosen(name, &arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>())
        };
        assert!(chosen("a_watch_goes_on", &[]));
        assert!(chosen("a_watch_goes_on", &["--nocapture"]));
        assert!(chosen("a_watch_goes_on", &["other", "watch"]));
        assert!(!chosen("a_watch_goes_on", &["other"]));
        assert!(!chosen("a_watch_goes_on", &["watch", "--exact"]));
        assert!(chosen("a_watch_goes_on", &["a_watch_goes_on", "--exact"]));
    }
}
