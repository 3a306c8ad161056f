//! Where in the input something stands.

/// One input: a file, standard input, or a live cluster. The snapshot's source table has its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A line of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Which input.
    pub source: SourceId,
    /// The line, counted from 1; 0 where the input has no lines (a live cluster).
    pub line: u32,
}

impl Position {
    /// The position of an object that came from no text: built by code, or read from a live cluster.
    pub const NOWHERE: Self = Self { source: SourceId(u32::MAX), line: 0 };

    /// Whether this says a place at all.
    pub fn is_known(self) -> bool {
        self != Self::NOWHERE
    }
}
