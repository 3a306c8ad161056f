//! Host ports: which pod has which port of its node (the `portmap` plugin).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::object::Pod;
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{NodeId, PodId, Snapshot};

/// One host port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostPort {
    pub(crate) pod: PodId,
    /// The port of the pod.
    pub(crate) port: PortNumber,
    /// `hostIP`: only this address of the node.
    address: Option<IpAddr>,
}

/// Every host port of a snapshot, and every port that a hostNetwork pod declares.
#[derive(Debug, Default)]
pub(crate) struct HostPorts {
    mapped: BTreeMap<(NodeId, Protocol, PortNumber), Vec<HostPort>>,
    listening: BTreeMap<(NodeId, Protocol, PortNumber), PodId>,
    /// The pods that have any, wherever they are.
    holders: BTreeSet<PodId>,
}

impl HostPorts {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let is_holder =
            |pod: &Pod| pod.is_active() && pod.ports().any(|port| pod.host_network || port.host_port.is_some());
        let holders = snapshot.pods.iter().filter(|(_, pod)| is_holder(pod)).map(|(id, _)| id).collect();
        Self::held_by(holders, snapshot)
    }

    /// The same with some pods on other nodes; `None` where none of these has any.
    pub(crate) fn with_moved(&self, mut pods: impl Iterator<Item = PodId>, moved: &Snapshot) -> Option<Self> {
        pods.any(|pod| self.holders.contains(&pod)).then(|| Self::held_by(self.holders.clone(), moved))
    }

    fn held_by(holders: BTreeSet<PodId>, snapshot: &Snapshot) -> Self {
        let mut ports = Self::default();
        for (id, pod) in holders.iter().map(|id| (*id, &snapshot.pods[*id])) {
            let Some(node) = pod.node.as_ref().and_then(|name| snapshot.node(name)) else { continue };
            for port in pod.ports() {
                if pod.host_network {
                    ports.listening.entry((node, port.protocol, port.number)).or_insert(id);
                } else if let Some(host_port) = port.host_port {
                    let mapped = HostPort { pod: id, port: port.number, address: port.host_ip };
                    ports.mapped.entry((node, port.protocol, host_port)).or_default().push(mapped);
                }
            }
        }
        Self { holders, ..ports }
    }

    /// The pod behind a port of a node's address.
    pub(crate) fn mapped(
        &self,
        node: NodeId,
        address: IpAddr,
        protocol: Protocol,
        port: PortNumber,
    ) -> Option<HostPort> {
        let mapped = self.mapped.get(&(node, protocol, port))?;
        let serves = |mapped: &&HostPort| mapped.address.is_none_or(|own| own.is_unspecified() || own == address);
        mapped.iter().find(serves).copied()
    }

    /// The hostNetwork pod that declares a port of its node.
    pub(crate) fn listening(&self, node: NodeId, protocol: Protocol, port: PortNumber) -> Option<PodId> {
        self.listening.get(&(node, protocol, port)).copied()
    }
}
