//! Who gets in besides the clients that were meant: found by following strangers on the same ways.

use std::collections::BTreeSet;
use std::net::IpAddr;

use bulkhead_model::object::TrafficPolicy;
use bulkhead_model::{AddressSet, IpNet, PortRef};
use bulkhead_path::{Address, DoorKind, Network, Origin, Outcome, Request, Target as RequestTarget, trace};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

use crate::allowed;
use crate::entry::{Entry, EntryPeer, EntryPort, SourceOf};
use crate::entry_index::EntryIndex;
use crate::exposure::{Client, Exposure, ExposureTarget};
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
}

/// The way of a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Through {
    /// A door of the target, where the source is rewritten.
    Door(DoorKind),
    /// The pods' own addresses.
    PodAddress,
}

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
    open: &Network<'_>,
    network: &Network<'_>,
    exposure: &Exposure,
    target: &Target,
    entries: &[Entry],
) -> Vec<Excess> {
    if entries.is_empty() {
        return Vec::new();
    }
    let index = EntryIndex::new(entries);
    let search = Search { open, exposure, target, entries, index, calico: is_calico(network) };
    let mut found = Vec::new();
    for door in target.doors.iter().copied().filter(|door| *door != DoorKind::ClusterIp && *door != DoorKind::PodIp) {
        for address in strangers(open.snapshot(), exposure, target) {
            found.extend(search.through(&Origin::Address(address), Stranger::AnyClient(address), door));
        }
        found.extend(search.pod_through(door));
    }
    found.extend(search.nodes());
    found.extend(search.same_labels());
    found
}

fn is_calico(network: &Network<'_>) -> bool {
    matches!(network.policies().engine().profile().name, "calico" | "canal")
}

struct Search<'a, 'b> {
    open: &'a Network<'b>,
    exposure: &'a Exposure,
    target: &'a Target,
    entries: &'a [Entry],
    index: EntryIndex,
    calico: bool,
}

impl Search<'_, '_> {
    fn snapshot(&self) -> &Snapshot {
        self.open.snapshot()
    }

    /// The entries that let an origin in through a door.
    fn admitted(&self, origin: &Origin, door: DoorKind) -> BTreeSet<usize> {
        self.requests(origin, door).iter().flat_map(|request| self.admitted_by(request)).collect()
    }

    fn requests(&self, origin: &Origin, door: DoorKind) -> Vec<Request> {
        let request = |to, port, protocol| Request { from: origin.clone(), to, port, protocol, entry_node: None };
        let mut requests = Vec::new();
        for id in &self.target.services {
            let service = &self.snapshot().services[*id];
            for port in &service.ports {
                let to = match (&self.exposure.target, door) {
                    (ExposureTarget::Ingress(name), door) if door != DoorKind::PodIp => {
                        RequestTarget::Ingress { name: name.clone(), door: Some(door) }
                    }
                    (ExposureTarget::Gateway(object), door) if door != DoorKind::PodIp => {
                        RequestTarget::Gateway { object: object.clone(), door: Some(door) }
                    }
                    _ => RequestTarget::Service { name: service.name.clone(), door: Some(door) },
                };
                // The listeners of a Gateway say its ports.
                let by_listener = matches!(to, RequestTarget::Gateway { .. });
                requests.push(request(to, (!by_listener).then_some(PortRef::Number(port.port)), port.protocol));
            }
        }
        requests
    }

    fn through(&self, origin: &Origin, who: Stranger, door: DoorKind) -> Option<Excess> {
        let entries = self.admitted(origin, door);
        if entries.is_empty() {
            return None;
        }
        let outside = matches!(who, Stranger::AnyClient(_));
        let entries = entries.into_iter().collect();
        Some(Excess { who, through: Through::Door(door), entries, remedies: self.remedies(door, outside) })
    }

    fn remedies(&self, door: DoorKind, outside: bool) -> Vec<Remedy> {
        let cluster = |id: &&_| self.snapshot().services[**id].external_traffic_policy == TrafficPolicy::Cluster;
        let mut remedies = Vec::new();
        let by_service = matches!(self.exposure.target, ExposureTarget::Service(_));
        if by_service && self.target.services.iter().any(|id| cluster(&id)) {
            remedies.push(Remedy::ExternalTrafficPolicyLocal);
        }
        if by_service && door == DoorKind::LoadBalancer && outside {
            remedies.push(Remedy::LoadBalancerSourceRanges);
        }
        if self.calico {
            remedies.push(Remedy::HostEndpointPolicy);
        }
        remedies
    }

    /// A pod that nobody wants, from the first node on which it helps.
    fn pod_through(&self, door: DoorKind) -> Option<Excess> {
        let mut nodes = BTreeSet::new();
        let unwanted = self.snapshot().pods.iter().filter(|(id, pod)| {
            pod.is_active() && !pod.host_network && !self.target.pods.contains(id) && !self.is_wanted(*id)
        });
        for (id, pod) in unwanted {
            if !nodes.insert(pod.node.clone()) {
                continue;
            }
            let found = self.through(&Origin::Pod(pod.name.clone()), Stranger::AnyPod(id), door);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    fn is_wanted(&self, pod: PodId) -> bool {
        let pod = &self.snapshot().pods[pod];
        self.exposure.clients.iter().any(|client| match client {
            Client::Any => true,
            Client::Pod(name) => *name == pod.name,
            Client::Namespace(name) => *name == pod.name.namespace,
            Client::Block(net) => pod.addresses.iter().any(|address| net.contains(address)),
            Client::Node(_) => false,
        })
    }

    /// Nodes that nobody wants, whose processes reach the pods by their own addresses.
    fn nodes(&self) -> Option<Excess> {
        let wanted = |name: &str| {
            self.exposure.clients.iter().any(|client| match client {
                Client::Any => true,
                Client::Node(node) => node == name,
                Client::Block(_) | Client::Pod(_) | Client::Namespace(_) => false,
            })
        };
        let blocks = self.entries.iter().any(|entry| matches!(entry.peer, EntryPeer::Block(_)));
        let (mut nodes, mut entries) = (Vec::new(), BTreeSet::new());
        for (id, node) in self.snapshot().nodes.iter().filter(|(_, node)| blocks && !wanted(&node.name)) {
            let admitted = self.admitted_directly(&Origin::Node(node.name.clone()));
            if !admitted.is_empty() {
                nodes.push(id);
                entries.extend(admitted);
            }
        }
        let entries = entries.into_iter().collect();
        let remedies = self.remedies(DoorKind::PodIp, false);
        let who = Stranger::NodeProcesses(nodes.clone());
        (!nodes.is_empty()).then_some(Excess { who, through: Through::PodAddress, entries, remedies })
    }

    /// The entries that let an origin in by the pods' own addresses. Two pods on different nodes show all there is: a process
    /// has one source towards its own node and one towards any other.
    fn admitted_directly(&self, origin: &Origin) -> BTreeSet<usize> {
        let mut nodes = BTreeSet::new();
        let pods = self.target.pods.iter().map(|pod| &self.snapshot().pods[*pod]);
        let pods = pods.filter(|pod| nodes.len() < 2 && nodes.insert(pod.node.clone()));
        let pods: Vec<_> = pods.collect();
        let ports: BTreeSet<&EntryPort> = self.entries.iter().flat_map(|entry| &entry.ports).collect();
        let mut admitted = BTreeSet::new();
        for (pod, port) in pods.iter().flat_map(|pod| ports.iter().map(move |port| (pod, port))) {
            let request = Request {
                from: origin.clone(),
                to: RequestTarget::Pod(pod.name.clone()),
                port: Some(port.port.clone()),
                protocol: port.protocol,
                entry_node: None,
            };
            admitted.extend(self.admitted_by(&request));
        }
        admitted
    }

    fn admitted_by(&self, request: &Request) -> BTreeSet<usize> {
        let mut admitted = BTreeSet::new();
        for route in trace(self.open, request).routes {
            let Some(endpoint) = &route.endpoint else { continue };
            let Some(pod) = endpoint.pod.filter(|_| route.outcome == Outcome::Delivered) else { continue };
            let by = |node: &NodeId| self.open.seen_by_policy_by(&route, *node).as_ref().and_then(Address::known);
            let first = route.seen_by_policy.as_ref().and_then(Address::known);
            let seen: BTreeSet<IpAddr> = route.door_nodes.iter().filter_map(by).chain(first).collect();
            for source in seen.into_iter().map(|seen| SourceOf::seen(self.snapshot(), seen)) {
                let admits =
                    |entry: &Entry| entry.admits(self.snapshot(), &source, pod, request.protocol, endpoint.port);
                let held = self.index.candidates(&source);
                admitted.extend(held.filter(|index| self.entries.get(*index).is_some_and(admits)));
            }
        }
        admitted
    }

    /// Pods that selectors select although nobody wants them.
    fn same_labels(&self) -> Option<Excess> {
        let (mut strangers, mut entries) = (BTreeSet::new(), Vec::new());
        for (index, entry) in (0..).zip(self.entries) {
            let EntryPeer::Pods { pods, .. } = &entry.peer else { continue };
            let unwanted: Vec<PodId> = pods
                .iter()
                .filter(|pod| matches!(self.exposure.target, ExposureTarget::Service(_)) && !self.is_wanted(**pod))
                .copied()
                .collect();
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

/// Whether a block names somebody, and not everybody.
fn is_narrow(net: &IpNet) -> bool {
    net.prefix_len() >= 8
}

/// For each family that the cluster has an address of which nobody wants, which is nobody's and which no policy names.
fn strangers(snapshot: &Snapshot, exposure: &Exposure, target: &Target) -> Vec<IpAddr> {
    let mut taken: Vec<IpNet> = Vec::new();
    for client in &exposure.clients {
        match client {
            Client::Any => return Vec::new(),
            Client::Block(net) => taken.push(*net),
            Client::Pod(_) | Client::Namespace(_) | Client::Node(_) => {}
        }
    }
    let pods = snapshot.pods.rows().iter().flat_map(|pod| &pod.addresses).copied();
    let nodes = snapshot.nodes.rows().iter().flat_map(|node| node.addresses.iter().map(|address| address.address));
    taken.extend(pods.chain(nodes).map(IpNet::from));
    taken.extend(snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied()));
    taken.extend(target.pods.first().into_iter().flat_map(|pod| allowed::blocks(snapshot, *pod)).filter(is_narrow));
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
