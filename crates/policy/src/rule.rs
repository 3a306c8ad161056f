//! The one form that every policy API lowers to. After lowering nobody knows the kind.
//!
//! A [`LoweredPolicy`] is one policy in one direction: whom it is about, and rules that are read in order, the first match
//! wins. Policies are asked tier by tier, and inside a tier by priority. `networking.k8s.io/v1` has no order and no Deny:
//! there a policy is its Allow rules followed by one that denies everything, and among policies an Allow beats a Deny.

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{IpBlock, Name, ObjectRef, Position, Protocol};

use crate::selector::SelectorId;
use crate::verdict::{Action, DoubtReason, RuleRef};

/// When a policy is asked; earlier tiers first, the default after all of them is Allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Before NetworkPolicies: the cluster's administrator.
    Admin,
    /// NetworkPolicies: the namespace's owner.
    NetworkPolicy,
    /// After them: what holds where no NetworkPolicy isolates a pod.
    Baseline,
}

impl Tier {
    /// All of them, in the order in which they are asked.
    pub const ALL: [Self; 3] = [Self::Admin, Self::NetworkPolicy, Self::Baseline];

    /// What rules of the tier can do.
    pub fn actions(self) -> &'static [Action] {
        match self {
            Self::NetworkPolicy => &[Action::Allow, Action::Deny],
            Self::Admin | Self::Baseline => &[Action::Allow, Action::Deny, Action::Pass],
        }
    }

    /// What holds when several policies of one priority match one packet and disagree.
    pub fn on_conflict(self) -> Conflict {
        match self {
            Self::NetworkPolicy => Conflict::AllowWins,
            Self::Admin | Self::Baseline => Conflict::Undefined,
        }
    }
}

/// What holds when several policies of one tier and one priority match one packet and disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Policies add up: what one allows, no other denies (networking.k8s.io/v1 `NetworkPolicySpec.ingress`).
    AllowWins,
    /// Implementations may apply any of them (policy.networking.k8s.io `spec.priority`).
    Undefined,
}

/// One policy in one direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoweredPolicy {
    /// When it is asked.
    pub tier: Tier,
    /// Inside its tier, smaller numbers first.
    pub priority: u32,
    /// Which connections it is about.
    pub direction: Direction,
    /// The pods that it is about.
    pub subject: PodSet,
    /// Why it may not apply as it stands, where that is so.
    pub doubt: Option<PolicyDoubt>,
    /// Its rules, in order; the first that matches counts.
    pub rules: Vec<LoweredRule>,
    /// The policy that it comes from.
    pub origin: ObjectRef,
    /// Where that stands.
    pub position: Position,
}

/// Why a policy may not apply as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyDoubt {
    /// Either it applies as it stands, or not at all in this direction (`policyTypes` could not be read).
    MayNotApply(DoubtReason),
    /// It may say anything (a field of `spec` that nobody knows).
    MaySayAnything(DoubtReason),
}

/// One rule: what its peers and its ports both match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoweredRule {
    /// The other sides.
    pub peers: Peers,
    /// The destination ports.
    pub ports: Ports,
    /// What becomes of the packet.
    pub action: Action,
    /// Why it may match less than it says, where that is so.
    pub doubt: Option<DoubtReason>,
    /// Its index in the policy's list for the direction; `None` for what the policy says as a whole.
    pub index: Option<usize>,
    /// Where it stands.
    pub position: Position,
}

/// The other sides that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peers {
    /// All, inside and outside the cluster.
    Any,
    /// Those that one of these matches.
    OneOf(Vec<PeerSet>),
}

/// One set of other sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerSet {
    /// Who.
    pub who: Who,
    /// Where it stands.
    pub position: Position,
}

/// Who is in a set of other sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Pods that have a network of their own.
    Pods(PodSet),
    /// Who has an address in the block.
    Block {
        /// The block.
        block: IpBlock,
        /// Whose addresses count.
        meaning: BlockMeaning,
    },
    /// Nodes with these labels, by the addresses in their status.
    Nodes(SelectorId),
    /// Who has an address that a name server gives for certain names.
    DomainNames,
    /// Nobody knows.
    Unreadable,
}

/// Whose addresses a block is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BlockMeaning {
    /// Everybody's outside the cluster; whether those of pods and nodes, the engine decides (networking.k8s.io/v1 `IPBlock`).
    EngineDecides,
    /// Everybody's (policy.networking.k8s.io `networks`: cluster-internal traffic is checked as well).
    Everybody,
}

/// Pods that have a network of their own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodSet {
    /// The namespaces that they are in.
    pub namespaces: NamespaceSet,
    /// Their labels.
    pub pods: SelectorId,
}

/// Namespaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamespaceSet {
    /// The one of this name.
    Named(Name),
    /// Those with labels that the selector selects.
    Selected(SelectorId),
    /// Those that have all of these labels, each with the value that the subject's namespace has.
    SameLabels(Vec<Name>),
    /// Those that have all of these labels, at least one with another value than the subject's namespace.
    NotSameLabels(Vec<Name>),
}

/// The destination ports that a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ports {
    /// All, of every protocol.
    Any,
    /// Those that one of these matches.
    OneOf(Vec<PortSet>),
}

/// One set of destination ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortSet {
    /// Ports of a protocol, by number or by the destination pod's name for one.
    Ports {
        /// The protocol; `None` where the name of the port brings it.
        protocol: Option<Protocol>,
        /// Which of its ports.
        port: PortMatch,
        /// Where it stands.
        position: Position,
    },
    /// Nobody knows.
    Unreadable {
        /// Where it stands.
        position: Position,
    },
}

impl LoweredPolicy {
    /// One of its rules, as evidence names it.
    pub fn rule_ref(&self, rule: &LoweredRule) -> RuleRef {
        RuleRef {
            policy: self.origin.clone(),
            direction: self.direction,
            rule: rule.index,
            action: rule.action,
            position: rule.position,
        }
    }

    /// The policy as a whole, doing something that nobody can pin to a rule.
    pub fn whole_ref(&self, action: Action) -> RuleRef {
        let policy = self.origin.clone();
        RuleRef { policy, direction: self.direction, rule: None, action, position: self.position }
    }
}
