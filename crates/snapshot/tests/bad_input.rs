//! Inputs that no page can show: junk, bombs, depth, size. Each must end soon, say what is wrong, and leave the rest readable.

// A test that cannot go on fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, clippy::format_collect)]

use bulkhead_snapshot::{Input, Objects, read};

const GOOD: &str = "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: good}\n";

fn read_one(text: &[u8]) -> Objects {
    read(&[Input { name: "input", text }])
}

/// The issues as `code@line`, and the namespaces.
fn check(text: &[u8], expect_issues: &[&str], expect_namespaces: &[&str]) {
    let objects = read_one(text);
    let issue = |issue: &bulkhead_model::Issue| format!("{}@{}", issue.code, issue.position.map_or(0, |it| it.line));
    let issues: Vec<String> = objects.issues.iter().map(issue).collect();
    assert_eq!(issues, expect_issues);
    let namespaces: Vec<&str> = objects.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    assert_eq!(namespaces, expect_namespaces);
}

#[test]
fn an_empty_input() {
    check(b"", &["nothingToRead@1"], &[]);
}

#[test]
fn binary_junk() {
    let junk: Vec<u8> = (0..100_000_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let objects = read_one(&junk);
    assert!(!objects.issues.is_empty());
    assert!(objects.issues.iter().all(|issue| ["notUtf8", "notText", "syntax"].contains(&issue.code)));
    check(b"\x7fELF\x02\x01\x01\0\0\0", &["notText@1"], &[]);
}

#[test]
fn bytes_that_are_not_utf8_spoil_their_own_document_only() {
    let text = [b"a: 1\nb: \xff\n".as_slice(), GOOD.as_bytes()].concat();
    check(&text, &["notUtf8@2"], &["good"]);
    // UTF-16, as some editors save it.
    check(b"\xff\xfea\0:\0", &["notUtf8@1"], &[]);
}

#[test]
fn an_alias_bomb_is_cut() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..40 {
        let before = format!("*a{}", level - 1);
        bomb += &format!("a{level}: &a{level} [{}]\n", vec![before; 10].join(", "));
    }
    bomb += "apiVersion: v1\nkind: Namespace\nmetadata: {name: bomb}\n";
    let objects = read_one((bomb + GOOD).as_bytes());
    let codes: Vec<&str> = objects.issues.iter().map(|issue| issue.code).collect();
    assert_eq!(codes, ["aliasesTooLarge"]);
    let namespaces: Vec<&str> = objects.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    assert_eq!(namespaces, ["bomb", "good"]);
}

#[test]
fn a_bomb_of_merge_keys_is_cut() {
    let mut bomb = "a0: &a0 {".to_owned();
    bomb += &(0..100).map(|number| format!("k{number}: v, ")).collect::<String>();
    bomb += "}\n";
    for level in 1..2_000 {
        bomb += &format!("a{level}: &a{level} {{<<: *a{}, l{level}: x}}\n", level - 1);
    }
    let objects = read_one((bomb + GOOD).as_bytes());
    let codes: Vec<&str> = objects.issues.iter().map(|issue| issue.code).collect();
    assert_eq!((codes, objects.namespaces.len()), (vec!["notAnObject", "aliasesTooLarge"], 1));
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("{\"a\":", "}")] {
        let deep = open.repeat(100_000) + "1" + &close.repeat(100_000);
        check((deep + GOOD).as_bytes(), &["tooDeep@1"], &["good"]);
    }
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    check(nested(150).as_bytes(), &["tooDeep@1"], &[]);
}

#[test]
fn very_many_issues_are_counted_and_not_kept() {
    let text = "---\nnothing: here\n".repeat(20_000);
    let objects = read_one(text.as_bytes());
    assert_eq!(objects.issues.len(), 10_001);
    let last = objects.issues.last().unwrap();
    assert_eq!((last.code, last.arguments.as_slice()), ("tooManyIssues", &[("count", "10000".to_owned())][..]));
}
