//! What a policy says, and why.

use bulkhead_model::object::Direction;
use bulkhead_model::{ObjectRef, Position};

use crate::profile::Habit;

/// What the policies of one pod say about one packet in one direction. There is no default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It may pass.
    Allow {
        /// The rules that allow it, after those that pass it on to the next tier; empty where nothing isolates the pod in
        /// this direction.
        rules: Vec<RuleRef>,
        /// The engine's habits without which the answer could be another.
        deviations: Vec<Deviation>,
    },
    /// It may not pass.
    Deny {
        /// The policies that isolate the pod and of which no rule allows the packet, or the rule that denies it; before
        /// them those that pass it on to the next tier.
        policies: Vec<RuleRef>,
        /// The engine's habits without which the answer could be another.
        deviations: Vec<Deviation>,
    },
    /// Nobody can tell.
    Undetermined {
        /// What nobody knows: the unreadable rule or peer, the engine's unknown habit. Never empty.
        because: Vec<Doubt>,
        /// The engine's habits without which the answer could be another.
        deviations: Vec<Deviation>,
    },
}

impl Verdict {
    /// Whether the packet may pass; `None` where nobody can tell.
    pub fn allows(&self) -> Option<bool> {
        match self {
            Self::Allow { .. } => Some(true),
            Self::Deny { .. } => Some(false),
            Self::Undetermined { .. } => None,
        }
    }

    /// The engine's habits without which the answer could be another.
    pub fn deviations(&self) -> &[Deviation] {
        match self {
            Self::Allow { deviations, .. } | Self::Deny { deviations, .. } | Self::Undetermined { deviations, .. } => {
                deviations
            }
        }
    }
}

/// A rule, or a policy as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleRef {
    /// The policy.
    pub policy: ObjectRef,
    /// The direction of the rule.
    pub direction: Direction,
    /// The rule's index in `spec.ingress` or `spec.egress`; `None` for the policy as a whole.
    pub rule: Option<usize>,
    /// What the rule does. A policy as a whole denies, by isolating the pod.
    pub action: Action,
    /// Where the rule, or the policy, stands.
    pub position: Position,
}

/// What a rule does with the packets that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// They may pass; nothing else is asked.
    Allow,
    /// They may not; nothing else is asked.
    Deny,
    /// The next tier decides.
    Pass,
}

impl Action {
    /// `allow`, `deny`, `pass`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Pass => "pass",
        }
    }
}

/// One thing that nobody knows, on which an answer hangs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// The rule or policy that it is about.
    pub rule: RuleRef,
    /// What about it is not known.
    pub reason: DoubtReason,
}

/// What about a rule or policy is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DoubtReason {
    /// `policyTypes` could not be read: whether it isolates in this direction.
    UnreadablePolicyTypes,
    /// The subject's selector has a requirement that could not be read: whether it selects the pod.
    UnreadableSubject,
    /// The rule as a whole could not be read.
    UnreadableRule,
    /// A peer, or its selector, could not be read.
    UnreadablePeer,
    /// A port could not be read.
    UnreadablePort,
    /// `tier` could not be read: whether it is asked before or after NetworkPolicies.
    UnreadableTier,
    /// `priority` could not be read: when it is asked.
    UnreadablePriority,
    /// The rule's action could not be read.
    UnreadableAction,
    /// There is a field that nobody knows.
    UnknownField,
    /// What addresses a domain name has, only a name server knows.
    DomainName,
    /// A named port is declared with several numbers by the destination pod, and engines differ in which counts.
    AmbiguousPortName,
    /// The peer has no address yet, or the input does not show it: whether a block holds it.
    UnknownAddress,
    /// The policy itself could not be read.
    UnreadPolicy,
    /// The policy is of an engine's own kind, which nothing here understands.
    OtherPolicyKind,
    /// Several policies of one priority match and do not agree: an implementation may apply any of them.
    EqualPriority,
    /// The engine's habit in this point is not known.
    Engine(Habit),
}

impl DoubtReason {
    /// A number of its own for each reason; those about the engine share one with each habit.
    pub(crate) fn number(self) -> u8 {
        match self {
            Self::UnreadablePolicyTypes => 0,
            Self::UnreadableSubject => 1,
            Self::UnreadableRule => 2,
            Self::UnreadablePeer => 3,
            Self::UnreadablePort => 4,
            Self::UnreadableTier => 5,
            Self::UnreadablePriority => 6,
            Self::UnreadableAction => 7,
            Self::UnknownField => 8,
            Self::DomainName => 9,
            Self::AmbiguousPortName => 10,
            Self::UnknownAddress => 11,
            Self::EqualPriority => 12,
            Self::Engine(Habit::IpBlockOfPods) => 13,
            Self::Engine(Habit::IpBlockOfNodes) => 14,
            Self::Engine(_) => 15,
            Self::UnreadPolicy => 16,
            Self::OtherPolicyKind => 17,
        }
    }

    /// A stable word for programs, and the key for the words in `report`.
    pub fn code(self) -> &'static str {
        match self {
            Self::UnreadablePolicyTypes => "unreadablePolicyTypes",
            Self::UnreadableSubject => "unreadableSubject",
            Self::UnreadableRule => "unreadableRule",
            Self::UnreadablePeer => "unreadablePeer",
            Self::UnreadablePort => "unreadablePort",
            Self::UnreadableTier => "unreadableTier",
            Self::UnreadablePriority => "unreadablePriority",
            Self::UnreadableAction => "unreadableAction",
            Self::UnknownField => "fieldNobodyKnows",
            Self::DomainName => "domainName",
            Self::AmbiguousPortName => "ambiguousPortName",
            Self::UnknownAddress => "unknownAddress",
            Self::EqualPriority => "equalPriority",
            Self::UnreadPolicy => "unreadPolicy",
            Self::OtherPolicyKind => "otherPolicyKind",
            Self::Engine(habit) => habit.code(),
        }
    }
}

/// A habit of the engine on which an answer hangs: engines differ in it, or this one differs from the API text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deviation {
    /// The engine, by its profile's name.
    pub engine: &'static str,
    /// The habit.
    pub habit: Habit,
    /// What the habit is here: `yes`, `no`, `unknown`, or a stable word.
    pub value: &'static str,
    /// Where that is known from.
    pub source: &'static str,
}
