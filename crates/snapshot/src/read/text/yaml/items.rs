//! The items of a List in a text that has an error, each read on its own: an error in one item, or a text that breaks off,
//! leaves the other items readable.

use std::borrow::Cow;

use super::super::{Document, Entry, Findings, Node, Value, Wholeness};
use super::one_node;
use crate::code;

/// The List of the items that can be read; `None` where the text has no `items` in the form that kubectl prints (at the
/// beginning of a line, `- ` before each).
pub(super) fn each_on_its_own<'t>(piece: &'t str, first_line: u32, findings: &Findings) -> Option<Node<'t>> {
    let lines: Vec<&'t str> = piece.split_inclusive('\n').collect();
    let start = lines.iter().position(|line| line.trim_end() == "items:")?;
    let belongs = |line: &&&str| line.starts_with(['-', ' ', '#']) || line.trim().is_empty();
    let length = lines.iter().skip(start + 1).take_while(belongs).count();
    let end = start + 1 + length;
    let mut items = Vec::new();
    let mut offset: usize = lines.iter().take(start + 1).map(|line| line.len()).sum();
    let mut number = start + 1;
    while number < end {
        let size = 1 + lines.iter().take(end).skip(number + 1).take_while(|line| !line.starts_with('-')).count();
        let bytes: usize = lines.iter().skip(number).take(size).map(|line| line.len()).sum();
        let text = piece.get(offset..offset + bytes)?;
        items.push(item(text, first_line + u32::try_from(number).ok()?, findings));
        (number, offset) = (number + size, offset + bytes);
    }
    if end == lines.len() {
        // kubectl prints `kind` and `metadata` behind the items: the last of them may be only half an object.
        items.pop();
        findings.error(code::LIST_TRUNCATED, first_line + u32::try_from(end).ok()?.saturating_sub(1), &[]);
    }
    let items = Value::List(items.into_iter().flatten().collect());
    let entry = (Cow::Borrowed("items"), Node::new(first_line + u32::try_from(start).ok()?, items));
    let mut entries: Vec<Entry<'t>> = vec![entry];
    entries.extend(scalars(&lines, end));
    Some(Node::new(first_line, Value::Map(entries)))
}

/// A List that breaks off between two lines is still YAML. kubectl prints `kind` behind the items, so that its absence
/// shows it; the last item may then be only half an object.
pub(super) fn drop_half_an_item(documents: &mut [Document<'_>], findings: &Findings) {
    let Some(last) = documents.last_mut() else { return };
    if last.root.get("kind").is_some() {
        return;
    }
    let Value::Map(entries) = &mut last.root.value else { return };
    let Some((key, Node { value: Value::List(items), .. })) = entries.last_mut() else { return };
    let dropped = if key == "items" { items.pop() } else { None };
    if let Some(dropped) = dropped {
        findings.error(code::LIST_TRUNCATED, dropped.line, &[]);
        last.wholeness = Wholeness::Salvaged;
    }
}

/// `kind` and `apiVersion` of the List, where their lines are there.
fn scalars<'t>(lines: &[&'t str], end: usize) -> Vec<Entry<'t>> {
    let entry = |line: &&'t str| {
        let (key, value) = line.trim_end().split_once(": ")?;
        let known = matches!(key, "kind" | "apiVersion");
        known.then(|| (Cow::Borrowed(key), Node::new(0, Value::Plain(Cow::Borrowed(value)))))
    };
    let outside = lines.iter().take_while(|line| line.trim_end() != "items:").chain(lines.iter().skip(end));
    outside.filter_map(entry).collect()
}

fn item<'t>(text: &'t str, line: u32, findings: &Findings) -> Option<Node<'t>> {
    let Value::List(nodes) = one_node(text, line, findings)?.value else { return None };
    nodes.into_iter().next()
}
