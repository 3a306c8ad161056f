//! Calico's objects (`crd.projectcalico.org/v1`, `projectcalico.org/v3`).

use std::collections::BTreeMap;

use ipnet::IpNet;

use crate::{Name, Position, Readable};

/// An IPPool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IpPool {
    /// Its name.
    pub name: Name,
    /// `spec.cidr`.
    pub cidr: Readable<IpNet>,
    /// `spec.ipipMode`.
    pub ipip: Readable<OverlayMode>,
    /// `spec.vxlanMode`.
    pub vxlan: Readable<OverlayMode>,
    /// `spec.natOutgoing`.
    pub nat_outgoing: bool,
    /// `spec.disabled`.
    pub disabled: bool,
    /// Where it stands.
    pub position: Position,
}

impl IpPool {
    /// Whether it asks for both overlays, which Calico refuses (`libcalico-go/lib/validator`): nobody knows which one there is.
    pub fn has_two_overlays(&self) -> bool {
        let asks = |mode: &Readable<OverlayMode>| mode.known().is_some_and(|mode| *mode != OverlayMode::Never);
        asks(&self.ipip) && asks(&self.vxlan)
    }

    /// Whether another one of the same addresses says something else about them.
    pub fn contradicts(&self, other: &Self) -> bool {
        let said = |pool: &Self| (pool.ipip.clone(), pool.vxlan.clone(), pool.nat_outgoing);
        let (Some(own), Some(others)) = (self.cidr.known(), other.cidr.known()) else { return false };
        own == others && said(self) != said(other)
    }
}

/// When a pool's traffic is encapsulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OverlayMode {
    /// Never.
    Never,
    /// Between any two nodes.
    Always,
    /// Between nodes of different subnets.
    CrossSubnet,
}

/// A FelixConfiguration: its `spec` as text by key, scalars only; a list of scalars has commas between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FelixConfiguration {
    /// Its name: `default`, or `node.NAME`.
    pub name: Name,
    /// The fields of `spec`.
    pub spec: BTreeMap<Name, String>,
    /// Where it stands.
    pub position: Position,
}
