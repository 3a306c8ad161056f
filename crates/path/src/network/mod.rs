//! Everything that questions share, resolved once.

mod cohorts;
mod endpoints;
mod expected;
mod host_ports;
mod kube_proxy;
mod node_port_ranges;
mod nodes;
mod overruled;
mod services;

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

use bulkhead_model::{AddressSet, IpNet, Issue};
use bulkhead_policy::{Party, Policies, Question, Verdict};
use bulkhead_snapshot::{Evidence, Fact, NodeId, PodId, Snapshot};

pub(crate) use self::cohorts::{ByCohort, Cohorts};
pub(crate) use self::endpoints::{Endpoint, EndpointSet, Endpoints, SetKey};
pub(crate) use self::expected::endpoints_expected;
use self::host_ports::HostPorts;
pub use self::kube_proxy::{DetectLocal, KubeProxy, NodePortAddresses};
pub(crate) use self::node_port_ranges::{NodePortRanges, Outside};
pub(crate) use self::nodes::Nodes;
pub(crate) use self::services::{AddressKind, AddressRule, Found, PortOf, Services, addresses_of, port_of};
use crate::Overrides;
use crate::cni::{self, Cni, CniKind, Family};
use crate::gateway::{self, Gateway};
use crate::lb::{self, LoadBalancerKind, NodeLists, Running};
use crate::reason::{CNI_UNKNOWN, NODE_ADDRESS_UNKNOWN, Reason};

/// A cluster's network: the snapshot, the facts about it, and indices.
#[derive(Clone, Debug)]
pub struct Network<'a> {
    snapshot: &'a Snapshot,
    resolved: Arc<Resolved>,
    host_ports: Arc<HostPorts>,
    /// The pods of implementations of load balancers, found where they are asked for.
    balancers_running: Arc<OnceLock<Vec<Running>>>,
    judging: Judging,
    pod_routes: PodRoutes,
}

/// Whether routers outside know the way to each pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PodRoutes {
    /// As far as the CNI announces them.
    Announced,
    /// The user says so.
    Told,
}

/// Who judges packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judging {
    Policies,
    /// An engine that looks and lets everything pass.
    Nobody,
}

#[derive(Debug)]
struct Resolved {
    kube_proxy: KubeProxy,
    cni_kind: Fact<CniKind>,
    cni: Option<Box<dyn Cni>>,
    nodes: Nodes,
    services: Services,
    cohorts: Cohorts,
    /// Where pods' addresses come from.
    pod_ranges: AddressSet,
    gateways: Vec<Gateway>,
    load_balancer: Option<LoadBalancerKind>,
    balancer_blocks: Vec<IpNet>,
    /// What gateways outside publish of their addresses.
    published_blocks: Vec<IpNet>,
    /// The first node that says of which cloud it is a machine.
    first_machine: Option<NodeId>,
    node_lists: OnceLock<NodeLists>,
    policies: Policies,
    node_port_ranges: Option<NodePortRanges>,
    issues: Vec<Issue>,
}

/// The addresses of a network's nodes, for routes that are made where somebody reads them.
#[derive(Clone)]
pub struct NodeAddresses(Arc<Resolved>);

impl NodeAddresses {
    pub(crate) fn roles(&self, node: NodeId) -> Arc<[Option<IpAddr>]> {
        Arc::clone(&self.0.nodes.row(node).roles)
    }
}

impl std::fmt::Debug for NodeAddresses {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NodeAddresses").finish_non_exhaustive()
    }
}

impl<'a> Network<'a> {
    /// Finds out how the network of a snapshot works. What the user says stands before what the snapshot shows.
    pub fn new(snapshot: &'a Snapshot, overrides: &Overrides) -> Self {
        let (kube_proxy, mut issues) = KubeProxy::of(snapshot, overrides);
        let cni_kind = cni::detect(snapshot, overrides.cni);
        let cni = cni_kind.value().map(|member| (member.read)(snapshot, overrides));
        let engine = bulkhead_policy::Overrides { engine: overrides.engine };
        let nodes = Nodes::of(snapshot, cni.as_deref(), kube_proxy.mode.value().copied());
        issues.extend(cni.iter().flat_map(|cni| cni.contradictions()));
        issues.extend(nodes.shared_with_pods(snapshot));
        if *overrides != Overrides::default() {
            issues.extend(overruled::issues(snapshot, overrides));
        }
        let services = Services::of(snapshot);
        let policies = Policies::with_overrides(snapshot, &engine);
        let resolved = Resolved {
            cohorts: Cohorts::of(snapshot, &nodes, &services, &kube_proxy),
            nodes,
            services,
            pod_ranges: pod_ranges(snapshot, &kube_proxy),
            gateways: gateway::all(snapshot),
            load_balancer: overrides.load_balancer,
            balancer_blocks: overrides.load_balancer_sources.clone(),
            published_blocks: gateway::published_blocks(),
            first_machine: snapshot.nodes.iter().find(|(_, node)| node.provider_id.is_some()).map(|(id, _)| id),
            node_lists: OnceLock::new(),
            node_port_ranges: NodePortRanges::of(snapshot, &policies),
            policies,
            kube_proxy,
            cni_kind,
            cni,
            issues,
        };
        let host_ports = Arc::new(HostPorts::of(snapshot));
        Self {
            snapshot,
            resolved: Arc::new(resolved),
            host_ports,
            balancers_running: Arc::default(),
            judging: Judging::Policies,
            pod_routes: PodRoutes::Announced,
        }
    }

    /// The same network with some pods on other nodes: `moved` is this network's snapshot after
    /// [`Moving::put`](bulkhead_snapshot::Moving::put) of these.
    #[must_use]
    pub fn with_pods_moved<'b>(&self, moved: &'b Snapshot, pods: impl Iterator<Item = PodId>) -> Network<'b> {
        let pods: Vec<PodId> = pods.collect();
        let host_ports = self.host_ports.with_moved(pods.iter().copied(), moved);
        let balancers_move = pods.iter().any(|pod| lb::is_balancer(&moved.pods[*pod]));
        Network {
            snapshot: moved,
            resolved: Arc::clone(&self.resolved),
            host_ports: host_ports.map_or_else(|| Arc::clone(&self.host_ports), Arc::new),
            balancers_running: if balancers_move { Arc::default() } else { Arc::clone(&self.balancers_running) },
            judging: self.judging,
            pod_routes: self.pod_routes,
        }
    }

    /// The same network with clients outside that are routed straight to pods, as the user says.
    #[must_use]
    pub fn with_pods_routed(&self) -> Self {
        Self { pod_routes: PodRoutes::Told, ..self.clone() }
    }

    pub(crate) fn routes_to_pods_are_told(&self) -> bool {
        self.pod_routes == PodRoutes::Told
    }

    /// Whether an address is a node's, its tunnels' included.
    pub fn is_node_address(&self, address: IpAddr) -> bool {
        !self.nodes().with_address(address).is_empty()
    }

    /// Whether an address of a set is a node's, its tunnels' included.
    pub fn has_node_address_in(&self, set: &AddressSet) -> bool {
        self.nodes().any_in(set)
    }

    /// The kind of a node: nodes of one kind send alike, addresses aside.
    pub fn node_kind(&self, node: NodeId) -> u32 {
        self.nodes().row(node).kind
    }

    /// The address that is to `other` what `address` is to `node` (its own, its tunnel's); `None` where it is nothing to it.
    pub fn same_role(&self, node: NodeId, address: IpAddr, other: NodeId) -> Option<IpAddr> {
        let role = self.nodes().row(node).roles.iter().position(|role| *role == Some(address))?;
        self.nodes().row(other).roles.get(role).copied().flatten()
    }

    /// The place of an address among those that a node may put in; `None` for one that is nothing to it.
    pub fn role_of(&self, node: NodeId, address: IpAddr) -> Option<usize> {
        self.nodes().row(node).roles.iter().position(|role| *role == Some(address))
    }

    /// The address of that place.
    pub fn address_in_role(&self, node: NodeId, role: usize) -> Option<IpAddr> {
        self.nodes().row(node).roles.get(role).copied().flatten()
    }

    /// The addresses that a node has or may put in, its tunnels' included.
    pub fn addresses_of_node(&self, node: NodeId) -> impl Iterator<Item = IpAddr> + '_ {
        self.nodes().row(node).roles.iter().copied().flatten()
    }

    /// The nodes that have an address, their tunnels' included.
    pub fn nodes_with(&self, address: IpAddr) -> &[NodeId] {
        self.nodes().with_address(address)
    }

    /// The nodes' addresses, for whoever makes routes later.
    pub fn node_addresses(&self) -> NodeAddresses {
        NodeAddresses(Arc::clone(&self.resolved))
    }

    /// The same network with an engine that looks and lets everything pass: every route says which source its policy would
    /// see, and none is denied.
    #[must_use]
    pub fn without_policies(&self) -> Self {
        Self { judging: Judging::Nobody, ..self.clone() }
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.snapshot
    }

    /// How kube-proxy runs.
    pub fn kube_proxy(&self) -> &KubeProxy {
        &self.resolved.kube_proxy
    }

    /// Which CNI connects the pods.
    pub fn cni(&self) -> &Fact<CniKind> {
        &self.resolved.cni_kind
    }

    /// The policies, and the engine that enforces them.
    pub fn policies(&self) -> &Policies {
        &self.resolved.policies
    }

    /// What could not be read while the network was resolved.
    pub fn issues(&self) -> &[Issue] {
        &self.resolved.issues
    }

    /// Every fact that answers depend on, by a stable name, with what shows it.
    pub fn facts(&self) -> Vec<(&'static str, String, Option<&Evidence>)> {
        let proxy = self.kube_proxy();
        vec![
            shown("proxyMode", &proxy.mode, |mode| mode.name.to_owned()),
            shown("clusterCidr", &proxy.cluster_cidr, |cidrs| {
                cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
            }),
            shown("detectLocal", &proxy.detect_local, kube_proxy::DetectLocal::text),
            shown("masqueradeAll", &proxy.masquerade_all, ToString::to_string),
            shown("nodePortAddresses", &proxy.node_port_addresses, kube_proxy::NodePortAddresses::text),
            shown("cni", self.cni(), |member| member.name.to_owned()),
            shown("engine", &self.policies().engine().known, |profile| profile.name.to_owned()),
        ]
    }

    pub(crate) fn nodes(&self) -> &Nodes {
        &self.resolved.nodes
    }

    pub(crate) fn cohorts(&self) -> &Cohorts {
        &self.resolved.cohorts
    }

    pub(crate) fn services(&self) -> &Services {
        &self.resolved.services
    }

    pub(crate) fn host_ports(&self) -> &HostPorts {
        &self.host_ports
    }

    pub(crate) fn gateways(&self) -> &[Gateway] {
        &self.resolved.gateways
    }

    /// The implementation that the user says every load balancer is of.
    pub(crate) fn load_balancer_override(&self) -> Option<LoadBalancerKind> {
        self.resolved.load_balancer
    }

    /// The first node that says of which cloud it is a machine.
    pub(crate) fn first_machine(&self) -> Option<NodeId> {
        self.resolved.first_machine
    }

    /// The pods of each implementation of load balancers, in the order of their list.
    pub(crate) fn balancers_running(&self) -> &[Running] {
        self.balancers_running.get_or_init(|| lb::running(self.snapshot))
    }

    /// Which ports the engine takes for NodePorts, where it asks for them.
    pub(crate) fn node_port_ranges(&self) -> Option<&NodePortRanges> {
        self.resolved.node_port_ranges.as_ref()
    }

    /// Lists of nodes that load balancers share.
    pub(crate) fn node_lists(&self) -> &NodeLists {
        self.resolved.node_lists.get_or_init(|| NodeLists::of(self.snapshot))
    }

    /// Where the addresses of load balancers that open connections of their own lie, as the user says.
    pub fn balancer_blocks(&self) -> &[IpNet] {
        &self.resolved.balancer_blocks
    }

    /// The block of a load balancer's, or of a gateway's, own addresses for which an address stands in routes.
    pub fn balancer_block_of(&self, address: IpAddr) -> Option<IpNet> {
        let published = &self.resolved.published_blocks;
        let mut blocks = self.balancer_blocks().iter().chain(published).copied();
        blocks.find(|block| Self::balancer_representative(block) == address)
    }

    /// The address that stands for a block of a load balancer's addresses in routes.
    pub fn balancer_representative(block: &IpNet) -> IpAddr {
        block.hosts().next().unwrap_or_else(|| block.addr())
    }

    /// The CNI, or why nobody knows it.
    pub(crate) fn cni_rules(&self) -> Result<&dyn Cni, Reason> {
        self.resolved.cni.as_deref().ok_or_else(|| Reason::missing(CNI_UNKNOWN, "--cni"))
    }

    /// The address of a node's NIC.
    pub(crate) fn primary_address(&self, node: NodeId, family: Family) -> Result<IpAddr, Reason> {
        let known = self.nodes().row(node).primary.get(family.index()).copied().flatten();
        known.ok_or_else(|| {
            let name = &self.snapshot.nodes[node].name;
            Reason::new(NODE_ADDRESS_UNKNOWN).with("node", name).with("family", family.name())
        })
    }

    /// Whose an address is, as an engine sees it.
    pub(crate) fn party(&self, address: Option<IpAddr>) -> Party {
        let only = |address: IpAddr| match self.snapshot.pods_with_address(address) {
            [pod] => Some(*pod),
            _ => None,
        };
        let node = address.and_then(|address| self.nodes().with_address(address).first().copied());
        Party { address, pod: address.and_then(only), node, identity: None }
    }

    /// Whether another pod, or a node, has an address of a pod, too.
    pub fn shares_address(&self, pod: PodId) -> bool {
        let is_shared = |address: &IpAddr| {
            self.snapshot.pods_with_address(*address) != [pod] || !self.nodes().with_address(*address).is_empty()
        };
        self.snapshot.pods[pod].addresses.iter().any(is_shared)
    }

    /// Whether an address lies in the pods' ranges, as far as the snapshot names them.
    pub(crate) fn in_cluster_ranges(&self, address: IpAddr) -> bool {
        self.resolved.pod_ranges.contains(address)
    }

    /// Whether packets are judged at all: `false` where every verdict is the same.
    pub(crate) fn judges(&self) -> bool {
        self.judging == Judging::Policies
    }

    /// What the policies say.
    pub(crate) fn judge(&self, question: &Question) -> Verdict {
        match self.judging {
            Judging::Policies => bulkhead_policy::decide(self.snapshot, self.policies(), question),
            Judging::Nobody => Verdict::Allow { rules: Vec::new(), deviations: Vec::new() },
        }
    }

    /// Whether somebody looks at packets at all.
    pub(crate) fn enforces(&self) -> bool {
        self.judging == Judging::Nobody || self.policies().engine().enforces() != bulkhead_policy::Answer::No
    }
}

fn pod_ranges(snapshot: &Snapshot, proxy: &KubeProxy) -> AddressSet {
    let configured = proxy.cluster_cidr.value().into_iter().flatten();
    let of_nodes = snapshot.nodes.rows().iter().flat_map(|node| &node.pod_cidrs);
    let of_pools = snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known());
    configured.chain(of_nodes).chain(of_pools).copied().collect()
}

fn shown<'f, T>(
    name: &'static str,
    fact: &'f Fact<T>,
    text: impl Fn(&T) -> String,
) -> (&'static str, String, Option<&'f Evidence>) {
    match fact {
        Fact::Known { value, evidence } => (name, text(value), Some(evidence)),
        Fact::Unknown | Fact::Contradicted { .. } => (name, "unknown".to_owned(), None),
    }
}
