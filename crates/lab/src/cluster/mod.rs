//! A cluster on paper: nodes, pods, clients, and how they are connected.

mod manifest;
mod random;

use std::net::{IpAddr, Ipv4Addr};

pub(crate) use manifest::{kube_proxy_configuration, node_object, objects};

/// What stays the same while worlds come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cluster {
    pub(crate) cni: Cni,
    pub(crate) overlay: Overlay,
    pub(crate) proxy: Proxy,
    pub(crate) nat_outgoing: bool,
    pub(crate) masquerade_all: bool,
    pub(crate) detect_local: DetectLocal,
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
    /// VXLAN between subnets only.
    CrossSubnet,
}

/// kube-proxy's mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proxy {
    Iptables,
    Nftables,
}

/// How kube-proxy knows its node's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DetectLocal {
    ClusterCidr,
    NodeCidr,
    /// `InterfaceNamePrefix` or `BridgeInterface`, as the CNI has it.
    Interface,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) number: u8,
    pub(crate) subnet: Subnet,
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
    pub(crate) address: Ipv4Addr,
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

/// Every pod's address is in here.
pub(crate) const POD_CIDR: &str = "10.244.0.0/16";
/// The clusterIPs.
pub(crate) const SERVICE_CIDR: &str = "10.96.0.0/16";
/// The load balancers' addresses and `externalIPs`.
pub(crate) const EXTERNAL_CIDR: &str = "192.0.2.0/24";
/// The clients behind the router.
pub(crate) const OFF_LAN_CIDR: &str = "198.51.100.0/24";
/// The API server's machine, which is also the router.
pub(crate) const API_SERVER: Ipv4Addr = Ipv4Addr::new(10, 10, 0, 254);

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
        }
    }
}

impl Subnet {
    fn third(self) -> u8 {
        match self {
            Self::A => 10,
            Self::B => 20,
        }
    }

    pub(crate) fn router(self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.third(), 0, 254)
    }
}

impl Node {
    pub(crate) fn name(&self) -> String {
        format!("node{}", self.number)
    }

    pub(crate) fn address(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, self.subnet.third(), 0, 10 + self.number)
    }

    /// The address of its tunnel device: Calico takes one of its pool, flannel the first of the node's block.
    pub(crate) fn tunnel(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 244, self.number, 0)
    }

    /// The address of flannel's bridge.
    pub(crate) fn bridge(&self) -> Ipv4Addr {
        Ipv4Addr::new(10, 244, self.number, 1)
    }

    pub(crate) fn pod_block(&self) -> String {
        format!("10.244.{}.0/24", self.number)
    }

    /// The hardware address of its tunnel device.
    pub(crate) fn tunnel_mac(&self) -> String {
        format!("66:00:00:00:00:{:02x}", self.number)
    }
}

impl Pod {
    pub(crate) fn full_name(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

impl Cluster {
    /// Whether packets between pods on two nodes are wrapped.
    pub(crate) fn tunnels(&self, from: &Node, to: &Node) -> bool {
        match self.overlay {
            Overlay::None => false,
            Overlay::Vxlan => true,
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
    pub(crate) fn address(&self, client: Client) -> IpAddr {
        IpAddr::V4(match client {
            Client::OffLan(_) => Ipv4Addr::new(198, 51, 100, 11),
            Client::OnLan(_) => Ipv4Addr::new(10, 10, 0, 101),
            Client::Node(node) => self.nodes.get(node).map_or(Ipv4Addr::UNSPECIFIED, Node::address),
            Client::Pod(pod) => self.pods.get(pod).map_or(Ipv4Addr::UNSPECIFIED, |pod| pod.address),
        })
    }

    /// Everybody who can call.
    pub(crate) fn clients(&self) -> Vec<Client> {
        let nodes = 0..self.nodes.len();
        let outside = nodes.clone().flat_map(|node| [Client::OffLan(node), Client::OnLan(node), Client::Node(node)]);
        outside.chain((0..self.pods.len()).map(Client::Pod)).collect()
    }
}
