//! The one word for an answer that has many routes.

use bulkhead_path::{Answer, Outcome};

/// How a request ends, over all its routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whole {
    /// Every route ends so.
    All(Outcome),
    /// Routes are known to end differently: it depends on the entry node or the endpoint.
    Mixed,
}

impl Whole {
    /// The word of an answer. Where just one outcome is known beside routes that nobody can tell, nobody can tell; the same
    /// where there is no route at all.
    pub fn of(answer: &Answer) -> Self {
        let mut known =
            answer.routes.iter().map(|route| route.outcome).filter(|outcome| *outcome != Outcome::Undetermined);
        let Some(first) = known.next() else { return Self::All(Outcome::Undetermined) };
        let open = answer.routes.iter().any(|route| route.outcome == Outcome::Undetermined);
        match (known.all(|outcome| outcome == first), open) {
            (false, _) => Self::Mixed,
            (true, true) => Self::All(Outcome::Undetermined),
            (true, false) => Self::All(first),
        }
    }

    /// The stable word: `delivered`, `denied`, `dropped`, `rejected`, `undetermined`, `mixed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::All(outcome) => name(outcome),
            Self::Mixed => "mixed",
        }
    }
}

/// The stable word for one route's outcome.
pub fn name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Delivered => "delivered",
        Outcome::Denied => "denied",
        Outcome::Dropped => "dropped",
        Outcome::Rejected => "rejected",
        Outcome::Undetermined => "undetermined",
    }
}
