//! Node.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Taint;
use crate::{Labels, Name, Position};

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name.
    pub name: Name,
    /// Its labels.
    pub labels: Labels,
    /// Its annotations, as far as anything here reads them (CNI addresses, `kubesphere.io/snat-node-ips`).
    pub annotations: Labels,
    /// `status.addresses` that are IP addresses, in their order.
    pub addresses: Vec<NodeAddress>,
    /// `spec.podCIDRs`, else `spec.podCIDR`.
    pub pod_cidrs: Vec<IpNet>,
    /// `spec.providerID`: which cloud's machine it is.
    pub provider_id: Option<Name>,
    /// The condition `Ready`; `None` where the object does not have it.
    pub ready: Option<bool>,
    /// `spec.unschedulable`.
    pub unschedulable: bool,
    /// `spec.taints`.
    pub taints: Vec<Taint>,
    /// Where it stands.
    pub position: Position,
}

/// One entry of `status.addresses` that is an IP address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeAddress {
    /// Which network it belongs to.
    pub kind: NodeAddressKind,
    /// The address.
    pub address: IpAddr,
}

/// The type of a node's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeAddressKind {
    /// `InternalIP`.
    Internal,
    /// `ExternalIP`.
    External,
    /// Any other type whose address is an IP address.
    Other,
}

impl Node {
    /// The node's InternalIPs, in their order.
    pub fn internal_addresses(&self) -> impl Iterator<Item = IpAddr> + '_ {
        self.addresses.iter().filter(|address| address.kind == NodeAddressKind::Internal).map(|address| address.address)
    }
}
