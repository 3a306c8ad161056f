//! Who gets in besides the clients that were meant: found by following strangers on the same ways.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::object::{Direction, TrafficPolicy};
use bulkhead_model::{AddressSet, IpNet, Name, PortRef, Protocol};
use bulkhead_path::{Address, DoorKind, Network, Origin, Outcome, Request, Route, Target as RequestTarget, trace};
use bulkhead_policy::{Party, Question, decide};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::allowed;
use crate::client::Wanted;
use crate::entry::{Entry, EntryPeer, EntryPort, SourceOf};
use crate::entry_index::EntryIndex;
use crate::exposure::{Client, Exposure, ExposureTarget};
use crate::shared::Shared;
use crate::target::Target;

/// Blocks for documentation, from which an unwanted client is taken where it can be.
const STRANGERS: [&str; 4] = ["198.51.100.0/24", "203.0.113.0/24", "192.0.2.0/24", "2001:db8::/32"];

/// Somebody who gets in through the allowlist although nobody asked for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excess {
    /// Who.
    pub who: Stranger,
    /// By which way.
    pub through: Through,
    /// The entries that let them in, as indices into the answer's entries.
    pub entries: Vec<usize>,
    /// What would stop them, each with its own price.
    pub remedies: Vec<Remedy>,
}

/// Somebody whom nobody meant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stranger {
    /// Any client outside the cluster, whatever its address; this one was followed.
    AnyClient(IpAddr),
    /// Any pod of any namespace; this one was followed.
    AnyPod(PodId),
    /// Processes and hostNetwork pods of these nodes.
    NodeProcesses(Vec<NodeId>),
    /// Pods that have the same labels as wanted ones.
    SameLabels(Vec<PodId>),
    /// These pods.
    Pods(Vec<PodId>),
}

/// The way of a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Through {
    /// A door of the target, where the source is rewritten.
    Door(DoorKind),
    /// The pods' own addresses.
    PodAddress,
}

/// The label of a node's zone, by which endpoints may be chosen.
const ZONE: &str = "topology.kubernetes.io/zone";

/// What would stop a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// `externalTrafficPolicy: Local`: the client's address is kept. Price: nodes without an endpoint drop; load is uneven.
    ExternalTrafficPolicyLocal,
    /// `loadBalancerSourceRanges`. Price: guards the load balancer's address only, the nodePort stays open; pods are judged, too.
    LoadBalancerSourceRanges,
    /// A Calico host-endpoint policy with `preDNAT`. Price: Calico only, and a mistake in it cuts nodes off.
    HostEndpointPolicy,
    /// Labels of their own for the wanted pods. Price: a change to the workload.
    OwnLabels,
}

impl Remedy {
    /// The stable word in JSON, and the key of its words and its price.
    pub fn code(self) -> &'static str {
        match self {
            Self::ExternalTrafficPolicyLocal => "externalTrafficPolicyLocal",
            Self::LoadBalancerSourceRanges => "loadBalancerSourceRanges",
            Self::HostEndpointPolicy => "hostEndpointPolicy",
            Self::OwnLabels => "ownLabels",
        }
    }
}

/// Follows strangers through every door of the target and to the pods' own addresses, in the network that lets everything pass, and
/// reports those whom the entries let in and the policies that are there do not.
pub(crate) fn excess(
    shared: &Shared<'_>,
    exposure: &Exposure,
    target: &Target,
    wanted: &Wanted,
    entries: &[Entry],
) -> Vec<Excess> {
    if entries.is_empty() {
        return Vec::new();
    }
    let by = By::Entries(entries, EntryIndex::new(entries));
    let search = Search { shared, exposure, target, wanted, by, calico: is_calico(shared.network) };
    let mut found = search.by_doors();
    found.extend(search.nodes());
    found.extend(search.same_labels(entries));
    found
}

/// Reports whom the policies that are there let in although nobody asked for it.
pub(crate) fn today(shared: &Shared<'_>, exposure: &Exposure, target: &Target, wanted: &Wanted) -> Vec<Excess> {
    let search = Search { shared, exposure, target, wanted, by: By::Policies, calico: is_calico(shared.network) };
    let mut found = search.by_doors();
    found.extend(search.nodes());
    found.extend(search.pods_directly());
    found
}

/// Who is asked whether somebody gets in.
enum By<'a> {
    /// Entries that would be added.
    Entries(&'a [Entry], EntryIndex),
    /// The policies that are there.
    Policies,
}

impl Search<'_> {
    /// Strangers who get in through a door.
    fn by_doors(&self) -> Vec<Excess> {
        let (target, search, shared, exposure) = (self.target, self, self.shared, self.exposure);
        let mut found = Vec::new();
        let doors = target.doors().into_iter().filter(|door| *door != DoorKind::ClusterIp && *door != DoorKind::PodIp);
        for door in doors {
            for address in strangers(shared, exposure, target) {
                found.extend(search.through(&Origin::Address(address), Stranger::AnyClient(address), door));
            }
            found.extend(search.pod_through(door));
        }
        found
    }
}

fn is_calico(network: &Network<'_>) -> bool {
    matches!(network.policies().engine().profile().name, "calico" | "canal")
}

struct Search<'a> {
    shared: &'a Shared<'a>,
    exposure: &'a Exposure,
    target: &'a Target,
    wanted: &'a Wanted,
    by: By<'a>,
    calico: bool,
}

impl Search<'_> {
    fn snapshot(&self) -> &Snapshot {
        self.shared.snapshot()
    }

    /// The entries that let an origin in through a door; `None` where nothing does.
    fn admitted(&self, origin: &Origin, door: DoorKind) -> Option<BTreeSet<usize>> {
        let dials = self.target.dials.iter().chain(&self.target.others).filter(|dial| dial.door == door);
        joined(dials.map(|dial| self.admitted_by(&dial.request(origin))))
    }

    fn through(&self, origin: &Origin, who: Stranger, door: DoorKind) -> Option<Excess> {
        let entries = self.admitted(origin, door)?;
        let outside = matches!(who, Stranger::AnyClient(_));
        let entries = entries.into_iter().collect();
        Some(Excess { who, through: Through::Door(door), entries, remedies: self.remedies(door, outside) })
    }

    fn remedies(&self, door: DoorKind, outside: bool) -> Vec<Remedy> {
        let cluster = |id: &&_| self.snapshot().services[**id].external_traffic_policy == TrafficPolicy::Cluster;
        let mut remedies = Vec::new();
        let by_service = !matches!(self.exposure.target, ExposureTarget::Ingress(_) | ExposureTarget::Gateway(_));
        if by_service && self.target.services.iter().any(|id| cluster(&id)) {
            remedies.push(Remedy::ExternalTrafficPolicyLocal);
        }
        if by_service && door == DoorKind::LoadBalancer && outside {
            remedies.push(Remedy::LoadBalancerSourceRanges);
        }
        // What comes out of a pod of the node, such a policy does not look at.
        if self.calico && outside {
            remedies.push(Remedy::HostEndpointPolicy);
        }
        remedies
    }

    /// A pod that nobody wants, from the first node on which it helps.
    fn pod_through(&self, door: DoorKind) -> Option<Excess> {
        if self.wanted.everyone || !self.holds_anybody_inside() {
            return None;
        }
        let homes: BTreeSet<Option<NodeId>> = self.target.pods.iter().map(|pod| self.home(*pod)).collect();
        let mut kinds = BTreeSet::new();
        let unwanted = self.snapshot().pods.iter().filter(|(id, pod)| {
            pod.is_active() && !pod.host_network && !self.target.pods.contains(id) && !self.is_wanted(*id)
        });
        for (id, pod) in unwanted {
            // Pods of nodes that send alike travel alike; on the target's own nodes they may meet it there.
            let home = pod.node.as_ref().and_then(|name| self.snapshot().node(name));
            let own = home.filter(|home| homes.contains(&Some(*home)));
            let zone = home.and_then(|home| self.snapshot().nodes[home].labels.get(ZONE));
            if !kinds.insert((home.map(|home| self.shared.network.node_kind(home)), own, zone)) {
                continue;
            }
            let found = self.through(&Origin::Pod(pod.name.clone()), Stranger::AnyPod(id), door);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether an entry holds a pod or a node at all: where none does, nobody inside gets in by them.
    fn holds_anybody_inside(&self) -> bool {
        let By::Entries(entries, _) = &self.by else { return true };
        let blocks = entries.iter().filter_map(|entry| match &entry.peer {
            EntryPeer::Block(net) => Some(*net),
            EntryPeer::Pods { .. } => None,
        });
        let blocks: AddressSet = blocks.collect();
        let pods = entries.iter().any(|entry| matches!(entry.peer, EntryPeer::Pods { .. }));
        pods || self.shared.network.has_node_address_in(&blocks) || self.shared.members_in(&blocks).next().is_some()
    }

    fn is_wanted(&self, pod: PodId) -> bool {
        self.wanted.pods.contains(&pod)
    }

    /// Nodes that nobody wants, whose processes reach the pods by their own addresses. Nodes of one kind are followed once: what
    /// tells them apart is the address that each puts in. Two pods on different nodes show all there is: a process has one source
    /// towards its own node and one towards any other.
    fn nodes(&self) -> Option<Excess> {
        let blocks = match &self.by {
            By::Entries(entries, _) => entries.iter().any(|entry| matches!(entry.peer, EntryPeer::Block(_))),
            By::Policies => true,
        };
        let mut kinds: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
        for id in self.snapshot().nodes.ids().filter(|id| blocks && !self.wanted.nodes.contains(id)) {
            kinds.entry(self.shared.network.node_kind(id)).or_default().push(id);
        }
        let mut homes = BTreeSet::new();
        let pods = self.target.pods.iter().filter(|pod| homes.len() < 2 && homes.insert(self.home(**pod)));
        let pods: Vec<PodId> = pods.copied().collect();
        let (mut nodes, mut admitting) = (BTreeSet::new(), BTreeSet::new());
        for (pod, port) in pods.iter().flat_map(|pod| self.ports().into_iter().map(move |port| (*pod, port))) {
            for of_kind in kinds.values() {
                for (node, admitted) in self.of_kind(of_kind, pod, &port) {
                    nodes.insert(node);
                    admitting.extend(admitted);
                }
            }
        }
        let remedies = self.remedies(DoorKind::PodIp, false);
        let who = Stranger::NodeProcesses(nodes.iter().copied().collect());
        let entries = admitting.into_iter().collect();
        (!nodes.is_empty()).then_some(Excess { who, through: Through::PodAddress, entries, remedies })
    }

    fn home(&self, pod: PodId) -> Option<NodeId> {
        self.snapshot().pods[pod].node.as_ref().and_then(|node| self.snapshot().node(node))
    }

    /// Those of some nodes of one kind whose processes get to a port of a pod, each with the entries that let it in.
    fn of_kind(&self, nodes: &[NodeId], pod: PodId, port: &EntryPort) -> Vec<(NodeId, BTreeSet<usize>)> {
        let snapshot = self.snapshot();
        let home = self.home(pod);
        let others = || nodes.iter().copied().filter(move |node| Some(*node) != home);
        let Some(first) = others().next() else { return Vec::new() };
        let request = Request {
            from: Origin::Node(snapshot.nodes[first].name.clone()),
            to: RequestTarget::Pod(snapshot.pods[pod].name.clone()),
            port: Some(port.port.clone()),
            protocol: port.protocol,
            entry_node: None,
        };
        let routes = trace(&self.shared.open, &request).routes;
        let seen = routes.iter().filter(|route| route.outcome == Outcome::Delivered).find_map(|route| {
            let endpoint = route.endpoint.as_ref()?;
            Some((route.seen_by_policy.as_ref()?.known()?, endpoint.pod?, endpoint.port))
        });
        let Some((address, subject, number)) = seen else { return Vec::new() };
        let by = |node: NodeId| {
            let own = self.shared.network.same_role(first, address, node).unwrap_or(address);
            self.admitted_address(own, subject, port.protocol, number).map(|admitted| (node, admitted))
        };
        others().filter_map(by).collect()
    }

    /// What lets an address in to a port of a pod; `None` where nothing does.
    fn admitted_address(
        &self,
        address: IpAddr,
        subject: PodId,
        protocol: Protocol,
        port: u16,
    ) -> Option<BTreeSet<usize>> {
        match &self.by {
            By::Entries(entries, index) => {
                let source = SourceOf::seen(self.snapshot(), address);
                let admits = |entry: &Entry| entry.admits(self.snapshot(), &source, subject, protocol, port);
                let held = index.candidates(&source);
                let admitted: BTreeSet<usize> = held.filter(|index| entries.get(*index).is_some_and(admits)).collect();
                (!admitted.is_empty()).then_some(admitted)
            }
            By::Policies => {
                let peer = allowed::address_party(self.snapshot(), address);
                let question = Question { direction: Direction::Ingress, subject, peer, protocol, port };
                let verdict = decide(self.snapshot(), self.shared.network.policies(), &question);
                (verdict.allows() == Some(true)).then(BTreeSet::new)
            }
        }
    }

    /// The ports of the target's pods that are in question.
    fn ports(&self) -> BTreeSet<EntryPort> {
        match &self.by {
            By::Entries(entries, _) => entries.iter().flat_map(|entry| entry.ports.iter().cloned()).collect(),
            By::Policies => self.target.pod_ports(self.snapshot()),
        }
    }

    fn admitted_by(&self, request: &Request) -> Option<BTreeSet<usize>> {
        match &self.by {
            By::Entries(entries, index) => {
                let admitted = self.admitted_by_entries(entries, index, request);
                (!admitted.is_empty()).then_some(admitted)
            }
            By::Policies => self.is_let_in(request).then(BTreeSet::new),
        }
    }

    /// Whether a stranger gets to a pod of the target that a policy guards, by what is there.
    fn is_let_in(&self, request: &Request) -> bool {
        let guarded = |route: &Route| {
            let pod = route.endpoint.as_ref().and_then(|endpoint| endpoint.pod);
            route.seen_by_policy.is_some() && pod.is_some_and(|pod| self.target.pods.contains(&pod))
        };
        let routes = trace(self.shared.network, request).routes;
        routes.iter().any(|route| route.outcome == Outcome::Delivered && guarded(route))
    }

    fn admitted_by_entries(&self, entries: &[Entry], index: &EntryIndex, request: &Request) -> BTreeSet<usize> {
        let mut admitted = BTreeSet::new();
        // Many endpoints see the same nodes; which pod it is makes a difference only where ports have names.
        let named = entries.iter().flat_map(|entry| &entry.ports).any(|port| matches!(port.port, PortRef::Name(_)));
        let mut known: BTreeSet<(IpAddr, u16, Option<PodId>)> = BTreeSet::new();
        for route in trace(&self.shared.open, request).routes {
            let Some(endpoint) = &route.endpoint else { continue };
            let Some(pod) = endpoint.pod.filter(|_| route.outcome == Outcome::Delivered) else { continue };
            let by =
                |node: &NodeId| self.shared.open.seen_by_policy_by(&route, *node).as_ref().and_then(Address::known);
            let first = route.seen_by_policy.as_ref().and_then(Address::known);
            let seen = route.door_nodes.iter().filter_map(by).chain(first);
            let seen: Vec<IpAddr> =
                seen.filter(|seen| known.insert((*seen, endpoint.port, named.then_some(pod)))).collect();
            for source in seen.into_iter().map(|seen| SourceOf::seen(self.snapshot(), seen)) {
                let admits =
                    |entry: &Entry| entry.admits(self.snapshot(), &source, pod, request.protocol, endpoint.port);
                let held = index.candidates(&source);
                admitted.extend(held.filter(|index| entries.get(*index).is_some_and(admits)));
            }
        }
        admitted
    }

    /// Pods that nobody wants and that the policies let in by the target's own addresses.
    fn pods_directly(&self) -> Option<Excess> {
        if self.wanted.everyone {
            return None;
        }
        let ports = self.ports();
        let snapshot = self.snapshot();
        let lets_in = |id: PodId| {
            self.target.pods.iter().any(|subject| {
                ports.iter().any(|port| {
                    let number = match &port.port {
                        PortRef::Number(number) => Some(*number),
                        PortRef::Name(name) => snapshot.pods[*subject].named_port(name, port.protocol),
                    };
                    let admits = |peer: Party, port: u16, protocol: Protocol| {
                        let question =
                            Question { direction: Direction::Ingress, subject: *subject, peer, protocol, port };
                        decide(snapshot, self.shared.network.policies(), &question).allows() == Some(true)
                    };
                    number.is_some_and(|number| {
                        allowed::pod_parties(snapshot, id).any(|peer| admits(peer, number, port.protocol))
                    })
                })
            })
        };
        let strangers = snapshot.pods.iter().filter(|(id, pod)| {
            pod.is_active() && !pod.host_network && !self.target.pods.contains(id) && !self.is_wanted(*id)
        });
        let strangers: Vec<PodId> = strangers.map(|(id, _)| id).filter(|id| lets_in(*id)).collect();
        let who = Stranger::Pods(strangers.clone());
        (!strangers.is_empty()).then_some(Excess {
            who,
            through: Through::PodAddress,
            entries: Vec::new(),
            remedies: Vec::new(),
        })
    }

    /// Whether every selector is for wanted pods: behind an Ingress they are for its controller.
    fn wants_pods_only(&self) -> bool {
        matches!(
            self.exposure.target,
            ExposureTarget::Service(_) | ExposureTarget::Pod(_) | ExposureTarget::Workload(..)
        )
    }

    /// Pods that selectors select although nobody wants them.
    fn same_labels(&self, list: &[Entry]) -> Option<Excess> {
        let (mut strangers, mut entries) = (BTreeSet::new(), Vec::new());
        for (index, entry) in (0..).zip(list) {
            let EntryPeer::Pods { pods, .. } = &entry.peer else { continue };
            let unwanted: Vec<PodId> =
                pods.iter().filter(|pod| self.wants_pods_only() && !self.is_wanted(**pod)).copied().collect();
            if !unwanted.is_empty() {
                strangers.extend(unwanted);
                entries.push(index);
            }
        }
        let who = Stranger::SameLabels(strangers.iter().copied().collect());
        let remedies = vec![Remedy::OwnLabels];
        (!strangers.is_empty()).then_some(Excess { who, through: Through::PodAddress, entries, remedies })
    }
}

/// All that lets somebody in; `None` where nothing does.
fn joined(admitted: impl Iterator<Item = Option<BTreeSet<usize>>>) -> Option<BTreeSet<usize>> {
    admitted.flatten().reduce(|mut all, more| {
        all.extend(more);
        all
    })
}

/// Whether a block names somebody, and not everybody.
fn is_narrow(net: &IpNet) -> bool {
    net.prefix_len() >= 8
}

/// For each family that the cluster has an address of which nobody wants, which is nobody's and which no policy names.
fn strangers(shared: &Shared<'_>, exposure: &Exposure, target: &Target) -> Vec<IpAddr> {
    let snapshot = shared.snapshot();
    if exposure.clients.contains(&Client::Any) {
        return Vec::new();
    }
    let mut taken: Vec<IpNet> = Vec::new();
    taken.extend(exposure.clients.iter().filter_map(|client| match client {
        Client::Block(net) => Some(*net),
        _ => None,
    }));
    let named: BTreeSet<&Name> = target.selections.keys().map(|(namespace, _)| namespace).collect();
    let documentation: AddressSet = STRANGERS.iter().filter_map(|block| block.parse::<IpNet>().ok()).collect();
    taken.extend(shared.members_in(&documentation).map(|(address, _)| IpNet::from(address)));
    taken.extend(snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied()));
    let blocks = named.iter().flat_map(|namespace| allowed::named_blocks(snapshot, Direction::Ingress, namespace));
    taken.extend(blocks.filter(is_narrow));
    let taken: AddressSet = taken.into_iter().collect();
    let free = |v6: bool| {
        let blocks = STRANGERS.iter().filter_map(|block| block.parse::<IpNet>().ok());
        let free = blocks.filter(|net| net.addr().is_ipv6() == v6).filter_map(|net| {
            // not the block's own address, which looks like a mistake
            let hosts = AddressSet::from_net(net).difference(&AddressSet::from(net.network())).difference(&taken);
            hosts.ranges().next().map(|(first, _)| first)
        });
        free.into_iter().next()
    };
    let has = |v6: bool| {
        snapshot.nodes.rows().iter().any(|node| node.addresses.iter().any(|address| address.address.is_ipv6() == v6))
    };
    [false, true].into_iter().filter(|v6| has(*v6)).filter_map(free).collect()
}
