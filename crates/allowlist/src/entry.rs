//! Entries of an allowlist: from what must be let in to the fewest peers and ports that let in just that.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{PeerManifest, PortManifest, RuleManifest};
use bulkhead_model::{AddressSet, IpNet, Name, PortRef, Protocol};
use bulkhead_path::{Family, Network};
use bulkhead_policy::Answer;
use bulkhead_snapshot::{PodId, Snapshot};

use crate::blocks::{self, joined};
use crate::each_node::Fellows;
use crate::entries::{Entries, OfEach, Part};
use crate::requirement::{Requirement, Source, Witness};
use crate::selector;
use crate::shared::Shared;

/// How many ways an entry shows for itself.
pub(crate) const WITNESSES: usize = 3;

/// One entry of an allowlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who is let in.
    pub peer: EntryPeer,
    /// To which ports of the target's pods.
    pub ports: Vec<EntryPort>,
    /// Ways that are lost without the entry: at least one, and at most three of them.
    pub witnesses: Vec<Witness>,
    /// Addresses that nobody asked for and that the block holds because the list may only be so long.
    pub extra: AddressSet,
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

/// What entries are made from: a requirement with the part of its peers that nothing lets through yet.
pub(crate) type Missing<'a> = (&'a Requirement, Source);

/// The clients' own addresses that are needed at each port, by its number, and by each name that a pod has for it.
pub(crate) type Needed = BTreeMap<(Protocol, PortRef), AddressSet>;

/// The clients' own addresses that requirements need at each port.
pub(crate) fn needed_addresses(required: &[&Requirement]) -> Needed {
    let mut sets: BTreeMap<(Protocol, PortRef), Vec<&AddressSet>> = BTreeMap::new();
    for requirement in required.iter().filter(|requirement| !requirement.single) {
        let Source::Addresses(set) = &requirement.peer else { continue };
        let name = requirement.port_name.clone().map(PortRef::Name);
        for port in name.into_iter().chain([PortRef::Number(requirement.port)]) {
            sets.entry((requirement.protocol, port)).or_default().push(set);
        }
    }
    sets.into_iter().map(|(port, sets)| (port, AddressSet::union_of(sets))).collect()
}

/// Whose entries are made.
pub(crate) struct Making<'a> {
    /// The cluster.
    pub(crate) shared: &'a Shared<'a>,
    /// Namespaces of which every pod is wanted, those of tomorrow included.
    pub(crate) whole: &'a BTreeSet<Name>,
    /// The namespace that the policy will be in.
    pub(crate) own: &'a Name,
    /// Addresses that blocks may hold besides: those of wanted clients inside.
    pub(crate) filler: &'a AddressSet,
    /// All that is needed at each port, also what is let in already: it may be in a block, too.
    pub(crate) needed: &'a Needed,
    /// How many ways an entry shows for itself.
    pub(crate) witnesses: usize,
}

/// The fewest entries that let through just what is missing, in a fixed order: blocks by address, then pods. The addresses of
/// nodes and tunnels stay single, whatever their neighbours: a list of nodes is read, and changed, node by node.
pub(crate) fn entries(making: &Making<'_>, missing: &[Missing<'_>]) -> Entries {
    let ports = port_references(missing);
    let mut addresses: BTreeMap<&EntryPort, Vec<&AddressSet>> = BTreeMap::new();
    let mut single: BTreeMap<IpAddr, BTreeSet<EntryPort>> = BTreeMap::new();
    let mut pods: BTreeMap<(&EntryPort, Family), Vec<PodId>> = BTreeMap::new();
    for ((requirement, peer), port) in missing.iter().zip(&ports) {
        match peer {
            Source::Addresses(set) if requirement.single => {
                for (address, _) in set.ranges() {
                    single.entry(address).or_default().insert(port.clone());
                }
            }
            Source::Addresses(set) => addresses.entry(port).or_default().push(set),
            Source::Pods(members) => pods.entry((port, requirement.family)).or_default().extend(members),
        }
    }
    let witnesses = Witnesses::new(making, missing, &ports);
    let mut blocks: Vec<(IpNet, BTreeSet<EntryPort>)> = Vec::new();
    for (set, ports) in regions(addresses) {
        let nets = joined(&set, &making.filler_for(&ports));
        blocks.extend(nets.into_iter().map(|net| (net, ports.clone())));
    }
    let (mut blocks, covered) = blocks::without_covered(blocks);
    if let Some(one_by_one) = partly_covered(making, missing, &covered) {
        let missing: Vec<Missing<'_>> = one_by_one.iter().map(|own| (own, own.peer.clone())).collect();
        return entries(making, &missing);
    }
    for (address, mut ports) in single {
        for (_, covered) in covered.iter().filter(|(set, _)| set.contains(address)) {
            ports.retain(|port| !covered.contains(port));
        }
        blocks.extend((!ports.is_empty()).then(|| (IpNet::from(address), ports)));
    }
    let mut entries = in_order(making, missing, &witnesses, blocks);
    let mut by_pod: BTreeMap<PodId, BTreeSet<EntryPort>> = BTreeMap::new();
    for ((port, family), mut pods) in pods {
        pods.sort_unstable();
        pods.dedup();
        if blocks_hold_pods(making.shared) {
            let snapshot = making.shared.snapshot();
            for (set, _) in covered.iter().filter(|(_, ports)| ports.contains(port)) {
                pods.retain(|pod| !holds_pod(snapshot, set, *pod, family));
            }
        }
        for pod in pods {
            by_pod.entry(pod).or_default().insert(port.clone());
        }
    }
    entries.append(pod_entries(making, &witnesses, by_pod).into());
    entries
}

/// What is missing, one by one, where blocks cover some of those for whom one stands, and some not.
fn partly_covered(
    making: &Making<'_>,
    missing: &[Missing<'_>],
    covered: &[(AddressSet, BTreeSet<EntryPort>)],
) -> Option<Vec<Requirement>> {
    let mut known: Vec<&Arc<Fellows>> = Vec::new();
    for fellows in missing.iter().filter_map(|(requirement, _)| requirement.stands_for.as_ref()) {
        if !known.iter().any(|other| Arc::ptr_eq(other, fellows)) {
            known.push(fellows);
        }
    }
    let partly =
        |fellows: &&Arc<Fellows>| covered.iter().any(|(set, _)| ![0, fellows.len()].contains(&fellows.count_in(set)));
    if !known.iter().any(partly) {
        return None;
    }
    let one_by_one = |(requirement, source): &Missing<'_>| match requirement.stands_for {
        Some(_) => requirement.by_fellows(&making.shared.open),
        None => vec![Requirement { peer: source.clone(), ..(*requirement).clone() }],
    };
    Some(missing.iter().flat_map(one_by_one).collect())
}

/// The entries of blocks by address, where one stands for its fellows with all of them.
fn in_order(
    making: &Making<'_>,
    missing: &[Missing<'_>],
    witnesses: &Witnesses<'_>,
    blocks: Vec<(IpNet, BTreeSet<EntryPort>)>,
) -> Entries {
    let mut standing: BTreeMap<IpNet, &Arc<Fellows>> = BTreeMap::new();
    for (requirement, source) in missing {
        let (Some(fellows), Source::Addresses(set)) = (&requirement.stands_for, source) else { continue };
        standing.extend(set.ranges().map(|(address, _)| (IpNet::from(address), fellows)));
    }
    let key = |net: &IpNet| (net.addr().is_ipv6(), *net);
    let mut single = Vec::new();
    let mut of_each: Vec<OfEach> = Vec::new();
    for (net, ports) in blocks {
        let witnesses = witnesses.of_block(net, &ports);
        let entry = Entry::new(EntryPeer::Block(net), ports, witnesses);
        match standing.get(&net) {
            Some(fellows) => of_each.push(OfEach {
                fellows: Arc::clone(fellows),
                numbers: 0..fellows.len(),
                first: Arc::new(entry),
                addresses: making.shared.open.node_addresses(),
            }),
            None => single.push((net, entry)),
        }
    }
    single.sort_by_key(|(net, _)| key(net));
    merged(single, &of_each, |net| key(net))
}

/// Single entries, which are in order, and those of lists, by address.
fn merged<K: Ord>(single: Vec<(IpNet, Entry)>, of_each: &[OfEach], key: impl Fn(&IpNet) -> K) -> Entries {
    let mut parts = Vec::new();
    let mut taken = vec![0; of_each.len()];
    let next = |each: &OfEach, number: usize| each.fellows.get(number).map(|(address, _)| key(&IpNet::from(address)));
    let mut until = |parts: &mut Vec<Part>, end: Option<K>| {
        loop {
            let heads = of_each.iter().zip(&taken).enumerate();
            let heads = heads.filter_map(|(index, (each, from))| Some((next(each, *from)?, index)));
            let mut heads: Vec<(K, usize)> = heads.collect();
            heads.sort();
            let mut heads = heads.into_iter();
            let Some((head, index)) = heads.next() else { break };
            if end.as_ref().is_some_and(|end| head > *end) {
                break;
            }
            // Up to the next of another list, or the end.
            let other = heads.next().map(|(other, _)| other);
            let stop = |address: IpAddr| {
                let own = key(&IpNet::from(address));
                other.as_ref().is_none_or(|other| own < *other) && end.as_ref().is_none_or(|end| own < *end)
            };
            let (Some(each), Some(from)) = (of_each.get(index), taken.get_mut(index)) else { break };
            let to = each.fellows.before(stop).max(*from + 1);
            parts.push(Part::Each(OfEach { numbers: *from..to, ..each.clone() }));
            *from = to;
        }
    };
    for (net, entry) in single {
        until(&mut parts, Some(key(&net)));
        parts.push(Part::One(Box::new(entry)));
    }
    until(&mut parts, None);
    parts.into_iter().collect()
}

impl Making<'_> {
    /// Addresses that a block for some ports may hold besides.
    fn filler_for(&self, ports: &BTreeSet<EntryPort>) -> AddressSet {
        let at = |port: &EntryPort| self.needed.get(&(port.protocol, port.port.clone())).cloned();
        let everywhere = ports.iter().map(|port| at(port).unwrap_or_default());
        let everywhere = everywhere.reduce(|all, at| all.intersection(&at)).unwrap_or_default();
        self.filler.union(&everywhere)
    }
}

fn pod_entries(
    making: &Making<'_>,
    witnesses: &Witnesses<'_>,
    pods: BTreeMap<PodId, BTreeSet<EntryPort>>,
) -> Vec<Entry> {
    let mut by_ports: BTreeMap<BTreeSet<EntryPort>, BTreeSet<PodId>> = BTreeMap::new();
    for (pod, ports) in pods {
        by_ports.entry(ports).or_default().insert(pod);
    }
    let mut entries = Vec::new();
    for (ports, wanted) in by_ports {
        for selected in selector::select(making.shared, &wanted, making.whole, making.own) {
            let witnesses = witnesses.of_pods(&selected.pods, &ports);
            let peer = EntryPeer::Pods { peer: selected.peer, pods: selected.pods };
            entries.push(Entry::new(peer, ports.clone(), witnesses));
        }
    }
    entries
}

/// Whether the engine surely holds blocks against the addresses of pods.
fn blocks_hold_pods(shared: &Shared<'_>) -> bool {
    shared.network.policies().engine().profile().ip_block_of_pods.value == Answer::Yes
}

/// Whether a set holds a pod by its address of a family.
fn holds_pod(snapshot: &Snapshot, set: &AddressSet, pod: PodId, family: Family) -> bool {
    let mut own = snapshot.pods[pod].addresses.iter().filter(|address| Family::of(**address) == family).peekable();
    own.peek().is_some() && own.all(|address| set.contains(*address))
}

/// Disjoint sets of addresses, each with the ports that are wanted of all of it.
fn regions(addresses: BTreeMap<&EntryPort, Vec<&AddressSet>>) -> Vec<(AddressSet, BTreeSet<EntryPort>)> {
    let mut regions: Vec<(AddressSet, BTreeSet<EntryPort>)> = Vec::new();
    for (port, sets) in addresses {
        let set = AddressSet::union_of(sets);
        let mut rest = set.clone();
        let mut next = Vec::new();
        for (region, ports) in regions {
            rest = rest.difference(&region);
            let (inside, outside) = (region.intersection(&set), region.difference(&set));
            let with = ports.iter().cloned().chain([port.clone()]).collect();
            next.extend([(inside, with), (outside, ports)].into_iter().filter(|(region, _)| !region.is_empty()));
        }
        if !rest.is_empty() {
            next.push((rest, BTreeSet::from([port.clone()])));
        }
        regions = next;
    }
    regions
}

/// For each requirement the port as an entry names it: the number, or the name where pods have different numbers under it.
fn port_references(missing: &[Missing<'_>]) -> Vec<EntryPort> {
    let mut numbers: BTreeMap<(&Name, Protocol), BTreeSet<u16>> = BTreeMap::new();
    for (requirement, _) in missing {
        if let Some(name) = &requirement.port_name {
            numbers.entry((name, requirement.protocol)).or_default().insert(requirement.port);
        }
    }
    let several = |name: &Name, protocol| numbers.get(&(name, protocol)).is_some_and(|set| set.len() > 1);
    let reference = |(requirement, _): &Missing<'_>| {
        let name = requirement.port_name.clone().filter(|name| several(name, requirement.protocol));
        let port = name.map_or(PortRef::Number(requirement.port), PortRef::Name);
        EntryPort { protocol: requirement.protocol, port }
    };
    missing.iter().map(reference).collect()
}

/// Finds ways that need an entry.
struct Witnesses<'a> {
    open: &'a Network<'a>,
    most: usize,
    single: BTreeMap<IpAddr, Vec<Need<'a>>>,
    /// Those for whom one stands, and the address of that one.
    standing: Vec<(&'a Arc<Fellows>, IpAddr)>,
    sets: Vec<(&'a AddressSet, Need<'a>)>,
    pods: Vec<(&'a [PodId], Need<'a>)>,
    by_pod: OnceCell<BTreeMap<PodId, Vec<Need<'a>>>>,
}

/// A requirement, and the port of it as entries name it.
type Need<'a> = (&'a EntryPort, &'a Requirement);

impl<'a> Witnesses<'a> {
    fn new(making: &Making<'a>, missing: &'a [Missing<'a>], ports: &'a [EntryPort]) -> Self {
        let (open, most) = (&making.shared.open, making.witnesses);
        let (single, by_pod) = (BTreeMap::new(), OnceCell::new());
        let (standing, sets, pods) = (Vec::new(), Vec::new(), Vec::new());
        let mut found = Self { open, most, single, standing, sets, pods, by_pod };
        if most == 0 {
            return found;
        }
        for ((requirement, source), port) in missing.iter().zip(ports) {
            let need = (port, *requirement);
            match source {
                Source::Addresses(set) if set.len() == 1 => {
                    for (address, _) in set.ranges() {
                        found.single.entry(address).or_default().push(need);
                        let standing = requirement.stands_for.as_ref().map(|fellows| (fellows, address));
                        let known = |(_, known): &(_, IpAddr)| *known == address;
                        found.standing.extend(standing.filter(|_| !found.standing.iter().any(known)));
                    }
                }
                Source::Addresses(set) => found.sets.push((set, need)),
                Source::Pods(pods) => found.pods.push((pods, need)),
            }
        }
        found
    }

    /// Those of each pod. Where blocks hold all pods, nobody asks.
    fn by_pod(&self) -> &BTreeMap<PodId, Vec<Need<'a>>> {
        self.by_pod.get_or_init(|| {
            let mut by_pod: BTreeMap<PodId, Vec<Need<'a>>> = BTreeMap::new();
            for (pods, need) in &self.pods {
                for pod in *pods {
                    by_pod.entry(*pod).or_default().push(*need);
                }
            }
            by_pod
        })
    }

    fn of_block(&self, net: IpNet, ports: &BTreeSet<EntryPort>) -> Vec<Witness> {
        let is_in_question = |need: &Need<'_>| ports.contains(need.0);
        let block = AddressSet::from_net(net);
        let single = self.single.range(net.network()..=net.broadcast());
        let single = single.flat_map(|(address, needs)| needs.iter().map(|need| (*address, *need)));
        let mut single: Vec<(IpAddr, Need<'_>)> =
            single.filter(|(_, need)| is_in_question(need)).take(self.most).collect();
        if net.prefix_len() < net.max_prefix_len() {
            single.retain(|(_, (_, requirement))| requirement.stands_for.is_none());
        }
        let mut witnesses: Vec<(IpAddr, Witness)> = Vec::new();
        for (address, (_, requirement)) in single {
            witnesses.push((address, requirement.witness_of(self.open, address)));
        }
        if net.prefix_len() < net.max_prefix_len() {
            witnesses.extend(self.of_fellows(net, ports));
            witnesses.sort_by_key(|(address, _)| *address);
        }
        let sets = self.sets.iter().filter_map(|(set, need)| {
            let both = set.intersection(&block);
            both.ranges().next().map(|(first, _)| (first, need))
        });
        let sets = sets.filter(|(_, need)| is_in_question(need));
        let sets = sets.map(|(address, (_, requirement))| requirement.witness_of(self.open, address));
        witnesses.into_iter().map(|(_, witness)| witness).chain(sets).take(self.most).collect()
    }

    /// The first ways of those in a block for whom one stands, by address.
    fn of_fellows(&self, net: IpNet, ports: &BTreeSet<EntryPort>) -> Vec<(IpAddr, Witness)> {
        let addresses = self.open.node_addresses();
        let mut found = Vec::new();
        for (fellows, first) in &self.standing {
            let needs = self.single.get(first).into_iter().flatten().filter(|(port, _)| ports.contains(*port));
            let ways: Vec<Witness> =
                needs.map(|(_, requirement)| requirement.witness(self.open)).take(self.most).collect();
            let within = fellows.from(net.network()).take_while(|(address, _)| *address <= net.broadcast());
            for (address, node) in within.take(self.most) {
                found.extend(ways.iter().map(|way| (address, way.by_node(&addresses, node))));
            }
        }
        found
    }

    fn of_pods(&self, pods: &BTreeSet<PodId>, ports: &BTreeSet<EntryPort>) -> Vec<Witness> {
        let needs = pods.iter().filter_map(|pod| Some((*pod, self.by_pod().get(pod)?)));
        let needs = needs.flat_map(|(pod, needs)| needs.iter().map(move |need| (pod, need)));
        let needs = needs.filter(|(_, (port, _))| ports.contains(*port)).take(self.most);
        needs.map(|(pod, (_, requirement))| requirement.witness_of_pod(self.open, pod, pods)).collect()
    }
}

/// Whether entries let through all of what a requirement misses.
pub(crate) fn admit_all(shared: &Shared<'_>, entries: &Entries, (requirement, peer): &Missing<'_>) -> bool {
    let snapshot = shared.snapshot();
    let has_port = |entry: &&Entry| entry.has_port(snapshot, requirement.pod, requirement.protocol, requirement.port);
    match peer {
        Source::Addresses(set) => {
            // Where one stands for its fellows, it is let in with all of them; whoever has none is none of them.
            let blocks = entries.parts().map(|(_, part)| part.first()).filter(has_port);
            let blocks = blocks.filter_map(|entry| match entry.peer {
                EntryPeer::Block(net) => Some(net),
                EntryPeer::Pods { .. } => None,
            });
            set.is_subset(&blocks.collect())
        }
        Source::Pods(pods) => pods.iter().all(|pod| {
            let holds = |entry: &Entry| matches!(&entry.peer, EntryPeer::Pods { pods, .. } if pods.contains(pod));
            entries.parts().map(|(_, part)| part.first()).filter(has_port).any(holds)
        }),
    }
}

impl Entry {
    fn new(peer: EntryPeer, ports: BTreeSet<EntryPort>, witnesses: Vec<Witness>) -> Self {
        Self { peer, ports: ports.into_iter().collect(), witnesses, extra: AddressSet::empty() }
    }

    /// The rule that lets in just what the entry says.
    pub fn rule(&self) -> RuleManifest {
        let peer = match &self.peer {
            EntryPeer::Block(net) => PeerManifest::cidr(net),
            EntryPeer::Pods { peer, .. } => peer.clone(),
        };
        let port = |port: &EntryPort| PortManifest::new(port.protocol, port.port.clone());
        RuleManifest { peers: vec![peer], ports: self.ports.iter().map(port).collect() }
    }

    /// Whether the entry is for a port of a pod.
    pub(crate) fn has_port(&self, snapshot: &Snapshot, target: PodId, protocol: Protocol, port: u16) -> bool {
        let number = |reference: &PortRef| match reference {
            PortRef::Number(number) => Some(*number),
            PortRef::Name(name) => snapshot.pods[target].named_port(name, protocol),
        };
        self.ports.iter().any(|entry| entry.protocol == protocol && number(&entry.port) == Some(port))
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
