//! Bulkhead's own `network.bulkhead.dev` Exposure: this target shall be reachable by these clients through these doors.

use ipnet::IpNet;
use jiff::Timestamp;

use super::gateway_api::RouteKind;
use crate::{LabelSelector, Name, NamespacedName, PortRef, Position, Readable};

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
    /// `spec.expires`: from when on it no longer counts.
    pub expires: Option<Timestamp>,
    /// The first part of `spec`, besides doors and clients, that could not be read. Nobody knows what it asks for then.
    pub unreadable: Option<Position>,
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
    /// `route`: a route of the Gateway API.
    Route(RouteKind, Name),
    /// A target that could not be read.
    Other,
}

/// One of `spec.clients`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposedTo {
    /// `cidr`.
    Block(IpNet),
    /// `namespace`: all its pods.
    Namespace(Name),
    /// `namespace` with a `podSelector`, which is readable as a whole: those of its pods.
    Pods(Name, LabelSelector),
    /// `workspace`: the pods of all its namespaces.
    Workspace(Name),
    /// `pod`, as `namespace/name` or a name in the Exposure's own namespace.
    Pod(NamespacedName),
    /// `node`.
    Node(Name),
    /// `any: true`.
    Any,
}
