//! The quick reader and the complete parser must make the same of every text that the quick one takes.

// No document, an empty one, one.
#![allow(clippy::option_option)]

use std::fs;
use std::path::{Path, PathBuf};

use bulkhead_model::SourceId;
use proptest::prelude::*;

use super::*;

/// The complete parser's tree; `None` where it finds an error.
fn complete(text: &str) -> Option<Option<Node<'_>>> {
    let findings = Findings::new(SourceId(0));
    let mut builder = Builder::new(1, &findings);
    let root = run(text, &mut builder);
    (findings.count() == 0).then_some(root)
}

/// Compares the two on a document; whether the quick reader took it.
fn agree_on_document(text: &str) -> Result<bool, String> {
    let Ok(quick) = fast::document(text, 1, None) else { return Ok(false) };
    compare(text, quick.as_ref(), complete(text).as_ref().map(Option::as_ref))
}

/// Compares the two on an item of a list.
fn agree_on_item(text: &str) -> Result<bool, String> {
    let Ok(quick) = fast::item(text, 1, None) else { return Ok(false) };
    let complete = complete(text).map(|root| match root {
        Some(Node { value: Value::List(nodes), .. }) if nodes.len() == 1 => nodes.into_iter().next(),
        _ => None,
    });
    compare(text, Some(&quick), complete.as_ref().map(Option::as_ref))
}

fn compare(text: &str, quick: Option<&Node<'_>>, complete: Option<Option<&Node<'_>>>) -> Result<bool, String> {
    let show =
        |root: Option<&Node<'_>>| root.map_or("nothing".to_owned(), |root| format!("@{} {}", root.line, root.shown()));
    if complete == Some(quick) {
        return Ok(true);
    }
    let complete = complete.map_or("refused".to_owned(), show);
    Err(format!("{text:?}\n   quick: {}\ncomplete: {complete}", show(quick)))
}

fn check(text: &str) -> usize {
    let document = agree_on_document(text).unwrap_or_else(|difference| panic!("{difference}"));
    let item = agree_on_item(text).unwrap_or_else(|difference| panic!("{difference}"));
    usize::from(document) + usize::from(item)
}

/// Real texts: the specifications of this crate, and the corpora where they are there.
fn seeds() -> Vec<String> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds: Vec<String> = SNIPPETS.iter().map(|snippet| (*snippet).to_owned()).collect();
    for page in files(&crate_folder.join("tests/reading"), "md") {
        let page = fs::read_to_string(page).unwrap();
        let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```"));
        seeds.extend(blocks.flat_map(|(block, _)| block.split("---\n")).map(str::to_owned));
    }
    let Some(corpora) = bulkhead_corpora::find("") else { return seeds };
    for folder in ["paths/worlds", "netpol-analyzer/tests"] {
        for file in files(&corpora.join(folder), "yaml") {
            let text = fs::read_to_string(file).unwrap();
            for document in text.split("---\n") {
                let items = document.split("\nitems:\n- ").skip(1).flat_map(|items| items.split("\n- "));
                seeds
                    .extend(items.map(|item| format!("- {}\n", item.split("\nkind: List").next().unwrap_or_default())));
                seeds.push(document.to_owned());
            }
        }
    }
    seeds
}

fn files(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, end));
        } else if path.extension().is_some_and(|have| have == end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// What the quick reader claims to know, and what comes close to it.
const SNIPPETS: &[&str] = &[
    "a: b\nc: 'd''e'\nf: \"g\\n\\u00e9\\x41\"\n",
    "a:\n- b\n- c: d\n  e: f\n-   g: h\n    i:\n    - j\n",
    "a:\n  - - b\n    - c\n  - d\ne: {}\nf: []\n",
    "a: |\n  b\n   c\n\n  d\n\ne: |-\n  f\n\ng: |+\n  h\n\n\ni: j\n",
    "a: one two\n  three\n    four\nb: 'one\n  two '' three'\nc: \"one \\\n  \\ two\n  three\"\n",
    "# a\na: b # c\n\n# d\nc: # e\n  f: g#h\n",
    "\"a b\": c\n'd': e\nf g: h\n.: {}\nf:spec: x\nk:{\"a\":1}: {}\n",
    "a:\nb: ~\nc:\n- d\n",
    "- a: b\n  c:\n  - d\n",
    "a: http://b:80/c?d=e#f\nb: -1\nc: -\nd: ?x\ne: :x\n",
    "a: \"b: c\"\nd: 'e: f'\n- g\n",
    "a: >-\n  b\n  c\n",
    "a:   \nb:   c   \n",
    "  a: b\n  c: d\n",
    "a: b\n c: d\n",
    "a:\n  b: c\n d: e\n",
    "a: \"\\ud83d\"\n",
    "a: 'b\n\n  c'\n",
    "- \"a\": b\n  \"c\" : d\n",
    "- \"a: b\"\n",
];

#[test]
fn on_real_texts() {
    let seeds = seeds();
    let taken: usize = seeds.iter().map(|seed| check(seed)).sum();
    // A quick reader that takes nothing agrees with everybody.
    assert!(taken * 2 > seeds.len(), "only {taken} of {}", seeds.len());
}

const PIECES: &[&str] = &[
    " ", "  ", "\n", "\n\n", "\n  ", "\n- ", "- ", "-", ": ", ":", "#", " #", "\"", "'", "''", "\\", "\\n", "\\\n",
    "|\n", "|-\n", ">\n", "{", "}", "[]", "{}", ",", "&a", "*a", "!x ", "<<", "?", "? ", "%", "@", "`", "\t", "\r",
    "a", "b: c", "é", "\u{feff}", "\u{85}", "\u{2028}", "~", "=", "...", "---", "a: b\n", "  a: b\n", "- a: b\n",
    "|+\n\n", "\u{1}", "\u{7f}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_texts_of_pieces(pieces in prop::collection::vec(0..PIECES.len(), 0..16)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        prop_assert!(agree_on_document(&text).is_ok(), "{}", agree_on_document(&text).unwrap_err());
        prop_assert!(agree_on_item(&text).is_ok(), "{}", agree_on_item(&text).unwrap_err());
    }

    #[test]
    fn on_edited_texts(
        seed in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..PIECES.len(), 0..6_usize), 1..5),
    ) {
        let mut text = SNIPPETS[seed.index(SNIPPETS.len())].to_owned();
        for (at, piece, removed) in edits {
            let places: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            let at = at.index(places.len());
            let end = places[(at + removed).min(places.len() - 1)];
            text.replace_range(places[at]..end, PIECES[piece]);
        }
        prop_assert!(agree_on_document(&text).is_ok(), "{}", agree_on_document(&text).unwrap_err());
        prop_assert!(agree_on_item(&text).is_ok(), "{}", agree_on_item(&text).unwrap_err());
    }
}
