//! The Prometheus operator's `ServiceMonitor` and `PodMonitor`: who is scraped.

use crate::{LabelSelector, Name, NamespacedName, PortRef, Position};

/// A `ServiceMonitor` or `PodMonitor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// Whether it selects Services or pods.
    pub kind: MonitorKind,
    /// Its namespace and name.
    pub name: NamespacedName,
    /// `spec.selector`.
    pub selector: LabelSelector,
    /// `spec.namespaceSelector`.
    pub namespaces: MonitoredNamespaces,
    /// The ports of its endpoints.
    pub ports: Vec<MonitoredPort>,
    /// Where it stands.
    pub position: Position,
}

/// What a monitor selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MonitorKind {
    /// Services, and through them their endpoints.
    Service,
    /// Pods.
    Pod,
}

/// Where a monitor selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MonitoredNamespaces {
    /// In its own namespace.
    Own,
    /// In every namespace.
    Any,
    /// In these.
    Named(Vec<Name>),
}

/// A port that is scraped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MonitoredPort {
    /// The Service's, or the container's, port of this name.
    Named(Name),
    /// The pod's port.
    OfPod(PortRef),
}

impl MonitorKind {
    /// The kind as a manifest spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "ServiceMonitor",
            Self::Pod => "PodMonitor",
        }
    }
}
