//! From text to trees: documents of YAML and JSON, with the line of every value.
//!
//! Nothing here knows Kubernetes, except that the elements of a top-level `items` are worth saving from a text that breaks
//! off. A scalar keeps its text: whether `80`, `on` or `1.10` is a number, a boolean or a string depends on the field that
//! it stands in (see [`scalar`]).

mod findings;
mod interest;
mod json;
pub(crate) mod scalar;
mod scan;
mod stream;
mod yaml;

use std::borrow::Cow;

pub(crate) use findings::Findings;
pub(crate) use stream::{End, NOT_UTF8_MARK, Piece, Stream};

/// How deep a text may nest. Kubernetes' own deepest objects, the schemas of custom resources, stay below a third.
pub(crate) const DEEPEST: usize = 200;

/// A value, and the line that it begins on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node<'t> {
    /// Counted from 1.
    pub(crate) line: u32,
    pub(crate) value: Value<'t>,
}

/// What stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'t> {
    /// A scalar without quotes: JSON's `null`, `true` and numbers, YAML's plain scalars.
    Plain(Cow<'t, str>),
    /// A string for sure.
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// Entries in the order of the text. A key may come twice; who reads the map decides what that means.
    Map(Vec<Entry<'t>>),
    /// Something that could not be read; an issue has said why.
    Unreadable,
    /// Something that nothing reads (see [`interest`]).
    PassedOver,
}

/// A key, as text, and its value.
pub(crate) type Entry<'t> = (Cow<'t, str>, Node<'t>);

impl<'t> Node<'t> {
    pub(crate) fn new(line: u32, value: Value<'t>) -> Self {
        Self { line, value }
    }

    /// The last value of a key, if this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let Value::Map(entries) = &self.value else { return None };
        entries.iter().rev().find(|(have, _)| have == key).map(|(_, node)| node)
    }

    /// The text of a scalar.
    pub(crate) fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Plain(text) | Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
impl Node<'_> {
    /// The tree on one line, for tests: each key with the line of its value.
    fn shown(&self) -> String {
        match &self.value {
            Value::Plain(text) => text.to_string(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(nodes) => {
                let nodes: Vec<_> = nodes.iter().map(|node| format!("@{}:{}", node.line, node.shown())).collect();
                format!("[{}]", nodes.join(" "))
            }
            Value::Map(entries) => {
                let entry = |(key, node): &Entry<'_>| format!("{key}@{}={}", node.line, node.shown());
                format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(" "))
            }
            Value::Unreadable => "?".to_owned(),
            Value::PassedOver => "_".to_owned(),
        }
    }
}
