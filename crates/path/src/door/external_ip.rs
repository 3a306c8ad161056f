//! A Service's `externalIPs`: every node has rules for them, and who routes them to which node is outside of Kubernetes.

use bulkhead_model::object::{Service, ServicePort};
use bulkhead_snapshot::ServiceId;

use super::{At, Door, Entry, Side, every_node};
use crate::network::Network;
use crate::request::DoorKind;

pub(super) fn of_service(
    network: &Network<'_>,
    _: ServiceId,
    service: &Service,
    port: &ServicePort,
    _: Side,
) -> Vec<Door> {
    let nodes = every_node(network);
    let door = |address: &std::net::IpAddr| Door {
        kind: Some(DoorKind::ExternalIp),
        at: At::Address(*address),
        port: port.port,
        protocol: port.protocol,
        entry: Entry::Nodes(nodes.clone()),
        target: None,
        balanced: None,
        assumptions: Vec::new(),
    };
    service.external_ips.iter().map(door).collect()
}
