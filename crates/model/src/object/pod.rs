//! Pod.

use std::net::IpAddr;
use std::sync::Arc;

use super::Scheduling;
use crate::{Labels, Name, NamespacedName, PortNumber, Position, Protocol};

/// A pod, from the cluster or made from a workload's template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace and name.
    pub name: NamespacedName,
    /// Its labels.
    pub labels: Labels,
    /// `spec.nodeName`.
    pub node: Option<Name>,
    /// `spec.hostNetwork`: the pod has its node's network stack, and no NetworkPolicy selects it.
    pub host_network: bool,
    /// `status.podIPs`, else `status.podIP`.
    pub addresses: Vec<IpAddr>,
    /// `status.phase`.
    pub phase: PodPhase,
    /// The condition `Ready`; `None` where the object does not have it.
    pub ready: Option<bool>,
    /// Whether `metadata.deletionTimestamp` is set.
    pub terminating: bool,
    /// `spec.containers`, then those init containers that keep running (`restartPolicy: Always`). Shared between pods
    /// of one template.
    pub containers: Arc<[Container]>,
    /// What it asks of its node; `None` where it asks nothing.
    pub scheduling: Option<Arc<Scheduling>>,
    /// The controller in `metadata.ownerReferences`.
    pub owner: Option<Owner>,
    /// Whether the pod is there, or only its template.
    pub origin: PodOrigin,
    /// Where it, or its template, stands.
    pub position: Position,
}

/// A container.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Container {
    /// Its name.
    pub name: Name,
    /// Its image.
    pub image: Name,
    /// `command` and `args`, one after the other.
    pub arguments: Vec<Name>,
    /// `env` entries with a literal value.
    pub environment: Vec<(Name, Name)>,
    /// Its declared ports.
    pub ports: Vec<ContainerPort>,
}

/// One of a container's declared ports. A pod listens where it likes; only names and host ports depend on this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerPort {
    /// Its name, if it has one.
    pub name: Option<Name>,
    /// Its number.
    pub number: PortNumber,
    /// Its protocol.
    pub protocol: Protocol,
    /// `hostPort`.
    pub host_port: Option<PortNumber>,
    /// `hostIP`.
    pub host_ip: Option<IpAddr>,
}

/// The controller of a pod, or of a workload.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// Its kind; empty where the manifest does not say it.
    pub kind: Name,
    /// Its name, in the same namespace.
    pub name: Name,
}

/// `status.phase`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodPhase {
    /// Not all containers have started.
    Pending,
    /// Running; also assumed where a manifest says nothing.
    Running,
    /// All containers ended well. Such a pod has no network any more, and its address may be another's.
    Succeeded,
    /// All containers ended, one badly. As `Succeeded`.
    Failed,
    /// The node does not answer.
    Unknown,
}

/// Where a pod comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PodOrigin {
    /// A Pod object.
    Object,
    /// A workload of which no Pod object is in the input.
    Template,
}

impl Pod {
    /// Whether the pod has a network: it has not ended.
    pub fn is_active(&self) -> bool {
        !matches!(self.phase, PodPhase::Succeeded | PodPhase::Failed)
    }

    /// All declared ports of all containers.
    pub fn ports(&self) -> impl Iterator<Item = &ContainerPort> {
        self.containers.iter().flat_map(|container| &container.ports)
    }

    /// The number that a named port has on this pod. Where two containers use one name, the first wins.
    pub fn named_port(&self, name: &str, protocol: Protocol) -> Option<PortNumber> {
        let mut ports = self.ports();
        ports.find(|port| port.protocol == protocol && port.name.as_deref() == Some(name)).map(|port| port.number)
    }
}
