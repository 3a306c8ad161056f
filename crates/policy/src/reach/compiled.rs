//! Policies as numbers: sets of peers and of ports by their place in a table.

use std::collections::BTreeSet;

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{Name, PortRange, Protocol};

use super::peers::{PeerId, PeerKey, PeerTable, Tenant};
use super::port_ranges::{PortRanges, PortTable, PortsId};
use super::universe::{NamespaceEntry, Universe};
use crate::rule::{LoweredPolicy, LoweredRule, NamespaceSet, Peers, PodSet, PolicyDoubt, PortSet, Ports, Tier, Who};
use crate::verdict::Action;

/// A lowered policy.
#[derive(Clone, Debug)]
pub(crate) struct CompiledPolicy {
    pub(crate) tier: Tier,
    pub(crate) priority: u32,
    pub(crate) direction: Direction,
    pub(crate) subject: PeerId,
    pub(crate) doubt: Option<PolicyDoubt>,
    pub(crate) rules: Box<[CompiledRule]>,
}

/// A lowered rule.
#[derive(Clone, Debug)]
pub(crate) struct CompiledRule {
    pub(crate) action: Action,
    /// Whether it may match less than it says.
    pub(crate) is_doubtful: bool,
    pub(crate) peers: CompiledPeers,
    /// The ports that do not depend on the destination.
    pub(crate) ports: PortsId,
    /// Whether there is a port that could not be read.
    pub(crate) has_unreadable_port: bool,
    /// Ports that depend on what the destination pod declares.
    pub(crate) named: Box<[(Protocol, Name)]>,
}

/// The other sides of a rule.
#[derive(Clone, Debug)]
pub(crate) enum CompiledPeers {
    Any,
    OneOf {
        peers: Box<[PeerId]>,
        /// Whether there is a peer that may be anybody: one that could not be read, or the name of a domain.
        has_unknown: bool,
    },
}

/// Where a policy's sets go.
pub(crate) struct Tables<'a> {
    pub(crate) peers: &'a mut PeerTable,
    pub(crate) ports: &'a mut PortTable,
}

/// Compiles a policy: mostly to one; to one for each kind of tenant where its peers are relative to the subject's namespace.
pub(crate) fn compile(policy: &LoweredPolicy, universe: &Universe, tables: &mut Tables<'_>) -> Vec<CompiledPolicy> {
    let keys = tenant_keys(policy);
    if keys.is_empty() {
        return vec![CompiledPolicy::new(policy, None, tables)];
    }
    let of_namespace = |entry: &NamespaceEntry| Tenant::of(&keys, &entry.labels);
    let tenants: BTreeSet<Tenant> = universe.namespaces.iter().map(of_namespace).collect();
    tenants.iter().map(|tenant| CompiledPolicy::new(policy, Some(tenant), tables)).collect()
}

/// Whether a policy's peers are relative to the subject's namespace.
pub(crate) fn is_relative(policy: &LoweredPolicy) -> bool {
    !tenant_keys(policy).is_empty()
}

/// The label keys by which a policy's peers are relative to the subject's namespace.
fn tenant_keys(policy: &LoweredPolicy) -> BTreeSet<Name> {
    let of_one = |rule: &LoweredRule| match &rule.peers {
        Peers::OneOf(peers) => peers.iter().flat_map(|peer| keys_of_peer(&peer.who)).cloned().collect(),
        Peers::Any => Vec::new(),
    };
    policy.rules.iter().flat_map(of_one).collect()
}

fn keys_of_peer(who: &Who) -> &[Name] {
    match who {
        Who::Pods(PodSet {
            namespaces: NamespaceSet::SameLabels(keys) | NamespaceSet::NotSameLabels(keys), ..
        }) => keys,
        _ => &[],
    }
}

impl CompiledPolicy {
    fn new(policy: &LoweredPolicy, tenant: Option<&Tenant>, tables: &mut Tables<'_>) -> Self {
        let subject = tables.peers.intern(PeerKey::Pods(policy.subject.clone(), tenant.cloned()));
        let rules = policy.rules.iter().map(|rule| CompiledRule::new(rule, tenant, tables)).collect();
        let LoweredPolicy { tier, priority, direction, doubt, .. } = *policy;
        Self { tier, priority, direction, subject, doubt, rules }
    }

    /// Whether one of its rules names a port.
    pub(crate) fn names_ports(&self) -> bool {
        self.rules.iter().any(|rule| !rule.named.is_empty())
    }

    /// Whether one of its egress rules names a port of other sides that it does not name.
    pub(crate) fn names_ports_of_anybody(&self) -> bool {
        let names = |rule: &CompiledRule| !rule.named.is_empty() && rule.peers.may_be_anybody();
        self.direction == Direction::Egress && self.rules.iter().any(names)
    }

    /// Its sets of other sides.
    pub(crate) fn peers(&self) -> impl Iterator<Item = PeerId> + '_ {
        self.rules.iter().flat_map(|rule| rule.peers.known()).copied()
    }
}

impl CompiledRule {
    fn new(rule: &LoweredRule, tenant: Option<&Tenant>, tables: &mut Tables<'_>) -> Self {
        let peers = match &rule.peers {
            Peers::Any => CompiledPeers::Any,
            Peers::OneOf(peers) => {
                let keys: Vec<Option<PeerKey>> = peers.iter().map(|peer| peer_key(&peer.who, tenant)).collect();
                let has_unknown = keys.iter().any(Option::is_none);
                let peers = keys.into_iter().flatten().map(|key| tables.peers.intern(key)).collect();
                CompiledPeers::OneOf { peers, has_unknown }
            }
        };
        let compiled = CompiledPorts::new(&rule.ports);
        Self {
            action: rule.action,
            is_doubtful: rule.doubt.is_some(),
            peers,
            ports: tables.ports.intern(compiled.fixed),
            has_unreadable_port: compiled.has_unreadable,
            named: compiled.named.into(),
        }
    }
}

impl CompiledPeers {
    fn may_be_anybody(&self) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf { has_unknown, .. } => *has_unknown,
        }
    }

    fn known(&self) -> &[PeerId] {
        match self {
            Self::Any => &[],
            Self::OneOf { peers, .. } => peers,
        }
    }
}

/// The set of a peer; `None` where it may be anybody.
fn peer_key(who: &Who, tenant: Option<&Tenant>) -> Option<PeerKey> {
    match who {
        Who::Pods(set) => {
            let is_relative = !keys_of_peer(who).is_empty();
            Some(PeerKey::Pods(set.clone(), tenant.filter(|_| is_relative).cloned()))
        }
        Who::Block { block, meaning } => Some(PeerKey::Block(block.clone(), *meaning)),
        Who::Nodes(selector) => Some(PeerKey::Nodes(*selector)),
        Who::DomainNames | Who::Unreadable => None,
    }
}

struct CompiledPorts {
    fixed: PortRanges,
    has_unreadable: bool,
    named: Vec<(Protocol, Name)>,
}

impl CompiledPorts {
    fn new(ports: &Ports) -> Self {
        let Ports::OneOf(ports) = ports else {
            return Self { fixed: PortRanges::all(), has_unreadable: false, named: Vec::new() };
        };
        let (mut fixed, mut has_unreadable, mut named) = (Vec::new(), false, Vec::new());
        for port in ports {
            match port {
                PortSet::Unreadable { .. } => has_unreadable = true,
                PortSet::Ports { protocol, port, .. } => {
                    let protocols = Protocol::ALL.into_iter().filter(|of| protocol.is_none_or(|only| only == *of));
                    match port {
                        PortMatch::All => fixed.extend(protocols.map(|protocol| (protocol, PortRange::ALL))),
                        PortMatch::Range(range) => fixed.extend(protocols.map(|protocol| (protocol, *range))),
                        PortMatch::Named(name) => named.extend(protocols.map(|protocol| (protocol, name.clone()))),
                    }
                }
            }
        }
        Self { fixed: fixed.into_iter().collect(), has_unreadable, named }
    }
}
