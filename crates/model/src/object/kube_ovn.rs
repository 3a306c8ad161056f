//! kube-ovn's objects (`kubeovn.io/v1`).

use ipnet::IpNet;

use crate::{Name, Position, Readable};

/// A `Subnet`: where pods have their addresses of, and how they are connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeOvnSubnet {
    /// Its name.
    pub name: Name,
    /// `spec.cidrBlock`: one of each family, with a comma between.
    pub cidrs: Readable<Vec<IpNet>>,
    /// `spec.gatewayType` and `spec.gatewayNode`.
    pub gateway: Readable<KubeOvnGateway>,
    /// `spec.vlan`: the part of the physical network that it is.
    pub vlan: Option<Name>,
    /// `spec.vpc`; `None` means the one that nodes are connected to.
    pub vpc: Option<Name>,
    /// `spec.natOutgoing`.
    pub nat_outgoing: bool,
    /// `spec.enableLb`: whether OVN balances what its pods send to a ClusterIP; `None` is as the controller is told.
    pub enable_lb: Option<bool>,
    /// Where it stands.
    pub position: Position,
}

/// By which nodes the pods of a subnet are connected to what is outside of the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KubeOvnGateway {
    /// Each pod by its own.
    Distributed,
    /// All by these; empty where selectors name them.
    Centralized(Vec<Name>),
}
