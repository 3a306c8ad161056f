//! What the clocks say.

use std::time::Duration;

use jiff::Timestamp;

/// What the clocks say at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// The time since some moment of the past. It never goes back; everything that waits, waits by this one.
    pub steady: Duration,
    /// The date. It may jump; what people wrote down is held against it, and nothing else.
    pub date: Timestamp,
}
