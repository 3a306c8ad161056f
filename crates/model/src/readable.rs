//! A part of the input that may have been unreadable.

use crate::Position;

/// A value that was read, or the place of one that could not be. What cannot be read must never act like an absent value:
/// an unreadable peer is not "no peer", it is a peer that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Readable<T> {
    /// The value.
    Known(T),
    /// There was something, and it could not be read. The issue about it says why.
    Unreadable {
        /// Where it stands.
        position: Position,
    },
}

impl<T> Readable<T> {
    /// The value, if it could be read.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unreadable { .. } => None,
        }
    }
}

impl<T> From<T> for Readable<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}
