//! Whether one rule is about one packet: yes, no, or nobody knows, and then why.

use std::cell::Cell;
use std::net::IpAddr;

use bulkhead_model::object::{Direction, PortMatch};
use bulkhead_model::{IpBlock, Labels, Name, Protocol};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::decide::{Identity, Party, Question};
use crate::profile::{Answer, Habit, Profile};
use crate::rule::{BlockMeaning, LoweredRule, NamespaceSet, PeerSet, Peers, PodSet, PortSet, Ports, Who};
use crate::selector::{SelectorId, SelectorTable};
use crate::verdict::DoubtReason;

/// Whether something matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    Yes,
    No,
    Maybe(DoubtReason),
}

impl Match {
    fn from_option(known: Option<bool>, otherwise: DoubtReason) -> Self {
        match known {
            Some(true) => Self::Yes,
            Some(false) => Self::No,
            None => Self::Maybe(otherwise),
        }
    }

    /// Whether it does; `None` where nobody knows.
    pub(crate) fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Maybe(_) => None,
        }
    }

    /// Both must match.
    pub(crate) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Maybe(reason), _) | (_, Self::Maybe(reason)) => Self::Maybe(reason),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// One must match.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Maybe(reason), _) | (_, Self::Maybe(reason)) => Self::Maybe(reason),
            (Self::No, Self::No) => Self::No,
        }
    }

    /// The same, but no more than a maybe where there is a doubt.
    pub(crate) fn doubted(self, doubt: Option<DoubtReason>) -> Self {
        match doubt {
            Some(reason) => self.and(Self::Maybe(reason)),
            None => self,
        }
    }
}

/// What the engine makes of blocks, and whether anybody asked.
#[derive(Clone, Debug)]
pub(crate) struct BlockHabits {
    pub(crate) of_pods: Answer,
    pub(crate) of_nodes: Answer,
    pub(crate) asked_of_pods: Cell<bool>,
    pub(crate) asked_of_nodes: Cell<bool>,
}

impl BlockHabits {
    /// Those of an engine.
    pub(crate) fn of(profile: &Profile) -> Self {
        Self {
            of_pods: profile.ip_block_of_pods.value,
            of_nodes: profile.ip_block_of_nodes.value,
            asked_of_pods: Cell::default(),
            asked_of_nodes: Cell::default(),
        }
    }
}

/// One packet, with all that is needed to hold rules against it.
pub(crate) struct Packet<'a> {
    pub(crate) snapshot: &'a Snapshot,
    pub(crate) selectors: &'a SelectorTable,
    pub(crate) question: &'a Question,
    pub(crate) habits: BlockHabits,
}

impl Packet<'_> {
    /// Whether a rule is about the packet.
    pub(crate) fn matches(&self, rule: &LoweredRule) -> Match {
        let ports = self.matches_ports(&rule.ports);
        if ports == Match::No {
            return Match::No;
        }
        self.matches_peers(&rule.peers).and(ports).doubted(rule.doubt)
    }

    /// Whether the other side is among the peers of a rule.
    pub(crate) fn matches_peers(&self, peers: &Peers) -> Match {
        match peers {
            Peers::Any => Match::Yes,
            Peers::OneOf(peers) => any(peers, |peer| self.matches_peer(peer)),
        }
    }

    /// Whether a policy with this subject is about the pod.
    pub(crate) fn matches_subject(&self, subject: &PodSet) -> Match {
        Match::from_option(self.holds(subject, self.question.subject), DoubtReason::UnreadableSubject)
    }

    fn matches_peer(&self, peer: &PeerSet) -> Match {
        let party = &self.question.peer;
        match &peer.who {
            Who::Pods(set) => match party.pod {
                Some(pod) => Match::from_option(self.holds(set, pod), DoubtReason::UnreadablePeer),
                None => Match::No,
            },
            Who::Block { block, meaning } => self.matches_block(block, *meaning, party),
            Who::Nodes(selector) => self.matches_node(*selector, party),
            // A name may have any address. Of an ingress rule it would be nonsense, and the API has none there.
            Who::DomainNames => Match::Maybe(DoubtReason::DomainName),
            Who::Unreadable => Match::Maybe(DoubtReason::UnreadablePeer),
        }
    }

    /// Whether the party is one of the nodes, by an address in its status.
    fn matches_node(&self, selector: SelectorId, party: &Party) -> Match {
        let (Some(node), Some(address)) = (party.node, party.address) else { return Match::No };
        let node = &self.snapshot.nodes[node];
        if !node.addresses.iter().any(|of_node| of_node.address == address) {
            return Match::No;
        }
        Match::from_option(self.selectors.matches(selector, &node.labels), DoubtReason::UnreadablePeer)
    }

    fn matches_block(&self, block: &IpBlock, meaning: BlockMeaning, party: &Party) -> Match {
        if let Some(identity) = party.identity.filter(|identity| !identity.has_address()) {
            return self.block_holds_identity(block, identity, party);
        }
        let inside = match party.address {
            Some(address) => holds_address(block, address),
            None => Match::Maybe(DoubtReason::UnknownAddress),
        };
        if inside == Match::No {
            return Match::No;
        }
        match meaning {
            BlockMeaning::EngineDecides => inside.and(self.engine_counts(party)),
            BlockMeaning::Everybody => inside,
        }
    }

    /// Whether a block holds somebody whom the engine does not know by an address: the block of all addresses is the whole world.
    fn block_holds_identity(&self, block: &IpBlock, identity: Identity, party: &Party) -> Match {
        let everybody = block.cidr.prefix_len() == 0 && block.except.is_empty();
        let family = party.address.is_none_or(|address| block.contains(address));
        match identity {
            _ if !family => Match::No,
            Identity::WorldUnaddressed => {
                if everybody {
                    Match::Yes
                } else {
                    Match::No
                }
            }
            Identity::WorldOrRemoteNode if everybody => {
                self.counts_nodes().or(Match::Maybe(DoubtReason::UnknownAddress))
            }
            _ => self.counts_nodes(),
        }
    }

    /// Whether the engine holds blocks against the addresses of such a party at all.
    pub(crate) fn engine_counts(&self, party: &Party) -> Match {
        match (party.pod, party.node) {
            (Some(_), _) => counts(Habit::IpBlockOfPods, self.habits.of_pods, &self.habits.asked_of_pods),
            (None, Some(_)) => self.counts_nodes(),
            (None, None) => Match::Yes,
        }
    }

    /// Whether the engine holds blocks against the addresses of nodes.
    fn counts_nodes(&self) -> Match {
        counts(Habit::IpBlockOfNodes, self.habits.of_nodes, &self.habits.asked_of_nodes)
    }

    fn matches_ports(&self, ports: &Ports) -> Match {
        match ports {
            Ports::Any => Match::Yes,
            Ports::OneOf(ports) => any(ports, |port| match port {
                PortSet::Ports { protocol, port, .. } => match protocol {
                    Some(protocol) if *protocol != self.question.protocol => Match::No,
                    _ => self.matches_port(port),
                },
                PortSet::Unreadable { .. } => Match::Maybe(DoubtReason::UnreadablePort),
            }),
        }
    }

    fn matches_port(&self, port: &PortMatch) -> Match {
        match port {
            PortMatch::All => Match::Yes,
            PortMatch::Range(range) if range.contains(self.question.port) => Match::Yes,
            PortMatch::Range(_) => Match::No,
            PortMatch::Named(name) => self.matches_named_port(name),
        }
    }

    /// Whether the destination pod declares the packet's port by this name: the subject for ingress, the peer for egress.
    fn matches_named_port(&self, name: &Name) -> Match {
        let Question { direction, subject, peer, protocol, port } = *self.question;
        let destination = match direction {
            Direction::Ingress => Some(subject),
            Direction::Egress => peer.pod,
        };
        let Some(destination) = destination else { return Match::No };
        let numbers = numbers_of(self.snapshot, destination, name, protocol);
        match (numbers.contains(&port), numbers.iter().all(|number| *number == port)) {
            (true, true) => Match::Yes,
            (true, false) => Match::Maybe(DoubtReason::AmbiguousPortName),
            (false, _) => Match::No,
        }
    }

    /// Whether a pod is in a set; `None` where that hangs on something that could not be read. hostNetwork pods are in none.
    fn holds(&self, set: &PodSet, pod: PodId) -> Option<bool> {
        let pod = &self.snapshot.pods[pod];
        if pod.host_network {
            return Some(false);
        }
        let in_namespace = self.holds_namespace(&set.namespaces, &pod.name.namespace);
        match (in_namespace, self.selectors.matches(set.pods, &pod.labels)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}

impl Packet<'_> {
    /// Whether a namespace is in a set; some sets depend on the subject's namespace.
    pub(crate) fn holds_namespace(&self, set: &NamespaceSet, namespace: &Name) -> Option<bool> {
        let labels = |name| namespace_labels(self.snapshot, name);
        let of_subject = || labels(&self.snapshot.pods[self.question.subject].name.namespace);
        match set {
            NamespaceSet::Named(name) => Some(name == namespace),
            NamespaceSet::Selected(selector) => self.selectors.matches(*selector, &labels(namespace)),
            NamespaceSet::SameLabels(keys) => Some(shared(keys, &labels(namespace), &of_subject()) == Some(true)),
            NamespaceSet::NotSameLabels(keys) => Some(shared(keys, &labels(namespace), &of_subject()) == Some(false)),
        }
    }
}

fn counts(habit: Habit, answer: Answer, asked: &Cell<bool>) -> Match {
    asked.set(true);
    match answer {
        Answer::Yes => Match::Yes,
        Answer::No => Match::No,
        Answer::Unknown => Match::Maybe(DoubtReason::Engine(habit)),
    }
}

/// Whether labels have the same values for all keys as other ones; `None` where a key is missing, or there is no key.
pub(crate) fn shared(keys: &[Name], labels: &Labels, others: &Labels) -> Option<bool> {
    let values = keys.iter().map(|key| labels.get(key).map(|value| Some(value) == others.get(key)));
    let same: Option<Vec<bool>> = values.collect();
    same.filter(|same| !same.is_empty()).map(|same| same.into_iter().all(|same| same))
}

/// The labels of a namespace; those that the API server sets even where no object declares it.
pub(crate) fn namespace_labels(snapshot: &Snapshot, name: &Name) -> Labels {
    match snapshot.namespace(name) {
        Some(namespace) => snapshot.namespaces[namespace].labels.clone(),
        None => Labels::default().with("kubernetes.io/metadata.name", name.clone()),
    }
}

/// The numbers that a pod declares under one name and protocol.
pub(crate) fn numbers_of(snapshot: &Snapshot, pod: PodId, name: &Name, protocol: Protocol) -> Vec<u16> {
    let ports = snapshot.pods[pod].ports();
    ports.filter(|port| port.protocol == protocol && port.name.as_ref() == Some(name)).map(|port| port.number).collect()
}

fn holds_address(block: &IpBlock, address: IpAddr) -> Match {
    if block.contains(address) { Match::Yes } else { Match::No }
}

/// Whether one of the items matches; a certain match ends the search.
fn any<T>(items: &[T], matches: impl Fn(&T) -> Match) -> Match {
    let mut answer = Match::No;
    for item in items {
        answer = answer.or(matches(item));
        if answer == Match::Yes {
            break;
        }
    }
    answer
}
