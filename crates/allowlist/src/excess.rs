//! Who gets in besides the clients that were meant: found by following strangers on the same ways.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::object::{Direction, TrafficPolicy};
use bulkhead_model::{AddressSet, IpNet, Name, PortRef, Protocol};
use bulkhead_path::{Address, DoorKind, Network, Origin, Outcome, Request, Route, Target as RequestTarget, trace};
use bulkhead_policy::{Party, Question, decide};
use bulkhead_snapshot::{NodeId, PodId, ServiceId, Snapshot};

use crate::allowed;
use crate::client::Wanted;
use crate::each_node::listed;
use crate::entries::{Entries, Part};
use crate::entry::{Entry, EntryPeer, EntryPort, SourceOf};
use crate::entry_index::{Admitting, EntryIndex};
use crate::exposure::{Client, Exposure, ExposureTarget};
use crate::shared::Shared;
use crate::target::{Dial, Target, service};

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
    /// A door of the target's Services, where the source is rewritten.
    Door(DoorKind),
    /// A door of another Service that leads to the same pods.
    DoorOf(ServiceId, DoorKind),
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

/// Those whom entries let in: strangers are followed through every door that leads to the target's pods, and to these themselves.
pub(crate) fn excess(
    shared: &Shared<'_>,
    exposure: &Exposure,
    target: &Target,
    wanted: &Wanted,
    entries: &Entries,
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
    Entries(&'a Entries, EntryIndex<'a>),
    /// The policies that are there.
    Policies,
}

/// A door, with what is dialled there.
struct Gate {
    through: Through,
    dials: Vec<Dial>,
}

impl Search<'_> {
    /// Strangers who get in through a door.
    fn by_doors(&self) -> Vec<Excess> {
        let outside = strangers(self.shared, self.exposure, self.target);
        let inside = !self.wanted.everyone && self.holds_anybody_inside();
        let mut found = Vec::new();
        for gate in self.gates() {
            // Nobody outside is routed to a clusterIP.
            for address in outside.iter().copied().filter(|_| gate.through.door() != DoorKind::ClusterIp) {
                found.extend(self.through(&Origin::Address(address), Stranger::AnyClient(address), &gate));
            }
            if inside {
                found.extend(self.pod_through(&gate));
            }
        }
        found
    }

    /// The doors that are asked for, and those of every Service that leads to the target's pods.
    fn gates(&self) -> Vec<Gate> {
        let target = self.target;
        let mut gates: BTreeMap<(Option<ServiceId>, DoorKind), Vec<Dial>> = BTreeMap::new();
        for dial in target.dials.iter().chain(&target.others) {
            gates.entry((None, dial.door)).or_default().push(dial.clone());
        }
        if self.holds_addresses() {
            let services: BTreeSet<ServiceId> =
                target.pods.iter().flat_map(|pod| self.shared.services_of(*pod)).copied().collect();
            for id in services {
                let own = self.by_service() && target.services.contains(&id);
                for dial in service::every_dial(&self.snapshot().services[id]) {
                    let of_door = gates.entry(((!own).then_some(id), dial.door)).or_default();
                    if !of_door.contains(&dial) {
                        of_door.push(dial);
                    }
                }
            }
        }
        let gate = |((service, door), dials): ((Option<ServiceId>, DoorKind), Vec<Dial>)| Gate {
            through: service.map_or(Through::Door(door), |service| Through::DoorOf(service, door)),
            dials,
        };
        gates.into_iter().filter(|((_, door), _)| *door != DoorKind::PodIp).map(gate).collect()
    }

    /// Whether anything lets in addresses: nobody whose address is rewritten gets in otherwise.
    fn holds_addresses(&self) -> bool {
        match &self.by {
            By::Entries(entries, _) => {
                entries.parts().any(|(_, part)| matches!(part.first().peer, EntryPeer::Block(_)))
            }
            By::Policies => true,
        }
    }

    /// Whether clients speak to the target's Services, and not to a gateway before them.
    fn by_service(&self) -> bool {
        !matches!(self.exposure.target, ExposureTarget::Ingress(_) | ExposureTarget::Gateway(_))
    }
}

impl Through {
    /// The kind of door.
    pub fn door(self) -> DoorKind {
        match self {
            Self::Door(door) | Self::DoorOf(_, door) => door,
            Self::PodAddress => DoorKind::PodIp,
        }
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
    fn admitted(&self, origin: &Origin, gate: &Gate) -> Option<Admitting> {
        joined(gate.dials.iter().map(|dial| self.admitted_by(&dial.request(origin))))
    }

    fn through(&self, origin: &Origin, who: Stranger, gate: &Gate) -> Option<Excess> {
        let entries = self.admitted(origin, gate)?;
        let outside = matches!(who, Stranger::AnyClient(_));
        let entries = entries.indices();
        Some(Excess { who, through: gate.through, entries, remedies: self.remedies(gate.through, outside) })
    }

    fn remedies(&self, through: Through, outside: bool) -> Vec<Remedy> {
        let cluster = |id: &ServiceId| self.snapshot().services[*id].external_traffic_policy == TrafficPolicy::Cluster;
        let mut remedies = Vec::new();
        let services = match &through {
            Through::DoorOf(service, _) => std::slice::from_ref(service),
            _ if self.by_service() => self.target.services.as_slice(),
            _ => &[],
        };
        let door = through.door();
        if door != DoorKind::ClusterIp && services.iter().any(cluster) {
            remedies.push(Remedy::ExternalTrafficPolicyLocal);
        }
        if !services.is_empty() && door == DoorKind::LoadBalancer && outside {
            remedies.push(Remedy::LoadBalancerSourceRanges);
        }
        // What comes out of a pod of the node, such a policy does not look at.
        if self.calico && outside {
            remedies.push(Remedy::HostEndpointPolicy);
        }
        remedies
    }

    /// A pod that nobody wants, from the first node on which it helps.
    fn pod_through(&self, gate: &Gate) -> Option<Excess> {
        let homes: BTreeSet<Option<NodeId>> = self.target.pods.iter().map(|pod| self.home(*pod)).collect();
        let mut kinds = BTreeSet::new();
        for (id, home, kind) in self.shared.senders() {
            // Pods of nodes that send alike travel alike; on the target's own nodes they may meet it there.
            let kind = (*kind, home.filter(|home| homes.contains(&Some(*home))));
            if kinds.contains(&kind) || self.target.pods.contains(id) || self.is_wanted(*id) {
                continue;
            }
            kinds.insert(kind);
            let origin = Origin::Pod(self.snapshot().pods[*id].name.clone());
            let found = self.through(&origin, Stranger::AnyPod(*id), gate);
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// Whether an entry holds a pod or a node at all: where none does, nobody inside gets in by them.
    fn holds_anybody_inside(&self) -> bool {
        let By::Entries(entries, _) = &self.by else { return true };
        let mut blocks = Vec::new();
        for (_, part) in entries.parts() {
            match (part, &part.first().peer) {
                (Part::Each(_), _) | (_, EntryPeer::Pods { .. }) => return true,
                (Part::One(_), EntryPeer::Block(net)) => blocks.push(*net),
            }
        }
        let blocks: AddressSet = blocks.into_iter().collect();
        self.shared.network.has_node_address_in(&blocks) || self.shared.members_in(&blocks).next().is_some()
    }

    fn is_wanted(&self, pod: PodId) -> bool {
        self.wanted.pods.contains(&pod)
    }

    /// Nodes that nobody wants, whose processes reach the pods by their own addresses. Nodes of one kind are followed once: what
    /// tells them apart is the address that each puts in. Two pods on different nodes show all there is: a process has one source
    /// towards its own node and one towards any other.
    fn nodes(&self) -> Option<Excess> {
        if !self.holds_addresses() {
            return None;
        }
        if self.wanted.nodes.len() == self.snapshot().nodes.len() {
            return None;
        }
        let unwanted = |nodes: &Vec<NodeId>| -> Vec<NodeId> {
            nodes.iter().copied().filter(|id| !self.wanted.nodes.contains(id)).collect()
        };
        let kinds: Cow<'_, [Vec<NodeId>]> = if self.wanted.nodes.is_empty() {
            Cow::Borrowed(self.shared.nodes_by_kind())
        } else {
            self.shared.nodes_by_kind().iter().map(unwanted).collect()
        };
        let mut homes = BTreeSet::new();
        let pods = self.target.pods.iter().filter(|pod| homes.len() < 2 && homes.insert(self.home(**pod)));
        let pods: Vec<PodId> = pods.copied().collect();
        let (mut nodes, mut admitting) = (Vec::new(), Admitting::default());
        for (pod, port) in pods.iter().flat_map(|pod| self.ports().into_iter().map(move |port| (*pod, port))) {
            for of_kind in kinds.iter() {
                let (more, admitted) = self.of_kind(of_kind, pod, &port);
                if nodes != more {
                    nodes.extend(more);
                }
                admitting.extend(&admitted);
            }
        }
        nodes.sort();
        nodes.dedup();
        let remedies = self.remedies(Through::PodAddress, false);
        let somebody = !nodes.is_empty();
        let who = Stranger::NodeProcesses(nodes);
        let entries = admitting.indices();
        somebody.then_some(Excess { who, through: Through::PodAddress, entries, remedies })
    }

    fn home(&self, pod: PodId) -> Option<NodeId> {
        self.snapshot().pods[pod].node.as_ref().and_then(|node| self.snapshot().node(node))
    }

    /// Those of some nodes of one kind whose processes get to a port of a pod, and the entries that let them in.
    fn of_kind(&self, nodes: &[NodeId], pod: PodId, port: &EntryPort) -> (Vec<NodeId>, Admitting) {
        let nobody = || (Vec::new(), Admitting::default());
        let snapshot = self.snapshot();
        let home = self.home(pod);
        let Some(first) = nodes.iter().copied().find(|node| Some(*node) != home) else { return nobody() };
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
        let Some((address, subject, number)) = seen else { return nobody() };
        let role = self.shared.open.role_of(first, address);
        let (mut admitted_nodes, mut admitting, rest) = match (&self.by, role) {
            (By::Entries(_, index), Some(role)) => {
                let has_port = |entry: &Entry| entry.has_port(snapshot, subject, port.protocol, number);
                let own = self.shared.own_addresses(nodes, role);
                let found = index.by_nodes(&own, (nodes, home), has_port);
                (found.nodes, found.admitting, found.rest)
            }
            _ => (Vec::new(), Admitting::default(), nodes.to_vec()),
        };
        for node in rest.into_iter().filter(|node| Some(*node) != home) {
            let own = self.shared.network.same_role(first, address, node).unwrap_or(address);
            if let Some(admitted) = self.admitted_address(own, subject, port.protocol, number) {
                admitted_nodes.push(node);
                admitting.extend(&admitted);
            }
        }
        (admitted_nodes, admitting)
    }

    /// What lets an address in to a port of a pod; `None` where nothing does.
    fn admitted_address(&self, address: IpAddr, subject: PodId, protocol: Protocol, port: u16) -> Option<Admitting> {
        match &self.by {
            By::Entries(_, index) => {
                let source = SourceOf::seen(self.snapshot(), address);
                let mut admitted = Admitting::default();
                self.admit(index, &source, (subject, protocol, port), &mut admitted);
                (!admitted.is_empty()).then_some(admitted)
            }
            By::Policies => {
                let peer = allowed::address_party(self.snapshot(), address);
                let question = Question { direction: Direction::Ingress, subject, peer, protocol, port };
                let verdict = decide(self.snapshot(), self.shared.network.policies(), &question);
                (verdict.allows() == Some(true)).then(Admitting::default)
            }
        }
    }

    /// The ports of the target's pods that are in question.
    fn ports(&self) -> BTreeSet<EntryPort> {
        match &self.by {
            By::Entries(entries, _) => {
                entries.parts().flat_map(|(_, part)| part.first().ports.iter().cloned()).collect()
            }
            By::Policies => self.target.pod_ports(self.snapshot()),
        }
    }

    fn admitted_by(&self, request: &Request) -> Option<Admitting> {
        match &self.by {
            By::Entries(entries, index) => {
                let admitted = self.admitted_by_entries(entries, index, request);
                (!admitted.is_empty()).then_some(admitted)
            }
            By::Policies => self.is_let_in(request).then(Admitting::default),
        }
    }

    /// Whether a stranger gets to a pod of the target that a policy guards, by what is there, and not as the pod that it is.
    fn is_let_in(&self, request: &Request) -> bool {
        let own = self.own_addresses(request);
        let guarded = |route: &Route| {
            let pod = route.endpoint.as_ref().and_then(|endpoint| endpoint.pod);
            let seen = route.seen_by_policy.as_ref();
            let is_itself = seen.and_then(Address::known).is_some_and(|seen| own.contains(&seen));
            seen.is_some() && !is_itself && pod.is_some_and(|pod| self.target.pods.contains(&pod))
        };
        let routes = trace(self.shared.network, request).routes;
        routes.iter().any(|route| route.outcome == Outcome::Delivered && guarded(route))
    }

    /// By which addresses a pod is let in as itself, and by no door. Behind a gateway it is the gateway that is let in.
    fn own_addresses(&self, request: &Request) -> &[IpAddr] {
        let (Origin::Pod(name), RequestTarget::Service { .. }) = (&request.from, &request.to) else { return &[] };
        self.snapshot().pod(name).map_or(&[], |pod| &self.snapshot().pods[pod].addresses)
    }

    fn admitted_by_entries(&self, entries: &Entries, index: &EntryIndex<'_>, request: &Request) -> Admitting {
        let open = &self.shared.open;
        let itself = self.own_addresses(request);
        let mut admitted = Admitting::default();
        // Many endpoints see the same nodes; which pod it is makes a difference only where ports have names.
        let mut ports = entries.parts().flat_map(|(_, part)| &part.first().ports);
        let named = ports.any(|port| matches!(port.port, PortRef::Name(_)));
        let mut known: BTreeSet<(IpAddr, u16, Option<PodId>)> = BTreeSet::new();
        for route in trace(open, request).routes {
            let Some(endpoint) = &route.endpoint else { continue };
            let Some(pod) = endpoint.pod.filter(|_| route.outcome == Outcome::Delivered) else { continue };
            if !self.target.pods.contains(&pod) {
                continue;
            }
            let first = route.seen_by_policy.as_ref().and_then(Address::known);
            if first.is_some_and(|seen| itself.contains(&seen)) {
                continue;
            }
            let role = route.door_nodes.first().zip(first).filter(|_| open.shows_node(&route));
            let role = role.and_then(|(node, address)| open.role_of(*node, address));
            let rest = role.filter(|_| route.door_nodes.len() > 1).map(|role| {
                let has_port = |entry: &Entry| entry.has_port(self.snapshot(), pod, request.protocol, endpoint.port);
                let kind = route.door_nodes.first().map(|node| open.node_kind(*node));
                let alike = self
                    .shared
                    .nodes_by_kind()
                    .iter()
                    .find(|nodes| nodes.first().map(|node| open.node_kind(*node)) == kind);
                let own = self.shared.own_addresses(alike.map_or(&[][..], Vec::as_slice), role);
                let found = index.by_nodes(&own, listed(&route.door_nodes), has_port);
                admitted.extend(&found.admitting);
                found.rest
            });
            // What every node shows alike one of them shows.
            let few = role.is_none().then(|| route.door_nodes.first().copied().into_iter().collect());
            let rest = rest.or(few).unwrap_or_else(|| route.door_nodes.iter().copied().collect());
            let by = |node: &NodeId| open.seen_by_policy_by(&route, *node).as_ref().and_then(Address::known);
            let seen = rest.iter().filter_map(by).chain(first);
            let seen: Vec<IpAddr> =
                seen.filter(|seen| known.insert((*seen, endpoint.port, named.then_some(pod)))).collect();
            for source in seen.into_iter().map(|seen| SourceOf::seen(self.snapshot(), seen)) {
                self.admit(index, &source, (pod, request.protocol, endpoint.port), &mut admitted);
            }
        }
        admitted
    }

    /// Adds the entries that let a source in to a port of a pod.
    fn admit(
        &self,
        index: &EntryIndex<'_>,
        source: &SourceOf,
        (pod, protocol, port): (PodId, Protocol, u16),
        admitted: &mut Admitting,
    ) {
        let held = index.candidates(source).into_iter();
        let has_port = |entry: &Entry| entry.has_port(self.snapshot(), pod, protocol, port);
        held.filter(|(_, entry)| has_port(entry)).for_each(|(index, _)| admitted.add(index));
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
    fn same_labels(&self, list: &Entries) -> Option<Excess> {
        let (mut strangers, mut entries) = (BTreeSet::new(), Vec::new());
        for (index, part) in list.parts() {
            let EntryPeer::Pods { pods, .. } = &part.first().peer else { continue };
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
fn joined(admitted: impl Iterator<Item = Option<Admitting>>) -> Option<Admitting> {
    admitted.flatten().reduce(|mut all, more| {
        all.extend(&more);
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
    let named: BTreeSet<&Name> = target.selections.keys().map(|(own, _)| own).collect();
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
    let families = [false, true].into_iter().zip(shared.node_families());
    families.filter(|(_, has)| *has).filter_map(|(v6, _)| free(v6)).collect()
}
