//! Whose addresses a block holds.

use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpNet};
use bulkhead_snapshot::{PodId, ServiceId, Snapshot};

/// The addresses of a cluster, by whose they are.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// Where pods' addresses come from, as far as nodes and pools say, and those that pods have.
    pub(crate) pods: AddressSet,
    /// Of nodes: those in their status, and those that the CNI's annotations name (tunnels).
    pub(crate) nodes: AddressSet,
    /// All of these, and those of Services.
    pub(crate) taken: AddressSet,
    /// Every pod with a network of its own, by address.
    pub(crate) by_pod: Vec<(IpAddr, PodId)>,
    /// Addresses of Services that kube-proxy translates, sorted.
    pub(crate) by_service: Vec<(IpAddr, ServiceId)>,
}

/// Annotations of nodes that hold an address of the node besides those in its status (Calico's, flannel's, Antrea's and
/// kube-ovn's sources).
const NODE_ADDRESS_ANNOTATIONS: [&str; 10] = [
    "projectcalico.org/IPv4Address",
    "projectcalico.org/IPv6Address",
    "projectcalico.org/IPv4IPIPTunnelAddr",
    "projectcalico.org/IPv4VXLANTunnelAddr",
    "projectcalico.org/IPv6VXLANTunnelAddr",
    "projectcalico.org/IPv4WireguardInterfaceAddr",
    "projectcalico.org/IPv6WireguardInterfaceAddr",
    "flannel.alpha.coreos.com/public-ip",
    "node.antrea.io/transport-addresses",
    "ovn.kubernetes.io/ip_address",
];

impl Addresses {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut by_pod: Vec<(IpAddr, PodId)> = Vec::new();
        for (id, pod) in snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network) {
            by_pod.extend(pod.addresses.iter().map(|address| (*address, id)));
        }
        by_pod.sort_unstable();
        let mut by_service: Vec<(IpAddr, ServiceId)> = Vec::new();
        for (id, service) in snapshot.services.iter() {
            let balanced = service.load_balancer_ingress.iter().filter_map(|ingress| ingress.address);
            let all = service.cluster_ips.iter().chain(&service.external_ips).copied().chain(balanced);
            by_service.extend(all.map(|address| (address, id)));
        }
        by_service.sort_unstable();
        let of_nodes = snapshot.nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().copied());
        let of_pools = snapshot.ip_pools.iter().filter_map(|pool| pool.cidr.known().copied());
        let of_pods = by_pod.iter().map(|(address, _)| IpNet::from(*address));
        let pods: AddressSet = of_nodes.chain(of_pools).chain(of_pods).collect();
        let nodes = node_addresses(snapshot);
        let services: AddressSet = by_service.iter().map(|(address, _)| IpNet::from(*address)).collect();
        let taken = pods.union(&nodes).union(&services);
        Self { pods, nodes, taken, by_pod, by_service }
    }

    /// The pods that have an address in a set, with their own network, each once.
    pub(crate) fn pods_in(&self, addresses: &AddressSet) -> Vec<PodId> {
        let inside = self.by_pod.iter().filter(|(address, _)| addresses.contains(*address));
        let mut pods: Vec<PodId> = inside.map(|(_, pod)| *pod).collect();
        pods.sort_unstable();
        pods.dedup();
        pods
    }
}

/// The nodes' addresses. A flannel node's tunnel has the first address of its block of pods' addresses, which is no pod's.
fn node_addresses(snapshot: &Snapshot) -> AddressSet {
    let mut nets: Vec<IpNet> = Vec::new();
    for node in snapshot.nodes.rows() {
        nets.extend(node.addresses.iter().map(|address| IpNet::from(address.address)));
        let texts = NODE_ADDRESS_ANNOTATIONS.iter().filter_map(|key| node.annotations.get(key));
        let words = texts.flat_map(|text| text.split(','));
        let addresses = words.filter_map(|word| word.split('/').next()?.trim().parse::<IpAddr>().ok());
        nets.extend(addresses.map(IpNet::from));
        nets.extend(node.pod_cidrs.iter().map(|cidr| IpNet::from(cidr.network())));
    }
    nets.into_iter().collect()
}
