//! Texts to objects.
//!
//! `text` makes trees of YAML and JSON, `decode` walks them with a field path at hand, `kind` has one file for each kind
//! of object and the one list of them. Adding a kind is a file in `kind` and a line in its list.

mod decode;
pub mod embedded;
mod intern;
mod kind;
pub mod plain;
mod text;

use bulkhead_model::{Issue, Position, SourceId};

pub use self::decode::IGNORE_ANNOTATION;
use self::decode::Reading;
use self::text::{Findings, for_each_document};
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
    let mut objects = Objects::default();
    let mut interner = intern::Interner::default();
    for (number, input) in inputs.iter().enumerate() {
        let source = SourceId(u32::try_from(number).unwrap_or(u32::MAX));
        objects.sources.push(input.name.to_owned());
        read_one(input, source, &mut interner, &mut objects);
    }
    objects
}

fn read_one(input: &Input<'_>, source: SourceId, interner: &mut intern::Interner, objects: &mut Objects) {
    let findings = Findings::new(source);
    let mut documents = 0_u64;
    for_each_document(input.text, &findings, |document| {
        documents += 1;
        let mut reading = Reading { findings: &findings, objects, interner };
        decode::read_document(&document, &mut reading);
    });
    if documents == 0 && findings.count() == 0 {
        findings.push(Issue::warning(code::NOTHING_TO_READ).at(Position { source, line: 1 }));
    }
    objects.issues.extend(findings.into_issues());
}
