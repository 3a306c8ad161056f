//! What the exit status means.

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// It was answered, whatever the answer is.
    Answered,
    /// The answer is "no" where a "yes" was asserted.
    No,
    /// The command makes no sense, or its input could not be read.
    Unusable,
    /// The program failed.
    Internal,
}

impl ExitStatus {
    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Self::Answered => 0,
            Self::No => 1,
            Self::Unusable => 2,
            Self::Internal => 3,
        }
    }
}
