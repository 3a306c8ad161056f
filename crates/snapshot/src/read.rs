//! Texts to objects.

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
    Objects { sources: inputs.iter().map(|input| input.name.to_owned()).collect(), ..Objects::default() }
}
