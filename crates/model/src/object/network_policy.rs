//! `networking.k8s.io/v1` NetworkPolicy, read strictly: what could not be read is kept as such.

use crate::{IpBlock, LabelSelector, Labels, Name, NamespacedName, PortRange, Position, Protocol, Readable};

/// A NetworkPolicy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkPolicy {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels.
    pub labels: Labels,
    /// `spec.podSelector`: the pods that it isolates. Missing selects every pod of the namespace.
    pub pod_selector: LabelSelector,
    /// Whether it isolates in the direction of ingress; `None` where `policyTypes` could not be read.
    pub isolates_ingress: Option<bool>,
    /// Whether it isolates in the direction of egress; `None` where `policyTypes` could not be read.
    pub isolates_egress: Option<bool>,
    /// `spec.ingress`. Counts only where it isolates ingress.
    pub ingress: Vec<Readable<Rule>>,
    /// `spec.egress`. Counts only where it isolates egress.
    pub egress: Vec<Readable<Rule>>,
    /// Where `spec` has a field that nobody knows; then nobody knows what the policy allows either.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}

impl NetworkPolicy {
    /// The blocks that the rules of a direction name, whether it isolates in that direction or not.
    pub fn blocks(&self, direction: Direction) -> impl Iterator<Item = &IpBlock> {
        let rules = match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        };
        let peers = rules.iter().filter_map(Readable::known).flat_map(|rule| match &rule.peers {
            Matches::OneOf(peers) => peers.as_slice(),
            Matches::Any => &[],
        });
        peers.filter_map(|peer| match peer.known()? {
            Peer::Block { block, .. } => Some(block),
            Peer::Pods { .. } => None,
        })
    }
}

/// The direction of a connection, as the selected pod sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Into the pod.
    Ingress,
    /// Out of the pod.
    Egress,
}

impl Direction {
    /// `Ingress` or `Egress`, as in `policyTypes`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingress => "Ingress",
            Self::Egress => "Egress",
        }
    }
}

/// One rule: what its peers and its ports both match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `from` or `to`.
    pub peers: Matches<Peer>,
    /// `ports`.
    pub ports: Matches<PolicyPort>,
    /// Where the rule has a field that nobody knows (`port` for `ports`, `form` for `from`). What the rule matches is then
    /// at most what it would match without that field, and undetermined.
    pub unknown_field: Option<Position>,
    /// Where it stands.
    pub position: Position,
}

/// A list that means "anything" when it is missing or empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matches<T> {
    /// Missing or empty: everything matches.
    Any,
    /// One of these must match.
    OneOf(Vec<Readable<T>>),
}

/// A peer of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peer {
    /// Pods.
    Pods {
        /// `namespaceSelector`; `None` means the policy's own namespace.
        namespaces: Option<LabelSelector>,
        /// `podSelector`; `None` means every pod of those namespaces.
        pods: Option<LabelSelector>,
        /// Where it stands.
        position: Position,
    },
    /// Addresses.
    Block {
        /// The block.
        block: IpBlock,
        /// Where it stands.
        position: Position,
    },
}

/// One entry of a rule's `ports`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyPort {
    /// Its protocol, TCP where it is missing.
    pub protocol: Protocol,
    /// Which ports of the protocol.
    pub port: PortMatch,
    /// Where it stands.
    pub position: Position,
}

/// Which ports of a protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortMatch {
    /// `port` is missing: every port.
    All,
    /// One port, or `port` to `endPort`.
    Range(PortRange),
    /// The port that the destination pod declares by this name.
    Named(Name),
}
