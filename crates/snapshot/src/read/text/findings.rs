//! Collects what is wrong with one text.

use std::cell::{Cell, RefCell};

use bulkhead_model::{Issue, IssueCode, Position, SourceId};

/// The issues of one input. Shared by everything that reads that input.
#[derive(Debug)]
pub(crate) struct Findings {
    source: SourceId,
    issues: RefCell<Vec<Issue>>,
    dropped: Cell<u64>,
}

/// How many issues one input may have. A gigabyte of junk must not become gigabytes of issues.
const MOST: usize = 10_000;

impl Findings {
    pub(crate) fn new(source: SourceId) -> Self {
        Self { source, issues: RefCell::default(), dropped: Cell::new(0) }
    }

    /// The position of a line of this input.
    pub(crate) fn position(&self, line: u32) -> Position {
        Position { source: self.source, line }
    }

    /// Keeps an issue.
    pub(crate) fn push(&self, issue: Issue) {
        let mut issues = self.issues.borrow_mut();
        if issues.len() < MOST { issues.push(issue) } else { self.dropped.set(self.dropped.get() + 1) }
    }

    /// Keeps an error about a line.
    pub(crate) fn error(&self, code: IssueCode, line: u32, arguments: &[(&'static str, &str)]) {
        let issue = Issue::error(code).at(self.position(line));
        self.push(arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value)));
    }

    /// How many issues there are so far.
    pub(crate) fn count(&self) -> u64 {
        self.dropped.get() + self.issues.borrow().len() as u64
    }

    /// All of them by their position, each once; where there were too many, one more says how many are missing.
    pub(crate) fn into_issues(self) -> Vec<Issue> {
        let mut issues = self.issues.into_inner();
        // A part that is looked at twice is reported twice.
        issues.sort_by(|a, b| (a.position, a).cmp(&(b.position, b)));
        issues.dedup();
        if self.dropped.get() > 0 {
            let position = Position { source: self.source, line: 0 };
            issues.push(Issue::error(crate::code::TOO_MANY_ISSUES).at(position).with("count", self.dropped.get()));
        }
        issues
    }
}
