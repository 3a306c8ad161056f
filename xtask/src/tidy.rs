//! The shape of the tree: what every file must keep to, checked by reading it.

use std::path::Path;

use anyhow::{Result, bail};

use crate::{Mode, cargo};

/// No source file is longer, tests included.
const LONGEST_FILE: usize = 600;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 4] = ["utils", "helpers", "common", "misc"];

/// Marks of work that was left, built up so that this file does not hold them itself.
fn left_work() -> [String; 3] {
    [("TO", "DO"), ("FIX", "ME"), ("XX", "X")].map(|(start, end)| format!("{start}{end}"))
}

/// Fails with every line or file that is not as it should be.
pub(crate) fn run(_: Mode) -> Result<()> {
    let mut findings = Vec::new();
    for path in cargo::output("git", &["ls-files", "--cached", "--others", "--exclude-standard"])?.lines() {
        let Ok(text) = std::fs::read_to_string(cargo::root().join(path)) else { continue };
        findings.extend(of_file(path, &text));
    }
    if !findings.is_empty() {
        bail!("{} findings:\n  {}", findings.len(), findings.join("\n  "));
    }
    Ok(())
}

fn of_file(path: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let rust = Path::new(path).extension().is_some_and(|extension| extension == "rs");
    let lines = text.lines().count();
    if rust && lines > LONGEST_FILE {
        findings.push(format!("{path}: {lines} lines; a file has at most {LONGEST_FILE}"));
    }
    if rust && path.contains("/src/") && !text.starts_with("//!") {
        findings.push(format!("{path}:1: begins without saying what it is for (`//!`)"));
    }
    let stem = Path::new(path).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if EMPTY_NAMES.contains(&stem.as_str()) {
        findings.push(format!("{path}: the name `{stem}` says nothing"));
    }
    for (number, line) in text.lines().enumerate() {
        for mark in left_work() {
            if rust && line.contains(&mark) {
                findings.push(format!("{path}:{}: {mark}", number + 1));
            }
        }
        if line.contains('\r') || (rust && line.ends_with(' ')) {
            findings.push(format!("{path}:{}: white space at the end of the line", number + 1));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        run(Mode::Check).unwrap();
    }

    #[test]
    fn each_rule_finds_its_fault() {
        let long = "//! x\n".repeat(LONGEST_FILE + 1);
        assert_eq!(of_file("a/src/x.rs", &long), ["a/src/x.rs: 601 lines; a file has at most 600"]);
        assert_eq!(
            of_file("a/src/x.rs", "fn f() {}\n"),
            ["a/src/x.rs:1: begins without saying what it is for (`//!`)"]
        );
        assert_eq!(of_file("a/utils.rs", ""), ["a/utils.rs: the name `utils` says nothing"]);
        let mark = format!("// {}\n", left_work()[0]);
        assert_eq!(of_file("a/x.rs", &mark), [format!("a/x.rs:1: {}", left_work()[0])]);
    }
}
