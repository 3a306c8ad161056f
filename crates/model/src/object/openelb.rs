//! OpenELB's objects (`network.kubesphere.io/v1alpha2`).

use crate::{AddressSet, Name, Position, Readable};

/// An Eip: addresses that OpenELB gives to Services, and how it announces them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eip {
    /// Its name.
    pub name: Name,
    /// `spec.address`: an address, a cidr, or `first-last`.
    pub addresses: Readable<AddressSet>,
    /// `spec.protocol`: `layer2`, `bgp` or `vip`; `bgp` where it is missing.
    pub protocol: Name,
    /// `spec.interface`.
    pub interface: Option<Name>,
    /// `spec.disable`.
    pub disabled: bool,
    /// Where it stands.
    pub position: Position,
}
