//! Host ports: which pod has which port of its node (the `portmap` plugin).

use std::collections::BTreeMap;
use std::net::IpAddr;

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
}

impl HostPorts {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut ports = Self::default();
        for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active()) {
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
        ports
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
