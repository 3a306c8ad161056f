//! Builds trees from the parser's events: keys, aliases, merge keys, tags.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use saphyr_parser::{Event, ScalarStyle, Span, Tag};

use super::super::{DEEPEST, Entry, Findings, Node, Value};
use crate::code;

/// How much the aliases of one document may add, in bytes: enough for every chart that anybody writes, and far from what
/// a machine notices.
const ALIAS_BUDGET: usize = 16 << 20;

/// Why a document cannot be read to its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The line in the input, and the parser's words.
    Syntax(u32, String),
    /// The line in the input.
    TooDeep(u32),
}

/// What is open between a start and its end event.
#[derive(Debug)]
enum Frame<'t> {
    List { line: u32, anchor: usize, elements: Vec<Node<'t>> },
    Map { line: u32, anchor: usize, entries: Vec<Entry<'t>>, merges: Vec<Node<'t>>, key: Key<'t> },
}

/// The key that waits for its value.
#[derive(Debug)]
enum Key<'t> {
    /// The next value is a key.
    None,
    Text(Cow<'t, str>, u32),
    /// `<<`
    Merge,
    /// No scalar: nobody knows what its value is about.
    Unreadable,
}

/// Builds one document after the other.
#[derive(Debug)]
pub(super) struct Builder<'t, 'f> {
    first_line: u32,
    findings: &'f Findings,
    open: Vec<Frame<'t>>,
    root: Option<Node<'t>>,
    anchors: BTreeMap<usize, (Node<'t>, usize)>,
    alias_budget: Option<usize>,
    has_anchors: bool,
}

impl<'t, 'f> Builder<'t, 'f> {
    pub(super) fn new(first_line: u32, findings: &'f Findings) -> Self {
        let alias_budget = Some(ALIAS_BUDGET);
        let (open, anchors) = (Vec::new(), BTreeMap::new());
        Self { first_line, findings, open, root: None, anchors, alias_budget, has_anchors: false }
    }

    pub(super) fn findings(&self) -> &'f Findings {
        self.findings
    }

    pub(super) fn first_line(&self) -> u32 {
        self.first_line
    }

    /// The finished document; the builder is then ready for the next.
    pub(super) fn take_root(&mut self) -> Option<Node<'t>> {
        self.anchors.clear();
        self.alias_budget = Some(ALIAS_BUDGET);
        self.root.take().filter(|root| !matches!(&root.value, Value::Plain(text) if text.is_empty()))
    }

    pub(super) fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), Stop> {
        // With anchors from before, the first line is so far up that the sum comes round.
        let offset = u32::try_from(span.start.line()).unwrap_or(u32::MAX).saturating_sub(1);
        let line = self.first_line.wrapping_add(offset);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let line = self.scalar_line(&text, style, line);
                let value = self.scalar(text, style, tag.as_deref(), line);
                self.finish(Node::new(line, value), anchor);
            }
            Event::SequenceStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", line);
                self.push(Frame::List { line, anchor, elements: Vec::new() }, line)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", line);
                let (entries, merges, key) = (Vec::new(), Vec::new(), Key::None);
                self.push(Frame::Map { line, anchor, entries, merges, key }, line)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, line),
            _ => {}
        }
        Ok(())
    }

    /// A missing value and a block stand where their key does; the parser says where the next token is, or the text.
    fn scalar_line(&self, text: &str, style: ScalarStyle, line: u32) -> u32 {
        let is_missing = text.is_empty() && style == ScalarStyle::Plain;
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        match self.open.last() {
            Some(Frame::Map { key: Key::Text(_, key_line), .. }) if is_missing || is_block => *key_line,
            _ => line,
        }
    }

    fn scalar(&self, text: Cow<'t, str>, style: ScalarStyle, tag: Option<&Tag>, line: u32) -> Value<'t> {
        match tag {
            None if style == ScalarStyle::Plain => Value::Plain(text),
            None => Value::Text(text),
            Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Value::Text(text),
            Some(tag)
                if tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "int" | "float" | "bool" | "null") =>
            {
                Value::Plain(text)
            }
            Some(tag) => {
                self.findings.error(code::TAG_UNKNOWN, line, &[("tag", &tag.to_string())]);
                Value::Unreadable
            }
        }
    }

    fn check_tag(&self, tag: Option<&Tag>, expected: &str, line: u32) {
        if let Some(tag) = tag.filter(|tag| !(tag.is_yaml_core_schema() && tag.suffix == expected)) {
            self.findings.error(code::TAG_UNKNOWN, line, &[("tag", &tag.to_string())]);
        }
    }

    /// Whether any anchor was seen.
    pub(super) fn has_anchors(&self) -> bool {
        self.has_anchors
    }

    fn push(&mut self, frame: Frame<'t>, line: u32) -> Result<(), Stop> {
        if self.open.len() > DEEPEST {
            return Err(Stop::TooDeep(line));
        }
        self.open.push(frame);
        Ok(())
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Frame::List { line, anchor, elements }) => self.finish(Node::new(line, Value::List(elements)), anchor),
            Some(Frame::Map { line, anchor, mut entries, merges, .. }) => {
                self.merge(&mut entries, merges);
                self.finish(Node::new(line, Value::Map(entries)), anchor);
            }
            None => {}
        }
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, node: Node<'t>, anchor: usize) {
        self.has_anchors |= anchor > 0;
        if anchor > 0
            && let Some(copy) = self.affordable_copy(&node)
        {
            let size = weight(&copy);
            self.anchors.insert(anchor, (copy, size));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Frame::List { elements, .. }) => elements.push(node),
            Some(Frame::Map { entries, merges, key, .. }) => match std::mem::replace(key, Key::None) {
                Key::None => *key = as_key(node, self.findings),
                Key::Text(text, _) => entries.push((text, node)),
                Key::Merge => merges.push(node),
                Key::Unreadable => entries.push(unreadable(UNREADABLE_KEY, node.line)),
            },
        }
    }

    fn alias(&mut self, anchor: usize, line: u32) {
        let found = self.anchors.remove(&anchor);
        let value = match &found {
            None if self.alias_budget.is_none() => Value::Unreadable,
            None => {
                self.findings.error(code::ALIAS_UNKNOWN, line, &[]);
                Value::Unreadable
            }
            Some((node, size)) => {
                if self.pay(*size, line) {
                    at_line(node, line).value
                } else {
                    Value::Unreadable
                }
            }
        };
        self.anchors.extend(found.map(|found| (anchor, found)));
        self.finish(Node::new(line, value), 0);
    }

    fn affordable_copy(&mut self, node: &Node<'t>) -> Option<Node<'t>> {
        self.alias_budget?;
        self.pay(weight(node), node.line).then(|| node.clone())
    }

    /// Takes from the alias budget. The first time that it does not suffice is a finding; after that nothing is copied.
    fn pay(&mut self, size: usize, line: u32) -> bool {
        let Some(left) = self.alias_budget else { return false };
        self.alias_budget = left.checked_sub(size);
        if self.alias_budget.is_none() {
            self.findings.error(code::ALIASES_TOO_LARGE, line, &[]);
        }
        self.alias_budget.is_some()
    }

    /// Adds the entries of merged maps, the earlier ones first, without replacing any. One that cannot be read stays as a field: it may
    /// have said anything.
    fn merge(&self, entries: &mut Vec<Entry<'t>>, merges: Vec<Node<'t>>) {
        if merges.is_empty() {
            return;
        }
        let mut have: BTreeSet<Cow<'t, str>> = entries.iter().map(|(key, _)| key.clone()).collect();
        for map in merges.into_iter().flat_map(|merge| self.merged_maps(merge)) {
            for (key, node) in map {
                if have.insert(key.clone()) {
                    entries.push((key, node));
                }
            }
        }
    }

    fn merged_maps(&self, merge: Node<'t>) -> Vec<Vec<Entry<'t>>> {
        let line = merge.line;
        let nodes = match merge.value {
            Value::List(nodes) => nodes,
            value => vec![Node::new(line, value)],
        };
        let map = |node: Node<'t>| match node.value {
            Value::Map(entries) => entries,
            Value::Unreadable => vec![unreadable(MERGE, node.line)],
            _ => {
                self.findings.error(code::MERGE_NOT_MAP, node.line, &[]);
                vec![unreadable(MERGE, node.line)]
            }
        };
        nodes.into_iter().map(map).collect()
    }
}

/// The key that merges.
const MERGE: &str = "<<";
/// What a key is called that is no scalar.
const UNREADABLE_KEY: &str = "?";

fn unreadable<'t>(key: &'static str, line: u32) -> Entry<'t> {
    (Cow::Borrowed(key), Node::new(line, Value::Unreadable))
}

fn as_key<'t>(node: Node<'t>, findings: &Findings) -> Key<'t> {
    match node.value {
        Value::Plain(text) if text == MERGE => Key::Merge,
        Value::Plain(text) | Value::Text(text) => Key::Text(text, node.line),
        Value::Unreadable | Value::PassedOver => Key::Unreadable,
        Value::List(_) | Value::Map(_) => {
            findings.error(code::KEY_NOT_SCALAR, node.line, &[]);
            Key::Unreadable
        }
    }
}

/// A copy in which everything stands on one line: an alias stands where it is written.
fn at_line<'t>(node: &Node<'t>, line: u32) -> Node<'t> {
    let value = match &node.value {
        Value::List(nodes) => Value::List(nodes.iter().map(|node| at_line(node, line)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().map(|(key, node)| (key.clone(), at_line(node, line))).collect())
        }
        other => other.clone(),
    };
    Node::new(line, value)
}

/// About how many bytes a copy takes.
fn weight(node: &Node<'_>) -> usize {
    let of_value = match &node.value {
        Value::Plain(text) | Value::Text(text) => text.len(),
        Value::List(nodes) => nodes.iter().map(weight).sum(),
        Value::Map(entries) => entries.iter().map(|(key, node)| 24 + key.len() + weight(node)).sum(),
        Value::Unreadable | Value::PassedOver => 0,
    };
    size_of::<Node<'_>>() + of_value
}
