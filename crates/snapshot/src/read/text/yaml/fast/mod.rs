//! YAML as kubectl, helm and most people write it, read quickly: block maps and lists, scalars of every style but `>`.
//!
//! Everything else (anchors, tags, flow collections with content, keys of more than one line, tabs, carriage returns, and
//! whatever is doubtful) is [`Unusual`] and left to the complete parser. What is read here is what that one would read; a
//! property test holds them together.

mod block_scalar;
mod flow_scalar;
mod pass_over;

use std::borrow::Cow;

use super::super::interest::{Interest, ObjectWatch, Wanted};
use super::super::{DEEPEST, Entry, Node, Value, scan};

/// Not for this reader.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) struct Unusual;

type Read<T> = Result<T, Unusual>;

/// Reads a document whose root is a map; `None` where it is empty.
pub(super) fn document(text: &str, first_line: u32, wanted: Wanted) -> Read<Option<Node<'_>>> {
    let mut reader = Reader::new(text, first_line)?;
    if reader.is_done {
        return Ok(None);
    }
    let root = reader.object(reader.indent, wanted)?;
    if reader.is_done { Ok(Some(root)) } else { Err(Unusual) }
}

/// Reads a list of one element that is a map.
pub(super) fn item(text: &str, first_line: u32, wanted: Wanted) -> Read<Node<'_>> {
    let mut reader = Reader::new(text, first_line)?;
    if reader.is_done || !reader.is_dash() {
        return Err(Unusual);
    }
    reader.enter_element()?;
    if reader.is_dash() {
        return Err(Unusual);
    }
    let item = reader.object(reader.indent, wanted)?;
    if reader.is_done { Ok(item) } else { Err(Unusual) }
}

/// Stands at the beginning of the content of a line.
#[derive(Debug)]
struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    /// Where the content begins.
    at: usize,
    /// The column of `at`; in a list's element the column behind the dash.
    indent: usize,
    line: u32,
    depth: usize,
    /// Whether there is no further content.
    is_done: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t str, first_line: u32) -> Read<Self> {
        let bytes = text.as_bytes();
        if memchr::memchr(b'\r', bytes).is_some() || text.contains('\u{feff}') {
            return Err(Unusual);
        }
        let mut reader = Self { text, bytes, at: 0, indent: 0, line: first_line, depth: 0, is_done: false };
        reader.enter_line(0)?;
        Ok(reader)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> Read<&'t str> {
        self.text.get(from..to).ok_or(Unusual)
    }

    /// The end of the line that `at` is in: the index of its newline, or of the end of the text.
    fn line_end(&self, at: usize) -> usize {
        memchr::memchr(b'\n', self.bytes.get(at..).unwrap_or_default()).map_or(self.bytes.len(), |found| at + found)
    }

    /// Goes to the first line with content from the line on that begins at `start`.
    fn enter_line(&mut self, mut start: usize) -> Read<()> {
        loop {
            let content = scan::after_spaces(self.bytes, start);
            match self.byte(content) {
                None => {
                    (self.at, self.indent, self.is_done) = (content, 0, true);
                    return Ok(());
                }
                Some(b'\n') => start = content + 1,
                Some(b'#') => start = self.line_end(content) + 1,
                Some(b'\t') => return Err(Unusual),
                Some(_) => {
                    (self.at, self.indent) = (content, content - start);
                    return if self.is_marker() { Err(Unusual) } else { Ok(()) };
                }
            }
            if start > self.bytes.len() {
                start = self.bytes.len();
            }
            self.line += 1;
        }
    }

    /// Goes on behind a value that ends at `at`; nothing but a comment may follow on its line.
    fn leave_line(&mut self, at: usize) -> Read<()> {
        let rest = scan::after_spaces(self.bytes, at);
        let end = match self.byte(rest) {
            None | Some(b'\n') => rest,
            Some(b'#') if rest > at => self.line_end(rest),
            Some(_) => return Err(Unusual),
        };
        if end < self.bytes.len() {
            self.line += 1;
        }
        self.enter_line((end + 1).min(self.bytes.len()))
    }

    /// Whether a mark between documents may stand here.
    fn is_marker(&self) -> bool {
        let begins_with = |mark: &[u8]| self.bytes.get(self.at..self.at + 3) == Some(mark);
        self.indent == 0 && (begins_with(b"---") || begins_with(b"..."))
    }

    fn is_dash(&self) -> bool {
        self.byte(self.at) == Some(b'-') && matches!(self.byte(self.at + 1), None | Some(b' ' | b'\n'))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Unusual);
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// A map that is an object of Kubernetes.
    fn object(&mut self, indent: usize, wanted: Wanted) -> Read<Node<'t>> {
        let (line, mut entries, mut watch) = (self.line, Vec::new(), ObjectWatch::new(wanted));
        while self.is_at(indent)? {
            let (key, behind) = self.key(self.at)?.ok_or(Unusual)?;
            let node = self.field(behind, indent, watch.field(&key))?;
            watch.saw(&key, &node.value);
            entries.push((key, node));
        }
        Ok(Node::new(line, Value::Map(entries)))
    }

    fn map(&mut self, indent: usize, interest: Interest) -> Read<Node<'t>> {
        let line = self.line;
        let mut entries: Vec<Entry<'t>> = Vec::new();
        while self.is_at(indent)? {
            let (key, behind) = self.key(self.at)?.ok_or(Unusual)?;
            let node = self.field(behind, indent, interest.field(&key))?;
            entries.push((key, node));
        }
        Ok(Node::new(line, Value::Map(entries)))
    }

    /// Whether the next line belongs to the map at this indentation.
    fn is_at(&self, indent: usize) -> Read<bool> {
        if self.is_done || self.indent < indent {
            return Ok(false);
        }
        if self.indent > indent || self.is_dash() { Err(Unusual) } else { Ok(true) }
    }

    fn field(&mut self, behind: usize, indent: usize, interest: Option<Interest>) -> Read<Node<'t>> {
        match interest {
            Some(interest) => self.deeper(|reader| reader.value(behind, indent, interest)),
            None => self.pass_over(behind, indent),
        }
    }

    /// The value behind a key of a map at `indent`.
    fn value(&mut self, behind: usize, indent: usize, interest: Interest) -> Read<Node<'t>> {
        let (at, line) = (scan::after_spaces(self.bytes, behind), self.line);
        match self.byte(at) {
            None | Some(b'\n') => {}
            Some(b'#') if at > behind => {}
            Some(_) => return self.scalar(at, indent),
        }
        self.leave_line(behind)?;
        if self.is_done || self.indent < indent {
            return Ok(Node::new(line, Value::Plain(Cow::Borrowed(""))));
        }
        match (self.indent > indent, self.is_dash()) {
            (_, true) => self.list(self.indent, interest),
            (true, false) => self.map(self.indent, interest),
            (false, false) => Ok(Node::new(line, Value::Plain(Cow::Borrowed("")))),
        }
    }

    fn list(&mut self, indent: usize, interest: Interest) -> Read<Node<'t>> {
        let (line, mut elements) = (self.line, Vec::new());
        while !self.is_done && self.indent == indent && self.is_dash() {
            self.enter_element()?;
            let element = if self.is_dash() {
                self.deeper(|reader| reader.list(reader.indent, interest))?
            } else if self.key(self.at)?.is_some() {
                self.deeper(|reader| reader.map(reader.indent, interest))?
            } else {
                // The complete parser says where a block's text begins, and a key's line where there is one.
                let is_block = self.byte(self.at) == Some(b'|');
                let scalar = self.scalar(self.at, indent)?;
                Node { line: scalar.line + u32::from(is_block), ..scalar }
            };
            elements.push(element);
        }
        if !self.is_done && self.indent > indent {
            return Err(Unusual);
        }
        Ok(Node::new(line, Value::List(elements)))
    }

    /// From a dash to what follows it on its line.
    fn enter_element(&mut self) -> Read<()> {
        let content = scan::after_spaces(self.bytes, self.at + 1);
        if matches!(self.byte(content), None | Some(b'\n' | b'#' | b'\t')) {
            return Err(Unusual);
        }
        self.indent += content - self.at;
        self.at = content;
        Ok(())
    }

    /// The key at `at` and the index behind its colon; `None` where the line holds no key.
    fn key(&self, at: usize) -> Read<Option<(Cow<'t, str>, usize)>> {
        let first = self.byte(at).ok_or(Unusual)?;
        if matches!(first, b'"' | b'\'') {
            return self.quoted_key(at, first);
        }
        let mut end = at;
        loop {
            match self.byte(end) {
                None | Some(b'\n') => return Ok(None),
                Some(b':') if self.is_space(end + 1) => break,
                Some(b'#') if end > at && self.byte(end - 1) == Some(b' ') => return Ok(None),
                Some(b'\t') => return Err(Unusual),
                Some(_) => end += 1,
            }
        }
        if is_indicator(first) || matches!(first, b'-' | b'?' | b':') && self.is_space(at + 1) {
            return Err(Unusual);
        }
        let key = self.slice(at, end)?.trim_end_matches(' ');
        // The parser allows 1024 characters.
        if key == "<<" || key.len() > 1000 { Err(Unusual) } else { Ok(Some((Cow::Borrowed(key), end + 1))) }
    }

    /// A key in quotes, without escapes.
    fn quoted_key(&self, at: usize, quote: u8) -> Read<Option<(Cow<'t, str>, usize)>> {
        let rest = self.bytes.get(at + 1..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n')).ok_or(Unusual)?;
        let end = at + 1 + length;
        let is_plain = self.byte(end) == Some(quote) && length < 1000;
        if is_plain && self.byte(end + 1) == Some(b':') && self.is_space(end + 2) {
            return Ok(Some((Cow::Borrowed(self.slice(at + 1, end)?), end + 2)));
        }
        // Perhaps a value; perhaps a key that is not as simple as that: then its line has a colon behind the quote.
        let end_of_line = self.line_end(end);
        let behind = self.bytes.get(end..end_of_line).unwrap_or_default();
        if behind.contains(&b':') { self.value_after_all(at, quote) } else { Ok(None) }
    }

    /// Whether the text in quotes at `at`, behind which a colon stands somewhere, is a value and no key.
    fn value_after_all(&self, at: usize, quote: u8) -> Read<Option<(Cow<'t, str>, usize)>> {
        let mut end = at + 1;
        loop {
            match self.byte(end) {
                None | Some(b'\n') => return Ok(None),
                Some(b'\\') if quote == b'"' => end += 2,
                Some(byte) if byte == quote && quote == b'\'' && self.byte(end + 1) == Some(quote) => end += 2,
                Some(byte) if byte == quote => break,
                Some(_) => end += 1,
            }
        }
        let behind = scan::after_spaces(self.bytes, end + 1);
        match self.byte(behind) {
            None | Some(b'\n' | b'#') => Ok(None),
            Some(_) => Err(Unusual),
        }
    }

    /// Whether a space, a newline or the end of the text stands there.
    fn is_space(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\n'))
    }
}

/// Characters that no plain scalar begins with.
fn is_indicator(byte: u8) -> bool {
    matches!(
        byte,
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`'
    )
}
