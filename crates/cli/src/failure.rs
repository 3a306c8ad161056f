//! Why a command gave up.

use std::io;

use bulkhead_analysis::model::Issue;

use crate::status::ExitStatus;

/// Why a command gave up.
#[derive(Debug)]
pub(crate) enum Failure {
    /// These are the reasons.
    Issues(ExitStatus, Vec<Issue>),
    /// These are the reasons, already in words: they stand in a file of their own.
    Said(ExitStatus, Vec<String>),
    /// Nobody reads standard output any more, which is no fault.
    NobodyReads,
}

impl Failure {
    /// One reason.
    pub(crate) fn new(status: ExitStatus, issue: Issue) -> Self {
        Self::Issues(status, vec![issue])
    }

    /// The command makes no sense.
    pub(crate) fn usage(issue: Issue) -> Self {
        Self::new(ExitStatus::Unusable, issue)
    }
}

impl From<Box<Issue>> for Failure {
    /// What was typed makes no sense.
    fn from(issue: Box<Issue>) -> Self {
        Self::usage(*issue)
    }
}

impl From<io::Error> for Failure {
    /// The answer could not be written.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::NobodyReads;
        }
        Self::new(ExitStatus::Internal, Issue::error("cannotWrite").with("error", error))
    }
}
