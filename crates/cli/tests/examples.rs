//! Every example that `--help` shows runs, in both languages, on the cluster that ships in the binary.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ffi::OsString;
use std::io::Cursor;
use std::sync::LazyLock;

use bulkhead_cli::{ExitStatus, Streams, Surroundings};

/// Commands whose examples need a cluster or a store, or serve until they are stopped; specifications and the tests on a real
/// API server run them.
const ELSEWHERE: [&str; 6] = ["controller", "demo", "migrate", "pull", "push", "serve"];

/// Where the examples write.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

/// What a command said and how it ended.
struct Ran {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

fn run(arguments: &[String], stdin: &str) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        stdin: Box::new(Cursor::new(stdin.to_owned())),
        stdout: &mut stdout,
        stderr: &mut stderr,
        surroundings: Surroundings { directory: FOLDER.path().to_owned(), ..Surroundings::default() },
    };
    let status = bulkhead_cli::run(arguments.iter().map(OsString::from), &mut streams);
    drop(streams);
    Ran { status, stdout: String::from_utf8(stdout).unwrap(), stderr: String::from_utf8(stderr).unwrap() }
}

/// The command lines of a help text: those that are indented behind the heading, with continued lines joined.
fn examples(help: &str) -> Vec<String> {
    let after = help.split_once("Examples:\n").or_else(|| help.split_once("示例：\n")).expect("there are examples").1;
    let joined = after.replace("\\\n", " ").replace("|\n", "| ");
    joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Words between blanks, `'…'` as one.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn every_example_of_every_help_runs() {
    let mut ran = 0;
    for language in ["en", "zh"] {
        let of = |command: &str| run(&["bulkhead", command, "--help", "--lang", language].map(String::from), "");
        let all = run(&["bulkhead", "--help", "--lang", language].map(String::from), "").stdout;
        let heading = if language == "en" { "Commands:\n" } else { "命令:\n" };
        let list = all.split_once(heading).expect("there is a list of commands").1;
        let list = list.split("\n\n").next().unwrap();
        for command in list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()) {
            if !list.contains(&format!("\n  {command} ")) && !list.starts_with(&format!("  {command} ")) {
                continue;
            }
            if ELSEWHERE.contains(&command) {
                continue;
            }
            for example in examples(&of(command).stdout) {
                check(&example);
                ran += 1;
            }
        }
    }
    assert!(ran >= 12, "only {ran} examples were found");
}

/// Runs one example: what a pipe feeds into `bulkhead` is given to it, what it feeds on is left out.
fn check(example: &str) {
    let mut stdin = String::new();
    for part in example.split('|') {
        let words = words(part);
        match words.first().map(String::as_str) {
            Some("printf") => stdin = words.get(2..).unwrap_or_default().join("\n"),
            Some("bulkhead") => {
                let ran = run(&words, &stdin);
                // A lint may have found something.
                let good = matches!(ran.status, ExitStatus::Answered | ExitStatus::No);
                assert!(good, "{example}\n{}", ran.stderr);
                assert!(!ran.stdout.is_empty(), "{example}");
                assert!(!ran.stdout.contains("\"outcome\":\"undetermined\""), "{example}\n{}", ran.stdout);
                return;
            }
            _ => {}
        }
    }
    panic!("`{example}` does not run bulkhead");
}
