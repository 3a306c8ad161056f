//! A text that comes in pieces of bytes: turned into characters and handed on, with what was not used up in front.

use std::io::{self, Read};

use super::text::{End, NOT_UTF8_MARK, Piece, Stream};

/// What some editors put in front of a text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// How many bytes are asked for at once: few enough that they stay near the processor until they are read.
const CHUNK: usize = 1 << 18;

/// Hands a text that is there as a whole to a stream.
pub(super) fn feed_whole(text: &[u8], stream: &mut Stream<'_>, taken: &mut dyn FnMut(Piece<'_>)) {
    match std::str::from_utf8(text) {
        Ok(text) => {
            stream.feed(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text), End::Last, taken);
        }
        Err(_) => {
            // Reading a slice cannot fail.
            let _ = Chunks::new(text).feed_to(stream, taken);
        }
    }
}

/// Reads a source.
#[derive(Debug)]
pub(super) struct Chunks<R> {
    source: R,
    /// Bytes that have come and are not text yet: at most the beginning of one character between two reads.
    bytes: Vec<u8>,
    /// Text that has not been used up.
    text: String,
    /// How much of the source has become text.
    passed: Passed,
}

/// How much of a source is behind.
#[derive(Clone, Copy, Debug, Default)]
struct Passed {
    bytes: u64,
    lines: u32,
}

impl Passed {
    fn add(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        let lines = memchr::memchr_iter(b'\n', bytes).count();
        self.lines = self.lines.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
    }
}

impl<R: Read> Chunks<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, bytes: Vec::new(), text: String::new(), passed: Passed::default() }
    }

    /// Hands the whole source to a stream.
    pub(super) fn feed_to(&mut self, stream: &mut Stream<'_>, taken: &mut dyn FnMut(Piece<'_>)) -> io::Result<()> {
        let mut is_begun = false;
        loop {
            let result = self.fetch();
            let end = if matches!(result, Ok(1..)) { End::More } else { End::Last };
            self.decode(end, stream);
            if !is_begun && self.text.starts_with(BYTE_ORDER_MARK) {
                self.text.drain(..BYTE_ORDER_MARK.len_utf8());
            }
            is_begun |= !self.text.is_empty();
            let used = stream.feed(&self.text, end, taken);
            if end == End::Last {
                return result.map(|_| ());
            }
            if self.text.is_char_boundary(used) {
                self.text.drain(..used);
            } else {
                self.text.clear();
            }
        }
    }

    /// Fetches more bytes, at least as many as are waiting, so that a large piece is not looked at too often.
    fn fetch(&mut self) -> io::Result<u64> {
        let wanted = CHUNK.max(self.text.len()) as u64;
        let mut source = (&mut self.source).take(wanted);
        source.read_to_end(&mut self.bytes).map(|count| count as u64)
    }

    /// Makes text of the bytes, and tells the stream which of them are no text.
    fn decode(&mut self, end: End, stream: &mut Stream<'_>) {
        let mut rest = self.bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.text.push_str(text);
                    self.passed.add(rest);
                    rest = &[];
                    break;
                }
                Err(error) => {
                    let (valid, behind) = rest.split_at_checked(error.valid_up_to()).unwrap_or((&[], rest));
                    self.text.push_str(std::str::from_utf8(valid).unwrap_or_default());
                    self.passed.add(valid);
                    let Some(bad) = error.error_len().or((end == End::Last).then_some(behind.len())) else {
                        rest = behind;
                        break;
                    };
                    self.text.push(NOT_UTF8_MARK);
                    stream.saw_no_text(self.passed.lines + 1, self.passed.bytes);
                    self.passed.bytes += bad as u64;
                    rest = behind.get(bad..).unwrap_or_default();
                }
            }
        }
        let used = self.bytes.len() - rest.len();
        self.bytes.drain(..used);
    }
}
