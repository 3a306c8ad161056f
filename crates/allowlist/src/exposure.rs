//! What is asked for: this target shall be reachable by these clients through these doors.

use std::fmt;

use bulkhead_model::object::WorkloadKind;
use bulkhead_model::{IpNet, Name, NamespacedName, PortRef};
use bulkhead_path::{DoorKind, Served};

/// An intended exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What shall be reachable.
    pub target: ExposureTarget,
    /// Only these ports, by number or name: of a Service its own, of a pod those that it listens on; empty means all of them. An
    /// Ingress has its own.
    pub ports: Vec<PortRef>,
    /// Through these doors; empty means every door that the target has.
    pub doors: Vec<DoorKind>,
    /// By these clients; empty means by nobody.
    pub clients: Vec<Client>,
}

/// What shall be reachable.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExposureTarget {
    /// A Service's pods.
    Service(NamespacedName),
    /// The pods of an Ingress' backends, through the controller that serves it.
    Ingress(NamespacedName),
    /// The pods of the backends of a Gateway's routes, or of one route, through whoever serves it.
    Gateway(Served),
    /// One pod: by its own address, its host ports, and every Service that leads to it.
    Pod(NamespacedName),
    /// The pods of a workload: as those of [`Self::Pod`].
    Workload(WorkloadKind, NamespacedName),
    /// Every Service and every Ingress of a namespace.
    Namespace(Name),
    /// Every namespace of a KubeSphere workspace.
    Workspace(Name),
}

/// A wanted client.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Client {
    /// Every address of a block. An address in it that is a pod's or a node's means that pod or node.
    Block(IpNet),
    /// A pod.
    Pod(NamespacedName),
    /// The pods of a workload.
    Workload(WorkloadKind, NamespacedName),
    /// Every pod of a namespace.
    Namespace(Name),
    /// Every pod of every namespace of a KubeSphere workspace.
    Workspace(Name),
    /// The processes of a node, hostNetwork pods included.
    Node(Name),
    /// Everyone: every address outside, every pod, every node.
    Any,
}

impl ExposureTarget {
    /// The target's own name, without what it is in.
    pub fn short_name(&self) -> &Name {
        match self {
            Self::Service(name) | Self::Ingress(name) | Self::Pod(name) | Self::Workload(_, name) => &name.name,
            Self::Gateway(object) => &object.name.name,
            Self::Namespace(name) | Self::Workspace(name) => name,
        }
    }
}

impl fmt::Display for ExposureTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(name) => write!(formatter, "service/{name}"),
            Self::Ingress(name) => write!(formatter, "ingress/{name}"),
            Self::Gateway(object) => write!(formatter, "{object}"),
            Self::Pod(name) => write!(formatter, "pod/{name}"),
            Self::Workload(kind, name) => write!(formatter, "{}/{name}", kind.name().to_ascii_lowercase()),
            Self::Namespace(name) => write!(formatter, "namespace/{name}"),
            Self::Workspace(name) => write!(formatter, "workspace/{name}"),
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(net) => write!(formatter, "{net}"),
            Self::Pod(name) => write!(formatter, "pod/{name}"),
            Self::Workload(kind, name) => write!(formatter, "{}/{name}", kind.name().to_ascii_lowercase()),
            Self::Namespace(name) => write!(formatter, "namespace/{name}"),
            Self::Workspace(name) => write!(formatter, "workspace/{name}"),
            Self::Node(name) => write!(formatter, "node/{name}"),
            Self::Any => formatter.write_str("any"),
        }
    }
}
