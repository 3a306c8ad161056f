//! What the user says about the cluster, against what the snapshot shows.

use bulkhead_model::IpNet;
use bulkhead_policy::Profile;

use crate::cni::{CniKind, Tunnel};
use crate::lb::LoadBalancerKind;
use crate::network::{DetectLocal, NodePortAddresses};
use crate::proxy::ProxyMode;

/// Facts that the user gives. What is `None` is read from the snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Overrides {
    /// `--proxy-mode`
    pub proxy_mode: Option<ProxyMode>,
    /// `--cluster-cidr`: the pods' addresses as kube-proxy is told; empty means that it was told none.
    pub cluster_cidr: Option<Vec<IpNet>>,
    /// `--detect-local`
    pub detect_local: Option<DetectLocal>,
    /// `--masquerade-all`
    pub masquerade_all: Option<bool>,
    /// `--nodeport-addresses`
    pub node_port_addresses: Option<NodePortAddresses>,
    /// `--cni`
    pub cni: Option<CniKind>,
    /// `--overlay`
    pub overlay: Option<Overlay>,
    /// `--node-subnets`: the subnets that nodes are in, for CNIs that ask and where no object shows them.
    pub node_subnets: Option<Vec<IpNet>>,
    /// `--nat-outgoing`
    pub nat_outgoing: Option<bool>,
    /// `--load-balancer`: every load balancer is of this implementation.
    pub load_balancer: Option<LoadBalancerKind>,
    /// `--load-balancer-source`: where the addresses of load balancers lie that open connections of their own.
    pub load_balancer_sources: Vec<IpNet>,
    /// `--engine`
    pub engine: Option<&'static Profile>,
}

/// How a CNI carries packets between nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Overlay {
    /// Without encapsulation.
    None,
    /// IP in IP, between any two nodes.
    Ipip,
    /// VXLAN, between any two nodes.
    Vxlan,
    /// IP in IP between nodes of different subnets.
    IpipCrossSubnet,
    /// VXLAN between nodes of different subnets.
    VxlanCrossSubnet,
    /// Geneve, between any two nodes.
    Geneve,
    /// Geneve between nodes of different subnets.
    GeneveCrossSubnet,
    /// `WireGuard`, between any two nodes.
    Wireguard,
}

/// The same, as CNIs work with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carriage {
    /// By routes.
    Plain,
    /// Inside a tunnel, between any two nodes.
    Tunnel(Tunnel),
    /// Inside a tunnel between nodes of different subnets.
    OtherSubnet(Tunnel),
}

impl Overlay {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Ipip,
        Self::Vxlan,
        Self::Geneve,
        Self::Wireguard,
        Self::IpipCrossSubnet,
        Self::VxlanCrossSubnet,
        Self::GeneveCrossSubnet,
    ];

    pub(crate) fn carriage(self) -> Carriage {
        match self {
            Self::None => Carriage::Plain,
            Self::Ipip => Carriage::Tunnel(Tunnel::Ipip),
            Self::Vxlan => Carriage::Tunnel(Tunnel::Vxlan),
            Self::Geneve => Carriage::Tunnel(Tunnel::Geneve),
            Self::Wireguard => Carriage::Tunnel(Tunnel::Wireguard),
            Self::IpipCrossSubnet => Carriage::OtherSubnet(Tunnel::Ipip),
            Self::VxlanCrossSubnet => Carriage::OtherSubnet(Tunnel::Vxlan),
            Self::GeneveCrossSubnet => Carriage::OtherSubnet(Tunnel::Geneve),
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Ipip => "ipip",
            Self::Vxlan => "vxlan",
            Self::IpipCrossSubnet => "ipip-crosssubnet",
            Self::VxlanCrossSubnet => "vxlan-crosssubnet",
            Self::Geneve => "geneve",
            Self::GeneveCrossSubnet => "geneve-crosssubnet",
            Self::Wireguard => "wireguard",
        }
    }

    /// The overlay of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|overlay| overlay.name() == name)
    }
}
