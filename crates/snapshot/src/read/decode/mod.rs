//! From trees to values: a cursor that knows where it stands, and what to say when something is wrong there.

mod cursor;
mod document;
mod fields;
mod object;
mod selector;
mod unread;
pub mod value;

use bulkhead_model::Issue;

pub use cursor::Cursor;
pub(crate) use cursor::Place;
pub use document::IGNORE_ANNOTATION;
pub(crate) use document::read_piece;
pub use fields::{Fields, OptionalFields};
pub(crate) use object::Object;

use super::intern::Interner;
use super::text::Findings;
use crate::objects::Objects;

/// What reading an input changes.
#[derive(Debug)]
pub(crate) struct Reading<'r> {
    pub(crate) findings: &'r Findings,
    pub(crate) objects: &'r mut Objects,
    pub(crate) interner: &'r mut Interner,
}

/// Something could not be read, and an issue says so. Made only by reporting, so that nothing can fail in silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reported(());

impl Reported {
    /// For what has been reported already: by the text reader, or about a part.
    pub const EARLIER: Self = Self(());

    fn by(findings: &Findings, issue: Issue) -> Self {
        findings.push(issue);
        Self(())
    }
}

/// A value, or the knowledge that an issue tells why there is none.
pub type Read<T> = Result<T, Reported>;
