//! A cluster on paper: nodes, pods, clients, and how they are connected.

mod address;
mod manifest;
mod random;
mod smaller;

use std::net::IpAddr;

use bulkhead_analysis::path::Family;

pub(crate) use address::{
    api_server, cluster_ip, external, external_cidr, lan_cidr, lan_length, off_lan, off_lan_cidr, pod_cidr,
    service_cidr, table_family, whole_length,
};
pub(crate) use manifest::{kube_proxy_configuration, node_object, objects};
pub(crate) use smaller::{Scene, smaller};

/// What stays the same while worlds come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) cni: Cni,
    pub(crate) overlay: Overlay,
    pub(crate) proxy: Proxy,
    pub(crate) nat_outgoing: bool,
    pub(crate) masquerade_all: bool,
    pub(crate) detect_local: DetectLocal,
    pub(crate) node_ports_at: NodePortsAt,
    /// IPv4, or both: every machine has an address of each.
    pub(crate) families: Vec<Family>,
    pub(crate) nodes: Vec<Node>,
    pub(crate) pods: Vec<Pod>,
}

/// How pods hang on nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cni {
    /// Calico: a route to each pod's own interface.
    Calico,
    /// flannel: a bridge.
    Flannel,
}

/// How packets get from node to node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overlay {
    None,
    Vxlan,
    /// Only on a kernel that has it.
    Ipip,
    /// VXLAN between subnets only.
    CrossSubnet,
}

/// kube-proxy's mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    Iptables,
    Nftables,
    /// Only on a kernel that has it.
    Ipvs,
}

/// The kernel that the lab runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kernel {
    /// This machine's: kube-proxy in iptables and nftables mode; no overlay and VXLAN.
    Host,
    /// One in a virtual machine, which has everything, and is slow: kube-proxy in ipvs mode; no overlay, VXLAN and IPIP.
    Second,
}

/// How kube-proxy knows its node's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DetectLocal {
    ClusterCidr,
    NodeCidr,
    /// `InterfaceNamePrefix` or `BridgeInterface`, as the CNI has it.
    Interface,
}

/// kube-proxy's `nodePortAddresses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NodePortsAt {
    /// Nothing is said: what the mode does by itself.
    Unsaid,
    Primary,
    /// The first subnet only.
    LanA,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) number: u8,
    pub(crate) subnet: Subnet,
    /// `topology.kubernetes.io/zone`
    pub(crate) zone: Option<&'static str>,
}

/// Where a node's NIC is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subnet {
    /// `10.10.0.0/24`, with the API server and the client in the LAN.
    A,
    /// `10.20.0.0/24`, behind the router.
    B,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pod {
    pub(crate) namespace: &'static str,
    pub(crate) name: String,
    pub(crate) app: &'static str,
    /// Index into the nodes.
    pub(crate) node: usize,
    pub(crate) host_network: bool,
    /// The last part of its own addresses.
    pub(crate) host: u8,
    pub(crate) ports: Vec<ContainerPort>,
}

/// A port that a pod listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContainerPort {
    pub(crate) name: &'static str,
    pub(crate) number: u16,
    pub(crate) protocol: Protocol,
    pub(crate) host_port: Option<u16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Protocol {
    Tcp,
    Udp,
}

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Client {
    /// Behind the router; its packets for addresses that are no machine's come in by this node. Which one it is, each packet
    /// says by its type of service ([`type_of_service`]), so that one address can come in everywhere.
    OffLan(usize),
    /// In the nodes' subnet; the same.
    OnLan(usize),
    /// A process on a node.
    Node(usize),
    /// A pod.
    Pod(usize),
}

/// The nodePorts, as iptables and nft write ranges.
pub(crate) const NODE_PORTS: &str = "30000:32767";

/// The node to which the router hands packets for an address of no machine, where nothing says otherwise.
pub(crate) const ANNOUNCER: usize = 0;

/// The type of service of packets that shall come in by a node, where the network outside decides.
pub(crate) fn type_of_service(node: usize) -> u32 {
    4 * (1 + u32::try_from(node).unwrap_or_default())
}

impl Protocol {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
        }
    }
}

impl Proxy {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Iptables => "iptables",
            Self::Nftables => "nftables",
            Self::Ipvs => "ipvs",
        }
    }
}

impl Node {
    pub(crate) fn name(&self) -> String {
        format!("node{}", self.number)
    }
}

/// How much can be asked of a kernel in what time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pace {
    /// Cases of a world.
    pub(crate) cases: usize,
    /// Attempts at the same time.
    pub(crate) at_once: usize,
    /// Attempts for each endpoint that is possible.
    pub(crate) per_endpoint: usize,
}

impl Pod {
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl Cluster {
    pub(crate) fn pace(&self) -> Pace {
        match self.proxy {
            // (1 - 1/n)^(18 n) is less than 2 in a hundred million.
            Proxy::Iptables | Proxy::Nftables => Pace { cases: 70, at_once: 1200, per_endpoint: 18 },
            // A processor that another program plays; endpoints take turns, so that fewer attempts see them all.
            Proxy::Ipvs => Pace { cases: 30, at_once: 50, per_endpoint: 6 },
        }
    }

    /// Whether packets between pods on two nodes are wrapped.
    pub(crate) fn tunnels(&self, from: &Node, to: &Node) -> bool {
        match self.overlay {
            Overlay::None => false,
            Overlay::Vxlan | Overlay::Ipip => true,
            Overlay::CrossSubnet => from.subnet != to.subnet,
        }
    }

    /// The kernel's name of a pod's interface on its node.
    pub(crate) fn pod_interface(&self, pod: usize) -> String {
        match self.cni {
            Cni::Calico => format!("cali{pod}"),
            Cni::Flannel => format!("veth{pod}"),
        }
    }

    /// A client's own address.
    pub(crate) fn address(&self, client: Client, family: Family) -> IpAddr {
        let nowhere = || address::external(family, 0);
        match client {
            Client::OffLan(_) => address::off_lan(family, 11),
            Client::OnLan(_) => Subnet::A.address(family, 101),
            Client::Node(node) => self.nodes.get(node).map_or_else(nowhere, |node| node.address(family)),
            Client::Pod(pod) => self.pods.get(pod).map_or_else(nowhere, |pod| self.pod_address(pod, family)),
        }
    }

    /// A pod's address: its node's, where it is on the node's own network.
    pub(crate) fn pod_address(&self, pod: &Pod, family: Family) -> IpAddr {
        let of = |node: &Node| if pod.host_network { node.address(family) } else { node.in_block(family, pod.host) };
        self.nodes.get(pod.node).map_or_else(|| address::external(family, 0), of)
    }

    /// Everybody who can call.
    pub(crate) fn clients(&self) -> Vec<Client> {
        let nodes = 0..self.nodes.len();
        let outside = nodes.clone().flat_map(|node| [Client::OffLan(node), Client::OnLan(node), Client::Node(node)]);
        outside.chain((0..self.pods.len()).map(Client::Pod)).collect()
    }
}
