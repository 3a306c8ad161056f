//! Scalars that begin on the line of their key: plain, and in quotes.

use std::borrow::Cow;

use super::super::super::{Node, Value, scan};
use super::{Read, Reader, Unusual, is_indicator};

impl<'t> Reader<'t> {
    /// The scalar at `at`, in a collection at `indent`. Leaves its line.
    pub(super) fn scalar(&mut self, at: usize, indent: usize) -> Read<Node<'t>> {
        let line = self.line;
        let value = match (self.byte(at), self.byte(at + 1)) {
            (Some(b'"'), _) => Value::Text(self.double_quoted(at + 1, indent)?),
            (Some(b'\''), _) => Value::Text(self.single_quoted(at + 1, indent)?),
            (Some(b'|'), _) => Value::Text(self.literal(at + 1, indent)?),
            (Some(b'{'), Some(b'}')) => self.leave_with(at + 2, Value::Map(Vec::new()))?,
            (Some(b'['), Some(b']')) => self.leave_with(at + 2, Value::List(Vec::new()))?,
            (Some(first), _) if is_indicator(first) => return Err(Unusual),
            (Some(b'-' | b'?' | b':'), _) if self.is_space(at + 1) => return Err(Unusual),
            _ => Value::Plain(self.plain(at, indent)?),
        };
        Ok(Node::new(line, value))
    }

    fn leave_with(&mut self, at: usize, value: Value<'t>) -> Read<Value<'t>> {
        self.leave_line(at)?;
        Ok(value)
    }

    /// A scalar without quotes. Lines that are indented more than its collection belong to it.
    fn plain(&mut self, at: usize, indent: usize) -> Read<Cow<'t, str>> {
        let (first, mut end) = self.plain_line(at)?;
        let mut text = Cow::Borrowed(first);
        loop {
            let line = self.line;
            self.leave_line(end)?;
            if self.is_done || self.indent <= indent {
                return Ok(text);
            }
            // A comment or an empty line before it is more than this reader wants to know about.
            let directly_below = self.line == line + 1 && self.byte(end) == Some(b'\n');
            if !directly_below {
                return Err(Unusual);
            }
            let (more, more_end) = self.plain_line(self.at)?;
            let text = text.to_mut();
            text.push(' ');
            text.push_str(more);
            end = more_end;
        }
    }

    /// The plain text from `at` to the end of the line or a comment, and where that is, behind any spaces.
    fn plain_line(&self, at: usize) -> Read<(&'t str, usize)> {
        let mut end = at;
        loop {
            match self.byte(end) {
                None | Some(b'\n') => break,
                Some(b':') if self.is_space(end + 1) => return Err(Unusual),
                Some(b'#') if self.byte(end.wrapping_sub(1)) == Some(b' ') => break,
                Some(b'\t') => return Err(Unusual),
                Some(_) => end += 1,
            }
        }
        let text = self.slice(at, end)?.trim_end_matches(' ');
        let comment = self.byte(end) == Some(b'#');
        Ok((text, if comment { at + text.len() } else { end }))
    }

    /// The text from behind a double quote to the next.
    fn double_quoted(&mut self, start: usize, indent: usize) -> Read<Cow<'t, str>> {
        let stop = scan::string_stop(self.bytes, start);
        if self.byte(stop) == Some(b'"') {
            self.leave_line(stop + 1)?;
            return self.slice(start, stop).map(Cow::Borrowed);
        }
        let mut text = self.slice(start, stop)?.to_owned();
        // What stands before this index came from escapes and is never trimmed.
        let (mut at, mut fixed) = (stop, 0);
        loop {
            match self.byte(at).ok_or(Unusual)? {
                b'"' => break,
                b'\\' if self.byte(at + 1) == Some(b'\n') => at = self.next_line_of_text(at + 1, indent)?,
                b'\\' => {
                    at = self.escape(at + 1, &mut text)?;
                    fixed = text.len();
                }
                b'\n' => {
                    trim_spaces(&mut text, fixed);
                    text.push(' ');
                    fixed = text.len();
                    at = self.next_line_of_text(at, indent)?;
                }
                0..0x20 => return Err(Unusual),
                _ => {
                    let stop = scan::string_stop(self.bytes, at);
                    text.push_str(self.slice(at, stop)?);
                    at = stop;
                }
            }
        }
        self.leave_line(at + 1)?;
        Ok(Cow::Owned(text))
    }

    /// The text from behind a single quote to the next that is not doubled.
    fn single_quoted(&mut self, start: usize, indent: usize) -> Read<Cow<'t, str>> {
        let (mut text, mut at, mut from) = (Cow::Borrowed(""), start, start);
        loop {
            match self.byte(at).ok_or(Unusual)? {
                b'\'' if self.byte(at + 1) == Some(b'\'') => {
                    append(&mut text, self.slice(from, at + 1)?);
                    at += 2;
                    from = at;
                }
                b'\'' => break,
                b'\n' => {
                    append(&mut text, self.slice(from, at)?.trim_end_matches(' '));
                    append(&mut text, " ");
                    at = self.next_line_of_text(at, indent)?;
                    from = at;
                }
                0..0x20 => return Err(Unusual),
                _ => at += 1,
            }
        }
        append(&mut text, self.slice(from, at)?);
        self.leave_line(at + 1)?;
        Ok(text)
    }

    /// From a newline inside quotes to the text of the next line.
    fn next_line_of_text(&mut self, newline: usize, indent: usize) -> Read<usize> {
        self.line += 1;
        let content = scan::after_spaces(self.bytes, newline + 1);
        let is_deeper = content - newline - 1 > indent;
        // An empty line is a newline in the text, a tab is white space: not here.
        if is_deeper && !matches!(self.byte(content), None | Some(b'\n' | b'\t' | b'#')) {
            Ok(content)
        } else {
            Err(Unusual)
        }
    }

    /// What an escape stands for; the index behind it. `at` is behind the backslash.
    fn escape(&self, at: usize, text: &mut String) -> Read<usize> {
        let digits = match self.byte(at).ok_or(Unusual)? {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            simple => {
                text.push(simple_escape(simple).ok_or(Unusual)?);
                return Ok(at + 1);
            }
        };
        let hexadecimal = self.slice(at + 1, at + 1 + digits)?;
        let is_hexadecimal = hexadecimal.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(hexadecimal, 16).ok().filter(|_| is_hexadecimal);
        text.push(code.and_then(char::from_u32).ok_or(Unusual)?);
        Ok(at + 1 + digits)
    }
}

fn simple_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' => ' ',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        _ => return None,
    })
}

fn trim_spaces(text: &mut String, fixed: usize) {
    while text.len() > fixed && text.ends_with(' ') {
        text.pop();
    }
}

fn append<'t>(text: &mut Cow<'t, str>, more: &'t str) {
    if text.is_empty() { *text = Cow::Borrowed(more) } else { text.to_mut().push_str(more) }
}
