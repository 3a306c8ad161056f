//! Bulkhead's own `network.bulkhead.dev` Exposure: this target shall be reachable by these clients through these doors.

use ipnet::IpNet;

use crate::{Name, NamespacedName, PortRef, Position, Readable};

/// An Exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExposureObject {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.target`.
    pub target: ExposedObject,
    /// `spec.target.ports`; empty means all of them.
    pub ports: Vec<PortRef>,
    /// `spec.doors`, each the name of a kind of door; empty means every door that the target has.
    pub doors: Vec<Readable<Name>>,
    /// `spec.clients`; empty means nobody.
    pub clients: Vec<Readable<ExposedTo>>,
    /// Where it stands.
    pub position: Position,
}

/// `spec.target`, an object in the Exposure's own namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposedObject {
    /// `service`.
    Service(Name),
    /// `ingress`.
    Ingress(Name),
    /// Anything else: a Gateway's route, or a target that could not be read.
    Other,
}

/// One of `spec.clients`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposedTo {
    /// `cidr`.
    Block(IpNet),
    /// `namespace`: all its pods.
    Namespace(Name),
    /// `workspace`: the pods of all its namespaces.
    Workspace(Name),
    /// `pod`, as `namespace/name` or a name in the Exposure's own namespace.
    Pod(NamespacedName),
    /// `node`.
    Node(Name),
    /// `any: true`.
    Any,
}
