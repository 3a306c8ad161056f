//! MetalLB's objects (`metallb.io`): which addresses it gives to Services, and by which nodes it announces them.

use crate::{AddressSet, LabelSelector, Labels, Name, NamespacedName, Position, Readable};

/// An `IPAddressPool`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetalLbPool {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels.
    pub labels: Labels,
    /// `spec.addresses`: cidrs, or `first-last`.
    pub addresses: Vec<Readable<AddressSet>>,
    /// Where it stands.
    pub position: Position,
}

/// An `L2Advertisement` or a `BGPAdvertisement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetalLbAdvertisement {
    /// Which of both.
    pub protocol: AnnouncementProtocol,
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.ipAddressPools`; together with the selectors: both empty means every pool.
    pub pools: Vec<Name>,
    /// `spec.ipAddressPoolSelectors`.
    pub pool_selectors: Vec<LabelSelector>,
    /// `spec.nodeSelectors`; empty means every node.
    pub node_selectors: Vec<LabelSelector>,
    /// `spec.interfaces`, of an `L2Advertisement`; empty means all.
    pub interfaces: Vec<Name>,
    /// Where it stands.
    pub position: Position,
}

impl MetalLbAdvertisement {
    /// Its kind.
    pub fn kind(&self) -> &'static str {
        match self.protocol {
            AnnouncementProtocol::Layer2 => "L2Advertisement",
            AnnouncementProtocol::Bgp => "BGPAdvertisement",
        }
    }
}

/// How an address is made known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnnouncementProtocol {
    /// One node answers for it on the local network (ARP, NDP).
    Layer2,
    /// Routers are told the nodes that lead to it.
    Bgp,
}

impl AnnouncementProtocol {
    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Layer2 => "layer2",
            Self::Bgp => "bgp",
        }
    }
}
