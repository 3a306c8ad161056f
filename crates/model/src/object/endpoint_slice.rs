//! EndpointSlice, and Endpoints read as one.

use std::net::IpAddr;

use crate::{Name, NamespacedName, PortNumber, Position, Protocol};

/// An EndpointSlice. An Endpoints object becomes one slice for each of its subsets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSlice {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// The Service that it belongs to (label `kubernetes.io/service-name`), in the same namespace.
    pub service: Option<Name>,
    /// `ports`.
    pub ports: Vec<EndpointPort>,
    /// `endpoints`.
    pub endpoints: Vec<Endpoint>,
    /// Whether it comes from an Endpoints object; then it counts only where its Service has no EndpointSlice.
    pub from_endpoints: bool,
    /// Where it stands.
    pub position: Position,
}

/// One port of a slice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndpointPort {
    /// The name of the Service's port that this one serves.
    pub name: Option<Name>,
    /// Its protocol.
    pub protocol: Protocol,
    /// The port on the endpoint, names already resolved; `None` means every port.
    pub port: Option<PortNumber>,
}

/// One endpoint of a slice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its address; the API promises that all of an entry's addresses are equivalent, and the first is used.
    pub address: IpAddr,
    /// `conditions.ready`, true where it is missing.
    pub ready: bool,
    /// `conditions.serving`, as `ready` where it is missing.
    pub serving: bool,
    /// `conditions.terminating`.
    pub terminating: bool,
    /// `nodeName`.
    pub node: Option<Name>,
    /// `targetRef`, where it is a Pod.
    pub pod: Option<NamespacedName>,
    /// `hints.forNodes`.
    pub hint_nodes: Vec<Name>,
    /// `hints.forZones`.
    pub hint_zones: Vec<Name>,
}
