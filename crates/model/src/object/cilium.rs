//! Cilium's objects (`cilium.io`): its nodes, pools of addresses for load balancers, and by which nodes they are announced.

use std::net::IpAddr;

use ipnet::IpNet;

use super::metallb::AnnouncementProtocol;
use crate::{AddressSet, LabelSelector, Name, Position, Readable};

/// A `CiliumNode`: what the agent of a node says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiliumNode {
    /// Its name, which is the node's.
    pub name: Name,
    /// The addresses of `cilium_host`: `spec.addresses` of type `CiliumInternalIP`.
    pub internal: Vec<IpAddr>,
    /// `spec.ipam.podCIDRs`: where the node's pods have their addresses of.
    pub pod_cidrs: Vec<IpNet>,
    /// Where it stands.
    pub position: Position,
}

/// A `CiliumLoadBalancerIPPool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiliumPool {
    /// Its name.
    pub name: Name,
    /// `spec.blocks`, or `spec.cidrs` as it was called before.
    pub blocks: Vec<Readable<AddressSet>>,
    /// `spec.disabled`.
    pub disabled: bool,
    /// Where it stands.
    pub position: Position,
}

/// A `CiliumL2AnnouncementPolicy`, a `CiliumBGPPeeringPolicy` or a `CiliumBGPClusterConfig`: nodes that announce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CiliumAnnouncement {
    /// How.
    pub protocol: AnnouncementProtocol,
    /// Its kind.
    pub kind: Name,
    /// Its name.
    pub name: Name,
    /// Whether it is about addresses of load balancers at all.
    pub load_balancers: bool,
    /// The Services whose addresses it announces, each selector enough; empty means all of them, or those that another object
    /// names.
    pub services: Vec<LabelSelector>,
    /// The nodes.
    pub nodes: LabelSelector,
    /// `spec.interfaces`; empty means all.
    pub interfaces: Vec<Name>,
    /// Where it stands.
    pub position: Position,
}
