//! Every code that any crate of the workspace can give has words in both languages.
//!
//! Codes are found by reading the sources: literals in `Issue::error("…")` and its sisters, `Reason::new("…")`, `wrong("…")`,
//! the tables of `codes! { … }`, and the arms of functions named `code`.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands in front of a code's literal.
const BEFORE: [&str; 5] = ["Issue::error(\"", "Issue::warning(\"", "Issue::note(\"", "Reason::new(\"", ".wrong(\""];

#[test]
fn every_code_has_words() {
    let codes = codes();
    assert!(codes.len() > 30, "only {} codes were found; did the sources move?", codes.len());
    let known: Vec<&str> = bulkhead_report::words::keys().collect();
    let missing: Vec<String> = codes
        .iter()
        .filter(|(code, _)| !known.contains(&code.as_str()))
        .map(|(code, file)| format!("{code} ({})", file.display()))
        .collect();
    assert!(missing.is_empty(), "no words in report/src/words for:\n  {}", missing.join("\n  "));
}

#[test]
fn every_rule_has_words() {
    let known: Vec<&str> = bulkhead_report::words::keys().collect();
    let rules = bulkhead_analysis::check::rule::ALL;
    let of_rules = rules.iter().flat_map(|rule| ["title", "why", "help"].map(|part| format!("{}.{part}", rule.id)));
    let messages = rules.iter().flat_map(|rule| rule.messages.iter().map(|message| (*message).to_owned()));
    let missing: Vec<String> = of_rules.chain(messages).filter(|key| !known.contains(&key.as_str())).collect();
    assert!(missing.is_empty(), "no words in report/src/words/lint.rs for: {}", missing.join(", "));
}

#[test]
fn every_fact_has_words() {
    let known: Vec<&str> = bulkhead_report::words::keys().collect();
    let all = bulkhead_analysis::path::about::all();
    let facts = all.iter().flat_map(|about| &about.statements);
    let keys = facts.flat_map(|fact| [format!("about.point.{}", fact.point), format!("about.value.{}", fact.value)]);
    let missing: std::collections::BTreeSet<String> = keys.filter(|key| !known.contains(&key.as_str())).collect();
    assert!(missing.is_empty(), "no words in report/src/words/about.rs for: {missing:?}");
}

/// Every code, with a file that it is in.
fn codes() -> BTreeMap<String, PathBuf> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut codes = BTreeMap::new();
    for folder in fs::read_dir(crates).expect("the crates can be read").flatten() {
        let mut files = Vec::new();
        sources(&folder.path().join("src"), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).expect("a source file can be read");
            // What a crate's own tests make up needs no words.
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            for code in codes_in(text) {
                codes.insert(code.to_owned(), file.clone());
            }
        }
    }
    codes
}

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

fn codes_in(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for before in BEFORE {
        found.extend(text.split(before).skip(1).filter_map(|rest| rest.split_once('"')).map(|(code, _)| code));
    }
    for table in text.split("codes! {").skip(1) {
        found.extend(table.lines().filter_map(|line| line.split_once(" = \"")?.1.strip_suffix("\";")));
    }
    for function in text.split("fn code(self)").skip(1) {
        let body = function.split("\n    }").next().unwrap_or_default();
        found.extend(body.lines().filter_map(|line| line.split_once("=> \"")?.1.split('"').next()));
    }
    // Documentation shows `"…"` where a code stands.
    found.into_iter().filter(|code| code.chars().all(char::is_alphanumeric)).collect()
}
