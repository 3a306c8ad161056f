//! Scalars behind `|`.

use std::borrow::Cow;

use super::super::super::scan;
use super::{Read, Reader, Unusual};

/// What becomes of the newlines at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chomping {
    /// One stays.
    Clip,
    /// None stays.
    Strip,
    /// All stay.
    Keep,
}

impl<'t> Reader<'t> {
    /// The text of a literal block in a collection at `indent`. `at` is behind the bar.
    pub(super) fn literal(&mut self, at: usize, indent: usize) -> Read<Cow<'t, str>> {
        let (chomping, behind) = match self.byte(at) {
            Some(b'-') => (Chomping::Strip, at + 1),
            Some(b'+') => (Chomping::Keep, at + 1),
            _ => (Chomping::Clip, at),
        };
        let end = scan::after_spaces(self.bytes, behind);
        if self.byte(end) != Some(b'\n') {
            return Err(Unusual);
        }
        let first = end + 1;
        let depth = scan::after_spaces(self.bytes, first) - first;
        if depth <= indent || matches!(self.byte(first + depth), None | Some(b'\n' | b'\t')) {
            return Err(Unusual);
        }
        self.line += 1;
        self.lines_of_literal(first, depth, indent, chomping)
    }

    fn lines_of_literal(
        &mut self,
        first: usize,
        depth: usize,
        indent: usize,
        chomping: Chomping,
    ) -> Read<Cow<'t, str>> {
        let (mut text, mut at) = (String::new(), first);
        loop {
            let content = scan::after_spaces(self.bytes, at);
            let spaces = content - at;
            match self.byte(content) {
                None if spaces > 0 => return Err(Unusual),
                Some(b'\n') if spaces <= depth => {
                    text.push('\n');
                    at = content + 1;
                }
                Some(_) if spaces >= depth => {
                    let end = self.line_end(content);
                    // Whether the last line ends in a newline is not the same to all parsers.
                    if end == self.bytes.len() {
                        return Err(Unusual);
                    }
                    text.push_str(self.slice(at + depth, end + 1)?);
                    at = end + 1;
                }
                // A comment that is not indented enough, or a tab, or half the indentation.
                Some(b'#' | b'\t') => return Err(Unusual),
                Some(_) if spaces > indent => return Err(Unusual),
                None | Some(_) => break,
            }
            self.line += 1;
        }
        chomp(&mut text, chomping);
        self.enter_line(at)?;
        Ok(Cow::Owned(text))
    }
}

fn chomp(text: &mut String, chomping: Chomping) {
    let content = text.trim_end_matches('\n').len();
    match chomping {
        Chomping::Clip => text.truncate(content + 1),
        Chomping::Strip => text.truncate(content),
        Chomping::Keep => {}
    }
}
