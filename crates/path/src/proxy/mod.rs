//! What kube-proxy does with a packet: one folder for each mode, and the list of them.
//!
//! A mode says which endpoints a node may pick, whether the packet is marked for masquerading, and what happens where there
//! are none. Which address a masqueraded packet gets is the CNI's and the kernel's affair.

mod antrea;
mod balancing;
mod calico_ebpf;
mod cilium;
pub mod cni;
mod habits;
pub mod iptables;
pub mod ipvs;
mod kube_router;
pub mod nftables;
mod ovn_kubernetes;
mod question;
mod recognition;
mod service_rules;

use std::fmt::Debug;
use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, NodeId, PodId, ServiceId, Snapshot};

pub use self::habits::Habits;
pub(crate) use self::question::{EndpointCache, ProxyQuestion};
pub(crate) use self::service_rules::readable_ranges;
use crate::about::{About, Kind, Statement, node_ports};
use crate::cni::{Family, Out};
use crate::lb::{self, Held};
use crate::network::{Endpoint, EndpointSet, Network, endpoints_expected};
use crate::reason::{ENDPOINTS_NOT_READ, Reason, SOURCE_RANGE};

/// The proxies that are modelled: kube-proxy in each of its modes, then those of CNIs.
pub const MEMBERS: &[&Member] = &[
    &iptables::MEMBER,
    &nftables::MEMBER,
    &ipvs::MEMBER,
    &cilium::MEMBER,
    &calico_ebpf::MEMBER,
    &antrea::MEMBER,
    &ovn_kubernetes::MEMBER,
    &kube_router::MEMBER,
    &cni::MEMBER,
];

/// A proxy in the list.
#[derive(Debug)]
pub struct Member {
    /// Its name: that of its folder.
    pub name: &'static str,
    /// The ways in which it can be set up to forward. The first is what its name alone means.
    pub modes: &'static [Mode],
    /// What it calls itself.
    pub title: &'static str,
    /// The objects and fields in which its settings are found.
    pub reads: &'static [&'static str],
    /// The policy engines that usually go with it.
    pub engines: &'static [&'static str],
    /// A small cluster that shows it.
    pub example: &'static [&'static str],
    /// What in a snapshot shows it, and in which mode; kube-proxy is found by its configuration instead.
    pub(crate) detect: Option<Detect>,
}

/// Finds out in which mode a proxy runs, and what shows it.
type Detect = fn(&Snapshot) -> Option<(ProxyMode, Evidence)>;

/// One way of forwarding, as the user names it.
#[derive(Debug)]
pub struct Mode {
    /// The name on the command line and in answers; for kube-proxy, its own.
    pub name: &'static str,
    /// What distinguishes it.
    pub habits: &'static Habits,
    pub(crate) rules: &'static dyn Proxy,
}

/// How Services are translated.
pub type ProxyMode = &'static Mode;

/// What kube-proxy does on Linux where its configuration names no mode.
pub(crate) const DEFAULT: ProxyMode = &iptables::MODE;

impl PartialEq for Mode {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Mode {}

impl Mode {
    /// Every mode of every member.
    pub fn all() -> impl Iterator<Item = ProxyMode> {
        MEMBERS.iter().flat_map(|member| member.modes)
    }

    /// The mode of that name.
    pub fn named(name: &str) -> Option<ProxyMode> {
        Self::all().find(|mode| mode.name == name)
    }
}

impl Member {
    /// What its page says. Where a mode differs from the first one, the line has the mode's name.
    pub(crate) fn about(&'static self) -> About {
        let mut statements: Vec<Statement> = Vec::new();
        for mode in self.modes {
            for statement in mode.habits.statements() {
                let known = statements.contains(&statement);
                let variant = (self.modes.first() != Some(mode)).then_some(mode.name);
                statements.extend((!known).then_some(Statement { variant, ..statement }));
            }
        }
        About {
            kind: Kind::Proxy,
            name: self.name,
            title: self.title,
            statements,
            reads: self.reads,
            engines: self.engines,
            example: self.example,
            asks: node_ports,
        }
    }
}

/// The mode that kube-proxy's own configuration calls so.
pub(crate) fn of_kube_proxy(name: &str) -> Option<ProxyMode> {
    let members = MEMBERS.iter().filter(|member| member.detect.is_none());
    members.flat_map(|member| member.modes).find(|mode| mode.name == name)
}

/// Whether a mode is kube-proxy's: its configuration says something about it.
pub(crate) fn is_kube_proxy(mode: ProxyMode) -> bool {
    of_kube_proxy(mode.name).is_some()
}

/// Whether of a mode no more is known than that it is a CNI's.
pub(crate) fn is_some_cnis(mode: ProxyMode) -> bool {
    mode.name == "cni"
}

/// The proxies of CNIs that a snapshot shows.
pub(crate) fn detect(snapshot: &Snapshot) -> Vec<(ProxyMode, Evidence)> {
    MEMBERS.iter().filter_map(|member| (member.detect?)(snapshot)).collect()
}

/// Whether nobody can tell if a CNI's proxy stands in kube-proxy's place: the setting that says so cannot be read.
pub(crate) fn is_unreadable(snapshot: &Snapshot) -> bool {
    calico_ebpf::is_unreadable(snapshot)
}

/// The rules of a mode.
pub(crate) trait Proxy: Debug + Send + Sync {
    /// What happens to the destination of a packet on a node.
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation;

    /// The source of a node's process, where the mode changes what the kernel picks for a destination.
    fn process_source(&self, network: &Network<'_>, destination: IpAddr) -> Option<IpAddr> {
        let _ = (network, destination);
        None
    }

    /// Whether a node masquerades what an endpoint sends to itself. Where it does not, the endpoint's own kernel discards the
    /// packet, which comes from its own address.
    fn masquerades_hairpin(&self, node: NodeId, endpoint: &Endpoint) -> bool {
        let _ = (node, endpoint);
        true
    }

    /// The address that a node puts in where it masquerades; `None` where that is the kernel's pick among its devices.
    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        let _ = (network, node, way);
        None
    }

    /// The addresses that a node may put in and that are no device's.
    fn other_sources(&self, node: &Node) -> [Option<IpAddr>; 2] {
        let _ = node;
        [None, None]
    }

    /// Whether the addresses of Services are addresses of every node.
    fn binds_service_addresses(&self) -> bool {
        false
    }

    /// The setting of kube-proxy's configuration that makes it masquerade everything.
    fn masquerade_all_setting(&self) -> &'static str {
        "iptables.masqueradeAll"
    }

    /// When the mode refuses or drops, against the policy of the pod that sends.
    fn refuses(&self) -> Refuses;
}

/// A packet that a proxy masquerades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub(crate) family: Family,
    pub(crate) out: Out,
    /// Whether an endpoint sent it to itself.
    pub(crate) hairpin: Hairpin,
}

/// Whether an endpoint sent a packet to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hairpin {
    Yes,
    No,
}

/// When packets without an endpoint are refused or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refuses {
    /// In a chain before the engine's: no egress policy is asked.
    BeforePolicy,
    /// In the same chains as the engine, behind it.
    AfterPolicy,
}

/// Where a packet came from, on the node that looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Arrival {
    /// A process of the node.
    Process,
    /// A pod of the node.
    Pod(PodId),
    /// The network.
    Network,
}

/// What a mode does with a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Translation {
    /// No rule is about it.
    Untouched,
    /// It goes to one of these.
    Endpoints {
        service: ServiceId,
        set: EndpointSet,
        marks: Box<Marks>,
        /// What was taken for granted about the endpoints.
        assumption: Option<Reason>,
    },
    /// kube-proxy itself answers.
    Answered { service: ServiceId, reason: Reason },
    /// Nothing comes back.
    Dropped { service: ServiceId, reason: Reason },
    /// It is refused.
    Rejected { service: Option<ServiceId>, reason: Reason },
    /// It is a Service's, but the rules leave it alone here, and it goes on as it is.
    PassedOn { service: ServiceId },
    /// Nobody can tell.
    Unknown(Reason),
}

impl Translation {
    /// The same, where the endpoints that it follows from are in the input. Nobody knows those of a Service whose slices nobody had the
    /// right to read: even where the dump has some, there may be others. Nor those of one whose pods are not there yet.
    pub(crate) fn unless_unknown(self, snapshot: &Snapshot) -> Self {
        let (Self::Endpoints { service, .. }
        | Self::Answered { service, .. }
        | Self::Dropped { service, .. }
        | Self::Rejected { service: Some(service), .. }) = self
        else {
            return self;
        };
        let name = &snapshot.services[service].name;
        if snapshot.may_have_more("discovery.k8s.io", "EndpointSlice", &name.namespace) {
            return Self::Unknown(Reason::new(ENDPOINTS_NOT_READ).with("service", name));
        }
        let by_ranges = matches!(&self, Self::Dropped { reason, .. } if reason.code == SOURCE_RANGE);
        let expected = if by_ranges { None } else { endpoints_expected(snapshot, service) };
        expected.map_or(self, Self::Unknown)
    }
}

/// Whether a packet is masqueraded, by where its endpoint is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Towards an endpoint on the node that translates.
    pub(crate) own: Mark,
    /// Towards one on another node.
    pub(crate) other: Mark,
}

impl From<Mark> for Marks {
    fn from(mark: Mark) -> Self {
        Self { own: mark.clone(), other: mark }
    }
}

impl Marks {
    /// The mark towards an endpoint.
    pub(crate) fn toward(&self, node: NodeId, endpoint: &Endpoint) -> &Mark {
        if endpoint.node == Some(node) { &self.own } else { &self.other }
    }
}

/// Whether a packet is masqueraded when it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It keeps its source, as far as kube-proxy is concerned.
    Keep,
    /// It keeps its source, and the answer is taken care of: it is sent directly, or back by the way that the packet came.
    Preserve,
    /// It gets an address of the node.
    Masquerade,
    /// Nobody can tell.
    Unknown(Reason),
}

/// The rules that translate on every node, or why nobody knows them.
pub(crate) fn rules(network: &Network<'_>) -> Result<&'static dyn Proxy, Reason> {
    let mode = network.kube_proxy().mode.value().copied();
    mode.map(|mode| mode.rules).ok_or_else(|| Reason::missing(crate::reason::PROXY_MODE_UNKNOWN, "--proxy-mode"))
}

/// Whether the NodePorts of other nodes are translated, or nobody knows it, where the client is.
pub(crate) fn translates_far_node_ports(network: &Network<'_>) -> bool {
    let mode = network.kube_proxy().mode.value();
    mode.is_some_and(|mode| mode.habits.far_node_port.value != habits::Translated::There)
}

/// Whether the node that a packet came to has its destination because a load balancer put it on the node's NIC.
pub(crate) fn holds(network: &Network<'_>, from: Arrival, destination: IpAddr) -> bool {
    from == Arrival::Network && lb::held_at(network, destination) == Ok(Held::OnNode)
}

/// Whether an address is local on a node, its kube-proxy's own bindings included.
pub(crate) fn is_local(network: &Network<'_>, node: NodeId, address: IpAddr) -> bool {
    network.nodes().is_local(node, address)
        || (network.services().address(address).is_some() && binds_service_addresses(network))
}

/// Whether every node has the addresses of Services itself, as in ipvs mode: requests for Services are then packets for the node.
pub(crate) fn binds_service_addresses(network: &Network<'_>) -> bool {
    rules(network).is_ok_and(Proxy::binds_service_addresses)
}
