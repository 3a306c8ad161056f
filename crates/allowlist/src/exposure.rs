//! What is asked for: this target shall be reachable by these clients through these doors.

use bulkhead_model::{IpNet, Name, NamespacedName, PortRef};
use bulkhead_path::{DoorKind, Served};

/// An intended exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What shall be reachable.
    pub target: ExposureTarget,
    /// Only these ports of the Service, by number or name; empty means all of them. An Ingress has its own.
    pub ports: Vec<PortRef>,
    /// Through these doors; empty means every door that the target has.
    pub doors: Vec<DoorKind>,
    /// By these clients; empty means by nobody.
    pub clients: Vec<Client>,
}

/// What shall be reachable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposureTarget {
    /// A Service's pods.
    Service(NamespacedName),
    /// The pods of an Ingress' backends, through the controller that serves it.
    Ingress(NamespacedName),
    /// The pods of the backends of a Gateway's routes, or of one route, through whoever serves it.
    Gateway(Served),
}

/// A wanted client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// Every address of a block. An address in it that is a pod's or a node's means that pod or node.
    Block(IpNet),
    /// A pod.
    Pod(NamespacedName),
    /// Every pod of a namespace.
    Namespace(Name),
    /// The processes of a node, hostNetwork pods included.
    Node(Name),
    /// Everyone: every address outside, every pod, every node.
    Any,
}

impl ExposureTarget {
    /// The target's name.
    pub fn name(&self) -> &NamespacedName {
        match self {
            Self::Service(name) | Self::Ingress(name) => name,
            Self::Gateway(object) => &object.name,
        }
    }
}
