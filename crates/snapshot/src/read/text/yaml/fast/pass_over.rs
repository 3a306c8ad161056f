//! Values of no interest: only their end is looked for.

use super::super::super::{Node, Value, scan};
use super::{Read, Reader, Unusual};

impl<'t> Reader<'t> {
    /// Passes over the value behind a key of a map at `indent`: everything that is indented more, and a list whose dashes
    /// stand below the key.
    pub(super) fn pass_over(&mut self, behind: usize, indent: usize) -> Read<Node<'t>> {
        let (at, line) = (scan::after_spaces(self.bytes, behind), self.line);
        let mut dashes_belong = false;
        match self.byte(at) {
            None | Some(b'\n' | b'#') => dashes_belong = true,
            Some(b'"' | b'\'' | b'{' | b'[') => {
                self.scalar(at, indent)?;
                return Ok(Node::new(line, Value::PassedOver));
            }
            // An anchor in here may be referred to from elsewhere.
            Some(b'&' | b'*' | b'!') => return Err(Unusual),
            Some(_) => {}
        }
        let mut start = self.line_end(at) + 1;
        loop {
            let content = scan::after_spaces(self.bytes, start);
            let spaces = content - start.min(content);
            match self.byte(content) {
                Some(b'\n') => {}
                Some(b'-') if dashes_belong && spaces == indent && self.is_space(content + 1) => {}
                Some(_) if spaces > indent => {}
                None | Some(_) => break,
            }
            self.line += 1;
            start = self.line_end(content) + 1;
        }
        if start <= self.bytes.len() {
            self.line += 1;
        }
        self.enter_line(start.min(self.bytes.len()))?;
        Ok(Node::new(line, Value::PassedOver))
    }
}
