//! Texts to objects.
//!
//! `text` makes trees of YAML and JSON, `decode` walks them with a field path at hand, `kind` has one file for each kind
//! of object and the one list of them. Adding a kind is a file in `kind` and a line in its list.

mod chunks;
mod decode;
pub mod embedded;
mod intern;
mod kind;
pub mod plain;
mod text;

use std::io::{self, Read};

use bulkhead_model::{Issue, Position, SourceId};

use self::chunks::Chunks;
pub use self::decode::IGNORE_ANNOTATION;
use self::decode::Reading;
use self::intern::Interner;
pub(crate) use self::kind::TUNNEL_ANNOTATIONS;
pub use self::kind::{CONFIG_MAPS, is_config_map_read, is_group_wanted, is_wanted, wanted_kinds};
use self::text::{Findings, Piece, Stream};
use crate::code;
use crate::objects::Objects;

/// One text to read.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What findings call it: a path, or `-`.
    pub name: &'a str,
    /// The text: YAML or JSON, any number of documents.
    pub text: &'a [u8],
}

/// Reads texts. Nothing fails as a whole: what cannot be read stands in [`Objects::issues`], the rest is there.
pub fn read(inputs: &[Input<'_>]) -> Objects {
    let mut reader = Reader::default();
    for input in inputs {
        reader.read_text(input.name, input.text);
    }
    reader.finish()
}

/// Reads one input after the other. A text may be of any size: no more of it is kept than its largest object.
#[derive(Debug, Default)]
pub struct Reader {
    objects: Objects,
    interner: Interner,
}

impl Reader {
    /// A reader that has read nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a text that is there as a whole.
    pub fn read_text(&mut self, name: &str, text: &[u8]) {
        self.read_with(name, |stream, taken| chunks::feed_whole(text, stream, taken));
    }

    /// Reads a text from wherever the caller has it, a piece at a time.
    ///
    /// # Errors
    ///
    /// What reading the source gave; what had come before it is read.
    pub fn read_from(&mut self, name: &str, source: impl Read) -> io::Result<()> {
        let mut chunks = Chunks::new(source);
        let mut result = Ok(());
        self.read_with(name, |stream, taken| {
            result = chunks.feed_to(stream, taken);
        });
        result
    }

    /// Everything that was read.
    pub fn finish(self) -> Objects {
        self.objects
    }

    fn read_with(&mut self, name: &str, feed: impl FnOnce(&mut Stream<'_>, &mut dyn FnMut(Piece<'_>))) {
        let source = SourceId(u32::try_from(self.objects.sources.len()).unwrap_or(u32::MAX));
        self.objects.sources.push(name.to_owned());
        let findings = Findings::new(source);
        let mut stream = Stream::new(&findings, Some(kind::is_read));
        let (objects, interner) = (&mut self.objects, &mut self.interner);
        feed(&mut stream, &mut |piece| {
            decode::read_piece(&piece, &mut Reading { findings: &findings, objects, interner });
        });
        if stream.documents() == 0 && findings.count() == 0 {
            findings.push(Issue::warning(code::NOTHING_TO_READ).at(Position { source, line: 1 }));
        }
        self.objects.issues.extend(findings.into_issues());
    }
}
