//! JSON to trees.

use std::borrow::Cow;

use super::{DEEPEST, Node, Value};
use crate::code;

/// Where and why a text is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct JsonError {
    pub(crate) code: &'static str,
    pub(crate) line: u32,
    pub(crate) detail: &'static str,
}

/// Reads JSON values, one after the other.
#[derive(Debug)]
pub(crate) struct Json<'t> {
    text: &'t str,
    at: usize,
    line: u32,
    /// The elements of a top-level `items` that were complete when the text broke.
    saved: Option<Vec<Node<'t>>>,
}

type Read<T> = Result<T, JsonError>;

impl<'t> Json<'t> {
    /// A reader of `text`, whose first line is `line`.
    pub(crate) fn new(text: &'t str, line: u32) -> Self {
        Self { text, at: 0, line, saved: None }
    }

    /// The next value; `None` at the end of the text.
    pub(crate) fn next_value(&mut self) -> Option<Read<Node<'t>>> {
        self.skip_space();
        self.peek()?;
        Some(self.value(0))
    }

    /// After an error: the complete elements of the broken value's `items`, as a map with just these.
    pub(crate) fn salvage(&mut self) -> Option<Node<'t>> {
        let items = self.saved.take().filter(|items| !items.is_empty())?;
        let line = items.first().map_or(self.line, |item| item.line);
        let items = (Cow::Borrowed("items"), Node::new(line, Value::List(items)));
        Some(Node::new(line, Value::Map(vec![items])))
    }

    fn value(&mut self, depth: usize) -> Read<Node<'t>> {
        if depth > DEEPEST {
            return Err(self.error_of(code::TOO_DEEP, ""));
        }
        self.skip_space();
        let line = self.line;
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => {
                let mut elements = Vec::new();
                self.elements(depth, &mut elements)?;
                Value::List(elements)
            }
            Some(b'"') => Value::Text(self.string()?),
            Some(_) => Value::Plain(Cow::Borrowed(self.literal()?)),
            None => return Err(self.error("unexpected end of the text")),
        };
        Ok(Node::new(line, value))
    }

    fn map(&mut self, depth: usize) -> Read<Value<'t>> {
        self.at += 1;
        let mut entries = Vec::new();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Value::Map(entries));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.expect(b':', "expected `:`")?;
            let value = if depth == 0 && key == "items" { self.items()? } else { self.value(depth + 1)? };
            entries.push((key, value));
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Value::Map(entries));
            }
            self.expect(b',', "expected `,` or `}`")?;
        }
    }

    /// As [`Self::value`], keeping what is complete for [`Self::salvage`].
    fn items(&mut self) -> Read<Node<'t>> {
        self.skip_space();
        if self.peek() != Some(b'[') {
            return self.value(1);
        }
        let line = self.line;
        let mut elements = Vec::new();
        match self.elements(1, &mut elements) {
            Ok(()) => Ok(Node::new(line, Value::List(elements))),
            Err(error) => {
                self.saved = Some(elements);
                Err(error)
            }
        }
    }

    /// Reads a list; what is complete is in `elements` also where it breaks.
    fn elements(&mut self, depth: usize, elements: &mut Vec<Node<'t>>) -> Read<()> {
        self.at += 1;
        self.skip_space();
        if self.eat(b']') {
            return Ok(());
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(());
            }
            self.expect(b',', "expected `,` or `]`")?;
        }
    }

    /// `true`, `false`, `null` or a number.
    fn literal(&mut self) -> Read<&'t str> {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
        let word = rest.get(..length).unwrap_or_default();
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            return Err(self.error("expected a value"));
        }
        self.at += length;
        Ok(word)
    }

    fn string(&mut self) -> Read<Cow<'t, str>> {
        self.expect(b'"', "expected `\"`")?;
        let rest = self.rest();
        let stop = rest.bytes().position(|byte| byte == b'"' || byte == b'\\' || byte < 0x20);
        let (Some(stop), Some(plain)) = (stop, stop.and_then(|stop| rest.get(..stop))) else {
            return Err(self.error("unexpected end of the text in a string"));
        };
        self.at += stop;
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        self.string_with_escapes(plain.to_owned()).map(Cow::Owned)
    }

    fn string_with_escapes(&mut self, mut string: String) -> Read<String> {
        loop {
            let mut chars = self.rest().chars();
            let Some(char) = chars.next() else { return Err(self.error("unexpected end of the text in a string")) };
            self.at += char.len_utf8();
            match char {
                '"' => return Ok(string),
                '\\' => string.push(self.escape()?),
                '\0'..='\x1f' => return Err(self.error("control character in a string")),
                char => string.push(char),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let kind = self.peek();
        self.at += 1;
        let char = match kind {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                self.at -= 1;
                return Err(self.error("unknown escape in a string"));
            }
        };
        Ok(char)
    }

    /// What follows `\u`. Half of a surrogate pair becomes U+FFFD, as in Go.
    fn unicode_escape(&mut self) -> Read<char> {
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) || !self.rest().starts_with("\\u") {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        self.at += 2;
        let second = self.four_digits()?;
        if (0xDC00..0xE000).contains(&second) {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Read<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(value) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return Err(self.error("expected four hexadecimal digits"));
        };
        self.at += 4;
        Ok(value)
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek() {
            self.line += u32::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, detail: &'static str) -> Read<()> {
        if self.eat(byte) {
            return Ok(());
        }
        let detail = if self.peek().is_none() { "unexpected end of the text" } else { detail };
        Err(self.error(detail))
    }

    fn error(&self, detail: &'static str) -> JsonError {
        self.error_of(code::SYNTAX, detail)
    }

    fn error_of(&self, code: &'static str, detail: &'static str) -> JsonError {
        JsonError { code, line: self.line, detail }
    }
}

/// A number by JSON's grammar.
fn is_number(word: &str) -> bool {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole_is_right = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['-', '+']).unwrap_or(exponent));
    whole_is_right && fraction.is_none_or(digits) && exponent.is_none_or(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(node: &Node<'_>) -> String {
        match &node.value {
            Value::Plain(text) => text.to_string(),
            Value::Text(text) => format!("{text:?}"),
            Value::List(nodes) => format!("[{}]", nodes.iter().map(show).collect::<Vec<_>>().join(" ")),
            Value::Map(entries) => {
                let entries: Vec<_> =
                    entries.iter().map(|(key, node)| format!("{key}@{}={}", node.line, show(node))).collect();
                format!("{{{}}}", entries.join(" "))
            }
            Value::Unreadable => "?".to_owned(),
        }
    }

    fn check(text: &str, expect: &str) {
        let mut json = Json::new(text, 1);
        let mut shown = Vec::new();
        while let Some(value) = json.next_value() {
            match value {
                Ok(node) => shown.push(show(&node)),
                Err(error) => {
                    shown.push(format!("{} at {}: {}", error.code, error.line, error.detail));
                    shown.extend(json.salvage().map(|node| show(&node)));
                    break;
                }
            }
        }
        assert_eq!(shown.join("; "), expect, "{text}");
    }

    #[test]
    fn values() {
        check("{\"a\":\n[1, -2.5e+3,true,\nnull,\"x\"],\"b\":{}} [] ", "{a@2=[1 -2.5e+3 true null \"x\"] b@3={}}; []");
        check(r#""a\n\u00e9\ud83d\ude00\ud800x\/""#, "\"a\\né😀\u{fffd}x/\"");
        check("", "");
    }

    #[test]
    fn errors() {
        check("{\"a\":1,}", "syntax at 1: expected `\"`");
        check("{\"a\":01}", "syntax at 1: expected a value");
        check("{\"a\":\n \"x", "syntax at 2: unexpected end of the text in a string");
        check("{\"a\" 1}", "syntax at 1: expected `:`");
        check("[1 2]", "syntax at 1: expected `,` or `]`");
        check("\"\\q\"", "syntax at 1: unknown escape in a string");
        check("\"\\u12\"", "syntax at 1: expected four hexadecimal digits");
        check("\"\\\n\"", "syntax at 1: unknown escape in a string");
        check(&"[".repeat(1000), "tooDeep at 1: ");
    }

    #[test]
    fn complete_items_survive_a_text_that_breaks_off() {
        check("{\"items\":[{\"a\":1},\n{\"b\"", "syntax at 2: unexpected end of the text; {items@1=[{a@1=1}]}");
        check("{\"spec\":{\"items\":[1,", "syntax at 1: unexpected end of the text");
    }
}
