//! Executable specifications of the reader: every `*.md` beside this file. A ```` ```yaml ````, ```` ```json ```` or
//! ```` ```text ```` block is an input; the ```` ```read ```` block behind it is everything that was read and found, and a
//! ```` ```snapshot ```` block is what the snapshot made of it. Lines count from the block's first line.
//!
//! `BLESS=1 cargo test -p bulkhead-snapshot --test reading` writes the answers; the diff is what to review.

// A test that cannot go on fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, clippy::format_collect)]

mod policy;
mod show;

use std::fs;
use std::path::Path;

use bulkhead_snapshot::{Input, Snapshot, read};

#[test]
fn specifications() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "md"));
    files.sort();
    assert!(!files.is_empty(), "no specifications");
    let bless = std::env::var_os("BLESS").is_some();
    let mut failed = Vec::new();
    for path in files {
        let page = fs::read_to_string(&path).unwrap();
        let (answered, cases) = answer(&page);
        assert!(cases > 0, "{} has no case", path.display());
        if bless {
            fs::write(&path, answered).unwrap();
        } else if answered != page {
            failed.push(format!("{}:\n{}", path.display(), difference(&page, &answered)));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The page with all answers as they are now, and how many there are.
fn answer(page: &str) -> (String, usize) {
    let (mut out, mut inputs, mut cases) = (String::new(), Vec::<(String, String)>::new(), 0);
    let mut lines = page.split_inclusive('\n');
    while let Some(line) = lines.next() {
        out.push_str(line);
        let Some(kind) = line.trim_end().strip_prefix("```").filter(|kind| !kind.is_empty()) else {
            if line.starts_with('#') {
                inputs.clear();
            }
            continue;
        };
        let body: String = lines.by_ref().take_while(|line| line.trim_end() != "```").collect();
        match kind {
            "read" | "snapshot" => {
                cases += 1;
                out.push_str(&shown(kind, &inputs));
            }
            _ => {
                let number = inputs.len() + 1;
                inputs.push((format!("{number}.{kind}"), unescaped(&body)));
                out.push_str(&body);
            }
        }
        out.push_str("```\n");
    }
    (out, cases)
}

/// Marks in an input for what a page cannot show.
fn unescaped(body: &str) -> String {
    body.replace("␍", "\r").replace("␀", "\0").replace("␉", "\t").replace("⌁\n", "").replace("⌂", "\u{feff}")
}

fn shown(kind: &str, inputs: &[(String, String)]) -> String {
    let inputs: Vec<Input<'_>> = inputs.iter().map(|(name, text)| Input { name, text: text.as_bytes() }).collect();
    let lines = match kind {
        "read" => show::objects(&read(&inputs)),
        _ => show::snapshot(&Snapshot::from_texts(&inputs)),
    };
    lines.into_iter().map(|line| line + "\n").collect()
}

fn difference(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let lines = |some: &[&str], others: &[&str], mark: char| {
        some.iter().filter(|line| !others.contains(line)).map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    lines(&old, &new, '-') + &lines(&new, &old, '+')
}
