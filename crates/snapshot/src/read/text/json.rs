//! JSON to trees.

use std::borrow::Cow;

use super::interest::{Interest, ObjectWatch, Wanted};
use super::{DEEPEST, End, Entry, Node, Value, scan};
use crate::code;

/// Where and why a text is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct JsonError {
    pub(super) code: &'static str,
    pub(super) line: u32,
    pub(super) detail: &'static str,
    /// Whether more text might mend it.
    pub(super) is_at_end: bool,
}

/// Reads JSON values from the beginning of a text.
#[derive(Debug)]
pub(super) struct Json<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: u32,
    wanted: Wanted,
    end: End,
    /// The closing brackets that are waited for in a value that is passed over.
    closing: Vec<u8>,
}

/// A map of which the reader may have stopped before its `items`.
#[derive(Debug)]
pub(super) enum Root<'t> {
    Whole(Node<'t>),
    /// The reader stands at the bracket of the list of items; these entries came before.
    Items(Vec<Entry<'t>>),
}

type Read<T> = Result<T, JsonError>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    Next,
    Stop,
}

impl<'t> Json<'t> {
    /// A reader of `text`, whose first line is `line`.
    pub(super) fn new(text: &'t str, line: u32, wanted: Wanted, end: End) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, line, wanted, end, closing: Vec::new() }
    }

    /// How many bytes have been read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The line that has been reached.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// A map as the root of a document: all of it, or up to the `items` of a List.
    pub(super) fn root(&mut self) -> Read<Root<'t>> {
        let (line, mut entries, mut watch) = (self.line, Vec::new(), ObjectWatch::new(self.wanted));
        let flow = self.each_key(|json, key| {
            if key == "items" && watch.may_be_list() && json.peek_value() == Some(b'[') {
                return Ok(Flow::Stop);
            }
            let node = json.field(0, watch.field(&key))?;
            watch.saw(&key, &node.value);
            entries.push((key, node));
            Ok(Flow::Next)
        })?;
        match flow {
            Flow::Next => Ok(Root::Whole(Node::new(line, Value::Map(entries)))),
            Flow::Stop => Ok(Root::Items(entries)),
        }
    }

    /// An object, or whatever stands in its place.
    pub(super) fn object(&mut self) -> Read<Node<'t>> {
        if self.peek_value() != Some(b'{') {
            return self.value(0, Interest::ALL);
        }
        let (line, mut entries, mut watch) = (self.line, Vec::new(), ObjectWatch::new(self.wanted));
        self.each_key(|json, key| {
            let node = json.field(0, watch.field(&key))?;
            watch.saw(&key, &node.value);
            entries.push((key, node));
            Ok(Flow::Next)
        })?;
        Ok(Node::new(line, Value::Map(entries)))
    }

    /// One key of a map that has been entered, and its value.
    pub(super) fn entry(&mut self) -> Read<Entry<'t>> {
        self.skip_space();
        let key = self.string()?;
        self.skip_space();
        self.expect(b':', "expected `:`")?;
        let value = self.value(0, Interest::ALL)?;
        Ok((key, value))
    }

    /// The first byte of the next value.
    pub(super) fn peek_value(&mut self) -> Option<u8> {
        self.skip_space();
        self.peek()
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, detail: &'static str) -> Read<()> {
        if self.eat(byte) { Ok(()) } else { Err(self.error(detail)) }
    }

    fn field(&mut self, depth: usize, interest: Option<Interest>) -> Read<Node<'t>> {
        if let Some(interest) = interest {
            return self.value(depth + 1, interest);
        }
        self.skip_space();
        let line = self.line;
        self.pass_over()?;
        Ok(Node::new(line, Value::PassedOver))
    }

    fn value(&mut self, depth: usize, interest: Interest) -> Read<Node<'t>> {
        if depth > DEEPEST {
            return Err(JsonError { code: code::TOO_DEEP, line: self.line, detail: "", is_at_end: false });
        }
        let first = self.peek_value();
        let line = self.line;
        let value = match first {
            Some(b'{') => self.map(depth, interest)?,
            Some(b'[') => self.list(depth, interest)?,
            Some(b'"') => Value::Text(self.string()?),
            _ => Value::Plain(Cow::Borrowed(self.literal()?)),
        };
        Ok(Node::new(line, value))
    }

    fn map(&mut self, depth: usize, interest: Interest) -> Read<Value<'t>> {
        let mut entries = Vec::new();
        self.each_key(|json, key| {
            let node = json.field(depth, interest.field(&key))?;
            entries.push((key, node));
            Ok(Flow::Next)
        })?;
        Ok(Value::Map(entries))
    }

    /// Calls a reader behind every key of the map at which it stands, up to its end or until the reader stops.
    fn each_key(&mut self, mut read: impl FnMut(&mut Self, Cow<'t, str>) -> Read<Flow>) -> Read<Flow> {
        self.at += 1;
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Flow::Next);
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            self.expect(b':', "expected `:`")?;
            if read(self, key)? == Flow::Stop {
                return Ok(Flow::Stop);
            }
            self.skip_space();
            if self.eat(b'}') {
                return Ok(Flow::Next);
            }
            self.expect(b',', "expected `,` or `}`")?;
        }
    }

    fn list(&mut self, depth: usize, interest: Interest) -> Read<Value<'t>> {
        let mut elements = Vec::new();
        self.at += 1;
        self.skip_space();
        if self.eat(b']') {
            return Ok(Value::List(elements));
        }
        loop {
            elements.push(self.value(depth + 1, interest)?);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Value::List(elements));
            }
            self.expect(b',', "expected `,` or `]`")?;
        }
    }

    /// Goes behind a value without looking at it: only its brackets must fit together.
    fn pass_over(&mut self) -> Read<()> {
        self.closing.clear();
        loop {
            match self.peek_value() {
                Some(b'"') => self.pass_over_string()?,
                Some(b'{') => self.open(b'}')?,
                Some(b'[') => self.open(b']')?,
                Some(close @ (b'}' | b']')) => {
                    if self.closing.pop() != Some(close) {
                        return Err(self.error("brackets that do not fit together"));
                    }
                    self.at += 1;
                }
                Some(b',' | b':') if !self.closing.is_empty() => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.literal()?;
                }
            }
            if self.closing.is_empty() {
                return Ok(());
            }
        }
    }

    fn open(&mut self, close: u8) -> Read<()> {
        if self.closing.len() > DEEPEST {
            return Err(JsonError { code: code::TOO_DEEP, line: self.line, detail: "", is_at_end: false });
        }
        self.closing.push(close);
        self.at += 1;
        Ok(())
    }

    fn pass_over_string(&mut self) -> Read<()> {
        self.at += 1;
        loop {
            self.at = scan::string_stop(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => self.at += 2,
                _ => return Err(self.error("unexpected end of a string")),
            }
        }
    }

    /// `true`, `false`, `null` or a number.
    fn literal(&mut self) -> Read<&'t str> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count();
        let word = self.text.get(self.at..self.at + length).unwrap_or_default();
        // At the end of the text there might come more of it.
        let is_at_end = length == rest.len();
        if is_at_end && self.end == End::More {
            return Err(self.error_at_end());
        }
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            return Err(JsonError { is_at_end, ..self.error("expected a value") });
        }
        self.at += length;
        Ok(word)
    }

    fn string(&mut self) -> Read<Cow<'t, str>> {
        self.expect(b'"', "expected `\"`")?;
        let (start, stop) = (self.at, scan::string_stop(self.bytes, self.at));
        let plain = self.text.get(start..stop).unwrap_or_default();
        self.at = stop;
        if self.eat(b'"') {
            return Ok(Cow::Borrowed(plain));
        }
        self.string_with_escapes(plain.to_owned()).map(Cow::Owned)
    }

    fn string_with_escapes(&mut self, mut string: String) -> Read<String> {
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(string);
                }
                Some(b'\\') => {
                    self.at += 1;
                    string.push(self.escape()?);
                }
                Some(0..0x20) => return Err(self.error("control character in a string")),
                None => return Err(self.error("unexpected end of a string")),
                Some(_) => {
                    let stop = scan::string_stop(self.bytes, self.at);
                    string.push_str(self.text.get(self.at..stop).unwrap_or_default());
                    self.at = stop;
                }
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let char = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.error("unknown escape in a string")),
        };
        self.at += 1;
        Ok(char)
    }

    /// What `\u` begins. Half of a surrogate pair becomes U+FFFD, as in Go.
    fn unicode_escape(&mut self) -> Read<char> {
        self.at += 1;
        let first = self.four_digits()?;
        let has_second = self.bytes.get(self.at..self.at + 2) == Some(b"\\u".as_slice());
        if !(0xD800..0xDC00).contains(&first) || !has_second {
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
        let digits =
            self.text.get(self.at..self.at + 4).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(value) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            let is_at_end = self.bytes.len() < self.at + 4;
            return Err(JsonError { is_at_end, ..self.error("expected four hexadecimal digits") });
        };
        self.at += 4;
        Ok(value)
    }

    fn skip_space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ') => self.at = scan::after_spaces(self.bytes, self.at + 1),
                Some(b'\n') => {
                    self.line += 1;
                    self.at += 1;
                }
                Some(b'\t' | b'\r') => self.at += 1,
                _ => return,
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The error that more text might mend.
    pub(super) fn error_at_end(&self) -> JsonError {
        JsonError { is_at_end: true, ..self.error("unexpected end of the text") }
    }

    /// An error here. At the end of the text every error is about that.
    fn error(&self, detail: &'static str) -> JsonError {
        let is_at_end = self.at >= self.bytes.len();
        let detail = if is_at_end { "unexpected end of the text" } else { detail };
        JsonError { code: code::SYNTAX, line: self.line, detail, is_at_end }
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

    fn check(text: &str, expect: &str) {
        let mut json = Json::new(text, 1, None, End::Last);
        let mut shown = Vec::new();
        while json.peek_value().is_some() {
            match json.object() {
                Ok(node) => shown.push(node.shown()),
                Err(error) => {
                    let end = if error.is_at_end { " (at the end)" } else { "" };
                    shown.push(format!("{} at {}: {}{end}", error.code, error.line, error.detail));
                    break;
                }
            }
        }
        assert_eq!(shown.join("; "), expect, "{text}");
    }

    #[test]
    fn values() {
        check(
            "{\"a\":\n[1, -2.5e+3,true,\nnull,\"x\"],\"b\":{}} [] ",
            "{a@2=[@2:1 @2:-2.5e+3 @2:true @3:null @3:\"x\"] b@3={}}; []",
        );
        check(r#""a\n\u00e9\ud83d\ude00\ud800x\/""#, "\"a\\né😀\u{fffd}x/\"");
        check("", "");
    }

    #[test]
    fn errors() {
        check("{\"a\":1,}", "syntax at 1: expected `\"`");
        check("{\"a\":01}", "syntax at 1: expected a value");
        check("{\"a\":\n \"x", "syntax at 2: unexpected end of the text (at the end)");
        check("{\"a\" 1}", "syntax at 1: expected `:`");
        check("[1 2]", "syntax at 1: expected `,` or `]`");
        check("\"\\q\"", "syntax at 1: unknown escape in a string");
        check("\"\\u12\"", "syntax at 1: expected four hexadecimal digits (at the end)");
        check("\"\\\n\"", "syntax at 1: unknown escape in a string");
        check(&"[".repeat(1000), "tooDeep at 1: ");
    }

    #[test]
    fn what_nothing_reads_is_passed_over() {
        let wanted: Wanted = Some(|_, kind| kind == "Pod");
        let show_object = |text: &str| Json::new(text, 1, wanted, End::Last).object().map(|node| node.shown()).unwrap();
        assert_eq!(
            show_object(
                r#"{"kind":"Pod","apiVersion":"v1","metadata":{"managedFields":[{"a":"]\"}"},[]],"name":"x"},
                "spec":{"volumes":{"a":[1,{}]},"containers":[{"resources":null,"name":"c"}]},"volumes":1}"#
            ),
            "{kind@1=\"Pod\" apiVersion@1=\"v1\" metadata@1={managedFields@1=_ name@1=\"x\"} \
             spec@2={volumes@2=_ containers@2=[@2:{resources@2=_ name@2=\"c\"}]} volumes@2=1}"
        );
        assert_eq!(
            show_object(r#"{"data":{"a":"b"},"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"},"spec":[{}]}"#),
            "{data@1={a@1=\"b\"} kind@1=\"Secret\" apiVersion@1=\"v1\" metadata@1={name@1=\"x\"} spec@1=_}"
        );
        let broken = Json::new(r#"{"metadata":{"managedFields":[}]}"#, 1, wanted, End::Last).object();
        assert_eq!(broken.unwrap_err().detail, "brackets that do not fit together");
    }
}
