//! A node of the tree with the path that leads to it.

use std::collections::BTreeSet;
use std::fmt::Write;

use bulkhead_model::{Issue, IssueCode, ObjectRef, Position, Readable, Severity};

use super::super::text::{Findings, Node, Value};
use super::fields::Fields;
use super::{Read, Reported};
use crate::code;

/// A node, and where it stands. Paths are links back to the parent and become text only in an issue.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'p> {
    pub(super) node: &'p Node<'p>,
    parent: Option<&'p Cursor<'p>>,
    step: Step<'p>,
    pub(super) place: &'p Place<'p>,
}

/// What all cursors in one object share.
#[derive(Debug)]
pub(crate) struct Place<'p> {
    pub(crate) findings: &'p Findings,
    pub(crate) object: Option<ObjectRef>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'p> {
    Root,
    Field(&'p str),
    Element(usize),
}

impl<'p> Cursor<'p> {
    /// The cursor at the root of an object.
    pub(crate) fn root(node: &'p Node<'p>, place: &'p Place<'p>) -> Self {
        Self { node, parent: None, step: Step::Root, place }
    }

    pub(super) fn field<'c>(&'c self, name: &'c str, node: &'c Node<'c>) -> Cursor<'c> {
        Cursor { node, parent: Some(self), step: Step::Field(name), place: self.place }
    }

    fn element<'c>(&'c self, index: usize, node: &'c Node<'c>) -> Cursor<'c> {
        Cursor { node, parent: Some(self), step: Step::Element(index), place: self.place }
    }

    /// Where the node stands.
    pub fn position(&self) -> Position {
        self.place.findings.position(self.node.line)
    }

    /// The path as text: `spec.ingress[0].from[1]`.
    fn path(&self) -> String {
        let mut path = self.parent.map_or_else(String::new, Self::path);
        match self.step {
            Step::Root => {}
            Step::Field(name) => {
                let dot = if path.is_empty() { "" } else { "." };
                let quoted = name.contains(['.', '/']) && !path.is_empty();
                // Writing to a string cannot fail.
                let _ = if quoted { write!(path, "[{name:?}]") } else { write!(path, "{dot}{name}") };
            }
            Step::Element(index) => {
                let _ = write!(path, "[{index}]");
            }
        }
        path
    }

    /// An issue about this node.
    pub fn issue(&self, severity: Severity, code: IssueCode) -> Issue {
        let issue = Issue::new(severity, code).at(self.position()).in_field(self.path());
        match &self.place.object {
            Some(object) => issue.about(object.clone()),
            None => issue,
        }
    }

    /// Reports an error about this node.
    pub fn error(&self, code: IssueCode, arguments: &[(&'static str, &str)]) -> Reported {
        let issue = self.issue(Severity::Error, code);
        self.report(arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value)))
    }

    /// Reports something that does not stop the reading.
    pub fn warning(&self, code: IssueCode, arguments: &[(&'static str, &str)]) {
        let issue = self.issue(Severity::Warning, code);
        self.place.findings.push(arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value)));
    }

    pub(crate) fn report(&self, issue: Issue) -> Reported {
        Reported::by(self.place.findings, issue)
    }

    /// Reports that something else is expected here. What could not even be parsed has been reported before.
    pub fn wrong_type(&self, expected: &str) -> Reported {
        match self.node.value {
            Value::Unreadable => Reported::EARLIER,
            _ => self.error(code::WRONG_TYPE, &[("expected", expected), ("value", self.shown())]),
        }
    }

    /// The value for an issue's words: the text of a scalar, or what kind of thing stands there.
    pub fn shown(&self) -> &str {
        match &self.node.value {
            Value::Plain(text) | Value::Text(text) => text,
            Value::List(_) => "[…]",
            Value::Map(_) => "{…}",
            Value::Unreadable | Value::PassedOver => "?",
        }
    }

    /// Whether a map stands here.
    pub fn is_map(&self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    /// The fields of a map.
    pub fn fields(&self) -> Read<Fields<'_>> {
        match &self.node.value {
            Value::Map(entries) => Ok(Fields::new(self, entries)),
            _ if self.is_null() => Ok(Fields::new(self, &[])),
            _ => Err(self.wrong_type("map")),
        }
    }

    /// Applies a reader to every element of a list. `null` is an empty list, as in Go.
    pub fn each<T>(&self, mut read: impl FnMut(Cursor<'_>) -> T) -> Read<Vec<T>> {
        match &self.node.value {
            Value::List(nodes) => {
                Ok(nodes.iter().enumerate().map(|(index, node)| read(self.element(index, node))).collect())
            }
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.wrong_type("list")),
        }
    }

    /// Applies a reader to every entry of a map of anything.
    pub fn each_entry<T>(&self, mut read: impl FnMut(&str, Cursor<'_>) -> T) -> Read<Vec<T>> {
        match &self.node.value {
            Value::Map(entries) => Ok(entries.iter().map(|(key, node)| read(key, self.field(key, node))).collect()),
            _ if self.is_null() => Ok(Vec::new()),
            _ => Err(self.wrong_type("map")),
        }
    }

    /// The value of a reader, or its place.
    pub fn readable<T>(&self, value: Read<T>) -> Readable<T> {
        match value {
            Ok(value) => Readable::Known(value),
            Err(Reported(())) => Readable::Unreadable { position: self.position() },
        }
    }

    /// Reports the keys of a map that come twice.
    pub fn report_keys_that_come_twice(&self) {
        let Value::Map(entries) = &self.node.value else { return };
        let mut seen = BTreeSet::new();
        for (key, node) in entries {
            if !seen.insert(key.as_ref()) {
                self.field(key, node).warning(code::DUPLICATE_KEY, &[("name", key)]);
            }
        }
    }
}
