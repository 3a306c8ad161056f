//! What a policy says, and why.

use bulkhead_model::object::Direction;
use bulkhead_model::{ObjectRef, Position};

/// What the policies of one pod say about one packet in one direction. There is no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may pass.
    Allow {
        /// The rules that allow it; empty where nothing isolates the pod in this direction.
        rules: Vec<RuleRef>,
    },
    /// It may not pass.
    Deny {
        /// The policies that isolate the pod and of which no rule allows the packet, or the rule that denies it.
        policies: Vec<RuleRef>,
    },
    /// Nobody can tell.
    Undetermined {
        /// What nobody knows: the unreadable rule or peer, the engine's unknown habit.
        because: Vec<RuleRef>,
    },
}

/// A rule, or a policy as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleRef {
    /// The policy.
    pub policy: ObjectRef,
    /// The direction of the rule.
    pub direction: Direction,
    /// The rule's index in `spec.ingress` or `spec.egress`; `None` for the policy as a whole.
    pub rule: Option<usize>,
    /// Where the rule, or the policy, stands.
    pub position: Position,
}
