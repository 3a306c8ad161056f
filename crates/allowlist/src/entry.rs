//! Entries of an allowlist: from what must be let in to the fewest peers and ports that let in just that.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::object::{PeerManifest, PortManifest, RuleManifest};
use bulkhead_model::{AddressSet, IpNet, Name, PortRef, Protocol};
use bulkhead_path::Network;
use bulkhead_snapshot::{PodId, Snapshot};

use crate::requirement::{Requirement, Source, Witness};
use crate::selector;
use crate::target::Target;

/// How many ways an entry shows for itself.
const WITNESSES: usize = 3;

/// One entry of an allowlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who is let in.
    pub peer: EntryPeer,
    /// To which ports of the target's pods.
    pub ports: Vec<EntryPort>,
    /// Ways that are lost without the entry: at least one, and at most three of them.
    pub witnesses: Vec<Witness>,
}

/// Who an entry lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryPeer {
    /// Every address of a block.
    Block(IpNet),
    /// Pods.
    Pods {
        /// The selectors.
        peer: PeerManifest,
        /// Whom they select now.
        pods: BTreeSet<PodId>,
    },
}

/// A port of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EntryPort {
    /// The protocol.
    pub protocol: Protocol,
    /// The port on the pod: a number, or the port's name where the target's pods have different numbers under it.
    pub port: PortRef,
}

/// What entries are made from: a requirement with the part of its sources that nothing lets in yet.
pub(crate) type Missing<'a> = (&'a Requirement, Source);

/// The fewest entries that let in just what is missing, in a fixed order: blocks by address, then pods. The addresses of nodes
/// and tunnels stay single, whatever their neighbours: a list of nodes is read, and changed, node by node.
pub(crate) fn entries(
    open: &Network<'_>,
    target: &Target,
    missing: &[Missing<'_>],
    whole: &BTreeSet<Name>,
    own: &Name,
) -> Vec<Entry> {
    let snapshot = open.snapshot();
    let ports = port_references(snapshot, target, missing);
    let mut addresses: BTreeMap<EntryPort, AddressSets> = BTreeMap::new();
    let mut rewritten: BTreeMap<IpAddr, BTreeSet<EntryPort>> = BTreeMap::new();
    let mut pods: BTreeMap<PodId, BTreeSet<EntryPort>> = BTreeMap::new();
    for ((requirement, source), port) in missing.iter().zip(&ports) {
        match source {
            Source::Addresses(set) if requirement.is_rewritten() => {
                for (address, _) in set.ranges() {
                    rewritten.entry(address).or_default().insert(port.clone());
                }
            }
            Source::Addresses(set) => addresses.entry(port.clone()).or_default().add(set),
            Source::Pods(members) => {
                for pod in members {
                    pods.entry(*pod).or_default().insert(port.clone());
                }
            }
        }
    }
    let witnesses = Witnesses::new(open, missing, &ports);
    let regions = regions(addresses);
    let mut blocks: Vec<(IpNet, BTreeSet<EntryPort>)> = Vec::new();
    for (set, ports) in &regions {
        blocks.extend(set.to_nets().into_iter().map(|net| (net, ports.clone())));
    }
    for (address, mut ports) in rewritten {
        for (_, covered) in regions.iter().filter(|(set, _)| set.contains(address)) {
            ports.retain(|port| !covered.contains(port));
        }
        blocks.extend((!ports.is_empty()).then(|| (IpNet::from(address), ports)));
    }
    let mut entries = Vec::new();
    for (net, ports) in blocks {
        let witnesses = witnesses.of_block(net, &ports);
        entries.push(Entry { peer: EntryPeer::Block(net), ports: ports.into_iter().collect(), witnesses });
    }
    entries.sort_by_key(|entry| match entry.peer {
        EntryPeer::Block(net) => Some((net.addr().is_ipv6(), net)),
        EntryPeer::Pods { .. } => None,
    });
    let mut by_ports: BTreeMap<BTreeSet<EntryPort>, BTreeSet<PodId>> = BTreeMap::new();
    for (pod, ports) in pods {
        by_ports.entry(ports).or_default().insert(pod);
    }
    for (ports, wanted) in by_ports {
        for selected in selector::select(snapshot, &wanted, whole, own) {
            let witnesses = witnesses.of_pods(&selected.pods, &ports);
            let peer = EntryPeer::Pods { peer: selected.peer, pods: selected.pods };
            entries.push(Entry { peer, ports: ports.iter().cloned().collect(), witnesses });
        }
    }
    entries
}

/// Sets that are collected one by one and joined once.
#[derive(Default)]
struct AddressSets {
    nets: Vec<IpNet>,
}

impl AddressSets {
    fn add(&mut self, set: &AddressSet) {
        self.nets.extend(set.to_nets());
    }
}

/// Disjoint sets of addresses, each with the ports that are wanted of all of it.
fn regions(addresses: BTreeMap<EntryPort, AddressSets>) -> Vec<(AddressSet, BTreeSet<EntryPort>)> {
    let mut regions: Vec<(AddressSet, BTreeSet<EntryPort>)> = Vec::new();
    for (port, sets) in addresses {
        let set: AddressSet = sets.nets.into_iter().collect();
        let mut rest = set.clone();
        let mut next = Vec::new();
        for (region, ports) in regions {
            rest = rest.difference(&region);
            let (inside, outside) = (region.intersection(&set), region.difference(&set));
            let with = ports.iter().cloned().chain([port.clone()]).collect();
            next.extend([(inside, with), (outside, ports)].into_iter().filter(|(region, _)| !region.is_empty()));
        }
        if !rest.is_empty() {
            next.push((rest, BTreeSet::from([port])));
        }
        regions = next;
    }
    regions
}

/// For each requirement the port as an entry names it: the number, or the name where pods have different numbers under it.
fn port_references(snapshot: &Snapshot, target: &Target, missing: &[Missing<'_>]) -> Vec<EntryPort> {
    let name_of = |requirement: &Requirement| -> Option<Name> {
        let services = target.services.iter().flat_map(|service| &snapshot.services[*service].ports);
        let mut names = services.filter_map(|port| match &port.target_port {
            PortRef::Name(name) if port.protocol == requirement.protocol => Some(name),
            _ => None,
        });
        let pod = &snapshot.pods[requirement.pod];
        names.find(|name| pod.named_port(name, requirement.protocol) == Some(requirement.port)).cloned()
    };
    let mut numbers: BTreeMap<(Name, Protocol), BTreeSet<u16>> = BTreeMap::new();
    let names: Vec<Option<Name>> = missing.iter().map(|(requirement, _)| name_of(requirement)).collect();
    for ((requirement, _), name) in missing.iter().zip(&names) {
        if let Some(name) = name {
            numbers.entry((name.clone(), requirement.protocol)).or_default().insert(requirement.port);
        }
    }
    let reference = |((requirement, _), name): (&Missing<'_>, Option<Name>)| {
        let several = |name: &Name| numbers.get(&(name.clone(), requirement.protocol)).is_some_and(|set| set.len() > 1);
        let port = name.filter(several).map_or(PortRef::Number(requirement.port), PortRef::Name);
        EntryPort { protocol: requirement.protocol, port }
    };
    missing.iter().zip(names).map(reference).collect()
}

/// Finds ways that need an entry.
struct Witnesses<'a, 'n> {
    open: &'a Network<'n>,
    single: BTreeMap<IpAddr, Vec<Need<'a>>>,
    sets: Vec<(&'a AddressSet, Need<'a>)>,
    pods: BTreeMap<PodId, Vec<Need<'a>>>,
}

/// A requirement, and the port of it as entries name it.
type Need<'a> = (&'a EntryPort, &'a Requirement);

impl<'a, 'n> Witnesses<'a, 'n> {
    fn new(open: &'a Network<'n>, missing: &'a [Missing<'a>], ports: &'a [EntryPort]) -> Self {
        let mut found = Self { open, single: BTreeMap::new(), sets: Vec::new(), pods: BTreeMap::new() };
        for ((requirement, source), port) in missing.iter().zip(ports) {
            let need = (port, *requirement);
            match source {
                Source::Addresses(set) if set.len() == 1 => {
                    for (address, _) in set.ranges() {
                        found.single.entry(address).or_default().push(need);
                    }
                }
                Source::Addresses(set) => found.sets.push((set, need)),
                Source::Pods(pods) => {
                    for pod in pods {
                        found.pods.entry(*pod).or_default().push(need);
                    }
                }
            }
        }
        found
    }

    fn of_block(&self, net: IpNet, ports: &BTreeSet<EntryPort>) -> Vec<Witness> {
        let block = AddressSet::from_net(net);
        let single = self.single.range(net.network()..=net.broadcast());
        let single = single.flat_map(|(address, needs)| needs.iter().map(|need| (*address, need)));
        let sets = self.sets.iter().filter_map(|(set, need)| {
            let both = set.intersection(&block);
            both.ranges().next().map(|(first, _)| (first, need))
        });
        let needs = single.chain(sets).filter(|(_, (port, _))| ports.contains(port)).take(WITNESSES);
        needs.map(|(address, (_, requirement))| requirement.witness_of(self.open, address)).collect()
    }

    fn of_pods(&self, pods: &BTreeSet<PodId>, ports: &BTreeSet<EntryPort>) -> Vec<Witness> {
        let needs = pods.iter().filter_map(|pod| self.pods.get(pod)).flatten();
        let needs = needs.filter(|(port, _)| ports.contains(port)).take(WITNESSES);
        needs.map(|(_, requirement)| requirement.witness(self.open)).collect()
    }
}

impl Entry {
    /// The rule that lets in just what the entry says.
    pub fn rule(&self) -> RuleManifest {
        let peer = match &self.peer {
            EntryPeer::Block(net) => PeerManifest::cidr(net),
            EntryPeer::Pods { peer, .. } => peer.clone(),
        };
        let port = |port: &EntryPort| PortManifest::new(port.protocol, port.port.clone());
        RuleManifest { peers: vec![peer], ports: self.ports.iter().map(port).collect() }
    }

    /// Whether the entry lets a packet in: `pod` is the source where it is a pod with its own network, `target` the judged pod.
    pub(crate) fn admits(
        &self,
        snapshot: &Snapshot,
        source: &SourceOf,
        target: PodId,
        protocol: Protocol,
        port: u16,
    ) -> bool {
        let peer = match (&self.peer, source) {
            (EntryPeer::Block(net), SourceOf::Address(address)) => net.contains(address),
            (EntryPeer::Pods { pods, .. }, SourceOf::Pod(pod)) => pods.contains(pod),
            _ => false,
        };
        let number = |reference: &PortRef| match reference {
            PortRef::Number(number) => Some(*number),
            PortRef::Name(name) => snapshot.pods[target].named_port(name, protocol),
        };
        peer && self.ports.iter().any(|entry| entry.protocol == protocol && number(&entry.port) == Some(port))
    }
}

/// One source as a policy sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceOf {
    /// An address that is no pod's.
    Address(IpAddr),
    /// A pod with its own network.
    Pod(PodId),
}

impl SourceOf {
    /// The source behind a seen address.
    pub(crate) fn seen(snapshot: &Snapshot, address: IpAddr) -> Self {
        snapshot.pods_with_address(address).first().map_or(Self::Address(address), |pod| Self::Pod(*pod))
    }
}
