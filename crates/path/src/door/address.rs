//! An address that somebody dials: whose door it is, the snapshot tells.

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::{NodeId, ServiceId};

use super::{At, Door, Entry, Side, cluster_ip, every_node, pod_ip};
use crate::lb;
use crate::network::{AddressKind, Found, Network};
use crate::reason::{
    ADDRESS_OF_NOBODY, ANNOUNCER_UNKNOWN, CONTESTED_ADDRESS, LEAVES_CLUSTER, LOAD_BALANCER_PROXIES, Reason,
};
use crate::request::DoorKind;

/// The door at an address and port.
pub(crate) fn of_address(network: &Network<'_>, address: IpAddr, port: PortNumber, protocol: Protocol) -> Door {
    let (kind, entry, target) = found(network, address, port, protocol);
    Door { kind, at: At::Address(address), port, protocol, entry, target, balanced: None, assumptions: Vec::new() }
}

/// The doors at an address and port, for a client of that side: a load balancer may send packets to several.
pub(crate) fn doors_at(
    network: &Network<'_>,
    address: IpAddr,
    port: PortNumber,
    protocol: Protocol,
    side: Side,
) -> Vec<Door> {
    let services = network.services();
    let rule = services.rule(address, protocol, port);
    let balanced = match (services.address(address), rule) {
        // Several Services may share the address.
        (Some((AddressKind::LoadBalancer, _)), Found::One(rule)) if rule.kind == AddressKind::LoadBalancer => {
            Some(rule.port.service)
        }
        (Some((AddressKind::LoadBalancer, service)), _) => Some(service),
        (Some(_), _) => None,
        (None, _) => services.proxied(address),
    };
    let of_service = |service: &ServiceId| {
        let ports = &network.snapshot().services[*service].ports;
        rule != Found::Nothing || ports.iter().any(|own| own.port == port && own.protocol == protocol)
    };
    // Where it is a machine's address, other ports are the machine's.
    let meant = |service: &ServiceId| of_service(service) || !network.is_node_address(address);
    match balanced.filter(|service| side == Side::Outside && meant(service)) {
        Some(service) => lb::doors_at(network, service, address, port, protocol),
        None => vec![of_address(network, address, port, protocol)],
    }
}

type FoundDoor = (Option<DoorKind>, Entry, Option<bulkhead_snapshot::PodId>);

fn found(network: &Network<'_>, address: IpAddr, port: PortNumber, protocol: Protocol) -> FoundDoor {
    let services = network.services();
    let has_rule = services.rule(address, protocol, port) != Found::Nothing;
    if !has_rule && network.is_node_address(address) {
        return of_machine(network, address, port, protocol);
    }
    if let Some((kind, service)) = services.address(address) {
        return match kind {
            AddressKind::Cluster => (Some(DoorKind::ClusterIp), cluster_ip::entry(address), None),
            AddressKind::External if !has_rule => {
                let unknown = Reason::new(ANNOUNCER_UNKNOWN).with("address", address);
                (Some(DoorKind::ExternalIp), Entry::Unknown(unknown, None), None)
            }
            AddressKind::External => (Some(DoorKind::ExternalIp), Entry::Nodes(every_node(network)), None),
            AddressKind::LoadBalancer => (Some(DoorKind::LoadBalancer), lb::entry(network, service, address), None),
        };
    }
    if services.proxied(address).is_some() {
        let reason = Reason::new(LOAD_BALANCER_PROXIES).with("address", address);
        return (Some(DoorKind::LoadBalancer), Entry::Unknown(reason, None), None);
    }
    match network.snapshot().pods_with_address(address) {
        [] => of_machine(network, address, port, protocol),
        [pod] => (Some(DoorKind::PodIp), pod_ip::entry(network, *pod), Some(*pod)),
        _ => (None, Entry::Unknown(Reason::new(CONTESTED_ADDRESS).with("address", address), None), None),
    }
}

fn of_machine(network: &Network<'_>, address: IpAddr, port: PortNumber, protocol: Protocol) -> FoundDoor {
    match network.nodes().with_address(address) {
        [] if network.in_cluster_ranges(address) => {
            (None, Entry::Elsewhere(Reason::new(ADDRESS_OF_NOBODY).with("address", address)), None)
        }
        [] => (None, Entry::Unknown(Reason::new(LEAVES_CLUSTER).with("address", address), None), None),
        [node] => (of_node(network, *node, address, port, protocol), Entry::Nodes(Arc::from([*node])), None),
        _ => (None, Entry::Unknown(Reason::new(CONTESTED_ADDRESS).with("address", address), None), None),
    }
}

/// What a port of a node is a door to.
pub(crate) fn of_node(
    network: &Network<'_>,
    node: NodeId,
    address: IpAddr,
    port: PortNumber,
    protocol: Protocol,
) -> Option<DoorKind> {
    if network.services().node_port(protocol, port) != Found::Nothing {
        return Some(DoorKind::NodePort);
    }
    network.host_ports().mapped(node, address, protocol, port).map(|_| DoorKind::HostPort)
}
