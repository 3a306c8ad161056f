//! The policies of the whole cluster, `policy.networking.k8s.io`: ClusterNetworkPolicy (v1alpha2, v1beta1), and the kinds that
//! it replaces, AdminNetworkPolicy and BaselineAdminNetworkPolicy (v1alpha1). They differ in spelling only, so there is one type.
//!
//! Read strictly: what could not be read is kept as such.

use ipnet::IpNet;

use super::{Direction, PortMatch};
use crate::{LabelSelector, Name, ObjectRef, Position, Protocol, Readable};

/// A policy of the whole cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterNetworkPolicy {
    /// Which of the kinds it is.
    pub kind: ClusterPolicyKind,
    /// Its name.
    pub name: Name,
    /// `spec.tier`; what the kind says where the kind has no such field.
    pub tier: Readable<PolicyTier>,
    /// `spec.priority`, 0 to 1000, smaller first; 0 for a BaselineAdminNetworkPolicy, which has none.
    pub priority: Readable<u32>,
    /// `spec.subject`.
    pub subject: Readable<PolicySubject>,
    /// `spec.ingress`, in order.
    pub ingress: Vec<Readable<ClusterRule>>,
    /// `spec.egress`, in order.
    pub egress: Vec<Readable<ClusterRule>>,
    /// Where `spec` has a field that nobody knows; then nobody knows what the policy says either.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}

/// A kind of policy of the whole cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClusterPolicyKind {
    /// `ClusterNetworkPolicy`
    ClusterNetworkPolicy,
    /// `AdminNetworkPolicy`
    AdminNetworkPolicy,
    /// `BaselineAdminNetworkPolicy`
    BaselineAdminNetworkPolicy,
}

impl ClusterPolicyKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::ClusterNetworkPolicy, Self::AdminNetworkPolicy, Self::BaselineAdminNetworkPolicy];

    /// The kind as a manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClusterNetworkPolicy => "ClusterNetworkPolicy",
            Self::AdminNetworkPolicy => "AdminNetworkPolicy",
            Self::BaselineAdminNetworkPolicy => "BaselineAdminNetworkPolicy",
        }
    }
}

/// When a policy of the cluster is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyTier {
    /// Before NetworkPolicies.
    Admin,
    /// After them.
    Baseline,
}

/// The pods that a policy of the cluster is about. Never hostNetwork pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicySubject {
    /// Pods with these labels in namespaces with those; `namespaces` alone means all their pods.
    Pods {
        /// The namespaces' labels.
        namespaces: LabelSelector,
        /// The pods' labels.
        pods: LabelSelector,
    },
    /// An empty subject, which the API server refuses: no pod.
    Nothing,
}

/// One rule. The first that matches counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterRule {
    /// `name`, for people.
    pub name: Option<Name>,
    /// `action`.
    pub action: Readable<RuleAction>,
    /// `from` or `to`; never empty.
    pub peers: Vec<Readable<ClusterPeer>>,
    /// `ports`, or `protocols`; `None` means every port of every protocol.
    pub ports: Option<Vec<Readable<ClusterPort>>>,
    /// Where the rule has a field that nobody knows. What the rule matches is then at most what it would match without that
    /// field, and undetermined.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleAction {
    /// `Accept`, or `Allow` in the older kinds.
    Accept,
    /// `Deny`
    Deny,
    /// `Pass`
    Pass,
}

/// A peer of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClusterPeer {
    /// Pods that have a network of their own: `namespaces`, or `pods`.
    Pods {
        /// The namespaces.
        namespaces: PeerNamespaces,
        /// The pods' labels; everything for `namespaces`.
        pods: LabelSelector,
        /// Where it stands.
        position: Position,
    },
    /// `nodes`: the addresses in the status of nodes with these labels. In egress only.
    Nodes {
        /// The nodes' labels.
        nodes: LabelSelector,
        /// Where it stands.
        position: Position,
    },
    /// `networks`: addresses, those of pods and nodes, too. In egress only.
    Networks {
        /// The blocks, host bits cleared.
        networks: Vec<Readable<IpNet>>,
        /// Where it stands.
        position: Position,
    },
    /// `domainNames`: whatever these names resolve to. In egress only.
    DomainNames {
        /// The names.
        names: Vec<Name>,
        /// Where it stands.
        position: Position,
    },
    /// A peer without any field that is known. The API tells implementations to fail closed then: the rule matches nothing
    /// if it accepts, and denies everything if not.
    Unknown {
        /// Where it stands.
        position: Position,
    },
}

/// The namespaces of a peer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PeerNamespaces {
    /// Those with these labels.
    Selected(LabelSelector),
    /// Those that have all of these labels, each with the value of the subject's namespace (v1alpha1 up to v0.1.1).
    SameLabels(Vec<Name>),
    /// Those that have all of these labels, at least one with another value than the subject's namespace (v1alpha1 up to
    /// v0.1.1).
    NotSameLabels(Vec<Name>),
}

/// One entry of a rule's ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterPort {
    /// Its protocol; `None` for a named port, which brings its own.
    pub protocol: Option<Protocol>,
    /// Which ports.
    pub port: PortMatch,
    /// Where it stands.
    pub position: Position,
}

impl ClusterNetworkPolicy {
    /// A reference to it.
    pub fn object_ref(&self) -> ObjectRef {
        ObjectRef::cluster(self.kind.name(), self.name.clone())
    }

    /// The rules of one direction.
    pub fn rules(&self, direction: Direction) -> &[Readable<ClusterRule>] {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }
}
