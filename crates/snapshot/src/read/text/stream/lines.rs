//! Lines that mean something without being parsed: the marks between documents.

use memchr::memchr;

use super::End;

/// The number of newlines.
pub(super) fn count(text: &str) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', text.as_bytes()).count()).unwrap_or(u32::MAX)
}

/// The first line without its newline, and its length with it; `None` where there might be more of it.
pub(super) fn first(text: &str, end: End) -> Option<(&str, usize)> {
    match (memchr(b'\n', text.as_bytes()), end) {
        (Some(newline), _) => Some((text.get(..newline)?, newline + 1)),
        (None, End::Last) => Some((text, text.len())),
        (None, End::More) => None,
    }
}

/// What stands behind `---` at the beginning of a line and the space behind that.
pub(super) fn behind_marker(line: &str) -> Option<&str> {
    let behind = line.strip_prefix("---")?;
    if behind.is_empty() || behind.starts_with([' ', '\t', '\r']) { Some(behind.trim_start()) } else { None }
}

/// Whether a line is `...`, which ends a document.
pub(super) fn is_end_marker(line: &str) -> bool {
    let behind = line.strip_prefix("...");
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with([' ', '\t', '\r']))
}

/// Whether a line begins a document or ends one.
pub(super) fn is_marker(line: &str) -> bool {
    line.starts_with(['-', '.']) && (behind_marker(line).is_some() || is_end_marker(line))
}

/// The length of the document at the beginning of a text, up to the next marker; `None` where there might be more of it. A
/// marker always ends a document: YAML forbids it in quotes and in brackets, and a block ends with it.
pub(super) fn document_end(text: &str, end: End) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        let Some(newline) = memchr(b'\n', bytes.get(at..)?) else {
            return (end == End::Last).then_some(bytes.len());
        };
        at += newline + 1;
        if matches!(bytes.get(at), Some(b'-' | b'.')) {
            let (line, _) = first(text.get(at..)?, end)?;
            if is_marker(line) {
                return Some(at);
            }
        }
    }
}
