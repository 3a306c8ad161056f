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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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

/// Where misses go: into a list, or only their weights into a sum.
trait Misses {
    fn add(&mut self, weight: u32, miss: impl FnOnce() -> Miss);
}

impl Misses for Vec<Miss> {
    fn add(&mut self, _weight: u32, miss: impl FnOnce() -> Miss) {
        self.push(miss());
    }
}

impl Misses for u32 {
    fn add(&mut self, weight: u32, _miss: impl FnOnce() -> Miss) {
        *self += weight;
    }
}

/// What can be mended: a label, a port, an address.
const NEAR: u32 = 1;
/// A peer of another kind is another rule.
const FAR: u32 = 4;

impl Miss {
    /// How far it is.
    pub(super) fn weight(&self) -> u32 {
        match self {
            Self::NotAPod | Self::NotANode | Self::Nothing => FAR,
            _ => NEAR,
        }
    }
}

/// What of a rule is held against a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// Peers and ports.
    PeersAndPorts,
    /// Peers, whatever the ports.
    Peers,
}

/// By what a rule that does not match misses the packet.
pub(super) fn misses(packet: &Packet<'_>, rule: &LoweredRule, of: Of) -> Vec<Miss> {
    let mut misses = Vec::new();
    find(packet, rule, of, &mut misses);
    misses
}

/// How far a rule that does not match is from the packet.
pub(super) fn distance(packet: &Packet<'_>, rule: &LoweredRule, of: Of) -> u32 {
    let mut distance = 0;
    find(packet, rule, of, &mut distance);
    distance
}

fn find(packet: &Packet<'_>, rule: &LoweredRule, of: Of, found: &mut impl Misses) {
    if let Peers::OneOf(peers) = &rule.peers {
        match nearest(peers, |peer, weight| peer_misses(packet, peer, weight)) {
            Some(peer) => peer_misses(packet, peer, found),
            None => found.add(FAR, || Miss::Nothing),
        }
    }
    if let (Ports::OneOf(ports), Of::PeersAndPorts) = (&rule.ports, of) {
        match nearest(ports, |port, weight| port_misses(packet, port, weight)) {
            Some(port) => port_misses(packet, port, found),
            None => found.add(FAR, || Miss::Nothing),
        }
    }
}

/// The alternative that comes nearest, the first of equals. An empty list has none: what it misses is everything.
fn nearest<T>(alternatives: &[T], weigh: impl Fn(&T, &mut u32)) -> Option<&T> {
    alternatives.iter().min_by_key(|alternative| {
        let mut weight = 0;
        weigh(alternative, &mut weight);
        weight
    })
}

fn peer_misses(packet: &Packet<'_>, peer: &PeerSet, found: &mut impl Misses) {
    let party = &packet.question.peer;
    match &peer.who {
        Who::Pods(set) => pod_misses(packet, set, party, found),
        Who::Block { block, meaning } => block_misses(packet, block, *meaning, party, found),
        Who::Nodes(selector) => node_misses(packet, *selector, party, found),
        // These may match: they are no misses.
        Who::DomainNames | Who::Unreadable => {}
    }
}

fn pod_misses(packet: &Packet<'_>, set: &PodSet, party: &Party, found: &mut impl Misses) {
    let Some(pod) = party.pod.map(|pod| &packet.snapshot.pods[pod]).filter(|pod| !pod.host_network) else {
        return found.add(FAR, || Miss::NotAPod);
    };
    namespace_misses(packet, &set.namespaces, &pod.name.namespace, found);
    label_misses(packet, set.pods, LabelOf::Pod, &pod.labels, found);
}

fn namespace_misses(packet: &Packet<'_>, set: &NamespaceSet, namespace: &Name, found: &mut impl Misses) {
    if packet.holds_namespace(set, namespace) == Some(true) {
        return;
    }
    match set {
        NamespaceSet::Named(wants) => {
            found.add(NEAR, || Miss::Namespace { wants: wants.clone(), is: namespace.clone() });
        }
        NamespaceSet::Selected(selector) => {
            let labels = namespace_labels(packet.snapshot, namespace);
            label_misses(packet, *selector, LabelOf::Namespace, &labels, found);
        }
        NamespaceSet::SameLabels(labels) | NamespaceSet::NotSameLabels(labels) => {
            found.add(NEAR, || Miss::Tenancy { labels: labels.clone() });
        }
    }
}

fn label_misses(packet: &Packet<'_>, selector: SelectorId, of: LabelOf, labels: &Labels, found: &mut impl Misses) {
    let requirements = packet.selectors.get(selector).map_or(&[][..], |LabelSelector { requirements }| requirements);
    let failing = requirements.iter().filter_map(Readable::known).filter(|requirement| !requirement.matches(labels));
    for wants in failing {
        found.add(NEAR, || Miss::Label { of, wants: wants.clone(), has: labels.get(&wants.key).cloned() });
    }
}

fn node_misses(packet: &Packet<'_>, selector: SelectorId, party: &Party, found: &mut impl Misses) {
    let node = party.node.map(|node| &packet.snapshot.nodes[node]);
    let node = node.filter(|node| node.addresses.iter().any(|of_node| Some(of_node.address) == party.address));
    match node {
        Some(node) => label_misses(packet, selector, LabelOf::Node, &node.labels, found),
        None => found.add(FAR, || Miss::NotANode),
    }
}

fn block_misses(packet: &Packet<'_>, block: &IpBlock, meaning: BlockMeaning, party: &Party, found: &mut impl Misses) {
    let Some(address) = party.address else { return };
    let cidr = block.cidr;
    if !cidr.contains(&address) {
        return found.add(NEAR, || Miss::OutsideBlock { cidr, address });
    }
    if let Some(except) = block.except.iter().find(|except| except.contains(&address)) {
        return found.add(NEAR, || Miss::Excepted { cidr, except: *except, address });
    }
    if (meaning, packet.engine_counts(party)) == (BlockMeaning::EngineDecides, Match::No) {
        let habit = if party.pod.is_some() { Habit::IpBlockOfPods } else { Habit::IpBlockOfNodes };
        found.add(NEAR, || Miss::Engine(habit));
    }
}

fn port_misses(packet: &Packet<'_>, port: &PortSet, found: &mut impl Misses) {
    let PortSet::Ports { protocol, port, .. } = port else { return };
    let (is, number) = (packet.question.protocol, packet.question.port);
    if let Some(wants) = protocol.filter(|wants| *wants != is) {
        found.add(NEAR, || Miss::Protocol { wants, is });
    }
    match port {
        PortMatch::All => {}
        PortMatch::Range(range) if range.contains(number) => {}
        PortMatch::Range(range) => found.add(NEAR, || Miss::Port { wants: *range, is: number }),
        PortMatch::Named(name) => named_port_miss(packet, name, found),
    }
}

fn named_port_miss(packet: &Packet<'_>, name: &Name, found: &mut impl Misses) {
    let question = packet.question;
    let destination = match question.direction {
        Direction::Ingress => Some(question.subject),
        Direction::Egress => question.peer.pod,
    };
    let declared = destination.map(|pod| numbers_of(packet.snapshot, pod, name, question.protocol)).unwrap_or_default();
    let is = question.port;
    if !declared.contains(&is) {
        found.add(NEAR, || Miss::NamedPort { wants: name.clone(), declared, is });
    }
}
