//! NetworkPolicies that Bulkhead proposes, as they will be written. Unlike [`NetworkPolicy`](super::NetworkPolicy), which
//! is what a policy means, this is what it says: a cidr is the text that will stand there, and absent differs from empty.

use std::collections::BTreeMap;

use super::Direction;
use crate::{Labels, Name, NamespacedName, PortRange, PortRef, Protocol};

/// A NetworkPolicy to write.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PolicyManifest {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `metadata.labels`.
    pub labels: Labels,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<Name, String>,
    /// `spec.podSelector`.
    pub pod_selector: SelectorManifest,
    /// `spec.policyTypes`, in this order.
    pub policy_types: Vec<Direction>,
    /// `spec.ingress`; `None` leaves the field out.
    pub ingress: Option<Vec<RuleManifest>>,
    /// `spec.egress`; `None` leaves the field out.
    pub egress: Option<Vec<RuleManifest>>,
}

/// One rule. An empty list leaves its field out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct RuleManifest {
    /// `from` or `to`.
    pub peers: Vec<PeerManifest>,
    /// `ports`.
    pub ports: Vec<PortManifest>,
}

/// One peer: an ipBlock, or selectors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeerManifest {
    /// `ipBlock`.
    Block(IpBlockManifest),
    /// `podSelector` and `namespaceSelector`, at least one of them.
    Pods {
        /// `podSelector`; `None` leaves the field out.
        pods: Option<SelectorManifest>,
        /// `namespaceSelector`; `None` leaves the field out.
        namespaces: Option<SelectorManifest>,
    },
}

/// An ipBlock, as text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IpBlockManifest {
    /// `cidr`.
    pub cidr: String,
    /// `except`; empty leaves the field out.
    pub except: Vec<String>,
}

/// A label selector; empty selects everything.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct SelectorManifest {
    /// `matchLabels`.
    pub match_labels: Labels,
    /// `matchExpressions`.
    pub match_expressions: Vec<crate::Requirement>,
}

/// One port, as it will stand there. Nothing here keeps the numbers in range: KubeSphere passes on what it was given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct PortManifest {
    /// `protocol`; `None` leaves the field out, which means TCP.
    pub protocol: Option<Name>,
    /// `port`; `None` leaves the field out, which means every port of the protocol.
    pub port: Option<IntOrString>,
    /// `endPort`.
    pub end_port: Option<i32>,
}

/// Kubernetes' `IntOrString`: a number without quotes, or a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntOrString {
    /// A number.
    Int(i32),
    /// A text.
    String(Name),
}

impl From<PortRef> for IntOrString {
    fn from(port: PortRef) -> Self {
        match port {
            PortRef::Number(number) => Self::Int(i32::from(number)),
            PortRef::Name(name) => Self::String(name),
        }
    }
}

impl PortManifest {
    /// One port of a protocol, by number or by name.
    pub fn new(protocol: Protocol, port: PortRef) -> Self {
        Self { protocol: Some(Name::new_static(protocol.name())), port: Some(port.into()), end_port: None }
    }

    /// A range of ports of a protocol; a range of one port has no `endPort`.
    pub fn range(protocol: Protocol, range: PortRange) -> Self {
        let end_port = (range.last != range.first).then(|| i32::from(range.last));
        Self { end_port, ..Self::new(protocol, PortRef::Number(range.first)) }
    }

    /// Every port of a protocol.
    pub fn every(protocol: Protocol) -> Self {
        Self { protocol: Some(Name::new_static(protocol.name())), port: None, end_port: None }
    }
}

impl SelectorManifest {
    /// The selector `key = value`.
    pub fn label(key: impl Into<Name>, value: impl Into<Name>) -> Self {
        Self { match_labels: Labels::default().with(key, value), match_expressions: Vec::new() }
    }
}

impl PeerManifest {
    /// The peer of one cidr without excepts.
    #[allow(clippy::needless_pass_by_value)] // callers hand over what they have, mostly temporaries
    pub fn cidr(cidr: impl ToString) -> Self {
        Self::Block(IpBlockManifest { cidr: cidr.to_string(), except: Vec::new() })
    }
}
