//! By what a rule misses a packet: of its peers the one that comes nearest, and of its ports the one that does.

use std::net::IpAddr;

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{
    IpBlock, IpNet, LabelSelector, Labels, Name, PortNumber, PortRange, Protocol, Readable, Requirement,
};

use crate::decide::Party;
use crate::matching::{Match, Packet, namespace_labels, numbers_of};
use crate::profile::Habit;
use crate::rule::{BlockMeaning, LoweredRule, NamespaceSet, PeerSet, Peers, PodSet, PortSet, Ports, Who};
use crate::selector::SelectorId;

/// One thing that would have to be otherwise for a rule to match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// A label of the peer.
    Label {
        /// Whose label.
        of: LabelOf,
        /// What the rule wants.
        wants: Requirement,
        /// The value that is there.
        has: Option<Name>,
    },
    /// The rule is about one namespace, and the peer is in another one.
    Namespace {
        /// The namespace that the rule is about.
        wants: Name,
        /// The one that the peer is in.
        is: Name,
    },
    /// The rule is about namespaces that share labels with the subject's, or that do not.
    Tenancy {
        /// The labels.
        labels: Vec<Name>,
    },
    /// The rule is about pods, and the peer is none that has a network of its own.
    NotAPod,
    /// The rule is about nodes, and the peer's address is in no node's status.
    NotANode,
    /// The peer's address is in no block.
    OutsideBlock {
        /// The block.
        cidr: IpNet,
        /// The address.
        address: IpAddr,
    },
    /// The peer's address is in the block, but in one of its exceptions.
    Excepted {
        /// The block.
        cidr: IpNet,
        /// The exception.
        except: IpNet,
        /// The address.
        address: IpAddr,
    },
    /// The block holds the address, but the engine does not hold blocks against addresses of this kind.
    Engine(Habit),
    /// The rule is about another protocol.
    Protocol {
        /// The protocol that the rule is about.
        wants: Protocol,
        /// The packet's.
        is: Protocol,
    },
    /// The rule is about other ports.
    Port {
        /// The ports that it is about.
        wants: PortRange,
        /// The packet's.
        is: PortNumber,
    },
    /// The rule is about a named port, and the destination declares it with other numbers, or not at all.
    NamedPort {
        /// The name.
        wants: Name,
        /// The numbers that the destination declares by it.
        declared: Vec<PortNumber>,
        /// The packet's.
        is: PortNumber,
    },
    /// The rule matches nothing at all.
    Nothing,
}

/// Whose label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelOf {
    /// The peer's pod.
    Pod,
    /// The namespace that the peer is in.
    Namespace,
    /// The node that the peer is.
    Node,
}

impl Miss {
    /// How far it is: a label, a port, an address can be mended; a peer of another kind is another rule.
    pub(super) fn weight(&self) -> u32 {
        match self {
            Self::NotAPod | Self::NotANode | Self::Nothing => 4,
            _ => 1,
        }
    }
}

/// By what a rule that does not match misses the packet.
pub(super) fn misses(packet: &Packet<'_>, rule: &LoweredRule) -> Vec<Miss> {
    let peers = match &rule.peers {
        Peers::Any => Vec::new(),
        Peers::OneOf(peers) => nearest(peers.iter().map(|peer| peer_misses(packet, peer))),
    };
    let ports = match &rule.ports {
        Ports::Any => Vec::new(),
        Ports::OneOf(ports) => nearest(ports.iter().map(|port| port_misses(packet, port))),
    };
    peers.into_iter().chain(ports).collect()
}

/// By what the other side misses the peers of a rule, whatever its ports.
pub(super) fn peer_misses_of(packet: &Packet<'_>, rule: &LoweredRule) -> Vec<Miss> {
    match &rule.peers {
        Peers::Any => Vec::new(),
        Peers::OneOf(peers) => nearest(peers.iter().map(|peer| peer_misses(packet, peer))),
    }
}

/// The alternative that comes nearest, the first of equals; what an empty list of alternatives misses is everything.
fn nearest(alternatives: impl Iterator<Item = Vec<Miss>>) -> Vec<Miss> {
    let weight = |misses: &Vec<Miss>| misses.iter().map(Miss::weight).sum::<u32>();
    alternatives.min_by_key(weight).unwrap_or_else(|| vec![Miss::Nothing])
}

fn peer_misses(packet: &Packet<'_>, peer: &PeerSet) -> Vec<Miss> {
    let party = &packet.question.peer;
    match &peer.who {
        Who::Pods(set) => pod_misses(packet, set, party),
        Who::Block { block, meaning } => block_misses(packet, block, *meaning, party),
        Who::Nodes(selector) => node_misses(packet, *selector, party),
        // These may match: they are no misses.
        Who::DomainNames | Who::Unreadable => Vec::new(),
    }
}

fn pod_misses(packet: &Packet<'_>, set: &PodSet, party: &Party) -> Vec<Miss> {
    let Some(pod) = party.pod.map(|pod| &packet.snapshot.pods[pod]).filter(|pod| !pod.host_network) else {
        return vec![Miss::NotAPod];
    };
    let mut misses = namespace_misses(packet, &set.namespaces, &pod.name.namespace);
    misses.extend(label_misses(packet, set.pods, LabelOf::Pod, &pod.labels));
    misses
}

fn namespace_misses(packet: &Packet<'_>, set: &NamespaceSet, namespace: &Name) -> Vec<Miss> {
    if packet.holds_namespace(set, namespace) == Some(true) {
        return Vec::new();
    }
    match set {
        NamespaceSet::Named(wants) => vec![Miss::Namespace { wants: wants.clone(), is: namespace.clone() }],
        NamespaceSet::Selected(selector) => {
            label_misses(packet, *selector, LabelOf::Namespace, &namespace_labels(packet.snapshot, namespace))
        }
        NamespaceSet::SameLabels(labels) | NamespaceSet::NotSameLabels(labels) => {
            vec![Miss::Tenancy { labels: labels.clone() }]
        }
    }
}

fn label_misses(packet: &Packet<'_>, selector: SelectorId, of: LabelOf, labels: &Labels) -> Vec<Miss> {
    let requirements = packet.selectors.get(selector).map_or(&[][..], |LabelSelector { requirements }| requirements);
    let failing = requirements.iter().filter_map(Readable::known).filter(|requirement| !requirement.matches(labels));
    let miss = |wants: &Requirement| Miss::Label { of, wants: wants.clone(), has: labels.get(&wants.key).cloned() };
    failing.map(miss).collect()
}

fn node_misses(packet: &Packet<'_>, selector: SelectorId, party: &Party) -> Vec<Miss> {
    let node = party.node.map(|node| &packet.snapshot.nodes[node]);
    let node = node.filter(|node| node.addresses.iter().any(|of_node| Some(of_node.address) == party.address));
    match node {
        Some(node) => label_misses(packet, selector, LabelOf::Node, &node.labels),
        None => vec![Miss::NotANode],
    }
}

fn block_misses(packet: &Packet<'_>, block: &IpBlock, meaning: BlockMeaning, party: &Party) -> Vec<Miss> {
    let Some(address) = party.address else { return Vec::new() };
    let cidr = block.cidr;
    if !cidr.contains(&address) {
        return vec![Miss::OutsideBlock { cidr, address }];
    }
    if let Some(except) = block.except.iter().find(|except| except.contains(&address)) {
        return vec![Miss::Excepted { cidr, except: *except, address }];
    }
    match (meaning, packet.engine_counts(party)) {
        (BlockMeaning::EngineDecides, Match::No) => {
            vec![Miss::Engine(if party.pod.is_some() { Habit::IpBlockOfPods } else { Habit::IpBlockOfNodes })]
        }
        _ => Vec::new(),
    }
}

fn port_misses(packet: &Packet<'_>, port: &PortSet) -> Vec<Miss> {
    let PortSet::Ports { protocol, port, .. } = port else { return Vec::new() };
    let (is, number) = (packet.question.protocol, packet.question.port);
    let mut misses = Vec::new();
    misses.extend(protocol.filter(|wants| *wants != is).map(|wants| Miss::Protocol { wants, is }));
    match port {
        PortMatch::All => {}
        PortMatch::Range(range) if range.contains(number) => {}
        PortMatch::Range(range) => misses.push(Miss::Port { wants: *range, is: number }),
        PortMatch::Named(name) => misses.extend(named_port_miss(packet, name)),
    }
    misses
}

fn named_port_miss(packet: &Packet<'_>, name: &Name) -> Option<Miss> {
    let question = packet.question;
    let destination = match question.direction {
        Direction::Ingress => Some(question.subject),
        Direction::Egress => question.peer.pod,
    };
    let declared = destination.map(|pod| numbers_of(packet.snapshot, pod, name, question.protocol)).unwrap_or_default();
    let is = question.port;
    (!declared.contains(&is)).then(|| Miss::NamedPort { wants: name.clone(), declared, is })
}
