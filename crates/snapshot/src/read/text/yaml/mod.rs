//! YAML to trees: a quick reader for the usual, saphyr-parser's events for everything else.

mod build;
mod fast;
mod tabs;

use saphyr_parser::{Event, Parser, ScanError};

use self::build::{Builder, Stop};
use super::interest::{Wanted, prune_object};
use super::{DEEPEST, Findings, Node, Value};
use crate::code;

/// The parser's words where flow collections nest deeper than 255 levels.
const PARSER_DEPTH: &str = "recursion limit exceeded";

/// How much text with anchors is kept for the aliases of later items.
const MOST_ANCHORED: usize = 1 << 20;

/// Reads a text of one document; `None` where it is empty, or has an error, which has become a finding then.
pub(super) fn document(text: &str, first_line: u32, wanted: Wanted, findings: &Findings, taken: impl FnOnce(Node<'_>)) {
    match fast::document(text, first_line, wanted) {
        Ok(None) => {}
        Ok(Some(root)) => taken(root),
        Err(fast::Unusual) => {
            let text = tabs::mended(text);
            let mut builder = Builder::new(first_line, findings);
            if let Some(mut root) = run(&text, &mut builder) {
                prune_object(&mut root, wanted);
                taken(root);
            }
        }
    }
}

/// A document that the quick reader can read, nothing of it passed over; `None` where it cannot.
#[allow(clippy::option_option)] // no document, an empty one, one
pub(super) fn usual_document(text: &str) -> Option<Option<Node<'_>>> {
    fast::document(text, 1, None).ok()
}

/// The items of one List that have anchors: what aliases in later ones may refer to.
#[derive(Debug, Default)]
pub(super) struct Anchored(String);

/// Reads one element of a block list, dash included.
pub(super) fn item(
    text: &str,
    first_line: u32,
    wanted: Wanted,
    anchored: &mut Anchored,
    findings: &Findings,
    taken: impl FnOnce(Node<'_>),
) {
    match fast::item(text, first_line, wanted) {
        Ok(item) => taken(item),
        Err(fast::Unusual) => unusual_item(&tabs::mended(text), first_line, wanted, anchored, findings, taken),
    }
}

fn unusual_item(
    text: &str,
    first_line: u32,
    wanted: Wanted,
    anchored: &mut Anchored,
    findings: &Findings,
    taken: impl FnOnce(Node<'_>),
) {
    let issues_before = findings.count();
    let whole = [&anchored.0, text].concat();
    let lines_before = u32::try_from(memchr::memchr_iter(b'\n', anchored.0.as_bytes()).count()).unwrap_or(u32::MAX);
    let mut builder = Builder::new(first_line.wrapping_sub(lines_before), findings);
    let root = run(&whole, &mut builder);
    let item = root.and_then(|root| match root.value {
        Value::List(nodes) => nodes.into_iter().next_back(),
        _ => None,
    });
    if let Some(mut item) = item {
        prune_object(&mut item, wanted);
        taken(item);
    }
    if builder.has_anchors() && findings.count() == issues_before && anchored.0.len() + text.len() < MOST_ANCHORED {
        anchored.0.push_str(text);
    }
}

/// Feeds the parser's events to the builder until the end of the first document. An error becomes a finding.
fn run<'t>(text: &'t str, builder: &mut Builder<'t, '_>) -> Option<Node<'t>> {
    let mut parser = Parser::new_from_str(text);
    let mut root = None;
    loop {
        let (event, span) = match parser.next_event()? {
            Ok(found) => found,
            Err(error) => {
                let line = builder.first_line().wrapping_add(line_of(&error) - 1);
                let is_too_deep = error.info() == PARSER_DEPTH;
                let stop = if is_too_deep { Stop::TooDeep(line) } else { Stop::Syntax(line, error.info().to_owned()) };
                report(&stop, text, builder);
                return None;
            }
        };
        match event {
            Event::StreamEnd => return root,
            Event::DocumentEnd => root = builder.take_root(),
            event => {
                if let Err(stop) = builder.take(event, span) {
                    report(&stop, text, builder);
                    return None;
                }
            }
        }
    }
}

fn line_of(error: &ScanError) -> u32 {
    u32::try_from(error.marker().line()).unwrap_or(u32::MAX).max(1)
}

fn report(stop: &Stop, text: &str, builder: &Builder<'_, '_>) {
    let findings = builder.findings();
    match stop {
        Stop::Syntax(line, detail) => findings.error(code::SYNTAX, *line, &[("detail", detail)]),
        Stop::TooDeep(line) => findings.error(code::TOO_DEEP, *line, &[("limit", &DEEPEST.to_string())]),
    }
    report_template(text, builder.first_line(), findings);
}

/// Where a text that cannot be read has `{{`, that is probably why. Whether it has.
pub(super) fn report_template(text: &str, first_line: u32, findings: &Findings) -> bool {
    let found = text.lines().enumerate().find(|(_, line)| line.contains("{{"));
    if let Some((index, line)) = &found {
        let number = first_line.wrapping_add(u32::try_from(*index).unwrap_or(u32::MAX));
        findings.error(code::TEMPLATE, number, &[("text", line.trim())]);
    }
    found.is_some()
}

#[cfg(test)]
mod agreement;
