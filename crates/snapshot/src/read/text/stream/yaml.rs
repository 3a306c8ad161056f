//! YAML documents: whole ones, and Lists as kubectl prints them, item by item.

use std::ops::ControlFlow;

use memchr::memchr;

use super::super::yaml::{self, Anchored};
use super::super::{Value, scan};
use super::{End, ListHead, Piece, State, Step, Stream, Taken, lines};
use crate::code;

/// A List that is being read.
#[derive(Debug)]
pub(super) struct YamlList {
    head: ListHead,
    /// The column of the items' dashes.
    dash: usize,
    anchored: Anchored,
    /// Items that do not say what they are, with their lines, until the List does.
    postponed: Vec<(String, u32)>,
}

/// How a document is to be read.
#[derive(Debug)]
enum Shape {
    /// As a whole, so many bytes.
    Whole(usize),
    /// As a List of which so many bytes come before the items.
    List(usize, YamlList),
    /// Nobody knows without more text.
    Open,
}

/// What comes behind an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Behind {
    Item,
    Tail,
    /// The end of the document.
    End,
}

impl Stream<'_> {
    pub(super) fn yaml_begins(&mut self, rest: &str, end: End, taken: Taken<'_>) -> Step {
        match shape(rest, end) {
            Shape::Open => Step::More(State::Between),
            Shape::List(bytes, list) => {
                self.documents += 1;
                self.line += lines::count(rest.get(..bytes).unwrap_or_default());
                Step::Took(bytes, State::YamlItems(list))
            }
            Shape::Whole(bytes) => {
                let text = rest.get(..bytes).unwrap_or_default();
                if self.is_clean(text, self.line) {
                    let mut documents = 0;
                    yaml::document(text, self.line, self.wanted, self.findings, |root| {
                        documents += 1;
                        taken(Piece::Document(root));
                    });
                    self.documents += documents;
                }
                self.line += lines::count(text);
                Step::Took(bytes, State::Between)
            }
        }
    }

    pub(super) fn yaml_item(&mut self, mut list: YamlList, rest: &str, end: End, taken: Taken<'_>) -> Step {
        let Some((bytes, behind)) = item_end(rest, list.dash, end) else { return Step::More(State::YamlItems(list)) };
        let text = rest.get(..bytes).unwrap_or_default();
        if behind == Behind::End && list.head.kind.is_none() {
            // kubectl prints `kind` behind the items: the text breaks off here, and this may be only half an object.
            self.findings.error(code::LIST_TRUNCATED, self.line, &[]);
        } else if self.is_clean(text, self.line) {
            let (head, postponed, line) = (&list.head, &mut list.postponed, self.line);
            yaml::item(text, line, self.wanted, &mut list.anchored, self.findings, |item| {
                if head.leaves_open(&item) {
                    postponed.push((text.to_owned(), line));
                } else {
                    taken(Piece::Item(item, head));
                }
            });
        }
        self.line += lines::count(text);
        match behind {
            Behind::Item => Step::Took(bytes, State::YamlItems(list)),
            Behind::Tail => Step::Took(bytes, State::YamlTail(list)),
            Behind::End => {
                self.finish_yaml(list, taken);
                Step::Took(bytes, State::Between)
            }
        }
    }

    /// The fields of a List behind its items.
    pub(super) fn yaml_tail(&mut self, mut list: YamlList, rest: &str, end: End, taken: Taken<'_>) -> Step {
        let Some(bytes) = lines::document_end(rest, end) else { return Step::More(State::YamlTail(list)) };
        let text = rest.get(..bytes).unwrap_or_default();
        if self.is_clean(text, self.line) {
            yaml::document(text, self.line, self.wanted, self.findings, |root| {
                let Value::Map(entries) = &root.value else { return };
                list.head.saw_all(entries);
                if let Some(items) = root.get("items") {
                    self.findings.error(code::DUPLICATE_KEY, items.line, &[("name", "items")]);
                }
            });
        }
        self.line += lines::count(text);
        self.finish_yaml(list, taken);
        Step::Took(bytes, State::Between)
    }

    /// Reads what waited for the List to say what it is.
    pub(super) fn finish_yaml(&self, list: YamlList, taken: Taken<'_>) {
        let YamlList { head, mut anchored, postponed, .. } = list;
        for (text, line) in &postponed {
            yaml::item(text, *line, self.wanted, &mut anchored, self.findings, |item| taken(Piece::Item(item, &head)));
        }
    }
}

/// Looks for the end of a document, or for the `items` of a List on the way there.
fn shape(rest: &str, end: End) -> Shape {
    let bytes = rest.as_bytes();
    let mut at = 0;
    loop {
        let line = rest.get(at..).unwrap_or_default();
        match bytes.get(at) {
            None if end == End::Last => return Shape::Whole(at),
            None => return Shape::Open,
            Some(b'-' | b'.' | b'i') => {
                let Some((line, length)) = lines::first(line, end) else { return Shape::Open };
                if at > 0 && lines::is_marker(line) {
                    return Shape::Whole(at);
                }
                if line.trim_end() == "items:"
                    && let ControlFlow::Break(shape) = list_shape(rest, at, at + length, end)
                {
                    return shape;
                }
                at += length;
            }
            Some(_) => match memchr(b'\n', line.as_bytes()) {
                Some(newline) => at += newline + 1,
                None if end == End::Last => at = bytes.len(),
                None => return Shape::Open,
            },
        }
    }
}

/// The List whose `items` are at `items`, if what stands before them says nothing else and a block list stands behind.
fn list_shape(rest: &str, items: usize, behind: usize, end: End) -> ControlFlow<Shape> {
    let Some(mut head) = list_head(rest.get(..items).unwrap_or_default()) else { return ControlFlow::Continue(()) };
    let bytes = rest.as_bytes();
    let mut start = behind;
    loop {
        let content = scan::after_spaces(bytes, start);
        match bytes.get(content) {
            None if end == End::More => return ControlFlow::Break(Shape::Open),
            Some(b'\n' | b'\r' | b'#') => match memchr(b'\n', bytes.get(content..).unwrap_or_default()) {
                Some(newline) => start = content + newline + 1,
                None if end == End::More => return ControlFlow::Break(Shape::Open),
                None => return ControlFlow::Continue(()),
            },
            Some(b'-') if bytes.get(content + 1).is_none() && end == End::More => {
                return ControlFlow::Break(Shape::Open);
            }
            Some(b'-') if matches!(bytes.get(content + 1), None | Some(b' ' | b'\n' | b'\r')) => {
                let (anchored, postponed) = (Anchored::default(), Vec::new());
                let list = YamlList { head: std::mem::take(&mut head), dash: content - start, anchored, postponed };
                return ControlFlow::Break(Shape::List(behind, list));
            }
            _ => return ControlFlow::Continue(()),
        }
    }
}

/// What the fields before the items say; `None` where they are no usual ones, or those of something else.
fn list_head(text: &str) -> Option<ListHead> {
    let mut head = ListHead::default();
    let root = yaml::usual_document(text)?;
    if let Some(Value::Map(entries)) = root.map(|root| root.value) {
        head.saw_all(&entries);
    }
    head.kind.as_ref().is_none_or(|kind| kind.ends_with("List")).then_some(head)
}

/// The length of the item at the beginning of a text, and what comes behind it; `None` where there might be more of it.
fn item_end(rest: &str, dash: usize, end: End) -> Option<(usize, Behind)> {
    let bytes = rest.as_bytes();
    let (mut at, mut is_inside) = (0, false);
    loop {
        if at >= bytes.len() {
            return (end == End::Last).then_some((at, Behind::End));
        }
        let content = scan::after_spaces(bytes, at);
        let spaces = content - at;
        match bytes.get(content) {
            None if end == End::More => return None,
            None | Some(b'\n' | b'\r' | b'#') => {}
            Some(_) if spaces > dash => {}
            Some(byte) => {
                // A dash needs the byte behind it, a marker its line.
                let line = rest.get(content..).unwrap_or_default();
                let (line, _) = if matches!(byte, b'-' | b'.') { lines::first(line, end)? } else { ("", 0) };
                let is_dash = spaces == dash && (line == "-" || line.starts_with("- ") || line.starts_with("-\r"));
                match (is_dash, is_inside) {
                    (true, false) => is_inside = true,
                    (true, true) => return Some((at, Behind::Item)),
                    (false, _) if spaces == 0 && lines::is_marker(line) => return Some((at, Behind::End)),
                    (false, _) => return Some((at, Behind::Tail)),
                }
            }
        }
        match memchr(b'\n', bytes.get(content..).unwrap_or_default()) {
            Some(newline) => at = content + newline + 1,
            None if end == End::Last => at = bytes.len(),
            None => return None,
        }
    }
}
