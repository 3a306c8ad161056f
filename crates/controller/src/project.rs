//! Where a project stands. One project is one unit of work: its policies depend on each other's order, and on no other project's.
//!
//! ```text
//!          touched            due: planned             a free place      (with Exposures: Planning in between, beside)
//!   Rest ───────────► Waiting ─────────────► Planned ───────────────► Writing ──┐ answered: next step
//!    ▲                 ▲ │ ▲                    │ touched meanwhile     │   ▲     │
//!    │ nothing to do   │ │ └────────────────────┘                       │   └─────┘
//!    └─────────────────┼─┘◄── last step: look again ◄───────────────────┤
//!                      │                                                │ failed: wait, and read what is there
//!                   Reading ◄────────── Waiting, doubtful ◄─────────────┘ (or what is planned depends on what is there)
//! ```

use std::collections::VecDeque;
use std::time::Duration;

use bulkhead_analysis::isolation::Step;

use crate::repair::Repairs;

/// What happens with a project now.
#[derive(Debug, Default)]
pub(crate) enum State {
    /// Its policies are what they have to be, as far as anyone knows.
    #[default]
    Rest,
    /// It is looked at when it is due.
    Waiting,
    /// What is there is being read.
    Reading,
    /// Its plan is being worked out beside, on everything as it was.
    Planning,
    /// These steps are to be made.
    Planned(VecDeque<Step>),
    /// A step is being made, and these after it.
    Writing {
        /// What is being written.
        step: Box<Step>,
        /// What comes after it.
        rest: VecDeque<Step>,
    },
}

/// How good what is known of a project's policies is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Knowledge {
    /// As watches told it.
    #[default]
    Told,
    /// It may be wrong: what is there is read before anything is planned.
    Doubtful,
    /// What is there was read since it was last planned for.
    Fresh,
}

/// A project.
#[derive(Debug, Default)]
pub(crate) struct Project {
    pub(crate) state: State,
    /// Something changed since the steps were planned: after the one that is being made it is looked at again.
    pub(crate) touched: bool,
    /// What its Exposures need may have changed while its plan was worked out. That plan is carried out all the same, and then it is
    /// looked at again: in a cluster that never rests there would be none otherwise.
    pub(crate) moved: bool,
    /// How good what is known of its policies is.
    pub(crate) knowledge: Knowledge,
    /// Everything was written, and is looked at once more.
    pub(crate) verifying: bool,
    /// How often in a row something failed.
    pub(crate) failures: u32,
    /// Since when it has been waiting.
    pub(crate) since: Duration,
    /// How often in a row the same had to be mended.
    pub(crate) repairs: Repairs,
}
