//! Cilium's objects (`cilium.io`) about addresses of load balancers: pools, and by which nodes they are announced.

use super::metallb::AnnouncementProtocol;
use crate::{AddressSet, LabelSelector, Name, Position, Readable};

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
