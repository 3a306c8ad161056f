//! netpol-analyzer's own expected files, every one of them, line by line.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use bulkhead_analysis::Analysis;
use bulkhead_analysis::netpol_analyzer::ListingDiff;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_report::format::{Answer, AnswerKind, Context, DEFAULT_WIDTH, find};
use bulkhead_report::{Language, Speech};
use serde_json::Value;

fn read(folder: &Path) -> Snapshot {
    let mut texts = Vec::new();
    collect(folder, &mut texts);
    let inputs: Vec<Input<'_>> = texts.iter().map(|(name, text)| Input { name, text }).collect();
    Snapshot::from_texts(&inputs)
}

fn collect(folder: &Path, texts: &mut Vec<(String, Vec<u8>)>) {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("it can be listed").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml" || end == "json") {
            texts.push((path.display().to_string(), fs::read(&path).expect("it can be read")));
        }
    }
}

/// Lines in any order, without what only fills.
fn lines(text: &str) -> Vec<String> {
    // Its library, which wrote the files, says `ref` where its command says `dir`.
    let text = text.replace(", ref1:", ", dir1:").replace(", ref2:", ", dir2:");
    let line = |line: &str| line.split_whitespace().collect::<Vec<&str>>().join(" ");
    let mut lines: Vec<String> = text.lines().map(line).filter(|line| !line.is_empty()).collect();
    lines.sort();
    lines
}

fn answer(case: &Value, tests: &Path) -> String {
    let folder = |key: &str| read(&tests.join(case[key].as_str().expect("a folder")));
    let speech = Speech { language: Language::English };
    if case["cmd"] == "diff" {
        let (old, new) = (folder("dir1"), folder("dir2"));
        let [before, after] = [&old, &new].map(|snapshot| Analysis::new(snapshot).netpol_analyzer_listing());
        let format = find("netpol-analyzer", AnswerKind::ListingDiff).expect("there is such a format");
        let diff = ListingDiff::new(&before, &after);
        return format
            .render(&Answer::ListingDiff(&diff), &Context { snapshot: &new, speech, width: DEFAULT_WIDTH })
            .expect("it writes it");
    }
    let snapshot = folder("dir");
    let analysis = Analysis::new(&snapshot);
    let exposure = case["exposure"] == true;
    let listing = if exposure { analysis.netpol_analyzer_exposure() } else { analysis.netpol_analyzer_listing() };
    let format = find("netpol-analyzer", AnswerKind::Listing).expect("there is such a format");
    format
        .render(&Answer::Listing(&listing), &Context { snapshot: &snapshot, speech, width: DEFAULT_WIDTH })
        .expect("it writes it")
}

#[test]
fn every_expected_file_is_met() {
    let Some(corpus) = bulkhead_corpora::find("netpol-analyzer") else { return };
    let cases = fs::read_to_string(corpus.join("cases.json")).expect("the corpus has a list");
    let cases: Vec<Value> = serde_json::from_str(&cases).expect("the list is JSON");
    assert!(cases.len() > 100, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let expected = corpus.join("expected").join(case["expected"].as_str().expect("a file"));
        let expected = fs::read_to_string(expected).expect("it is there");
        if lines(&answer(case, &corpus.join("tests"))) != lines(&expected) {
            wrong.push(case.to_string());
        }
    }
    assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
}

#[test]
fn nothing_differs_from_itself() {
    let Some(corpus) = bulkhead_corpora::find("netpol-analyzer") else { return };
    for name in ["onlineboutique", "ipblockstest", "acs-security-demos"] {
        let listing = Analysis::new(&read(&corpus.join("tests").join(name))).netpol_analyzer_listing();
        assert!(!listing.connections.is_empty(), "{name}");
        assert!(ListingDiff::new(&listing, &listing).is_empty(), "{name}");
    }
}
