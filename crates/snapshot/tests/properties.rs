//! Whatever the bytes are: no panic, an end soon, and no object lost without a word.

// A test that cannot go on fails.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::format_push_string, clippy::format_collect)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use bulkhead_snapshot::{Input, Snapshot};
use proptest::prelude::*;

/// Pieces of text that make parsers stumble.
const NASTY: &[&str] = &[
    "---\n",
    "...\n",
    "- ",
    "-",
    ": ",
    ":",
    "? ",
    "&a ",
    "*a ",
    "<<: *a\n",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "#",
    " #",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "  ",
    "!!str ",
    "!x ",
    "%YAML 1.1\n",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "null",
    "~",
    "0x1f",
    "1e9",
    "{{ .x }}",
    "items:\n",
    "kind: List\n",
    "é",
    "\u{1F600}",
    "@",
    "`",
    "\\",
    "\\u12",
    "\x7f",
];

/// The inputs of the specifications of the reader.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reading");
    let mut seeds = Vec::new();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let page = fs::read_to_string(path).unwrap();
        seeds.extend(
            page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```")).map(|(seed, _)| seed.to_owned()),
        );
    }
    assert!(seeds.len() > 30);
    seeds
}

#[derive(Clone, Debug)]
enum Edit {
    Insert(usize, usize),
    Remove(usize, usize),
    Repeat(usize, usize),
    Set(usize, u8),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0..4096_usize;
    prop_oneof![
        4 => (at.clone(), 0..NASTY.len()).prop_map(|(at, what)| Edit::Insert(at, what)),
        2 => (at.clone(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (at.clone(), 1..200_usize).prop_map(|(at, length)| Edit::Repeat(at, length)),
        1 => (at, any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
    ]
}

fn apply(text: &mut Vec<u8>, edit: &Edit) {
    let place = |at: usize| at % (text.len() + 1);
    match *edit {
        Edit::Insert(at, what) => {
            let at = place(at);
            text.splice(at..at, NASTY[what].bytes());
        }
        Edit::Remove(at, length) => {
            let at = place(at);
            let end = (at + length).min(text.len());
            text.drain(at..end);
        }
        Edit::Repeat(at, length) => {
            let at = place(at);
            let piece = text[at..(at + length).min(text.len())].to_vec();
            text.splice(at..at, piece);
        }
        Edit::Set(at, byte) => {
            let at = place(at);
            if let Some(have) = text.get_mut(at) {
                *have = byte;
            }
        }
    }
}

/// Reads, and fails where that takes absurdly long. The limit is generous because the machine may be busy.
fn read_in_time(text: &[u8]) -> Snapshot {
    let start = Instant::now();
    let snapshot = Snapshot::from_texts(&[Input { name: "input", text }]);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?} for {} bytes", start.elapsed(), text.len());
    snapshot
}

/// Everything that the snapshot has, counted.
fn objects(snapshot: &Snapshot) -> u64 {
    let known = snapshot.namespaces.rows().iter().filter(|it| it.declared).count()
        + snapshot.nodes.len()
        + snapshot.pods.len()
        + snapshot.services.len()
        + snapshot.workloads.len()
        + snapshot.network_policies.len()
        + snapshot.ingresses.len()
        + snapshot.config_maps.len();
    known as u64 + snapshot.skipped.values().sum::<u64>()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(text in prop::collection::vec(any::<u8>(), 0..2000)) {
        read_in_time(&text);
    }

    #[test]
    fn any_text_of_nasty_pieces(pieces in prop::collection::vec(0..NASTY.len(), 0..300)) {
        let text: String = pieces.into_iter().map(|piece| NASTY[piece]).collect();
        read_in_time(text.as_bytes());
    }

    #[test]
    fn documents_with_edits(seed in any::<prop::sample::Index>(), edits in prop::collection::vec(edit(), 1..8)) {
        let seeds = seeds();
        let mut text = seeds[seed.index(seeds.len())].clone().into_bytes();
        for edit in &edits {
            apply(&mut text, edit);
        }
        let snapshot = read_in_time(&text);
        // Nothing at all, and nobody said why: that must not be.
        prop_assert!(objects(&snapshot) > 0 || !snapshot.issues.is_empty() || is_blank(&text), "{}", String::from_utf8_lossy(&text));
    }
}

/// Whether a text has no object by design: empty Lists, Eips and other kinds that are not counted above.
fn is_blank(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    ["items", "[]", "Eip", "IPPool", "Felix", "Workspace", "IngressClass", "NamespaceNetworkPolicy", "Endpoint"]
        .iter()
        .any(|it| text.contains(it))
}
