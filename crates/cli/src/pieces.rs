//! Answers that are written while they are made: pieces are gathered, stripped of colours where those are not wanted, and
//! written in large blocks.

use std::fmt;
use std::io::{self, Write};

use anstream::adapter::StripStr;

/// So much is gathered before it is written.
const BLOCK: usize = 1 << 16;

/// Gathers the pieces of an answer.
pub(crate) struct Pieces<'a> {
    to: &'a mut dyn Write,
    strip: Option<StripStr>,
    gathered: String,
    failed: Option<io::Error>,
}

impl<'a> Pieces<'a> {
    pub(crate) fn new(to: &'a mut dyn Write, colored: bool) -> Self {
        let strip = (!colored).then(StripStr::new);
        Self { to, strip, gathered: String::with_capacity(2 * BLOCK), failed: None }
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.flush().and_then(|()| self.to.flush()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let written = self.to.write_all(self.gathered.as_bytes());
        self.gathered.clear();
        written
    }
}

impl fmt::Write for Pieces<'_> {
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        match &mut self.strip {
            Some(strip) if piece.contains('\u{1b}') => {
                for part in strip.strip_next(piece) {
                    self.gathered.push_str(part);
                }
            }
            _ => self.gathered.push_str(piece),
        }
        if self.gathered.len() >= BLOCK {
            self.flush().map_err(|error| {
                self.failed = Some(error);
                fmt::Error
            })?;
        }
        Ok(())
    }
}
