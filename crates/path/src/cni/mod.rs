//! How a CNI connects pods: one folder for each, and the list of them.
//!
//! A member says how packets get from node to node, which addresses its devices have, what it masquerades by itself, and
//! what a pod's interface is called. Whether policies are enforced is the engine's affair (`policy`), not the CNI's.

mod annotation;
pub(crate) mod antrea;
mod aws_vpc_cni;
pub mod calico;
pub mod canal;
pub(crate) mod cilium;
pub mod flannel;
mod kindnet;
mod kube_ovn;
mod kube_router;
mod ovn_kubernetes;
mod source_selection;
mod standard;
mod subnets;
mod wiring;

use std::fmt::Debug;
use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_model::{IpNet, Issue};
use bulkhead_snapshot::{Evidence, Fact, Snapshot};

pub use self::wiring::Wiring;
use crate::Overrides;
use crate::about::{About, Kind, node_ports};
use crate::reason::Reason;

/// The CNIs that are modelled. Where several are seen, an earlier one takes precedence over those that it is made of.
pub const MEMBERS: &[&Member] = &[
    &canal::MEMBER,
    &calico::MEMBER,
    &flannel::MEMBER,
    &cilium::MEMBER,
    &antrea::MEMBER,
    &kube_router::MEMBER,
    &kube_ovn::MEMBER,
    &ovn_kubernetes::MEMBER,
    &kindnet::MEMBER,
    &aws_vpc_cni::MEMBER,
];

/// A CNI in the list.
#[derive(Debug)]
pub struct Member {
    /// The name on the command line and in answers.
    pub name: &'static str,
    /// What it calls itself.
    pub title: &'static str,
    /// What distinguishes it.
    pub wiring: &'static Wiring,
    /// The objects and fields in which its settings are found.
    pub reads: &'static [&'static str],
    /// The policy engines that usually go with it.
    pub engines: &'static [&'static str],
    /// A small cluster that shows it.
    pub example: &'static [&'static str],
    /// The members that this one is made of: seeing those, too, is no contradiction.
    pub(crate) parts: &'static [&'static str],
    /// What in a snapshot shows it.
    pub(crate) detect: fn(&Snapshot) -> Option<Evidence>,
    /// Reads its settings.
    pub(crate) read: fn(&Snapshot, &Overrides) -> Box<dyn Cni>,
}

/// A CNI, as the user names it.
pub type CniKind = &'static Member;

impl Member {
    /// The CNI of that name.
    pub fn named(name: &str) -> Option<CniKind> {
        MEMBERS.iter().copied().find(|member| member.name == name)
    }
}

impl Member {
    /// What its page says.
    pub(crate) fn about(&'static self) -> About {
        About {
            kind: Kind::Cni,
            name: self.name,
            title: self.title,
            statements: self.wiring.statements(),
            reads: self.reads,
            engines: self.engines,
            example: self.example,
            asks: node_ports,
        }
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Member {}

/// Which CNI a snapshot shows.
pub(crate) fn detect(snapshot: &Snapshot, named: Option<CniKind>) -> Fact<CniKind> {
    if let Some(member) = named {
        return Fact::known(member, Evidence::Override { option: "--cni" });
    }
    let mut seen: Vec<(CniKind, Evidence)> = Vec::new();
    for member in MEMBERS.iter().copied() {
        let part = seen.iter().any(|(whole, _)| whole.parts.contains(&member.name));
        if let Some(evidence) = (member.detect)(snapshot).filter(|_| !part) {
            seen.push((member, evidence));
        }
    }
    match seen.as_slice() {
        [] => Fact::Unknown,
        [(member, evidence)] => Fact::known(*member, evidence.clone()),
        several => Fact::Contradicted { evidence: several.iter().map(|(_, evidence)| evidence.clone()).collect() },
    }
}

/// IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4
    V4,
    /// IPv6
    V6,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// `IPv4` or `IPv6`.
    pub fn name(self) -> &'static str {
        match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        }
    }

    /// 0 or 1.
    pub(crate) fn index(self) -> usize {
        usize::from(self == Self::V6)
    }
}

/// A kind of tunnel device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tunnel {
    /// `tunl0`
    Ipip,
    /// `vxlan.calico`, `flannel.1`
    Vxlan,
    /// The port of a switch.
    Geneve,
    /// The port of a switch.
    Gre,
    /// `wireguard.cali`, `flannel-wg`
    Wireguard,
}

impl Tunnel {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ipip, Self::Vxlan, Self::Geneve, Self::Gre, Self::Wireguard];

    /// The stable word in [`Step::Forward`](crate::Step::Forward).
    pub fn name(self) -> &'static str {
        match self {
            Self::Ipip => "ipip",
            Self::Vxlan => "vxlan",
            Self::Geneve => "geneve",
            Self::Gre => "gre",
            Self::Wireguard => "wireguard",
        }
    }
}

/// How a packet gets from a node to a pod on another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Link {
    /// By a route over the NIC.
    Plain,
    /// Inside a tunnel.
    Tunnel(Tunnel),
}

/// By which device a packet leaves the stack of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Out {
    /// The interface of a pod on this node.
    OwnPod,
    /// The NIC, towards a pod on another node.
    PodLink(Link),
    /// The NIC, towards a node or out of the cluster.
    Nic,
}

/// What the packets of this node's pods come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PodInterface {
    /// One interface for each pod; their names begin so.
    EachPod(String),
    /// One bridge for all of them.
    Bridge(String),
}

/// What happens to a packet from a pod to its own node, after the pod's egress policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EndpointToHost {
    /// It is accepted before kube-proxy's rules of the same chain.
    Accept,
    /// The other rules of the chain decide.
    Return,
    /// It is dropped.
    Drop,
}

/// An address that a kernel picks, and what was assumed about the node for that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picked {
    pub(crate) address: IpAddr,
    pub(crate) assumption: Option<Reason>,
}

/// A packet that is about to leave a node's stack, as the CNI's own source NAT rules see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving<'a> {
    pub(crate) node: &'a Node,
    pub(crate) source: IpAddr,
    /// Whether the source is an address of this node.
    pub(crate) source_is_own: bool,
    pub(crate) destination: IpAddr,
    /// Whether the destination is an address of some node.
    pub(crate) destination_is_node: bool,
    /// What the client called.
    pub(crate) called: Called,
    pub(crate) out: Out,
}

/// What a client called, beside where its packet is going now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// The destination itself.
    Destination,
    /// A Service's ClusterIP.
    ClusterIp,
    /// Another address that was translated.
    Other,
}

/// A CNI with its settings.
pub(crate) trait Cni: Debug + Send + Sync {
    /// How a packet gets from one node to a pod on another.
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason>;

    /// The address of the NIC that carries pod traffic; `None` where only the `InternalIP` is known.
    fn nic_address(&self, node: &Node, family: Family) -> Option<IpAddr>;

    /// The address of a node's tunnel device.
    fn tunnel_address(&self, node: &Node, tunnel: Tunnel, family: Family) -> Result<IpAddr, Reason>;

    /// The source that the kernel of a node picks towards a pod of another node, without a tunnel; `None` where it is the NIC's
    /// address. `nic` is the node's address of that family.
    fn plain_address(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        let _ = (node, pod, nic);
        None
    }

    /// The source that a process of a node has towards a pod, where it is another one than masquerading puts in.
    fn process_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        let _ = (node, pod, nic);
        None
    }

    /// The addresses of a node's devices of this CNI: they are addresses of the node.
    fn device_addresses(&self, node: &Node) -> Vec<IpAddr>;

    /// The source that the kernel of a node picks towards a pod of its own; `nic` is the node's address of that family.
    fn own_pod_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason>;

    /// Whether the CNI's rules masquerade a packet that kube-proxy does not.
    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason>;

    /// What is assumed wherever [`Self::masquerades`] says yes.
    fn masquerade_assumption(&self) -> Option<Reason> {
        None
    }

    /// What is assumed where a packet from outside keeps its source towards a pod.
    fn keep_assumption(&self, leaving: &Leaving<'_>) -> Option<Reason> {
        let _ = leaving;
        None
    }

    /// What the packets of this node's pods come from.
    fn pod_interface(&self) -> PodInterface;

    /// What happens to a packet from a pod to its own node.
    fn endpoint_to_host(&self, node: &Node) -> Result<EndpointToHost, Reason>;

    /// Whether a pod's address is routed without encapsulation, so that routers outside can be told where it is.
    fn announces_pods(&self, pod: IpAddr) -> bool;

    /// Which of the ranges that its rules ask sources about holds an address: addresses of the same one are treated alike.
    fn source_range(&self, address: IpAddr) -> Option<usize>;

    /// Whether a node picks among its own addresses by how much of one it shares with the destination, wherever that is.
    fn picks_by_prefix(&self) -> bool {
        false
    }

    /// What in its settings contradicts itself.
    fn contradictions(&self) -> Vec<Issue> {
        Vec::new()
    }

    /// Two nodes with equal keys send alike to every third one, addresses aside.
    fn node_key(&self, node: &Node) -> String;
}

/// The range that a node's pods have their addresses of, where it is the CNI that divides the node's podCIDR.
pub(crate) fn pod_cidr(node: &Node, family: Family) -> Option<IpNet> {
    node.pod_cidrs.iter().copied().find(|cidr| Family::of(cidr.addr()) == family)
}

/// The first address of a range that a host can have: that of a bridge or a gateway.
pub(crate) fn first_host(cidr: IpNet) -> Option<IpAddr> {
    next_address(cidr.network())
}

/// The address behind another.
pub(crate) fn next_address(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => Some(IpAddr::from(std::net::Ipv4Addr::from(u32::from(address).checked_add(1)?))),
        IpAddr::V6(address) => Some(IpAddr::from(std::net::Ipv6Addr::from(u128::from(address).checked_add(1)?))),
    }
}

/// Whether a workload of that kind and name, in any namespace, is in the snapshot: evidence that shows a component.
pub(crate) fn daemon_set(snapshot: &Snapshot, is_it: impl Fn(&str) -> bool) -> Option<Evidence> {
    use bulkhead_model::ObjectRef;
    use bulkhead_model::object::WorkloadKind;
    let found =
        snapshot.workloads.iter().find(|load| load.kind == WorkloadKind::DaemonSet && is_it(&load.name.name))?;
    Some(Evidence::Field {
        object: ObjectRef::namespaced("DaemonSet", &found.name),
        field: "metadata.name".to_owned(),
        value: found.name.name.to_string(),
        position: found.position,
    })
}

/// Evidence of an annotation on any node.
pub(crate) fn node_annotation(snapshot: &Snapshot, keys: &[&str]) -> Option<Evidence> {
    use bulkhead_model::ObjectRef;
    for (_, node) in snapshot.nodes.iter() {
        for key in keys {
            if let Some(value) = node.annotations.get(key) {
                return Some(Evidence::Field {
                    object: ObjectRef::cluster("Node", node.name.clone()),
                    field: format!("metadata.annotations[\"{key}\"]"),
                    value: value.to_string(),
                    position: node.position,
                });
            }
        }
    }
    None
}
