//! The phases of a question's work, for those who measure it or wait for it.
//!
//! Nothing below the command line reads a clock. Whoever wants to know where time goes hands in a [`Watch`]; it is told what
//! begins, and looks at its own clock.

use std::fmt;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Opening and parsing the input, and putting the snapshot together.
    Read,
    /// Lowering policies and resolving the network.
    Lower,
    /// Telling pods and nodes apart by what policies look at.
    Classes,
    /// What the policies of each class say to everybody.
    Rows,
    /// Going through pairs.
    Pairs,
    /// Following the ways to what is exposed.
    Exposures,
    /// Looking for what is wrong with policies, rule by rule.
    Rules,
    /// Answering one question.
    Answer,
    /// Writing the answer.
    Output,
}

impl Phase {
    /// All of them, in the order in which they come first.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Lower,
        Self::Classes,
        Self::Rows,
        Self::Pairs,
        Self::Exposures,
        Self::Rules,
        Self::Answer,
        Self::Output,
    ];

    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Lower => "lower",
            Self::Classes => "classes",
            Self::Rows => "rows",
            Self::Pairs => "pairs",
            Self::Exposures => "exposures",
            Self::Rules => "rules",
            Self::Answer => "answer",
            Self::Output => "output",
        }
    }
}

/// Who is told which work begins. Phases may take turns many times.
pub trait Watch: fmt::Debug {
    /// From now on it is this.
    fn begins(&self, phase: Phase);

    /// So many parts of the phase are done. Called often in what may take long. A watch that unwinds here ends the work; nothing
    /// stays half done.
    fn did(&self, _done: usize, _of: usize) {}
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn begins(&self, _: Phase) {}
}
