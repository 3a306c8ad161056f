//! Senders inside that nothing tells apart but their addresses: what is followed from one of them is so from every other, with the
//! addresses exchanged.
//!
//! What tells senders of one key apart for a request: what is on their own node, and whose addresses, or those of whose node, the
//! target's Services name. [`Network::set_apart`] says which nodes those are.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Pod, Service};
use bulkhead_model::{IpNet, Name, Readable};
use bulkhead_snapshot::{NodeId, PodId, ServiceId, Snapshot};

use super::exchange::Exchange;
use super::gateway::doors::services_of;
use super::origin;
use crate::cni::{Cni, EndpointToHost, Family};
use crate::door::{self, Alias, Entry};
use crate::gateway::{By, served};
use crate::lb;
use crate::network::{Endpoints, Found, Network, PortOf};
use crate::node_class::NodeClass;
use crate::reason::Reason;
use crate::request::{Origin, Served, Target};
use crate::route::{Address, Route};
use crate::walk::Client;

/// The control plane's label on a node: some engines know its processes by it.
const CONTROL_PLANE: &str = "node-role.kubernetes.io/control-plane";

/// How many nodes a load balancer may announce an address from until they are a list of their own.
const FEW: usize = 64;

/// Tells senders apart.
#[derive(Debug)]
pub struct Senders<'n> {
    network: &'n Network<'n>,
    /// The ranges of the nodes' pods, in order.
    ranges: Vec<(IpAddr, IpAddr, NodeId)>,
    /// Whether no two nodes share a range.
    disjoint: bool,
}

/// What tells senders apart wherever they send to: those of equal keys send alike, addresses aside.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SenderKey {
    /// The families of a pod's addresses; `None` for a process of a node.
    pod: Option<Vec<Family>>,
    /// What its node's proxy looks at, for each family that the node has.
    cohorts: Vec<Option<usize>>,
    control_plane: bool,
    to_host: Option<EndpointToHost>,
    /// What is looked at in each address that it may have as its source: its own, and those that its node puts in.
    sources: Vec<Option<SourceKey>>,
}

/// What is looked at in the address of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct SourceKey {
    in_range_of_node: bool,
    in_cluster_cidr: bool,
    in_cluster_ranges: bool,
    of_cni: Option<usize>,
}

/// One sender, as far as routes name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    home: NodeId,
    name: Name,
    roles: Arc<[Option<IpAddr>]>,
    pod: Option<(PodId, String, Arc<[IpAddr]>)>,
}

/// What a target tells senders of one key apart by.
#[derive(Clone, Debug, Default)]
pub struct SetApart {
    /// Nodes whose senders stand alone.
    pub nodes: BTreeSet<NodeId>,
    /// Lists of nodes, in order: their senders are told from the others.
    pub lists: Vec<Arc<[NodeId]>>,
    /// Blocks: senders with an address in one are told from the others.
    pub blocks: Vec<IpNet>,
}

impl<'n> Senders<'n> {
    /// What tells the senders of a network apart.
    pub fn of(network: &'n Network<'n>) -> Self {
        let of_node = |(id, node): (NodeId, &'n bulkhead_model::object::Node)| {
            node.pod_cidrs.iter().map(move |cidr| (cidr.network(), cidr.broadcast(), id))
        };
        let mut ranges: Vec<_> = network.snapshot().nodes.iter().flat_map(of_node).collect();
        ranges.sort_unstable();
        let disjoint = ranges.iter().zip(ranges.iter().skip(1)).all(|((_, last, _), (first, _, _))| last < first);
        Self { network, ranges, disjoint }
    }

    /// The key of a sender inside, and the sender; `None` for one that stands alone.
    pub fn key(&self, from: &Origin) -> Option<(SenderKey, Sender)> {
        let network = self.network;
        let snapshot = network.snapshot();
        let (home, pod) = match origin::place(network, from).ok()? {
            Client::Outside(_) => return None,
            Client::Pod(pod, home) => (home?, Some(pod)),
            Client::Process(home) => (home, None),
        };
        let (node, row) = (&snapshot.nodes[home], network.nodes().row(home));
        let cni = network.cni_rules().ok();
        let v6 = row.primary.get(Family::V6.index()).copied().flatten().is_some();
        if !self.disjoint || (v6 && cni.is_some_and(Cni::picks_by_prefix)) {
            return None;
        }
        let mut cohorts = Vec::new();
        for family in Family::ALL {
            let addressed = row.primary.get(family.index()).copied().flatten().is_some();
            let cohort = network.cohorts().cohort(home, family);
            if addressed && cohort.is_none() {
                return None;
            }
            cohorts.push(cohort);
        }
        let own: &[IpAddr] = pod.map_or(&[], |pod| &snapshot.pods[pod].addresses);
        if pod.is_some_and(|pod| own.is_empty() || network.shares_address(pod)) {
            return None;
        }
        // What a node's cohort says of it, it says of the families that the node has an address of.
        let has = |family: Family| cohorts.get(family.index()).is_some_and(Option::is_some);
        if !Family::ALL.into_iter().any(has) || own.iter().any(|address| !has(Family::of(*address))) {
            return None;
        }
        let mut sources = Vec::new();
        for address in row.roles.iter().copied() {
            let is_own = |address: IpAddr| {
                matches!(network.nodes().with_address(address), [] | [_])
                    && network.nodes().with_address(address).iter().all(|node| *node == home)
                    && snapshot.pods_with_address(address).is_empty()
            };
            sources.push(match address {
                None => None,
                Some(address) if is_own(address) => Some(self.source(home, address)?),
                Some(_) => return None,
            });
        }
        for address in own.iter().copied() {
            sources.push(Some(self.source(home, address)?));
        }
        let key = SenderKey {
            pod: pod.map(|_| own.iter().map(|address| Family::of(*address)).collect()),
            cohorts,
            control_plane: node.labels.get(CONTROL_PLANE).is_some(),
            to_host: cni.and_then(|cni| cni.endpoint_to_host(node).ok()),
            sources,
        };
        let pod = pod.map(|pod| (pod, snapshot.pods[pod].name.to_string(), Arc::from(own)));
        Some((key, Sender { home, name: node.name.clone(), roles: Arc::clone(&row.roles), pod }))
    }

    fn source(&self, home: NodeId, address: IpAddr) -> Option<SourceKey> {
        let network = self.network;
        let taken = network.services().address(address).is_some()
            || network.services().proxied(address).is_some()
            || network.balancer_block_of(address).is_some();
        let range = self.range_of(address);
        if taken || range.is_some_and(|node| node != home) {
            return None;
        }
        let cidrs = network.kube_proxy().cluster_cidr.value().into_iter().flatten();
        Some(SourceKey {
            in_range_of_node: range.is_some(),
            in_cluster_cidr: cidrs.into_iter().any(|cidr| cidr.contains(&address)),
            in_cluster_ranges: network.in_cluster_ranges(address),
            of_cni: network.cni_rules().ok().and_then(|cni| cni.source_range(address)),
        })
    }

    /// The node whose pods have their addresses from the range that holds this one.
    fn range_of(&self, address: IpAddr) -> Option<NodeId> {
        let at = self.ranges.partition_point(|(first, _, _)| *first <= address);
        let (_, last, node) = self.ranges.get(at.checked_sub(1)?)?;
        (address <= *last).then_some(*node)
    }
}

impl Network<'_> {
    /// What a target tells senders inside apart by; `None` where nobody can say that.
    pub fn set_apart(&self, to: &Target) -> Option<SetApart> {
        let snapshot = self.snapshot();
        let mut apart = SetApart::default();
        match to {
            Target::Service { name, .. } => {
                let id = snapshot.service(name)?;
                let Alias::Itself(id) = door::alias_of(snapshot, id) else { return None };
                self.set_apart_by_service(id, &snapshot.services[id], &mut apart)?;
            }
            Target::Pod(name) => {
                let pod = &snapshot.pods[snapshot.pod(name)?];
                apart.nodes.extend(pod.node.as_ref().and_then(|node| snapshot.node(node)));
                self.set_apart_by_addresses(&pod.addresses, None, &mut apart)?;
            }
            Target::Ingress { .. } | Target::Gateway { .. } => self.set_apart_by_gateways(&to.served()?, &mut apart)?,
            Target::Node(_) | Target::Address(_) => return None,
        }
        Some(apart)
    }

    /// What a gateway sends to a backend does not hang on the client.
    fn set_apart_by_gateways(&self, object: &Served, apart: &mut SetApart) -> Option<()> {
        let snapshot = self.snapshot();
        let (ways, _) = served(self, object)?;
        for way in &ways {
            let By::Pods(pods) = &way.gateway.runs else { return None };
            apart.nodes.extend(pods.iter().filter_map(|pod| home_of(snapshot, *pod)));
            let rows: Vec<&Pod> = pods.iter().map(|pod| &*snapshot.pods[*pod]).collect();
            for (id, service) in services_of(self, &rows) {
                self.set_apart_by_service(id, service, apart)?;
            }
        }
        Some(())
    }

    fn set_apart_by_service(&self, id: ServiceId, service: &Service, apart: &mut SetApart) -> Option<()> {
        let snapshot = self.snapshot();
        for index in 0..service.ports.len() {
            for family in Family::ALL {
                let endpoints = Endpoints::of(snapshot, PortOf { service: id, index }, family);
                apart.nodes.extend(endpoints.nodes_in_question());
                for endpoint in endpoints.all() {
                    apart.nodes.extend(endpoint.pod.and_then(|pod| home_of(snapshot, pod)));
                    self.set_apart_by_addresses(&[endpoint.address], None, apart)?;
                }
            }
        }
        for port in &service.ports {
            let Some(node_port) = port.node_port else { continue };
            match self.services().node_port(port.protocol, node_port) {
                Found::One(own) if own.service == id => {}
                _ => return None,
            }
        }
        self.set_apart_by_addresses(&service.cluster_ips, Some(id), apart)?;
        self.set_apart_by_addresses(&service.external_ips, Some(id), apart)?;
        for address in service.load_balancer_ingress.iter().filter_map(|ingress| ingress.address) {
            self.set_apart_by_addresses(&[address], Some(id), apart)?;
            if let Entry::Nodes(nodes) | Entry::Assumed(nodes, _) = lb::entry(self, id, address) {
                if nodes.len() <= FEW {
                    apart.nodes.extend(nodes.iter());
                } else if nodes.len() < snapshot.nodes.len() {
                    apart.lists.push(nodes);
                }
            }
        }
        apart.blocks.extend(service.load_balancer_source_ranges.iter().filter_map(Readable::known));
        Some(())
    }

    /// Nodes that have one of these addresses; `None` where one is somebody else's, too.
    fn set_apart_by_addresses(
        &self,
        addresses: &[IpAddr],
        service: Option<ServiceId>,
        apart: &mut SetApart,
    ) -> Option<()> {
        for address in addresses {
            let claimed = self.services().address(*address);
            if claimed.is_some_and(|(_, other)| Some(other) != service) {
                return None;
            }
            apart.nodes.extend(self.nodes().with_address(*address));
            let pods = self.snapshot().pods_with_address(*address).iter();
            apart.nodes.extend(pods.filter_map(|pod| home_of(self.snapshot(), *pod)));
        }
        Some(())
    }
}

fn home_of(snapshot: &Snapshot, pod: PodId) -> Option<NodeId> {
    snapshot.pods[pod].node.as_ref().and_then(|node| snapshot.node(node))
}

impl Sender {
    /// The node that it is on.
    pub fn home(&self) -> NodeId {
        self.home
    }

    /// The addresses that it may have as its source.
    pub fn sources(&self) -> impl Iterator<Item = IpAddr> + '_ {
        let own = self.pod.iter().flat_map(|(_, _, own)| own.iter().copied());
        self.roles.iter().flatten().copied().chain(own)
    }

    /// A route of this sender, as another of the same key has it.
    #[must_use]
    pub fn route_of(&self, other: &Self, route: &Route) -> Route {
        InPlaceOf { from: self, to: other }.route(route)
    }
}

/// One sender in place of another.
struct InPlaceOf<'s> {
    from: &'s Sender,
    to: &'s Sender,
}

impl Exchange for InPlaceOf<'_> {
    fn address(&self, address: IpAddr) -> IpAddr {
        let role = self.from.roles.iter().position(|own| *own == Some(address));
        if let Some(other) = role.and_then(|role| self.to.roles.get(role).copied().flatten()) {
            return other;
        }
        let (Some((_, _, own)), Some((_, _, others))) = (&self.from.pod, &self.to.pod) else { return address };
        let at = own.iter().position(|own| *own == address);
        at.and_then(|at| others.get(at).copied()).unwrap_or(address)
    }

    /// Each is the other: where a list has all nodes but the sender's own, so has the other's.
    fn node(&self, node: NodeId) -> NodeId {
        match node {
            _ if node == self.from.home => self.to.home,
            _ if node == self.to.home => self.from.home,
            _ => node,
        }
    }

    fn pod(&self, pod: PodId) -> PodId {
        match (&self.from.pod, &self.to.pod) {
            (Some((own, _, _)), Some((other, _, _))) if *own == pod => *other,
            _ => pod,
        }
    }

    fn reason(&self, reason: &Reason) -> Reason {
        let text = |value: &String| {
            if *value == *self.from.name {
                return self.to.name.to_string();
            }
            match (&self.from.pod, &self.to.pod) {
                (Some((_, own, _)), Some((_, other, _))) if own == value => other.clone(),
                _ => value.parse().map_or_else(|_| value.clone(), |address| self.address(address).to_string()),
            }
        };
        let arguments = reason.arguments.iter().map(|(name, value)| (*name, text(value)));
        Reason { code: reason.code, arguments: arguments.collect() }
    }
}

impl InPlaceOf<'_> {
    fn nodes(&self, class: &NodeClass) -> NodeClass {
        class.iter().map(|node| self.node(*node)).collect()
    }

    fn route(&self, route: &Route) -> Route {
        let seen = |address: &Option<Address>| address.as_ref().map(|address| self.maybe_known(address));
        let verdicts = route.verdicts.iter();
        Route {
            entry_nodes: self.nodes(&route.entry_nodes),
            door_nodes: self.nodes(&route.door_nodes),
            reason: route.reason.as_ref().map(|reason| self.reason(reason)),
            seen_by_policy: seen(&route.seen_by_policy),
            seen_by_pod: seen(&route.seen_by_pod),
            verdicts: verdicts.map(|(direction, pod, verdict)| (*direction, self.pod(*pod), verdict.clone())).collect(),
            questions: route.questions.iter().map(|question| self.question(question)).collect(),
            assumptions: route.assumptions.iter().map(|reason| self.reason(reason)).collect(),
            hops: route.hops.iter().map(|hop| self.hop(hop)).collect(),
            ..route.clone()
        }
    }
}
