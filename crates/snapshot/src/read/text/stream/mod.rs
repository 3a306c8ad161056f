//! A text of any size, read piece by piece: documents, and the items of Lists one at a time. What has been read can be
//! forgotten, so that a dump of a gigabyte needs no more memory than its largest object.
//!
//! An error spoils its own piece (an item, a document), or in JSON the rest of its document; what stands around it is read.

mod json;
mod lines;
mod yaml;

use std::collections::BTreeMap;

use self::json::JsonState;
use self::yaml::YamlList;
use super::interest::Wanted;
use super::yaml::report_template;
use super::{Entry, Findings, Node, scan};
use crate::code;

/// What stands for a byte that is not UTF-8. No text has this character.
pub(crate) const NOT_UTF8_MARK: char = '\u{FDD0}';

/// Whether there is more text to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    More,
    Last,
}

/// Something that was read.
#[derive(Debug)]
pub(crate) enum Piece<'t> {
    /// A document.
    Document(Node<'t>),
    /// An element of a List's `items`.
    Item(Node<'t>, &'t ListHead),
}

/// What a List says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListHead {
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
}

impl ListHead {
    /// Takes note of a field of the List.
    fn saw(&mut self, key: &str, node: &Node<'_>) {
        match key {
            "apiVersion" => self.api_version = node.scalar().map(str::to_owned),
            "kind" => self.kind = node.scalar().map(str::to_owned),
            _ => {}
        }
    }

    fn saw_all(&mut self, entries: &[Entry<'_>]) {
        for (key, node) in entries {
            self.saw(key, node);
        }
    }

    /// Whether an item must wait until the List has said what it is.
    fn leaves_open(&self, item: &Node<'_>) -> bool {
        self.kind.is_none() && item.get("kind").is_none()
    }
}

/// Reads one text. See [`Stream::feed`].
#[derive(Debug)]
pub(crate) struct Stream<'f> {
    findings: &'f Findings,
    wanted: Wanted,
    /// The line of the text that comes next.
    line: u32,
    state: State,
    documents: u64,
    /// Whether the text has characters that no text has.
    is_spoiled: bool,
    /// Where bytes are no UTF-8: the first of each line, counted from 0.
    not_utf8: BTreeMap<u32, u64>,
}

/// How many lines with bytes that are no UTF-8 are remembered: more than are reported.
const MOST_BAD_LINES: usize = 20_000;

#[derive(Debug)]
enum State {
    /// Between documents.
    Between,
    Json(JsonState),
    YamlItems(YamlList),
    /// Behind the items of a List.
    YamlTail(YamlList),
    /// Behind an error: nothing is read until the next document begins.
    Lost(Template),
}

/// Whether an unrendered template has been found in a document that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Template {
    NotFound,
    Found,
}

/// What one step did.
#[derive(Debug)]
enum Step {
    /// It is done with so many bytes. With none of them it is in another state.
    Took(usize, State),
    /// It needs more text.
    More(State),
}

/// Who gets what was read.
type Taken<'a> = &'a mut dyn FnMut(Piece<'_>);

impl<'f> Stream<'f> {
    pub(crate) fn new(findings: &'f Findings, wanted: Wanted) -> Self {
        Self {
            findings,
            wanted,
            line: 1,
            state: State::Between,
            documents: 0,
            is_spoiled: false,
            not_utf8: BTreeMap::new(),
        }
    }

    /// Takes note of a byte that is no UTF-8 before the text with its mark is given.
    pub(crate) fn saw_no_text(&mut self, line: u32, offset: u64) {
        if self.not_utf8.len() < MOST_BAD_LINES {
            self.not_utf8.entry(line).or_insert(offset);
        }
    }

    /// Reads what can be read of a text, and says how many bytes of it are done with: they must not be given again. The
    /// rest must stand at the beginning of the next text, with at least one byte more. The last text is read to its end.
    pub(crate) fn feed(&mut self, text: &str, end: End, taken: Taken<'_>) -> usize {
        self.is_spoiled |= scan::has_control_characters(text.as_bytes()) || text.contains(NOT_UTF8_MARK);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let state = std::mem::replace(&mut self.state, State::Between);
            let step = match state {
                State::Between => self.between(rest, end, taken),
                State::Json(json) => self.json(json, rest, end, taken),
                State::YamlItems(list) => self.yaml_item(list, rest, end, taken),
                State::YamlTail(list) => self.yaml_tail(list, rest, end, taken),
                State::Lost(template) => self.lost(template, rest, end),
            };
            match step {
                Step::Took(bytes, state) => {
                    at += bytes;
                    self.state = state;
                }
                Step::More(state) => {
                    self.state = state;
                    break;
                }
            }
        }
        if end == End::Last {
            self.finish(taken);
        }
        at
    }

    /// How many documents there were.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// Ends what the text left open.
    fn finish(&mut self, taken: Taken<'_>) {
        match std::mem::replace(&mut self.state, State::Between) {
            State::Json(json) => self.finish_json(json, taken),
            State::YamlItems(list) | State::YamlTail(list) => self.finish_yaml(list, taken),
            State::Between | State::Lost(_) => {}
        }
    }

    /// Between documents: passes over empty lines, comments, markers and directives, and finds out what begins.
    fn between(&mut self, rest: &str, end: End, taken: Taken<'_>) -> Step {
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        let lines = rest.get(..blank).and_then(|blank| blank.rfind('\n')).map_or(0, |newline| newline + 1);
        if lines > 0 || blank == rest.len() {
            return self.pass(rest, if blank == rest.len() && end == End::Last { blank } else { lines }, end);
        }
        match (begins_like_json(rest), end) {
            (Some(true), _) => return Step::Took(0, State::Json(JsonState::default())),
            (None, End::More) => return Step::More(State::Between),
            _ => {}
        }
        let Some((line, length)) = lines::first(rest, end) else { return Step::More(State::Between) };
        let behind = lines::behind_marker(line);
        match behind {
            Some(behind) if begins_like_json(behind) == Some(true) => self.pass(rest, line.len() - behind.len(), end),
            Some(behind) if behind.is_empty() || behind.starts_with('#') => self.pass(rest, length, end),
            None if lines::is_end_marker(line) || line.starts_with('#') => self.pass(rest, length, end),
            None if line.starts_with('%') => {
                if !line.starts_with("%YAML") {
                    self.findings.error(code::TAG_UNKNOWN, self.line, &[("tag", line.trim_end())]);
                }
                self.pass(rest, length, end)
            }
            _ => self.yaml_begins(rest, end, taken),
        }
    }

    /// Goes behind so many bytes.
    fn pass(&mut self, rest: &str, bytes: usize, end: End) -> Step {
        if bytes == 0 && end == End::More {
            return Step::More(State::Between);
        }
        self.line += lines::count(rest.get(..bytes).unwrap_or_default());
        Step::Took(bytes, State::Between)
    }

    fn lost(&mut self, mut template: Template, rest: &str, end: End) -> Step {
        let document = lines::document_end(rest, end);
        // The last line may be the beginning of a marker, which is one only behind a newline.
        let bytes = document.or_else(|| rest.rfind('\n')).unwrap_or(0);
        let text = rest.get(..bytes).unwrap_or_default();
        if template == Template::NotFound && report_template(text, self.line, self.findings) {
            template = Template::Found;
        }
        self.line += lines::count(text);
        match (document, bytes) {
            (Some(_), _) => Step::Took(bytes, State::Between),
            (None, 0) => Step::More(State::Lost(template)),
            (None, _) => Step::Took(bytes, State::Lost(template)),
        }
    }

    /// Whether a piece is text through and through; where not, that has been reported.
    fn is_clean(&self, piece: &str, line: u32) -> bool {
        if !self.is_spoiled {
            return true;
        }
        let is_bad = |char: char| char == NOT_UTF8_MARK || (char < ' ' && !matches!(char, '\n' | '\t' | '\r'));
        let Some(bad) = piece.find(is_bad) else { return true };
        let line = line + lines::count(piece.get(..bad).unwrap_or_default());
        if piece.get(bad..).unwrap_or_default().starts_with(NOT_UTF8_MARK) {
            let offset = self.not_utf8.get(&line).map(ToString::to_string);
            self.findings.error(code::NOT_UTF8, line, &[("offset", offset.as_deref().unwrap_or("?"))]);
        } else {
            self.findings.error(code::NOT_TEXT, line, &[]);
        }
        false
    }
}

/// Whether a text begins as JSON does: with a list, or with a map whose first key has quotes. `None` where it is too short
/// to tell.
fn begins_like_json(text: &str) -> Option<bool> {
    let text = text.trim_start_matches([' ', '\t']);
    if text.starts_with('[') {
        return Some(true);
    }
    let Some(inside) = text.strip_prefix('{') else { return Some(false) };
    let inside = inside.trim_start_matches([' ', '\t', '\n', '\r']);
    inside.chars().next().map(|first| matches!(first, '"' | '}'))
}

#[cfg(test)]
mod agreement;
