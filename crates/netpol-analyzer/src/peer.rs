//! Who can be at an end of a connection.

use std::net::Ipv4Addr;

use bulkhead_model::Name;

/// An end of a connection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Peer {
    /// A workload, or a pod that nothing owns.
    Workload {
        /// Its namespace.
        namespace: Name,
        /// Its name.
        name: Name,
        /// Its kind; `Pod` for a pod that nothing owns.
        kind: Name,
    },
    /// Addresses outside the cluster.
    Addresses(AddressRange),
    /// Whoever serves Ingresses and Routes.
    IngressController,
}

/// IPv4 addresses from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressRange {
    /// The lowest.
    pub first: Ipv4Addr,
    /// The highest.
    pub last: Ipv4Addr,
}

impl Peer {
    /// Whether it is addresses outside the cluster.
    pub fn is_addresses(&self) -> bool {
        matches!(self, Self::Addresses(_))
    }
}
