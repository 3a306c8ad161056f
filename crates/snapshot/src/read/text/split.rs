//! One input, cut into documents. Each is read on its own, so that an error in one leaves the others as they are.

use super::json::{Json, JsonError};
use super::{Findings, Node, yaml};
use crate::code;

/// One document.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    pub(crate) root: Node<'t>,
    pub(crate) wholeness: Wholeness,
}

/// Whether all of a document is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wholeness {
    Whole,
    /// Only the elements of its `items` that could be read.
    Salvaged,
}

/// Reads every document of a text. What cannot be read becomes a finding.
pub(crate) fn for_each_document(text: &[u8], findings: &Findings, mut taken: impl FnMut(Document<'_>)) {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    for (piece, line) in Pieces::new(text) {
        let Some(piece) = checked(piece, line, findings) else { continue };
        read_piece(piece, line, findings, &mut taken);
    }
}

/// The pieces of a text between lines that begin with `---`, with the number of their first line. Such a line always
/// begins a document: YAML forbids it inside quotes and flow collections, and ends block scalars with it.
struct Pieces<'t> {
    rest: &'t [u8],
    line: u32,
}

impl<'t> Pieces<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self { rest: text, line: 1 }
    }
}

impl<'t> Iterator for Pieces<'t> {
    type Item = (&'t [u8], u32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let first_line = self.line;
        let mut length = 0;
        for (index, line) in self.rest.split_inclusive(|byte| *byte == b'\n').enumerate() {
            if index > 0 && begins_document(line) {
                break;
            }
            length += line.len();
            self.line += u32::from(line.ends_with(b"\n"));
        }
        let (piece, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some((piece, first_line))
    }
}

fn begins_document(line: &[u8]) -> bool {
    line.strip_prefix(b"---").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

/// The piece as text, or a finding that says why it is none.
fn checked<'t>(piece: &'t [u8], line: u32, findings: &Findings) -> Option<&'t str> {
    let text = match std::str::from_utf8(piece) {
        Ok(text) => text,
        Err(error) => {
            let good = piece.get(..error.valid_up_to()).unwrap_or_default();
            findings.error(code::NOT_UTF8, line + newlines(good), &[("offset", &error.valid_up_to().to_string())]);
            return None;
        }
    };
    let bad = text.bytes().position(|byte| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r'));
    if let Some(bad) = bad {
        findings.error(code::NOT_TEXT, line + newlines(piece.get(..bad).unwrap_or_default()), &[]);
        return None;
    }
    Some(text)
}

fn newlines(text: &[u8]) -> u32 {
    u32::try_from(text.split(|byte| *byte == b'\n').count().saturating_sub(1)).unwrap_or(u32::MAX)
}

fn read_piece(piece: &str, line: u32, findings: &Findings, taken: &mut impl FnMut(Document<'_>)) {
    let (body, body_line) = without_marker(piece, line);
    if begins_like_json(body) {
        read_json(body, body_line, piece, line, findings, taken);
    } else {
        yaml::read(piece, line, findings, taken);
    }
}

/// Whether a body begins as JSON does: with a list, or with a map whose first key has quotes.
fn begins_like_json(body: &str) -> bool {
    let body = body.trim_start();
    let inside = body.strip_prefix('{').map(str::trim_start);
    body.starts_with('[') || inside.is_some_and(|inside| inside.is_empty() || inside.starts_with(['"', '}']))
}

/// Reads a body that begins like JSON: JSON values one after the other, or else YAML in flow style.
fn read_json(
    body: &str,
    body_line: u32,
    piece: &str,
    line: u32,
    findings: &Findings,
    taken: &mut impl FnMut(Document<'_>),
) {
    let mut json = Json::new(body, body_line);
    let mut values = 0;
    while let Some(value) = json.next_value() {
        let error = match value {
            Ok(root) => {
                taken(Document { root, wholeness: Wholeness::Whole });
                values += 1;
                continue;
            }
            Err(error) => error,
        };
        if values == 0 && is_flow_style(piece, line, findings) {
            yaml::read(piece, line, findings, taken);
            return;
        }
        report_json_error(&error, body, body_line, findings);
        if let Some(root) = json.salvage() {
            taken(Document { root, wholeness: Wholeness::Salvaged });
        }
        return;
    }
}

/// Whether a text that is no JSON can be read as YAML. Where not, the JSON reader's words are better.
fn is_flow_style(piece: &str, line: u32, findings: &Findings) -> bool {
    let quiet = Findings::new(findings.position(0).source);
    yaml::read(piece, line, &quiet, |_| {});
    quiet.count() == 0
}

/// The text behind the `---` line, where that line has nothing else.
fn without_marker(piece: &str, line: u32) -> (&str, u32) {
    let Some(rest) = piece.strip_prefix("---") else { return (piece, line) };
    match rest.split_once('\n') {
        Some((marker, body)) if marker.trim().is_empty() => (body, line + 1),
        _ => (piece, line),
    }
}

fn report_json_error(error: &JsonError, body: &str, body_line: u32, findings: &Findings) {
    match error.code {
        code::TOO_DEEP => findings.error(code::TOO_DEEP, error.line, &[("limit", &super::DEEPEST.to_string())]),
        _ => findings.error(error.code, error.line, &[("detail", error.detail)]),
    }
    report_template(body, body_line, findings);
}

/// Where a text that cannot be read has `{{`, that is probably why.
pub(super) fn report_template(text: &str, first_line: u32, findings: &Findings) {
    let found = text.lines().zip(first_line..).find(|(line, _)| line.contains("{{"));
    if let Some((line, number)) = found {
        findings.error(code::TEMPLATE, number, &[("text", line.trim())]);
    }
}
